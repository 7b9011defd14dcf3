"""Changes of form without a change of meaning, and what no other rule knows."""

from __future__ import annotations

from runcomfy_codegen.diff.delta import Delta
from runcomfy_codegen.diff.facts import value_key
from runcomfy_codegen.diff.kinds import accepted_types
from runcomfy_codegen.diff.limits import LIMITS, compare_limit
from runcomfy_codegen.diff.registry import change_rule
from runcomfy_codegen.diff.words import instead, shown
from runcomfy_codegen.jsontypes import Json
from runcomfy_codegen.pointer import Absent


@change_rule(
    "schema-rewritten",
    "note",
    "The same values are taken, only said in another way.",
    parts=("input", "output"),
    on=("type", "anyOf", "additionalProperties", "x-validations", *LIMITS),
)
def rewrite_schema(delta: Delta) -> str | None:
    """The same is said in another way: another order of branches, a bound that bounds nothing more."""
    if delta.keyword == "anyOf":
        alike = not (delta.added or delta.removed)
    elif delta.keyword == "type":
        alike = accepted_types(delta.place.old) == accepted_types(delta.place.new)
    elif delta.keyword == "additionalProperties":
        alike = all(
            isinstance(value, Absent) or value is True for value in (delta.before, delta.after)
        )
    elif delta.keyword == "x-validations":
        alike = _entry_keys(delta.before) == _entry_keys(delta.after)
    else:
        alike = compare_limit(delta) == "equal"
    return f"{delta.keyword} is said in another way, with the same meaning" if alike else None


@change_rule(
    "inert-changed",
    "note",
    "The keyword speaks of a type that is not taken both before and after, so the types alone decide.",
    parts=("input", "output"),
    on=("inert",),
)
def change_inert(delta: Delta) -> str | None:
    """A keyword came, went or changed together with the type of which it speaks."""
    keyword = delta.pointer.rpartition("/")[2]
    return f"{keyword} is {instead(delta.before, delta.after)}, along with the type"


@change_rule(
    "schema-changed",
    "breaking",
    "No rule knows the change, so nothing says that it is harmless.",
    parts=("model", "input", "output"),
)
def change_otherwise(delta: Delta) -> str | None:
    """A difference that no other rule claims."""
    return f"changed in a way that no rule knows: {shown(delta.after)} instead of {shown(delta.before)}"


def _entry_keys(value: Json | Absent) -> set[str]:
    if isinstance(value, Absent):
        return set()
    return {value_key(entry) for entry in value} if isinstance(value, list) else {value_key(value)}
