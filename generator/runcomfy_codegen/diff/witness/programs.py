"""The programs of a release: what it gave to its users to run, one source a kind."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from typing import Literal

import jinja2

from runcomfy_codegen.diff.witness.verdict import Kind
from runcomfy_codegen.format import format_python
from runcomfy_codegen.plan import ModelPlan, Plan
from runcomfy_codegen.render import environment, templates_folder
from runcomfy_codegen.targets import Unit

__all__ = ["SOURCES", "Program", "example_units", "programs_of"]


@dataclass(frozen=True, slots=True)
class Program:
    """One file of a source; what belongs to no model (``model_id`` is empty) only helps the others."""

    model_id: str
    kind: Kind
    path: str
    text: str


def example_units(plan: Plan) -> Iterator[Unit]:
    """Yield the example of each model as the docs show it, sync and async."""
    for model in plan.models:
        forms: tuple[tuple[str, Literal["python", "python_async"]], ...] = (
            ("", "python"),
            ("_async", "python_async"),
        )
        for suffix, form in forms:
            path = f"examples/{model.vendor}/{model.module}{suffix}.py"
            yield Unit(path, "", (), partial(_snippet, model, form), model.spec.model_id)


SOURCES: tuple[tuple[Kind, Callable[[Plan], Iterator[Unit]]], ...] = (("example", example_units),)
"""The targets whose Python files call models, with the kind that the report names. Another target joins here."""


def programs_of(plan: Plan) -> list[Program]:
    """Return the programs for the models of ``plan``, in the form in which the release has them."""
    env = environment(templates_folder())
    return [
        Program(unit.model_id, kind, unit.path, format_python(unit.render(env)))
        for kind, units in SOURCES
        for unit in units(plan)
        if unit.path.endswith(".py")
    ]


def _snippet(
    model: ModelPlan, form: Literal["python", "python_async"], _env: jinja2.Environment
) -> str:
    return model.snippets.python if form == "python" else model.snippets.python_async
