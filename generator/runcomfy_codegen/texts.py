"""Make the texts of planned units: classes, templates, checks. Many models are shared out among processes."""

from __future__ import annotations

import multiprocessing
import os
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass, field
from multiprocessing.context import BaseContext

from runcomfy_codegen.cache.pieces import Pieces
from runcomfy_codegen.errors import CodegenError, Problem
from runcomfy_codegen.plan import ModelPlan, Plan
from runcomfy_codegen.targets.unit import Unit

__all__ = ["Progress", "Texts", "make_texts"]

Progress = Callable[[str, int, int], None]
_BATCH = 25
"""As many models as one task has, and as the class generator gets at once."""
_WORTHWHILE = 4 * _BATCH
"""From as many models on, other processes save more than they cost to start."""


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
    workers: int | None = None,
    pieces: Pieces | None = None,
) -> Texts:
    """Return the texts of ``units``; which process makes which does not show in them.

    Args:
        plan: What the units belong to.
        units: The units to render.
        progress: Called with a stage's name, the count done and the total.
        workers: The number of processes; one for each usable processor, if there is enough to do, by default.
        pieces: What earlier runs made of each model for the files about the whole release.

    Raises:
        CodegenError: A process died.
    """
    tasks = list(_share_out(plan, units))
    if workers is None:
        models = sum(len(task.models) for task in tasks)
        workers = _processors() if models >= _WORTHWHILE else 1
    texts, done = Texts(), 0
    for task, made in _run(tasks, workers, pieces or Pieces()):
        texts.add(made)
        done += len(task.units)
        if progress:
            progress("render", done, len(units))
    texts.problems.sort(key=lambda problem: (problem.where, problem.code, problem.message))
    return texts


def _share_out(plan: Plan, units: Sequence[Unit]) -> Iterator[_Task]:
    """Yield tasks of some models with all their units, and one of the units that belong to no model."""
    by_model: dict[str, list[Unit]] = {}
    for unit in units:
        by_model.setdefault(unit.model_id, []).append(unit)
    whole = by_model.pop("", [])
    models = [model for model in plan.models if model.spec.model_id in by_model]
    for start in range(0, len(models), _BATCH):
        batch = models[start : start + _BATCH]
        own = (unit for model in batch for unit in by_model[model.spec.model_id])
        yield _Task(tuple(batch), tuple(own))
    if whole:
        yield _Task((), tuple(whole))


def _run(tasks: Sequence[_Task], workers: int, pieces: Pieces) -> Iterator[tuple[_Task, Texts]]:
    if workers < 2 or len(tasks) < 2:
        yield from ((task, _make(task, pieces)) for task in tasks)
        return
    here = [task for task in tasks if not task.models]
    with ProcessPoolExecutor(workers, mp_context=_context()) as pool:
        futures = {pool.submit(_make, task): task for task in tasks if task.models}
        yield from ((task, _make(task, pieces)) for task in here)
        try:
            for future in as_completed(futures):
                yield futures[future], future.result()
        except BrokenProcessPool:
            raise CodegenError(
                Problem(
                    "error",
                    "worker-died",
                    "render",
                    "a process that rendered models was ended from outside; nothing was written",
                    "make more memory free, or run in one process with --workers 1",
                )
            ) from None
        finally:
            pool.shutdown(cancel_futures=True)


def _make(task: _Task, pieces: Pieces | None = None) -> Texts:
    """Return the texts of one task; the heavy parts are imported by the process that does it."""
    from runcomfy_codegen.render import Renderer, environment, render_classes, templates_folder
    from runcomfy_codegen.verify import check_classes, check_python

    programs = task.models and any(unit.path.endswith(".py") for unit in task.units)
    classes, problems = render_classes(task.models) if programs else ({}, [])
    for model in task.models:
        if model.spec.model_id in classes:
            problems += check_classes(model, classes[model.spec.model_id])
    texts = Texts(problems=problems)
    if texts.failed:
        return texts
    renderer = Renderer(environment(templates_folder()), classes, pieces or Pieces())
    for unit in task.units:
        text = texts.by_path[unit.path] = unit.render(renderer)
        if unit.path.endswith(".py"):
            texts.problems += check_python(unit.path, text)
    return texts


def _context() -> BaseContext:
    """Return a way to start processes that copies no thread: each imports what it needs, or the fork server does."""
    if "forkserver" not in multiprocessing.get_all_start_methods():
        return multiprocessing.get_context("spawn")
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(
        [__name__, "datamodel_code_generator.parser.jsonschema", "black"]
    )
    return context


def _processors() -> int:
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1
