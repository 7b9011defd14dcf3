"""Processes that work beside this one, and are loading what they need while this one still finds out what is to do."""

from __future__ import annotations

import multiprocessing
import os
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor, as_completed
from concurrent.futures.process import BrokenProcessPool
from multiprocessing.context import BaseContext
from typing import Self, TypeVar

from runcomfy_codegen.errors import CodegenError, Problem
from runcomfy_codegen.garbage import collect_seldom

__all__ = ["Workers"]

_READY = "runcomfy_codegen.ready"

Task = TypeVar("Task")
Result = TypeVar("Result")


class Workers:
    """Some processes; a context manager, at the end of which they are gone.

    Where no process can be started (a main program that cannot be imported, for example), all is done in this one.

    Args:
        number: How many; one for each usable processor if None. With fewer than two, all is done in this process.
    """

    def __init__(self, number: int | None = None) -> None:
        wanted = _processors() if number is None else number
        self._pool: ProcessPoolExecutor | None = None
        if wanted > 1:
            self._pool = ProcessPoolExecutor(
                wanted, mp_context=_context(), initializer=collect_seldom
            )
            self._loaded = self._pool.submit(_load)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        if self._pool is not None:
            self._pool.shutdown(cancel_futures=True)

    def run(
        self,
        work: Callable[[Task], Result],
        tasks: Sequence[Task],
        work_here: Callable[[Task], Result],
        tasks_here: Sequence[Task],
    ) -> Iterator[tuple[Task, Result]]:
        """Yield each task with its result, in the order in which they come.

        Args:
            work: What the processes do; a function at the top of a module.
            tasks: Their tasks.
            work_here: What this process does meanwhile.
            tasks_here: Its own tasks.

        Raises:
            CodegenError: A process was ended from outside.
        """
        sent = self._submit(work, tasks)
        yield from ((task, work_here(task)) for task in tasks_here)
        for future in as_completed(sent):
            try:
                result = future.result()
            except BrokenProcessPool:
                self._require_that_none_ever_worked()
                result = work(sent[future])
            yield sent[future], result
        if not sent:
            yield from ((task, work(task)) for task in tasks)

    def _submit(
        self, work: Callable[[Task], Result], tasks: Sequence[Task]
    ) -> dict[Future[Result], Task]:
        """Give the tasks to the processes; return none where there are no processes."""
        if self._pool is None:
            return {}
        try:
            return {self._pool.submit(work, task): task for task in tasks}
        except BrokenProcessPool:
            self._require_that_none_ever_worked()
            return {}

    def _require_that_none_ever_worked(self) -> None:
        if self._loaded.exception() is None:
            raise CodegenError(_DIED) from None


_DIED = Problem(
    "error",
    "worker-died",
    "render",
    "a process that rendered models was ended from outside; nothing was written",
    "make more memory free, or run in one process with --workers 1",
)


def _context() -> BaseContext:
    """Return a way to start processes that copies no thread: each imports what it needs, or the fork server does."""
    if "forkserver" not in multiprocessing.get_all_start_methods():
        return multiprocessing.get_context("spawn")
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload([_READY])
    return context


def _load() -> None:
    """Load what the tasks need, if the fork server has not done so."""
    __import__(_READY)


def _processors() -> int:
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1
