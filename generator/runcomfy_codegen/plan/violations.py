"""Break each constraint of a schema once."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from typing import cast

from runcomfy_codegen.jsontypes import Json, JsonObject
from runcomfy_codegen.normalize.nodes import type_names
from runcomfy_codegen.plan.fitting import (
    MOST_ITEMS,
    MOST_LETTERS,
    fitting_value,
    fitting_values,
)
from runcomfy_codegen.plan.types import branches_of
from runcomfy_codegen.pointer import ABSENT, Absent, child
from runcomfy_codegen.validator import Judge

__all__ = ["Broken", "broken_values"]


@dataclass(frozen=True, slots=True)
class Broken:
    """A value that breaks one constraint.

    Attributes:
        constraint: The keyword, with what is given where the keyword alone does not tell (``type: text``).
        value: The value of the node; :data:`ABSENT` if none could be made.
        pointer: The place of the fault below the node; for a missing or unknown member, that member's.
        reported: The place at which JSON Schema reports it: a missing or unknown member at its object, a fault in a
            branch of ``anyOf`` at the node that has the branches.
    """

    constraint: str
    value: Json | Absent
    pointer: str = ""
    reported: str = ""


def broken_values(schema: JsonObject, known: Sequence[Json] = ()) -> Iterator[Broken]:
    """Yield, for a node and all below it, a value that breaks each constraint.

    What says nothing (``minLength: 0``, a branch's bound where another branch takes the value) is no constraint.

    Args:
        schema: A node of an input schema.
        known: Values that the docs give for this place; what is not broken is taken from them.
    """
    made = fitting_value(schema, known, full=False)
    good = None if isinstance(made, Absent) else made
    judge = Judge(schema)
    yield from _broken_keywords(schema, good, judge)
    yield from _broken_types(schema, good, judge)
    yield from _broken_members(schema, good, known)
    yield from _broken_items(schema, good, known)
    yield from _broken_branches(schema, known, judge)


def _broken_keywords(schema: JsonObject, good: Json, judge: Judge) -> Iterator[Broken]:
    for keyword, make in _BREAKERS.items():
        if keyword not in schema or (keyword in _IDLE_AT_ZERO and not schema[keyword]):
            continue
        relaxed = {name: value for name, value in schema.items() if name != keyword}
        refused = (v for v in make(schema[keyword], schema, good) if not judge.accepts(v))
        yield Broken(keyword, _first_alone(refused, relaxed))


def _first_alone(refused: Iterator[Json], relaxed: JsonObject) -> Json | Absent:
    """Return the first value that breaks one constraint only, as a schema without it tells, or else the first."""
    found: Json | Absent = ABSENT
    judge = Judge(relaxed)
    for value in refused:
        if judge.accepts(value):
            return value
        found = value if isinstance(found, Absent) else found
    return found


def _broken_types(schema: JsonObject, good: Json, judge: Judge) -> Iterator[Broken]:
    """Yield values of the types that are most easily taken for the right one, and null."""
    names = type_names(schema) or [n for b in branches_of(schema) for n in type_names(b)]
    for word in dict.fromkeys(word for name in names for word in _LOOKALIKES[name]):
        value = _half(good) if word == "fraction" else _SAMPLES[word]
        if not judge.accepts(value):
            yield Broken(f"type: {word}", value)


def _broken_members(schema: JsonObject, good: Json, known: Sequence[Json]) -> Iterator[Broken]:
    properties = schema.get("properties")
    if not isinstance(properties, dict):
        return
    base: JsonObject = good if isinstance(good, dict) else {}
    for name in cast("list[str]", schema.get("required", [])):
        rest: JsonObject = {key: value for key, value in base.items() if key != name}
        yield Broken("missing", rest, child("", name))
    if schema.get("additionalProperties") is False:
        name = "not_a_field"
        while name in properties:
            name += "_"
        yield Broken("unknown", {**base, name: "text"}, child("", name))
    for name, member in properties.items():
        given = [value[name] for value in known if isinstance(value, dict) and name in value]
        for broken in broken_values(cast("JsonObject", member), given):
            value = broken.value
            yield _inside(
                broken, name, value if isinstance(value, Absent) else {**base, name: value}
            )


def _broken_items(schema: JsonObject, good: Json, known: Sequence[Json]) -> Iterator[Broken]:
    items = schema.get("items")
    if not isinstance(items, dict):
        return
    rest = good[1:] if isinstance(good, list) else []
    room = schema.get("maxItems") != 0
    given = [value[0] for value in known if isinstance(value, list) and value]
    for broken in broken_values(items, given):
        value = broken.value
        yield _inside(
            broken, 0, ABSENT if isinstance(value, Absent) or not room else [value, *rest]
        )


def _broken_branches(schema: JsonObject, known: Sequence[Json], judge: Judge) -> Iterator[Broken]:
    for index, branch in enumerate(branches_of(schema)):
        for broken in broken_values(branch, known):
            kept = isinstance(broken.value, Absent) or not judge.accepts(broken.value)
            if kept and not (broken.constraint.startswith("type:") and not broken.pointer):
                yield replace(broken, constraint=f"anyOf {index} {broken.constraint}", reported="")


def _inside(broken: Broken, key: str | int, value: Json | Absent) -> Broken:
    """Return what is broken in a member as broken in the object or array around it, whose value is ``value``."""
    place = child("", key)
    return Broken(broken.constraint, value, f"{place}{broken.pointer}", f"{place}{broken.reported}")


def _half(good: Json) -> Json:
    """Return a fraction that is most likely within the bounds."""
    return good + 0.5 if isinstance(good, int) else 0.5


def _other_choices(limit: Json, schema: JsonObject, _good: Json) -> Iterator[Json]:
    """Yield values of the same type that are none of the choices."""
    choices = limit if isinstance(limit, list) else [limit]
    relaxed = {name: value for name, value in schema.items() if name not in ("enum", "const")}
    relaxed.setdefault("type", [_SAME_TYPE[type(choice)] for choice in choices[:1]])
    for choice in choices:
        if isinstance(choice, str):
            yield f"{choice}_"
        elif isinstance(choice, (int, float)) and not isinstance(choice, bool):
            yield choice + 1
    yield from islice(fitting_values(relaxed, full=False), MOST_ITEMS)
    yield "text"


def _below(limit: Json, schema: JsonObject, _good: Json) -> Iterator[Json]:
    yield from _beyond(limit, schema, -1)


def _above(limit: Json, schema: JsonObject, _good: Json) -> Iterator[Json]:
    yield from _beyond(limit, schema, 1)


def _beyond(limit: Json, schema: JsonObject, sign: int) -> Iterator[Json]:
    """Yield numbers on the limit and beyond it, the nearest first."""
    assert isinstance(limit, (int, float))
    yield limit
    step = schema.get("multipleOf")
    steps = [step] if isinstance(step, (int, float)) and not isinstance(step, bool) else [0.01]
    for width in [*steps, 1, abs(limit) / 2]:
        value = (
            round(limit + sign * width, 10) if isinstance(width, float) else limit + sign * width
        )
        yield value
        if isinstance(step, (int, float)) and math.isfinite(step) and step > 0:
            edge = math.floor(limit / step) + (0 if sign < 0 else 1)
            yield from (round((edge + sign * n) * step, 10) for n in range(2))


def _off_step(limit: Json, _schema: JsonObject, good: Json) -> Iterator[Json]:
    """Yield numbers between two multiples."""
    assert isinstance(limit, (int, float))
    start = good if isinstance(good, (int, float)) else 0
    for width in (1, -1, limit / 2, -limit / 2, limit / 4):
        yield round(start + width, 10) if isinstance(width, float) else start + width


def _shorter(limit: Json, _schema: JsonObject, good: Json) -> Iterator[Json]:
    length = cast("int", limit) - 1
    if length <= MOST_LETTERS:
        text = good if isinstance(good, str) else ""
        yield from (text[:length], text[-length:] if length else "", "x" * length)


def _longer(limit: Json, schema: JsonObject, good: Json) -> Iterator[Json]:
    length = cast("int", limit) + 1
    if length > MOST_LETTERS:
        return
    text = good if isinstance(good, str) else ""
    if "pattern" in schema:
        relaxed = {name: value for name, value in schema.items() if name != "maxLength"}
        yield from islice(fitting_values({**relaxed, "minLength": length}, full=False), 1)
        yield text + text[-1:] * (length - len(text))
    yield text.ljust(length, "x") if "x-media" in schema else "x" * length


def _unmatched(_limit: Json, _schema: JsonObject, good: Json) -> Iterator[Json]:
    text = good if isinstance(good, str) else ""
    yield from (f"{text}!", f"!{text}", text[:-1], text[1:], text.swapcase(), f" {text}")
    yield from (letter * len(text) for letter in "x0A~ é")
    yield from ("", "!", "text", "0")


def _fewer(limit: Json, schema: JsonObject, good: Json) -> Iterator[Json]:
    length = cast("int", limit) - 1
    if isinstance(good, list):
        yield good[:length]
    yield from _lists(schema, length, length)


def _more(limit: Json, schema: JsonObject, good: Json) -> Iterator[Json]:
    length = cast("int", limit) + 1
    if isinstance(good, list) and good and length <= MOST_ITEMS and not schema.get("uniqueItems"):
        yield [*good, *good[:1] * (length - len(good))]
    yield from _lists(schema, length, length)


def _lists(schema: JsonObject, low: int, high: int) -> Iterator[Json]:
    wanted: JsonObject = {**schema, "minItems": low, "maxItems": high}
    yield from islice(fitting_values(wanted, full=False), 1)


def _repeated(_limit: Json, schema: JsonObject, _good: Json) -> Iterator[Json]:
    """Yield an array that holds one item twice."""
    low = max(cast("int", schema.get("minItems", 0)), 2)
    relaxed = {name: value for name, value in schema.items() if name != "uniqueItems"}
    yield from _lists(relaxed, low, cast("int", schema.get("maxItems", low)))


_Breaker = Callable[[Json, JsonObject, Json], Iterator[Json]]
_BREAKERS: dict[str, _Breaker] = {
    "enum": _other_choices,
    "const": _other_choices,
    "minimum": _below,
    "maximum": _above,
    "exclusiveMinimum": _below,
    "exclusiveMaximum": _above,
    "multipleOf": _off_step,
    "minLength": _shorter,
    "maxLength": _longer,
    "pattern": _unmatched,
    "minItems": _fewer,
    "maxItems": _more,
    "uniqueItems": _repeated,
}
"""Makes, from a keyword's value, its node and a value that fits, values that may break it and nothing else."""
_IDLE_AT_ZERO = frozenset({"minLength", "minItems", "uniqueItems"})
_SAMPLES: dict[str, Json] = {
    "text": "text",
    "number text": "1",
    "number": 1,
    "boolean": True,
    "list": [],
    "object": {},
    "null": None,
}
_LOOKALIKES: dict[str, tuple[str, ...]] = {
    "string": ("number", "null"),
    "integer": ("number text", "fraction", "boolean", "null"),
    "number": ("number text", "boolean", "null"),
    "boolean": ("text", "number", "null"),
    "array": ("text", "object", "null"),
    "object": ("text", "list", "null"),
    "null": ("text",),
}
"""Values of another type that a loose reader takes for the type."""
_SAME_TYPE: dict[type, str] = {
    str: "string",
    int: "integer",
    float: "number",
    bool: "boolean",
    type(None): "null",
    list: "array",
    dict: "object",
}
