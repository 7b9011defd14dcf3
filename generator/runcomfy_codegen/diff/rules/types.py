"""Types, choices and media kinds."""

from __future__ import annotations

from runcomfy_codegen.diff.delta import Delta
from runcomfy_codegen.diff.facts import choices
from runcomfy_codegen.diff.kinds import accepted_types
from runcomfy_codegen.diff.registry import change_rule
from runcomfy_codegen.diff.words import instead, listed, shown


@change_rule(
    "type-narrowed",
    "breaking",
    "A value that was taken is refused now.",
    parts=("input",),
    on=("type",),
)
@change_rule(
    "output-type-narrowed",
    "compatible",
    "Who reads all the old types reads the fewer new ones.",
    parts=("output",),
    on=("type",),
)
def narrow_type(delta: Delta) -> str | None:
    """Fewer types are left."""
    old, new = accepted_types(delta.place.old), accepted_types(delta.place.new)
    return f"the type is {_instead(delta)}" if new < old else None


@change_rule(
    "type-widened",
    "compatible",
    "All values that were taken still are.",
    parts=("input",),
    on=("type",),
)
@change_rule(
    "output-type-widened",
    "breaking",
    "A reader meets a type that it was not told of.",
    parts=("output",),
    on=("type",),
)
def widen_type(delta: Delta) -> str | None:
    """There are more types than before."""
    old, new = accepted_types(delta.place.old), accepted_types(delta.place.new)
    return f"the type is {_instead(delta)}" if old < new else None


@change_rule(
    "type-changed",
    "breaking",
    "A value that was taken is refused now.",
    parts=("input",),
    on=("type",),
)
@change_rule(
    "output-type-changed",
    "breaking",
    "A reader meets a type that it was not told of.",
    parts=("output",),
    on=("type",),
)
def change_type(delta: Delta) -> str | None:
    """Types went and others came."""
    old, new = accepted_types(delta.place.old), accepted_types(delta.place.new)
    return None if old <= new or new <= old else f"the type is {_instead(delta)}"


def _instead(delta: Delta) -> str:
    before = "any" if delta.added else delta.before
    return instead(before, "any" if delta.removed else delta.after)


@change_rule(
    "input-enum-narrowed",
    "breaking",
    "A choice that was taken is refused now.",
    parts=("input",),
    on=("enum",),
)
@change_rule(
    "output-enum-narrowed",
    "compatible",
    "Who reads all the old values reads the fewer new ones.",
    parts=("output",),
    on=("enum",),
)
def narrow_enum(delta: Delta) -> str | None:
    """Choices went, or there were none and now all values but a few are refused."""
    old, new = choices(delta.place.old), choices(delta.place.new)
    if new is None:
        return None
    if old is None:
        return f"only {listed(new.values())} may be given now"
    gone = [value for key, value in old.items() if key not in new]
    return f"no longer one of the choices: {listed(gone)}" if gone else None


@change_rule(
    "input-enum-widened",
    "compatible",
    "All choices that were taken still are.",
    parts=("input",),
    on=("enum",),
)
@change_rule(
    "output-enum-widened",
    "breaking",
    "A reader meets a value that it was not told of.",
    parts=("output",),
    on=("enum",),
)
def widen_enum(delta: Delta) -> str | None:
    """Choices came, or the list of choices went."""
    old, new = choices(delta.place.old), choices(delta.place.new)
    if old is None:
        return None
    if new is None:
        return f"no longer limited to {listed(old.values())}"
    came = [value for key, value in new.items() if key not in old]
    return f"new choices: {listed(came)}" if came else None


@change_rule(
    "enum-reordered",
    "note",
    "The same values are taken; only lists for people look different.",
    parts=("input", "output"),
    on=("enum",),
)
def reorder_enum(delta: Delta) -> str | None:
    """The same choices stand in another order."""
    old, new = choices(delta.place.old), choices(delta.place.new)
    if old is None or new is None or set(old) != set(new):
        return None
    return f"the order of the choices is {instead(delta.before, delta.after)}"


@change_rule(
    "media-changed",
    "breaking",
    "The kind decides which texts and files a field takes: where media is wanted, a plain text is refused, and where "
    "it is not, a local file is.",
    parts=("input",),
    on=("x-media",),
)
@change_rule(
    "output-medium-changed",
    "breaking",
    "Results are read by their medium, so calling code looks in the wrong place.",
    parts=("output",),
    on=("x-media",),
)
def change_media(delta: Delta) -> str | None:
    """A field or a result became media, stopped being media, or is of another kind."""
    if delta.added:
        return f"it is media of the kind {shown(delta.after)} now"
    if delta.removed:
        return f"it is no longer media of the kind {shown(delta.before)}"
    return f"the kind of media is {instead(delta.before, delta.after)}"
