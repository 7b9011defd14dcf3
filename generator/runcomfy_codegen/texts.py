"""Make the texts of planned units: classes, templates, checks. Many models are shared out among processes."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial

from runcomfy_codegen.cache.pieces import Pieces
from runcomfy_codegen.errors import Problem
from runcomfy_codegen.plan import ModelPlan, Plan
from runcomfy_codegen.targets.unit import Unit
from runcomfy_codegen.workers import Workers

__all__ = ["Progress", "Texts", "make_texts"]

Progress = Callable[[str, int, int], None]
_BATCH = 25
"""As many models as one task has, and as the class generator gets at once."""


@dataclass(slots=True)
class Texts:
    """Texts by path, and what is wrong with them."""

    by_path: dict[str, str] = field(default_factory=dict[str, str])
    problems: list[Problem] = field(default_factory=list[Problem])

    def add(self, other: Texts) -> None:
        """Take in the texts and problems of ``other``."""
        self.by_path |= other.by_path
        self.problems += other.problems

    @property
    def failed(self) -> bool:
        """Whether any problem is an error."""
        return any(problem.level == "error" for problem in self.problems)


@dataclass(frozen=True, slots=True)
class _Task:
    models: tuple[ModelPlan, ...]
    units: tuple[Unit, ...]


def make_texts(
    plan: Plan,
    units: Sequence[Unit],
    progress: Progress | None = None,
    workers: Workers | None = None,
    pieces: Pieces | None = None,
    take: Callable[[Mapping[str, str]], None] | None = None,
) -> Texts:
    """Return the texts of ``units``; which process makes which does not show in them.

    Args:
        plan: What the units belong to.
        units: The units to render.
        progress: Called with a stage's name, the count done and the total.
        workers: Processes that render the models; this one does all by default.
        pieces: What earlier runs made of each model for the files about the whole release.
        take: Called with texts by path as they come.

    Raises:
        CodegenError: A process died.
    """
    of_models, of_all = _share_out(plan, units)
    texts, done = Texts(), 0
    make_here = partial(_make_and_keep, pieces or Pieces())
    for task, made in (workers or Workers(1)).run(_make, of_models, make_here, of_all):
        texts.add(made)
        if take:
            take(made.by_path)
        done += len(task.units)
        if progress:
            progress("render", done, len(units))
    texts.problems.sort(key=lambda problem: (problem.where, problem.code, problem.message))
    return texts


def _share_out(plan: Plan, units: Sequence[Unit]) -> tuple[list[_Task], list[_Task]]:
    """Return tasks of some models with all their units, and one of the units that belong to no model."""
    by_model: dict[str, list[Unit]] = {}
    for unit in units:
        by_model.setdefault(unit.model_id, []).append(unit)
    whole = by_model.pop("", [])
    models = [model for model in plan.models if model.spec.model_id in by_model]
    tasks: list[_Task] = []
    for start in range(0, len(models), _BATCH):
        batch = models[start : start + _BATCH]
        own = (unit for model in batch for unit in by_model[model.spec.model_id])
        tasks.append(_Task(tuple(batch), tuple(own)))
    return tasks, [_Task((), tuple(whole))] if whole else []


def _check_classes(models: Sequence[ModelPlan], classes: Mapping[str, str]) -> Iterator[Problem]:
    if not classes:
        return
    from runcomfy_codegen.verify.classes import check_classes

    for model in models:
        if model.spec.model_id in classes:
            yield from check_classes(model, classes[model.spec.model_id])


def _make_and_keep(pieces: Pieces, task: _Task) -> Texts:
    """Return the texts of one task, and keep the pieces of them at once: other processes are still busy then."""
    made = _make(task, pieces)
    pieces.save()
    return made


def _make(task: _Task, pieces: Pieces | None = None) -> Texts:
    """Return the texts of one task; the heavy parts are imported by the process that does it."""
    from runcomfy_codegen.render import Renderer, environment, render_classes, templates_folder
    from runcomfy_codegen.verify.syntax import check_python

    programs = task.models and any(unit.path.endswith(".py") for unit in task.units)
    classes, problems = render_classes(task.models) if programs else ({}, [])
    texts = Texts(problems=[*problems, *_check_classes(task.models, classes)])
    if texts.failed:
        return texts
    renderer = Renderer(environment(templates_folder()), classes, pieces or Pieces())
    for unit in task.units:
        text = texts.by_path[unit.path] = unit.render(renderer)
        if unit.path.endswith(".py"):
            texts.problems += check_python(unit.path, text)
    return texts
