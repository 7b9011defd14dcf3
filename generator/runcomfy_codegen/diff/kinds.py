"""JSON types as sets, and the types of which a keyword speaks."""

from __future__ import annotations

from runcomfy_codegen.jsontypes import JsonObject
from runcomfy_codegen.normalize.nodes import type_names
from runcomfy_codegen.normalize.vocabulary import JSON_TYPES

__all__ = ["accepted_types", "domain_of"]

_NONE: frozenset[str] = frozenset()
_DOMAINS: tuple[tuple[frozenset[str], frozenset[str]], ...] = (
    (frozenset({"string"}), frozenset({"minLength", "maxLength", "pattern"})),
    (
        frozenset({"integer", "number"}),
        frozenset({"minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf"}),
    ),
    (frozenset({"array"}), frozenset({"items", "minItems", "maxItems", "uniqueItems"})),
    (
        frozenset({"object"}),
        frozenset(
            {"properties", "required", "additionalProperties", "minProperties", "maxProperties"}
        ),
    ),
)


def accepted_types(schema: JsonObject) -> frozenset[str]:
    """Return the types that ``schema`` accepts; ``number`` holds ``integer``, and no type at all is every type."""
    names = frozenset(type_names(schema)) or JSON_TYPES
    return names | {"integer"} if "number" in names else names


def domain_of(keyword: str) -> frozenset[str]:
    """Return the types of which ``keyword`` speaks; empty for one that speaks of all values or of none."""
    return next((types for types, keywords in _DOMAINS if keyword in keywords), _NONE)
