"""Base class of the generated input classes, and the translation of their validation errors into faults."""

from __future__ import annotations

import functools
import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from difflib import get_close_matches
from typing import Any, ClassVar, Final, Literal, cast, get_args, get_origin

from pydantic import BaseModel, ConfigDict, ValidationError, ValidationInfo, field_validator
from pydantic_core import PydanticCustomError

from .errors import Fault

__all__ = ["InputModel", "find_faults", "plain"]

_SHOWN = 80


class InputModel(BaseModel):
    """Base of every generated input class: strict, closed, addressed by the service's own field names."""

    model_config: ClassVar[ConfigDict] = ConfigDict(
        strict=True,
        extra="forbid",
        validate_by_alias=True,
        validate_by_name=True,
        hide_input_in_errors=True,
        protected_namespaces=(),
        regex_engine="python-re",
    )

    __nullable__: ClassVar[frozenset[str]] = frozenset()
    """Wire names of the fields whose schema allows null; an optional field that is none of them is left out instead."""

    __unique__: ClassVar[frozenset[tuple[str, int]]] = frozenset()
    """Wire names of fields with lists that must not hold an item twice, and how many lists these lie deep in."""

    @field_validator("*", mode="before")
    @classmethod
    def _refuse_lookalikes(cls, value: object, info: ValidationInfo) -> object:
        """Refuse what pydantic takes for fitting and JSON Schema does not: null, and a truth value for 0 or 1.

        A truth value inside a list becomes a value that fits nothing, so that the fault is found at its place.
        """
        name = info.field_name or ""
        wire = cls.model_fields[name].alias or name
        if value is None and wire not in cls.__nullable__:
            raise PydanticCustomError("null", "must not be null; leave the field out instead")
        if any(field == wire and _has_repeats(value, depth) for field, depth in cls.__unique__):
            raise PydanticCustomError("unique", "must not hold the same item twice")
        depths = _depths_of_bools(cls, name)
        if isinstance(value, bool) and 0 not in depths:
            raise PydanticCustomError("bool", "must not be true or false")
        return _without_bools(value, depths)


def _without_bools(value: object, allowed: frozenset[int], depth: int = 0) -> object:
    """Return ``value`` with what fits nothing for each truth value that lies as deep in lists as none may."""
    if isinstance(value, list):
        items = cast("list[object]", value)
        return [_without_bools(item, allowed, depth + 1) for item in items]
    return _FITS_NOTHING if isinstance(value, bool) and depth not in allowed else value


_FITS_NOTHING: Final = object()


def _has_repeats(value: object, depth: int) -> bool:
    """Tell whether a list at ``depth`` has two items that are equal as JSON, in which true is not 1."""
    if not isinstance(value, list):
        return False
    items = cast("list[object]", value)
    if depth:
        return any(_has_repeats(item, depth - 1) for item in items)
    return len({json.dumps(item, sort_keys=True, default=repr) for item in items}) < len(items)


@functools.lru_cache(maxsize=4096)
def _depths_of_bools(model: type[InputModel], name: str) -> frozenset[int]:
    return frozenset(_bool_depths(model.model_fields[name].annotation))


def _bool_depths(annotation: object, depth: int = 0) -> Iterator[int]:
    """Yield how many lists deep ``annotation`` takes truth values."""
    origin, parts = get_origin(annotation), get_args(annotation)
    if annotation is bool or (
        origin is Literal and any(isinstance(choice, bool) for choice in parts)
    ):
        yield depth
    for part in parts if origin is not Literal else ():
        yield from _bool_depths(part, depth + (origin is list))


def whole_numbers(value: object) -> object:
    """Return ``value`` with floats such as 2.0 as integers, which they are to JSON Schema."""
    if isinstance(value, float) and value.is_integer():
        return int(value)
    if isinstance(value, Mapping):
        members = cast("Mapping[object, object]", value)
        return {name: whole_numbers(member) for name, member in members.items()}
    if isinstance(value, list):
        return [whole_numbers(item) for item in cast("list[object]", value)]
    return value


