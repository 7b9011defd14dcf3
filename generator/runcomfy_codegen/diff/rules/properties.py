"""Properties, what is required, items, and names that are not listed."""

from __future__ import annotations

from runcomfy_codegen.diff.delta import Delta
from runcomfy_codegen.diff.registry import change_rule
from runcomfy_codegen.diff.words import shown
from runcomfy_codegen.jsontypes import Json
from runcomfy_codegen.pointer import Absent


@change_rule(
    "required-added",
    "breaking",
    "A call that leaves the property out is refused now; a default makes no difference, for none is sent.",
    parts=("input",),
    on=("property", "required"),
    section="Added",
)
def require_input(delta: Delta) -> str | None:
    """A property must be given now, whether it is new or was optional."""
    if not delta.added:
        return None
    if delta.keyword == "property":
        return "a new property, and required" if delta.required else None
    return "required now"


@change_rule(
    "required-removed",
    "compatible",
    "All calls that were good still are.",
    parts=("input",),
    on=("required",),
)
@change_rule(
    "output-required-removed",
    "breaking",
    "A reader that counts on the property may not find it.",
    parts=("output",),
    on=("required",),
)
def free_property(delta: Delta) -> str | None:
    """A property may be left out now."""
    return "no longer required" if delta.removed else None


@change_rule(
    "output-required-added",
    "compatible",
    "A reader is promised more than before.",
    parts=("output",),
    on=("required",),
)
def require_output(delta: Delta) -> str | None:
    """A property of the result is always there now."""
    return "always there now" if delta.added else None


@change_rule(
    "input-property-added",
    "compatible",
    "It may be left out, so all calls that were good still are.",
    parts=("input",),
    on=("property",),
    section="Added",
)
@change_rule(
    "output-property-added",
    "compatible",
    "Results are open, so a reader passes over what it does not know.",
    parts=("output",),
    on=("property",),
    section="Added",
)
def add_property(delta: Delta) -> str | None:
    """A property came; one that an input requires has a rule of its own."""
    if not delta.added or (delta.place.part == "input" and delta.required):
        return None
    return "a new property"


@change_rule(
    "input-property-removed",
    "breaking",
    "A call that gives the property is refused now.",
    parts=("input",),
    on=("property",),
    section="Removed",
)
@change_rule(
    "output-property-removed",
    "breaking",
    "A reader does not find it any more.",
    parts=("output",),
    on=("property",),
    section="Removed",
)
def remove_property(delta: Delta) -> str | None:
    """A property went."""
    return "the property is gone" if delta.removed else None


@change_rule(
    "items-constrained",
    "breaking",
    "Lists that were taken whatever they held may be refused now.",
    parts=("input",),
    on=("items",),
)
@change_rule(
    "output-items-constrained",
    "compatible",
    "A reader is promised more than before.",
    parts=("output",),
    on=("items",),
)
def constrain_items(delta: Delta) -> str | None:
    """What a list holds is laid down now."""
    return f"the items are {shown(delta.after)} now" if delta.added else None


@change_rule(
    "items-freed",
    "compatible",
    "All lists that were taken still are.",
    parts=("input",),
    on=("items",),
)
@change_rule(
    "output-items-freed",
    "breaking",
    "A reader meets items that it was not told of.",
    parts=("output",),
    on=("items",),
)
def free_items(delta: Delta) -> str | None:
    """What a list holds is no longer laid down."""
    return f"the items are no longer laid down as {shown(delta.before)}" if delta.removed else None


@change_rule(
    "additional-properties-narrowed",
    "breaking",
    "An object with a property beside the listed ones is refused now.",
    parts=("input",),
    on=("additionalProperties",),
)
@change_rule(
    "output-additional-properties-narrowed",
    "compatible",
    "A reader is promised more than before.",
    parts=("output",),
    on=("additionalProperties",),
)
def close_object(delta: Delta) -> str | None:
    """Fewer properties beside the listed ones may stand in the object."""
    if _openness(delta.after) >= _openness(delta.before):
        return None
    return f"properties beside the listed ones: {_freedom(delta.after)}"


@change_rule(
    "additional-properties-widened",
    "compatible",
    "All objects that were taken still are.",
    parts=("input",),
    on=("additionalProperties",),
)
@change_rule(
    "output-additional-properties-widened",
    "compatible",
    "Results are open, so a reader passes over what it does not know.",
    parts=("output",),
    on=("additionalProperties",),
)
def open_object(delta: Delta) -> str | None:
    """More properties beside the listed ones may stand in the object."""
    if _openness(delta.after) <= _openness(delta.before):
        return None
    return f"properties beside the listed ones: {_freedom(delta.after)}"


def _openness(value: Json | Absent) -> int:
    """Return 0 for a closed object, 1 for one whose other members have a schema, 2 for an open one."""
    if isinstance(value, Absent) or value is True:
        return 2
    return 0 if value is False else 1


def _freedom(value: Json | Absent) -> str:
    return ("none", f"as {shown(value)}", "any")[_openness(value)]
