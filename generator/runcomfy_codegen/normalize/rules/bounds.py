"""Rules for numeric bounds, lengths and enums."""

from __future__ import annotations

import math
from collections.abc import Iterator

from runcomfy_codegen.jsontypes import Json
from runcomfy_codegen.normalize.nodes import SchemaNode, type_names
from runcomfy_codegen.normalize.registry import Change, Edit, schema_rule
from runcomfy_codegen.normalize.rules.types import type_of

_NUMERIC = ("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf")
_COUNTS = ("minLength", "maxLength", "minItems", "maxItems")


@schema_rule("bound-number", "The bound is written as a string; JSON Schema wants a number.")
def read_string_bounds(node: SchemaNode) -> Iterator[Change]:
    """Turn bounds and counts given as numeric strings into numbers."""
    for key in (*_NUMERIC, *_COUNTS):
        value = node.schema.get(key)
        number = read_number(value) if isinstance(value, str) else None
        if number is not None:
            yield Edit(node.at(key), number)
        elif isinstance(value, float) and key in _COUNTS and value.is_integer():
            yield Edit(node.at(key), int(value), "A count is written as a float.")


@schema_rule("bound-null", "A null bound bounds nothing.")
def drop_null_bounds(node: SchemaNode) -> Iterator[Change]:
    """Remove bounds and counts that are null or blank."""
    for key in (*_NUMERIC, *_COUNTS):
        if key in node.schema and node.schema[key] in (None, ""):
            yield Edit(node.at(key))


@schema_rule("enum-empty", "An empty list of choices would refuse everything.")
def drop_empty_enums(node: SchemaNode) -> Iterator[Change]:
    """Remove enums that are empty or null."""
    if "enum" in node.schema and node.schema["enum"] in (None, []):
        yield Edit(node.at("enum"))


@schema_rule("enum-repeated", "A choice stands twice.")
def drop_repeated_choices(node: SchemaNode) -> Iterator[Change]:
    """Keep the first of equal enum values."""
    values = node.schema.get("enum")
    if not isinstance(values, list):
        return
    kept: list[Json] = []
    for value in values:
        if not any(type_of(value) == type_of(other) and value == other for other in kept):
            kept.append(value)
    if len(kept) != len(values):
        yield Edit(node.at("enum"), kept)


@schema_rule(
    "enum-types",
    "The choices are not all of the declared type; the service lists them, so the type follows.",
)
def widen_type_to_enum(node: SchemaNode) -> Iterator[Change]:
    """Make the declared type cover the types of all enum values."""
    values, names = node.schema.get("enum"), type_names(node.schema)
    if not isinstance(values, list) or not values or not names:
        return
    found: list[str] = []
    for value in values:
        name = type_of(value)
        if name not in found and not (name == "integer" and "number" in names):
            found.append(name)
    if any(name not in names for name in found):
        widened: list[Json] = [*names, *(name for name in found if name not in names)]
        kept: list[Json] = [name for name in widened if name in found] or widened
        yield Edit(node.at("type"), kept[0] if len(kept) == 1 else kept)


def read_number(text: str) -> int | float | None:
    """Return the number that ``text`` spells, or None."""
    try:
        return int(text)
    except ValueError:
        pass
    try:
        number = float(text)
    except ValueError:
        return None
    return number if math.isfinite(number) else None
