"""Walk the nodes of an input schema, also while it is not a schema yet."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TypeGuard

from runcomfy_codegen.jsontypes import Json, JsonObject
from runcomfy_codegen.pointer import child

__all__ = ["SchemaNode", "is_property_map", "type_names", "walk_schema"]

INPUT = "/input_schema"
_SUBSCHEMAS = frozenset({"items", "properties", "additionalProperties", "default", "not"})
"""Keywords whose values are objects; a node of these alone is a schema that lacks its type."""


@dataclass(frozen=True, slots=True)
class SchemaNode:
    """One schema object and its place.

    Attributes:
        pointer: Where it stands in the document.
        schema: The live object; rules read it and yield edits instead of changing it.
        name: The property's name; for items, the name of the array; empty for the root.
        required: Whether an object requires it; false for items.
        role: ``root``, ``property``, ``items``, or ``branch`` of an ``anyOf``.
    """

    pointer: str
    schema: JsonObject
    name: str
    required: bool
    role: str

    def at(self, key: str) -> str:
        """Return the pointer of a member of this node."""
        return child(self.pointer, key)


def walk_schema(document: JsonObject) -> Iterator[SchemaNode]:
    """Yield every schema node of the document's input, parents first, in document order."""
    root = document.get("input_schema")
    if isinstance(root, dict):
        yield from _walk(SchemaNode(INPUT, root, "", False, "root"))


def _walk(node: SchemaNode) -> Iterator[SchemaNode]:
    yield node
    if node.role != "root" and is_property_map(node.schema):
        return
    yield from _walk_properties(node.pointer, node.schema, node.schema.get("properties"))
    items, branches = node.schema.get("items"), node.schema.get("anyOf")
    if isinstance(items, dict):
        yield from _walk(SchemaNode(node.at("items"), items, node.name, False, "items"))
    for index, branch in enumerate(branches if isinstance(branches, list) else []):
        if isinstance(branch, dict):
            place = child(node.at("anyOf"), index)
            yield from _walk(SchemaNode(place, branch, node.name, node.required, "branch"))


def _walk_properties(pointer: str, schema: JsonObject, properties: Json) -> Iterator[SchemaNode]:
    if not isinstance(properties, dict):
        return
    required = schema.get("required")
    names = required if isinstance(required, list) else []
    base = child(pointer, "properties")
    for name, member in list(properties.items()):
        if isinstance(member, dict):
            place = child(base, name)
            yield from _walk(SchemaNode(place, member, name, name in names, "property"))


def type_names(schema: JsonObject) -> list[str]:
    """Return the node's types as a list, empty when it has none."""
    kind = schema.get("type")
    if isinstance(kind, str):
        return [kind]
    return [name for name in kind if isinstance(name, str)] if isinstance(kind, list) else []


def is_property_map(value: Json) -> TypeGuard[JsonObject]:
    """Tell whether ``value`` maps property names straight to their schemas, without ``properties`` around it."""
    return (
        isinstance(value, dict)
        and not set(value) <= _SUBSCHEMAS
        and all(isinstance(member, dict) for member in value.values())
        and any(
            isinstance(member, dict) and isinstance(member.get("type"), (str, list))
            for member in value.values()
        )
    )
