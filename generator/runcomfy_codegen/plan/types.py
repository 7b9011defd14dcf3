"""Python types and readable phrases for schema nodes."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import cast

from runcomfy_codegen.jsontypes import Json, JsonObject
from runcomfy_codegen.literals import literal
from runcomfy_codegen.normalize.nodes import type_names

__all__ = ["Namer", "annotation", "branches_of", "constraints", "display_type"]

Namer = Callable[[JsonObject], str]
"""Gives the name of the class made for an object schema."""

_SCALARS = {"string": "str", "integer": "int", "number": "float", "boolean": "bool", "null": "None"}


def annotation(schema: JsonObject, name_of: Namer) -> str:
    """Return the type of the values that callers may give, as Python source."""
    if "enum" in schema or "const" in schema:
        return _literal(
            cast("list[Json]", schema["enum"]) if "enum" in schema else [schema["const"]]
        )
    branches = branches_of(schema)
    if branches:
        return " | ".join(dict.fromkeys(annotation(branch, name_of) for branch in branches))
    return " | ".join(dict.fromkeys(_named(name, schema, name_of) for name in type_names(schema)))


def branches_of(schema: JsonObject) -> list[JsonObject]:
    """Return the alternatives of a node, none for most."""
    branches = schema.get("anyOf")
    return [b for b in branches if isinstance(b, dict)] if isinstance(branches, list) else []


def _named(name: str, schema: JsonObject, name_of: Namer) -> str:
    if name == "string":
        return "FileInput" if "x-media" in schema else "str"
    if name == "array":
        return f"Sequence[{annotation(cast('JsonObject', schema['items']), name_of)}]"
    if name == "object":
        class_name = name_of(schema)
        return f"{class_name} | {class_name}Dict"
    return _SCALARS[name]


def _literal(values: list[Json]) -> str:
    """Return a Literal of the choices; floats, which Literal cannot hold, widen to ``float``."""
    if any(isinstance(value, float) for value in values):
        return "float"
    nulls = " | None" if None in values else ""
    shown = ", ".join(literal(value) for value in values if value is not None)
    return f"Literal[{shown}]{nulls}"


def display_type(schema: JsonObject) -> str:
    """Return the type in words."""
    if "x-media" in schema:
        return str(schema["x-media"])
    items = schema.get("items")
    if isinstance(items, dict):
        return f"list of {display_type(items)}"
    branches = branches_of(schema)
    if branches:
        return " or ".join(dict.fromkeys(display_type(branch) for branch in branches))
    return " or ".join(type_names(schema))


def constraints(schema: JsonObject) -> tuple[str, ...]:
    """Return the node's constraints as short phrases."""
    phrases: list[str] = []
    values = schema.get("enum")
    if isinstance(values, list):
        phrases.append(
            "one of " + ", ".join(json.dumps(value, ensure_ascii=False) for value in values)
        )
    low, high = schema.get("minimum"), schema.get("maximum")
    if low is not None and high is not None:
        phrases.append(f"{low} to {high}")
    else:
        phrases += [f"at least {low}"] if low is not None else []
        phrases += [f"at most {high}"] if high is not None else []
    phrases += _range(schema, "minItems", "maxItems", "items")
    phrases += _range(schema, "minLength", "maxLength", "characters")
    for key, words in (
        ("exclusiveMinimum", "more than {}"),
        ("exclusiveMaximum", "less than {}"),
        ("multipleOf", "a multiple of {}"),
        ("pattern", "matching {}"),
    ):
        if key in schema:
            phrases.append(words.format(schema[key]))
    return (*phrases, *_media_rules(schema), *_media_rules(schema.get("items")))


def _media_rules(schema: Json) -> Iterator[str]:
    """Yield the service's rules for media, in its own words where it has some."""
    rules = schema.get("x-validations") if isinstance(schema, dict) else None
    for rule in rules if isinstance(rules, list) else ():
        if isinstance(rule, dict) and "rule" in rule:
            words = " ".join(str(rule.get("message") or "").split())[:300]
            if words or rule.get("value") is not None:
                yield words or f"{rule['rule']} {rule['value']}"


def _range(schema: JsonObject, low_key: str, high_key: str, unit: str) -> list[str]:
    low, high = schema.get(low_key), schema.get(high_key)
    if low and high:
        return [f"{low} to {high} {unit}"]
    if high is not None:
        return [f"at most {high} {unit}"]
    return [f"at least {low} {unit}"] if low else []
