"""JSON Schema validation, typed: the one place that touches ``jsonschema``."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any, cast

from jsonschema import Draft202012Validator
from jsonschema.exceptions import SchemaError, UnknownType
from jsonschema_specifications import REGISTRY  # type: ignore[import-untyped]
from referencing.exceptions import Unresolvable

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

    References lead to the published metaschemas only; nothing is fetched.

    Raises:
        ValueError: ``schema`` is not a schema.
    """
    validator = cast(Any, Draft202012Validator(schema, registry=REGISTRY))
    try:
        errors = list(validator.iter_errors(value))
    except _BROKEN as error:
        raise ValueError(f"the schema itself is broken: {str(error)[:300]}") from error
    return sorted(Refusal(_pointer(error.absolute_path), str(error.message)) for error in errors)


_BROKEN = (
    SchemaError,
    UnknownType,
    TypeError,
    ArithmeticError,
    AttributeError,
    RecursionError,
    Unresolvable,
    re.error,
)
"""What ``jsonschema`` raises on schemas such as ``multipleOf: 0``, ``pattern: "("`` or a circular ``$ref``."""


def _pointer(path: Any) -> str:
    pointer = ""
    for token in path:
        pointer = child(pointer, token)
    return pointer
