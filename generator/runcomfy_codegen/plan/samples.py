"""Inputs for the generated tests: what a model takes, and what breaks each constraint of its schema once."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import cast

from runcomfy_codegen.jsontypes import Json, JsonObject
from runcomfy_codegen.plan.fitting import fits, fitting_value, sendable
from runcomfy_codegen.plan.types import branches_of
from runcomfy_codegen.plan.violations import Broken, broken_values
from runcomfy_codegen.pointer import Absent, child
from runcomfy_codegen.validator import Judge

__all__ = ["Sample", "Samples", "Violation", "plan_samples"]


@dataclass(frozen=True, slots=True)
class Sample:
    """An input that the model takes, in wire names."""

    name: str
    doc: str
    payload: JsonObject


@dataclass(frozen=True, slots=True)
class Violation:
    """An input that breaks one constraint.

    Attributes:
        name: The place and the constraint, unique for the model (``/loras/0/scale maximum``).
        pointer: The place of the fault in the payload; for a missing or unknown field, that field's.
        payload: The input, in wire names.
    """

    name: str
    pointer: str
    payload: JsonObject


@dataclass(frozen=True, slots=True)
class Samples:
    """All inputs for one model.

    Attributes:
        runs: ``minimal``, ``full`` and ``example``, as far as they can be made.
        violations: One a constraint.
        uncovered: The names of those that could not be made.
    """

    runs: tuple[Sample, ...]
    violations: tuple[Violation, ...]
    uncovered: tuple[str, ...]


def plan_samples(schema: JsonObject, example: JsonObject) -> Samples:
    """Return inputs that cover ``schema``, each checked against it.

    Args:
        schema: The input schema of a model.
        example: The docs' own payload; its values are preferred.
    """
    made: dict[str, Json | Absent] = {
        "minimal": fitting_value(schema, [example], full=False),
        "full": fitting_value(schema, [example], full=True),
        "example": sendable(schema, example),
    }
    runs: list[Sample] = []
    violations: list[Violation] = []
    uncovered: list[str] = []
    for name, payload in made.items():
        if isinstance(payload, dict) and fits(schema, payload):
            runs.append(Sample(name, _DOCS[name], payload))
            uncovered += [
                f"{place} {name}" for place in _left_out(schema, payload) if name == "full"
            ]
        else:
            uncovered.append(name)
    judge = Judge(schema)
    for broken in broken_values(schema, [example]):
        name = f"{broken.pointer} {broken.constraint}"
        if isinstance(broken.value, dict) and _is_reported(judge, broken):
            violations.append(Violation(name, broken.pointer, broken.value))
        elif broken.pointer:
            uncovered.append(name)
    return Samples(tuple(runs), tuple(violations), tuple(uncovered))


_DOCS = {
    "minimal": "the required fields only",
    "full": "every field",
    "example": "the docs' own example",
}


def _is_reported(judge: Judge, broken: Broken) -> bool:
    """Tell whether JSON Schema finds the fault, where it should be and nowhere else."""
    value = broken.value
    return not isinstance(value, Absent) and judge.places(value) == {broken.reported}


def _left_out(schema: JsonObject, value: Json, pointer: str = "") -> Iterator[str]:
    """Yield the places of members for which no value was found."""
    for branch in branches_of(schema):
        yield from _left_out(branch, value, pointer)
    items, properties = schema.get("items"), schema.get("properties")
    if isinstance(value, list) and isinstance(items, dict):
        for index, item in enumerate(value):
            yield from _left_out(items, item, child(pointer, index))
    if isinstance(value, dict) and isinstance(properties, dict):
        for name, member in properties.items():
            if name in value:
                yield from _left_out(cast("JsonObject", member), value[name], child(pointer, name))
            elif not branches_of(schema):
                yield child(pointer, name)
