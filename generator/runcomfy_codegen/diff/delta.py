"""The smallest differences between two schemas, found by walking both at once."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from runcomfy_codegen.diff.branches import lift, pair_branches
from runcomfy_codegen.diff.facts import same
from runcomfy_codegen.diff.kinds import accepted_types, domain_of
from runcomfy_codegen.jsontypes import Json, JsonObject
from runcomfy_codegen.pointer import ABSENT, Absent, child

__all__ = ["Delta", "Part", "Place", "walk_pair"]

Part = Literal["model", "input", "output"]
_LIMITS = {
    "minimum": ("minimum", "exclusiveMinimum"),
    "exclusiveMinimum": ("minimum", "exclusiveMinimum"),
    "maximum": ("maximum", "exclusiveMaximum"),
    "exclusiveMaximum": ("maximum", "exclusiveMaximum"),
}
"""Keywords that together make one limit."""


_OWN_KINDS = frozenset({"property", "branch", "inert"})
"""Names of differences that are no keywords; a schema that has such a keyword must not pass for one."""


@dataclass(frozen=True, slots=True)
class Place:
    """A schema that stands in both documents.

    Attributes:
        part: Input or output; ``model`` for members beside the schemas.
        pointer: Where it stands in the new document.
        label: What people call it, such as ``loras[].scale``; empty for the root.
        old: The old schema.
        new: The new schema.
    """

    part: Part
    pointer: str
    label: str
    old: JsonObject
    new: JsonObject

    def inner(self, pointer: str, label: str, old: JsonObject, new: JsonObject) -> Place:
        """Return the place of a schema inside this one."""
        return Place(self.part, pointer, label, old, new)

    def member(self, name: str) -> str:
        """Return the label of a property."""
        return f"{self.label}.{name}" if self.label else name


@dataclass(frozen=True, slots=True)
class Delta:
    """One difference, small enough for one rule.

    Attributes:
        place: The schema in which it lies.
        keyword: What differs: a keyword; ``property`` and ``branch`` for one member that came or went; ``anyOf`` for
            the same branches said differently; ``inert`` for a keyword of a type that is not accepted on both sides.
        pointer: Where.
        label: What people call what differs.
        before: The old value, or ABSENT.
        after: The new value, or ABSENT.
        required: Whether a ``property`` that came is required.
    """

    place: Place
    keyword: str
    pointer: str
    label: str
    before: Json | Absent
    after: Json | Absent
    required: bool = False

    @property
    def added(self) -> bool:
        """Whether the value was not there before."""
        return isinstance(self.before, Absent)

    @property
    def removed(self) -> bool:
        """Whether the value is not there any more."""
        return isinstance(self.after, Absent)


def walk_pair(place: Place) -> Iterator[Delta]:
    """Yield all differences between the two schemas of ``place``, at any depth; both are in the form of facts."""
    old, new, lifted = lift(place.old, place.new)
    place = place.inner(place.pointer, place.label, old, new)
    shared = accepted_types(old) & accepted_types(new)
    limits_seen: set[tuple[str, ...]] = set()
    for keyword in sorted({*old, *new}):
        before, after = old.get(keyword, ABSENT), new.get(keyword, ABSENT)
        group = _LIMITS.get(keyword)
        domain = domain_of(keyword)
        if keyword == "anyOf" and isinstance(before, list) and isinstance(after, list):
            if lifted or not same(before, after):
                yield from _branches(place, before, after)
        elif same(before, after):
            continue
        elif domain and not domain & shared:
            yield _delta(place, keyword, before, after, "inert")
        elif group is not None:
            if group not in limits_seen:
                limits_seen.add(group)
                yield _limit(place, group)
        elif keyword == "properties" and _all_are(dict, before, after):
            yield from _properties(place, before, after)
        elif keyword == "required" and _all_are(list, before, after):
            yield from _required(place, before, after)
        elif keyword in ("items", "additionalProperties") and (
            isinstance(before, dict) and isinstance(after, dict)
        ):
            suffix = "[]" if keyword == "items" else ".*"
            pointer = child(place.pointer, keyword)
            yield from walk_pair(place.inner(pointer, f"{place.label}{suffix}", before, after))
        else:
            kind = "unknown" if keyword in _OWN_KINDS else keyword
            yield _delta(place, keyword, before, after, kind)


def _delta(
    place: Place, keyword: str, before: Json | Absent, after: Json | Absent, kind: str = ""
) -> Delta:
    pointer = child(place.pointer, keyword)
    return Delta(place, kind or keyword, pointer, place.label, before, after)


def _limit(place: Place, group: tuple[str, ...]) -> Delta:
    """Return the difference of a limit that an inclusive and an exclusive keyword say together."""
    changed = [name for name in group if not same(*_values(place, name))]
    if len(changed) == 1 and not any(
        name in schema for name in group if name != changed[0] for schema in (place.old, place.new)
    ):
        return _delta(place, changed[0], *_values(place, changed[0]))
    said: list[Json | Absent] = [
        {name: schema[name] for name in group if name in schema} or ABSENT
        for schema in (place.old, place.new)
    ]
    return Delta(place, group[0], child(place.pointer, changed[0]), place.label, said[0], said[1])


def _values(place: Place, name: str) -> tuple[Json | Absent, Json | Absent]:
    return place.old.get(name, ABSENT), place.new.get(name, ABSENT)


def _properties(place: Place, before: Json | Absent, after: Json | Absent) -> Iterator[Delta]:
    old, new = _members(before), _members(after)
    base = child(place.pointer, "properties")
    needed = _names(place.new.get("required", ABSENT))
    for name in sorted({*old, *new}):
        was, now = old.get(name, ABSENT), new.get(name, ABSENT)
        pointer, label = child(base, name), place.member(name)
        if isinstance(was, dict) and isinstance(now, dict):
            yield from walk_pair(place.inner(pointer, label, was, now))
        elif isinstance(was, Absent) or isinstance(now, Absent):
            yield Delta(place, "property", pointer, label, was, now, name in needed)
        elif not same(was, now):
            yield Delta(place, "properties", pointer, label, was, now)


def _required(place: Place, before: Json | Absent, after: Json | Absent) -> Iterator[Delta]:
    """Yield one difference a name; what came or went as a property says already whether it is required."""
    old, new = _names(before), _names(after)
    came_or_went = set(_members(place.old.get("properties", ABSENT))) ^ set(
        _members(place.new.get("properties", ABSENT))
    )
    pointer = child(place.pointer, "required")
    for name in sorted((old ^ new) - came_or_went):
        values = (name, ABSENT) if name in old else (ABSENT, name)
        yield Delta(place, "required", pointer, place.member(name), *values)


def _branches(place: Place, old: list[Json], new: list[Json]) -> Iterator[Delta]:
    base = child(place.pointer, "anyOf")
    paired = pair_branches(old, new)
    found: list[Delta] = []
    for i, j in paired.pairs:
        was, now = old[i], new[j]
        if isinstance(was, dict) and isinstance(now, dict):
            label = place.label
            found.extend(walk_pair(place.inner(child(base, j), label, was, now)))
        elif not same(was, now):
            found.append(Delta(place, "", child(base, j), place.label, was, now))
    for i in paired.removed:
        found.append(Delta(place, "branch", child(base, i), place.label, old[i], ABSENT))
    for j in paired.added:
        found.append(Delta(place, "branch", child(base, j), place.label, ABSENT, new[j]))
    if not found or paired.reordered:
        found.append(Delta(place, "anyOf", base, place.label, [*old], [*new]))
    yield from found


def _all_are(kind: type, *values: Json | Absent) -> bool:
    return all(isinstance(value, (Absent, kind)) for value in values)


def _members(value: Json | Absent) -> JsonObject:
    return value if isinstance(value, dict) else {}


def _names(value: Json | Absent) -> set[str]:
    return {str(name) for name in value} if isinstance(value, list) else set()
