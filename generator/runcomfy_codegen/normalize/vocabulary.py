"""What a normalized input schema may contain; everything else is an oddity that no rule knows."""

from __future__ import annotations

import json
from collections.abc import Iterator

from runcomfy_codegen.errors import visible
from runcomfy_codegen.jsontypes import MEDIA_KINDS, Json, JsonObject
from runcomfy_codegen.normalize.nodes import SchemaNode, type_names, walk_schema

__all__ = ["JSON_TYPES", "KEYWORDS", "find_unknown"]

JSON_TYPES = frozenset({"string", "integer", "number", "boolean", "array", "object", "null"})
KEYWORDS = frozenset(
    {
        "type",
        "title",
        "description",
        "enum",
        "const",
        "default",
        "examples",
        "minimum",
        "maximum",
        "exclusiveMinimum",
        "exclusiveMaximum",
        "multipleOf",
        "minLength",
        "maxLength",
        "pattern",
        "anyOf",
        "items",
        "minItems",
        "maxItems",
        "uniqueItems",
        "properties",
        "required",
        "additionalProperties",
        "x-media",
        "x-widget",
        "x-validations",
    }
)


def find_unknown(document: JsonObject) -> Iterator[tuple[str, str]]:
    """Yield the pointer and a sentence for every part of the input schema that the vocabulary does not cover."""
    root = document.get("input_schema")
    if not isinstance(root, dict) or root.get("type") != "object":
        yield "/input_schema", "the input schema is not an object schema"
        return
    for node in walk_schema(document):
        for keyword in sorted(set(node.schema) - KEYWORDS):
            yield node.at(keyword), f"the keyword {keyword!r} is not known"
        yield from _check_type(node)
        yield from _check_structure(node)


def _check_type(node: SchemaNode) -> Iterator[tuple[str, str]]:
    names = type_names(node.schema)
    if not names and not _has_branches(node.schema):
        shown = json.dumps(node.schema.get("type"), ensure_ascii=False, sort_keys=True)[:60]
        yield node.at("type"), f"there is no type that can be used (it is {shown})"
    for name in names:
        if name not in JSON_TYPES:
            yield node.at("type"), f"the type {name[:60]!r} is not known"
    media = node.schema.get("x-media")
    if media is not None and (media not in MEDIA_KINDS or "string" not in names):
        yield node.at("x-media"), "x-media must name a media kind and stand on a string"


def _has_branches(schema: JsonObject) -> bool:
    branches = schema.get("anyOf")
    return (
        isinstance(branches, list)
        and all(isinstance(branch, dict) for branch in branches)
        and bool(branches)
    )


def _check_structure(node: SchemaNode) -> Iterator[tuple[str, str]]:
    names = type_names(node.schema)
    if "array" in names and not isinstance(node.schema.get("items"), dict):
        yield node.at("items"), "the array does not say what its items are"
    properties = node.schema.get("properties")
    if "object" in names and not properties and (node.role != "root" or properties is None):
        yield node.at("properties"), "the object does not say what its properties are"
    yield from _check_members(node, properties)


def _check_members(node: SchemaNode, properties: Json) -> Iterator[tuple[str, str]]:
    if properties is None:
        return
    if not isinstance(properties, dict):
        yield node.at("properties"), "properties is not an object"
        return
    for name, member in properties.items():
        if not name or visible(name) != name:
            yield node.at(
                "properties"
            ), f"the property name {name[:60]!r} is none that can be typed"
        if not isinstance(member, dict):
            yield node.at("properties"), f"the property {name[:60]!r} is not described by an object"
    required = node.schema.get("required")
    for wanted in required if isinstance(required, list) else ():
        if wanted not in list(properties):
            yield node.at("required"), f"the required {str(wanted)[:60]!r} is no property"
