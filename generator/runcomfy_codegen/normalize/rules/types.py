"""Rules for type words, missing types and missing items."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from runcomfy_codegen.jsontypes import MEDIA_KINDS, Json, JsonObject
from runcomfy_codegen.normalize.nodes import SchemaNode, type_names
from runcomfy_codegen.normalize.registry import Change, Edit, schema_rule

ALIASES: Mapping[str, str] = {
    "float": "number",
    "double": "number",
    "decimal": "number",
    "int": "integer",
    "long": "integer",
    "str": "string",
    "text": "string",
    "bool": "boolean",
    "list": "array",
    "tuple": "array",
    "dict": "object",
    "map": "object",
    "none": "null",
}
"""Type words of programming languages and what JSON Schema calls them; compared in lower case."""


@schema_rule(
    "type-media", "The type names a kind of media; what is sent is a link to it, a string."
)
def name_media_types(node: SchemaNode) -> Iterator[Change]:
    """Turn ``type: image`` and its kin into a string with ``x-media``."""
    kind = node.schema.get("type")
    if isinstance(kind, str) and kind.strip().lower() in MEDIA_KINDS:
        yield Edit(node.at("type"), "string")
        yield Edit(node.at("x-media"), kind.strip().lower())


@schema_rule(
    "type-alias",
    "JSON Schema knows string, integer, number, boolean, array, object and null; the page uses another word.",
)
def rename_types(node: SchemaNode) -> Iterator[Change]:
    """Replace type words such as ``float`` by JSON Schema's, also inside type lists."""
    kind = node.schema.get("type")
    if isinstance(kind, str):
        known = _canonical(kind)
        if known != kind:
            yield Edit(node.at("type"), known)
    elif isinstance(kind, list) and kind and all(isinstance(name, str) for name in kind):
        names: list[Json] = []
        for name in kind:
            known = _canonical(str(name))
            if known not in names:
                names.append(known)
        renamed: Json = names[0] if len(names) == 1 else names
        if renamed != kind:
            yield Edit(node.at("type"), renamed)


def _canonical(word: str) -> str:
    lowered = word.strip().lower()
    return ALIASES.get(lowered, lowered)


@schema_rule(
    "type-missing",
    "The property has no type; its enum, items or default values all have one and the same.",
    "derive",
)
def infer_missing_type(node: SchemaNode) -> Iterator[Change]:
    """Give a node without type the one that all its own values have."""
    if "type" in node.schema:
        return
    if "items" in node.schema:
        yield Edit(node.at("type"), "array")
        return
    values = node.schema.get("enum")
    if not isinstance(values, list) or not values:
        default = node.schema.get("default")
        values = [] if default is None or isinstance(default, (list, dict)) else [default]
    names = {type_of(value) for value in values}
    if len(names) == 1:
        yield Edit(node.at("type"), names.pop())


def type_of(value: Json) -> str:
    """Return the JSON Schema type of ``value``."""
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "boolean"
    if isinstance(value, int):
        return "integer"
    if isinstance(value, float):
        return "number"
    if isinstance(value, str):
        return "string"
    return "array" if isinstance(value, list) else "object"


@schema_rule(
    "items-missing",
    "The array does not say what its items are; its samples or its format show it.",
    "derive",
)
def infer_missing_items(node: SchemaNode) -> Iterator[Change]:
    """Describe the items of an array from its media format or from the type of its samples."""
    if "array" not in type_names(node.schema) or isinstance(node.schema.get("items"), dict):
        return
    word = node.schema.get("items")
    if isinstance(word, str):
        yield Edit(node.at("items"), {"type": word}, "The items are given as a type word.")
        return
    if str(node.schema.get("format", "")).endswith("_uris"):
        yield Edit(node.at("items"), {"type": "string"})
        return
    samples = node.schema.get("default")
    names = {type_of(sample) for sample in samples} if isinstance(samples, list) else set[str]()
    if len(names) == 1 and names <= {"string", "integer", "number", "boolean"}:
        items: JsonObject = {"type": names.pop()}
        yield Edit(node.at("items"), items)
