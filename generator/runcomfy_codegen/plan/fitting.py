"""Make values that fit a schema: the docs' own where they fit, else invented within the bounds."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterator, Sequence
from fractions import Fraction
from itertools import islice
from typing import cast
from urllib.parse import quote

from runcomfy_codegen.jsontypes import Json, JsonObject, MediaKind
from runcomfy_codegen.normalize.medium import media_kind
from runcomfy_codegen.normalize.nodes import type_names
from runcomfy_codegen.plan.patterns import matching_texts
from runcomfy_codegen.plan.types import branches_of
from runcomfy_codegen.pointer import ABSENT, Absent
from runcomfy_codegen.validator import Judge

__all__ = [
    "MOST_ITEMS",
    "MOST_LETTERS",
    "accepts",
    "fits",
    "fitting_value",
    "fitting_values",
    "sendable",
]

MOST_ITEMS = 1_000
MOST_LETTERS = 100_000
"""Longer lists and texts are not made."""

_FOLDER = "https://files.example.com/"
_NAMES: dict[MediaKind, str] = {
    "image": "in.png",
    "video": "in.mp4",
    "audio": "in.wav",
    "file": "in.bin",
}
_LINK = re.compile(r"(https?://|data:)", re.IGNORECASE)
_TRIES = 40


def fits(schema: JsonObject, value: Json) -> bool:
    """Tell whether ``schema`` accepts ``value``, and, where media are taken, whether it is a link."""
    unlinked = isinstance(value, str) and _medium(schema) and not _LINK.match(value)
    return not unlinked and accepts(schema, value)


def accepts(schema: JsonObject, value: Json) -> bool:
    """Tell whether ``schema`` accepts ``value``; one that is broken, by its pattern for example, accepts nothing."""
    return Judge(schema).accepts(value)


def fitting_value(schema: JsonObject, known: Sequence[Json] = (), *, full: bool) -> Json | Absent:
    """Return a value that ``schema`` accepts, or :data:`ABSENT` if none is found.

    Args:
        schema: A node of an input schema.
        known: Values that the docs give for this place, best first.
        full: Whether objects get all their members, or those only that they require.
    """
    return next(fitting_values(schema, known, full=full), ABSENT)


def fitting_values(schema: JsonObject, known: Sequence[Json] = (), *, full: bool) -> Iterator[Json]:
    """Yield values that ``schema`` accepts, best first and null last."""
    nulls = False
    for value in _candidates(schema, _known(schema, known), full):
        if value is None:
            nulls = True
        elif fits(schema, value):
            yield value
    if nulls and fits(schema, None):
        yield None


def sendable(schema: JsonObject, value: Json) -> Json:
    """Return ``value`` as a client sends it: whole floats as integers, and links where the docs name bare files."""
    if isinstance(value, float) and value.is_integer():
        return int(value)
    kind = _medium(schema)
    if isinstance(value, str) and kind and not _LINK.match(value):
        return _FOLDER + quote(value.encode("utf-8", "replace"), safe="") if value else _link(kind)
    for branch in branches_of(schema):
        value = sendable(branch, value)
    items, properties = schema.get("items"), schema.get("properties")
    if isinstance(value, list):
        inner = items if isinstance(items, dict) else {}
        return [sendable(inner, item) for item in value]
    if isinstance(value, dict):
        members = cast("dict[str, JsonObject]", properties or {})
        return {name: sendable(members.get(name, {}), item) for name, item in value.items()}
    return value


def _medium(schema: JsonObject) -> MediaKind | None:
    """Return the kind of media that texts at this place must link to."""
    kinds: list[MediaKind | None] = [media_kind(schema.get("x-media"))]
    kinds += map(_medium, branches_of(schema))
    return next((kind for kind in kinds if kind is not None), None)


def _link(kind: MediaKind) -> str:
    return f"{_FOLDER}{_NAMES[kind]}"


def _known(schema: JsonObject, known: Sequence[Json]) -> list[Json]:
    """Return the values that the docs give for a node, best first."""
    examples = schema.get("examples")
    listed = [*known, *(examples if isinstance(examples, list) else [])]
    return [*listed, *([schema["default"]] if "default" in schema else [])]


def _candidates(schema: JsonObject, known: list[Json], full: bool) -> Iterator[Json]:
    yield from _objects(schema, known, full)
    yield from _arrays(schema, known, full)
    yield from (sendable(schema, value) for value in known if not isinstance(value, dict))
    choices = schema.get("enum")
    yield from (sendable({}, value) for value in (choices if isinstance(choices, list) else []))
    if "const" in schema:
        yield sendable({}, schema["const"])
    for branch in branches_of(schema):
        yield from islice(fitting_values(branch, known, full=full), _TRIES)
    for name in type_names(schema):
        if name == "string":
            yield from _texts(schema)
        elif name in ("integer", "number"):
            yield from _numbers(schema, whole=name == "integer")
        elif name == "boolean":
            yield from (True, False)
        elif name == "null":
            yield None


def _objects(schema: JsonObject, known: list[Json], full: bool) -> Iterator[Json]:
    """Yield the object with the wanted members, each with the best value; members without a value are left out."""
    properties = schema.get("properties")
    if not isinstance(properties, dict):
        return
    required = cast("list[str]", schema.get("required", []))
    made: JsonObject = {}
    for name in properties if full else [name for name in properties if name in required]:
        given = [value[name] for value in known if isinstance(value, dict) and name in value]
        value = fitting_value(cast("JsonObject", properties[name]), given, full=full)
        if not isinstance(value, Absent):
            made[name] = value
    yield made


def _arrays(schema: JsonObject, known: list[Json], full: bool) -> Iterator[Json]:
    """Yield an array of at least one item, with the docs' items in front."""
    items = schema.get("items")
    if not isinstance(items, dict):
        return
    lists = [value for value in known if isinstance(value, list) and value]
    given = lists[0] if lists else list[Json]()
    low = cast("int", schema.get("minItems", 0))
    high = cast("int", schema.get("maxItems", MOST_ITEMS))
    if low > MOST_ITEMS:
        return
    length = min(max(low, len(given) if full else 1, 1), max(low, high))
    unique = schema.get("uniqueItems") is True
    made: list[Json] = []
    for index in range(length):
        choices = fitting_values(items, given[index : index + 1], full=full)
        made += islice((c for c in choices if not unique or c not in made), 1)
    yield made
    if not low:
        yield []


