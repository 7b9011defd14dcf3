"""The programs of a release: what it gave to its users to run, one source a kind."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from typing import Literal

from runcomfy_codegen.diff.witness.verdict import Kind
from runcomfy_codegen.plan import ModelPlan, Plan
from runcomfy_codegen.render.renderer import Renderer
from runcomfy_codegen.targets import Unit, tests
from runcomfy_codegen.texts import make_texts

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


SOURCES: tuple[tuple[Kind, Callable[[Plan], Iterator[Unit]]], ...] = (
    ("example", example_units),
    ("test", tests.units),
)
"""The targets whose Python files call models, with the kind that the report names. Another target joins here."""


def programs_of(plan: Plan) -> list[Program]:
    """Return the programs for the models of ``plan``, in the form in which the release has them."""
    programs: list[Program] = []
    for kind, units in SOURCES:
        written = [unit for unit in units(plan) if unit.path.endswith(".py")]
        texts = make_texts(plan, written).by_path
        programs += [
            Program(unit.model_id, kind, unit.path, texts[unit.path])
            for unit in written
            if unit.path in texts
        ]
    return programs


def _snippet(model: ModelPlan, form: Literal["python", "python_async"], _renderer: Renderer) -> str:
    return model.snippets.python if form == "python" else model.snippets.python_async