def plain(model: InputModel) -> dict[str, Any]:
    """Return what the user set on ``model``, in the service's field names."""
    return model.model_dump(by_alias=True, exclude_unset=True)


def find_faults(model: type[InputModel], payload: Mapping[str, Any]) -> list[Fault]:
    """Return all faults of ``payload`` as an input of ``model``, in document order; empty when it fits."""
    try:
        model.model_validate(whole_numbers(payload), by_alias=True, by_name=False)
    except ValidationError as error:
        merged: dict[str, Fault] = {}
        for detail in error.errors(include_url=False, include_context=False):
            fault = _fault(detail["type"], detail["msg"], detail["loc"], payload, model)
            earlier = merged.get(fault.path)
            if earlier is None:
                merged[fault.path] = fault
            elif fault.message not in earlier.message:
                message = f"{earlier.message}; or: {fault.message}"
                merged[fault.path] = Fault(fault.path, message, earlier.value_repr)
        return list(merged.values())
    return []


def _fault(
    kind: str, message: str, loc: Sequence[int | str], payload: object, model: type[InputModel]
) -> Fault:
    """Translate one pydantic error; parts of ``loc`` that only name a union's member are left out."""
    parts: list[str] = []
    here = payload
    names_absent = kind in ("missing", "extra_forbidden")
    for position, part in enumerate(loc):
        inside, below = _descend(here, part)
        if not inside and not (names_absent and position == len(loc) - 1):
            continue
        here = below
        parts.append(str(part).replace("~", "~0").replace("/", "~1"))
    path = "".join(f"/{part}" for part in parts)
    if kind == "missing":
        return Fault(path, "is required")
    if kind == "extra_forbidden":
        hint = _hint(parts[-1], _names_in(model, parts[:-1]))
        return Fault(path, f"is not a field of this model{hint}", shorten(here))
    if kind == "literal_error" and isinstance(here, str):
        message += _hint(here, re.findall(r"'([^']*)'", message))
    return Fault(path, message[:1].lower() + message[1:], shorten(here))


def _hint(given: str, known: Iterable[str]) -> str:
    """Return a clause that names the nearest of ``known``, whatever its case; empty when none is near."""
    by_loose_name = {name.casefold(): name for name in known}
    near = get_close_matches(given.casefold(), by_loose_name, n=1)
    return f"; did you mean {by_loose_name[near[0]]!r}?" if near else ""


def _names_in(model: type[InputModel], parts: Sequence[str]) -> list[str]:
    """Return the service's names of the fields of the object that ``parts`` leads to."""
    for part in parts:
        if part.isdigit():
            continue
        inner = next(
            (
                kind
                for name, field in model.model_fields.items()
                if part == (field.alias or name)
                for kind in _models_in(field.annotation)
            ),
            None,
        )
        if inner is None:
            return []
        model = inner
    return [field.alias or name for name, field in model.model_fields.items()]


def _models_in(annotation: object) -> Iterator[type[InputModel]]:
    """Yield the classes of objects that ``annotation`` holds."""
    if isinstance(annotation, type) and issubclass(annotation, InputModel):
        yield annotation
    for part in get_args(annotation):
        yield from _models_in(part)


def _descend(value: object, part: int | str) -> tuple[bool, object]:
    """Return whether ``value`` has a member ``part``, and that member."""
    if isinstance(value, Mapping):
        members = cast("Mapping[object, object]", value)
        return part in members, members.get(part)
    if isinstance(value, list) and isinstance(part, int):
        items = cast("list[object]", value)
        return part < len(items), items[part] if part < len(items) else None
    return False, None


def shorten(value: object) -> str:
    """Return ``value`` for an error message: long values cut, binary ones only described."""
    if isinstance(value, str) and value[:5].lower() == "data:":
        return repr(value.split(",", 1)[0] + ",…")
    text = repr(value)
    return text if len(text) <= _SHOWN else f"{text[: _SHOWN - 1]}…"