def _texts(schema: JsonObject) -> Iterator[Json]:
    """Yield texts within the length, all different."""
    low = cast("int", schema.get("minLength", 0))
    high = cast("int", schema.get("maxLength", MOST_LETTERS))
    if low > MOST_LETTERS:
        return
    kind = media_kind(schema.get("x-media"))
    stems = [_link(kind), "http://a"] if kind else ["text"]
    pattern = schema.get("pattern")
    if isinstance(pattern, str):
        stems = [*matching_texts(pattern), *stems]
    for number in range(_TRIES):
        for stem in stems:
            text = f"{stem}{number + 1 if number else ''}"
            yield text.ljust(low, "x")[: max(high, 0)]


def _numbers(schema: JsonObject, *, whole: bool) -> Iterator[Json]:
    """Yield numbers within the bounds, plain ones first; exact in the arithmetic of ``multipleOf``."""
    low = _bound(schema, ("minimum", "exclusiveMinimum"), max)
    high = _bound(schema, ("maximum", "exclusiveMaximum"), min)
    step = _exact(schema.get("multipleOf"))
    step = step if step is not None and step > 0 else Fraction(1)
    start = low if low is not None else Fraction(0)
    if low is None and high is not None:
        start = min(start, high - 2 * step)
    first = math.ceil(start / step)
    exact: list[Fraction] = [Fraction(1), *((first + n) * step for n in range(_TRIES))]
    if not whole:
        middle = (low + high) / 2 if low is not None and high is not None else None
        exact += [value for value in (Fraction(1, 2), middle) if value is not None]
    exact += [bound for bound in (low, high) if bound is not None]
    for value in exact:
        if value.denominator == 1:
            yield int(value)
        elif not whole and abs(value) < 10**300:
            yield float(value)


def _bound(
    schema: JsonObject, names: tuple[str, str], pick: Callable[[list[Fraction]], Fraction]
) -> Fraction | None:
    values = [_exact(schema.get(name)) for name in names]
    known = [value for value in values if value is not None]
    return pick(known) if known else None


def _exact(value: Json) -> Fraction | None:
    """Return a JSON number as people read it: 0.1 is a tenth."""
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return None
    return Fraction(repr(value)) if math.isfinite(value) else None
