"""The form in which specs are compared: what says the same is equal, what says anything else is not."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping

from runcomfy_codegen.jsontypes import Json, JsonObject
from runcomfy_codegen.normalize.nodes import type_names
from runcomfy_codegen.pointer import Absent
from runcomfy_codegen.spec import ModelSpec

__all__ = ["choices", "facts", "same", "value_key"]


def facts(spec: ModelSpec) -> JsonObject:
    """Return the facts and texts of a spec without what JSON Schema gives no meaning.

    The order of ``required`` and of type lists, ``1.0`` for ``1``, an empty ``required`` or ``properties``, and
    ``const`` for a list of one choice make no difference; an infinite number, which JSON has not, becomes a
    text. Provenance (sources, fixes, open points) is left out: it says how the facts were found.
    """
    document = {name: _plain(value) for name, value in spec.document.items()}
    for name in ("input_schema", "output_schema"):
        document[name] = _schema(document[name])
    return document


def value_key(value: Json | Absent) -> str:
    """Return a text that is equal for equal JSON values only; ``true`` is not ``1``."""
    return "" if isinstance(value, Absent) else json.dumps(value, sort_keys=True)


def same(before: Json | Absent, after: Json | Absent) -> bool:
    """Tell whether two values in the form of :func:`facts` are equal."""
    return value_key(before) == value_key(after)


def choices(schema: Mapping[str, Json]) -> dict[str, Json] | None:
    """Return the enum's values by key, or None when all values are allowed."""
    values = schema.get("enum")
    return {value_key(value): value for value in values} if isinstance(values, list) else None


def _plain(value: Json) -> Json:
    if isinstance(value, float):
        return int(value) if value.is_integer() else value if math.isfinite(value) else str(value)
    if isinstance(value, dict):
        return {name: _plain(member) for name, member in value.items()}
    return [_plain(item) for item in value] if isinstance(value, list) else value


def _schema(value: Json) -> Json:
    if not isinstance(value, dict):
        return value
    schema = dict(value)
    names = type_names(schema)
    if names:
        schema["type"] = names[0] if len(names) == 1 else [*sorted(names)]
    if "const" in schema and "enum" not in schema:
        schema["enum"] = [schema.pop("const")]
    required = schema.get("required")
    if isinstance(required, list):
        schema["required"] = [*sorted({str(name) for name in required})]
    properties = schema.get("properties")
    if isinstance(properties, dict):
        schema["properties"] = {name: _schema(member) for name, member in properties.items()}
    for name in ("required", "properties"):
        if name in schema and not schema[name]:
            del schema[name]
    for name in ("items", "additionalProperties"):
        if name in schema:
            schema[name] = _schema(schema[name])
    branches = schema.get("anyOf")
    if isinstance(branches, list):
        schema["anyOf"] = [_schema(branch) for branch in branches]
    return schema
