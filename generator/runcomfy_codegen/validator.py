"""JSON Schema validation, typed: the one place that touches ``jsonschema``."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, cast

from jsonschema import Draft202012Validator
from jsonschema.exceptions import SchemaError

from runcomfy_codegen.jsontypes import Json, JsonObject
from runcomfy_codegen.pointer import child

__all__ = ["Refusal", "refusals"]


@dataclass(frozen=True, order=True, slots=True)
class Refusal:
    """One way in which a value breaks a schema: where in the value, and how."""

    pointer: str
    message: str


def refusals(schema: JsonObject, value: Json) -> list[Refusal]:
    """Return every way in which ``value`` breaks ``schema`` (draft 2020-12), sorted by place.

    Raises:
        ValueError: ``schema`` is not a schema.
    """
    validator = cast(Any, Draft202012Validator(schema))
    try:
        errors = list(validator.iter_errors(value))
    except (SchemaError, TypeError) as error:
        raise ValueError(f"the schema itself is broken: {error}") from error
    return sorted(Refusal(_pointer(error.absolute_path), str(error.message)) for error in errors)


def _pointer(path: Any) -> str:
    pointer = ""
    for token in path:
        pointer = child(pointer, token)
    return pointer
