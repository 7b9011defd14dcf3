"""JSON Schema validation, typed: the one place that touches ``jsonschema``, and its much faster twin in Rust."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from functools import cache, lru_cache, partial
from typing import Any

import jsonschema_rs

from runcomfy_codegen.jsontypes import Json, JsonObject
from runcomfy_codegen.pointer import child

__all__ = ["Form", "Judge", "Refusal", "refusals"]


@dataclass(frozen=True, order=True, slots=True)
class Refusal:
    """One way in which a value breaks a schema: where in the value, and how."""

    pointer: str
    message: str


class Form:
    """A schema that very many values are held against; nearly all of them fit."""

    def __init__(self, schema: JsonObject) -> None:
        self.schema = schema
        self._validator = jsonschema_rs.Draft202012Validator(schema)

    def accepts(self, value: Json) -> bool:
        """Tell whether ``value`` fits; False also where only :func:`refusals` can tell, which says how it does not."""
        try:
            return self._validator.is_valid(value)
        except (ValueError, TypeError, OverflowError):
            return False


class Judge:
    """The verdicts of :func:`refusals` without its words, from the faster validator wherever both are known to agree.

    They differ in the dialect of patterns and in the arithmetic of multiples.
    """

    def __init__(self, schema: JsonObject) -> None:
        self._schema = schema
        self._fast = _fast_validator(json.dumps(schema))

    def accepts(self, value: Json) -> bool:
        """Tell whether the schema accepts ``value``; a broken one, by its pattern for example, accepts nothing."""
        if self._fast is not None:
            try:
                return self._fast.is_valid(value)
            except (ValueError, TypeError, OverflowError):
                pass
        try:
            return not refusals(self._schema, value)
        except ValueError:
            return False

    def places(self, value: Json) -> set[str] | None:
        """Return the pointers to all faults of ``value``; None if the schema is broken."""
        if self._fast is not None:
            try:
                return {_pointer(error.instance_path) for error in self._fast.iter_errors(value)}
            except (ValueError, TypeError, OverflowError):
                pass
        try:
            return {refusal.pointer for refusal in refusals(self._schema, value)}
        except ValueError:
            return None


@lru_cache(4096)
def _fast_validator(schema: str) -> jsonschema_rs.Draft202012Validator | None:
    """Return the faster validator of a schema; many fields of many models have the same."""
    known: JsonObject = json.loads(schema)
    try:
        return None if _is_doubtful(known) else jsonschema_rs.Draft202012Validator(known)
    except (ValueError, TypeError, OverflowError):
        return None


_DOUBTFUL = frozenset({"$ref", "format", "multipleOf", "pattern", "patternProperties"})


def _is_doubtful(schema: Json) -> bool:
    """Tell whether a keyword, or a name that is spelt as one, stands anywhere on which validators may differ."""
    if isinstance(schema, dict):
        return not _DOUBTFUL.isdisjoint(schema) or any(map(_is_doubtful, schema.values()))
    return isinstance(schema, list) and any(map(_is_doubtful, schema))


def refusals(schema: JsonObject, value: Json) -> list[Refusal]:
    """Return every way in which ``value`` breaks ``schema`` (draft 2020-12), sorted by place.

    References lead to the published metaschemas only; nothing is fetched.

    Raises:
        ValueError: ``schema`` is not a schema.
    """
    validator, broken = _reference()
    try:
        errors = list(validator(schema).iter_errors(value))
    except broken as error:
        raise ValueError(f"the schema itself is broken: {str(error)[:300]}") from error
    return sorted(Refusal(_pointer(error.absolute_path), str(error.message)) for error in errors)


@cache
def _reference() -> tuple[Any, tuple[type[Exception], ...]]:
    """Return the validator, and what it raises on schemas such as ``multipleOf: 0``, ``pattern: "("`` or a circle.

    It is loaded when it is first needed: where nothing is wrong, its faster twin says so.
    """
    from jsonschema import Draft202012Validator
    from jsonschema.exceptions import SchemaError, UnknownType
    from jsonschema_specifications import REGISTRY  # type: ignore[import-untyped]
    from referencing.exceptions import Unresolvable

    broken = (
        SchemaError,
        UnknownType,
        TypeError,
        ArithmeticError,
        AttributeError,
        RecursionError,
        Unresolvable,
        re.error,
    )
    return partial(Draft202012Validator, registry=REGISTRY), broken


def _pointer(path: Any) -> str:
    pointer = ""
    for token in path:
        pointer = child(pointer, token)
    return pointer
