"""Find the objects inside an input schema."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import cast

from runcomfy_codegen.jsontypes import JsonObject
from runcomfy_codegen.plan.types import branches_of
from runcomfy_codegen.pointer import child

__all__ = ["InnerObject", "inner_objects", "property_pointer"]


@dataclass(frozen=True, slots=True)
class InnerObject:
    """One object inside an input schema.

    Attributes:
        pointer: Where its schema stands in the input schema.
        words: The wire names that lead to it, ``item`` for a step into a list.
        schema: Its schema.
    """

    pointer: str
    words: str
    schema: JsonObject


def inner_objects(schema: JsonObject, pointer: str = "", words: str = "") -> Iterator[InnerObject]:
    """Yield the objects inside ``schema``, deepest first."""
    properties = schema.get("properties")
    for wire, member in properties.items() if isinstance(properties, dict) else ():
        place = property_pointer(pointer, wire)
        yield from _objects_at(cast("JsonObject", member), place, f"{words} {wire}")


def property_pointer(pointer: str, wire: str) -> str:
    """Return the pointer of the property ``wire`` of the object schema at ``pointer``."""
    return child(child(pointer, "properties"), wire)


def _objects_at(schema: JsonObject, pointer: str, words: str) -> Iterator[InnerObject]:
    items = schema.get("items")
    if isinstance(items, dict):
        yield from _objects_at(items, child(pointer, "items"), f"{words} item")
    for index, branch in enumerate(branches_of(schema)):
        yield from _objects_at(branch, child(child(pointer, "anyOf"), index), words)
    if "properties" in schema:
        yield from inner_objects(schema, pointer, words)
        yield InnerObject(pointer, words, schema)
