"""Processes that work beside this one, and are loading what they need while this one still finds out what is to do."""

from __future__ import annotations

import multiprocessing
import os
import signal
from collections.abc import Callable, Generator, Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor, ThreadPoolExecutor, as_completed
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from multiprocessing import forkserver, resource_tracker
from multiprocessing.context import BaseContext
from typing import Self, TypeVar

from runcomfy_codegen.errors import CodegenError, Problem
from runcomfy_codegen.garbage import collect_seldom

__all__ = ["Workers", "processors"]

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
        wanted = processors() if number is None else number
        self._pool: ProcessPoolExecutor | None = None
        if wanted > 1:
            self._pool = ProcessPoolExecutor(wanted, mp_context=_context(), initializer=_begin)

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
        with ThreadPoolExecutor(1) as thread:  # which waits for the first process to be there
            submitted = thread.submit(self._submit, work, tasks)
            yield from ((task, work_here(task)) for task in tasks_here)
            sent = submitted.result()
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
            with _interrupts_held_back():
                self._loaded = self._pool.submit(_load)
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
    resource_tracker.ensure_running()  # it would let the signal through again
    with _interrupts_held_back():
        forkserver.ensure_running()
    return context


@contextmanager
def _interrupts_held_back() -> Generator[None]:
    """Let Ctrl-C wait while a process is being started, which begins its life with what is held back here."""
    if not hasattr(signal, "pthread_sigmask"):
        yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _begin() -> None:
    """Let Ctrl-C, which a terminal sends to all, end this process without a word."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    if hasattr(signal, "pthread_sigmask"):
        signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGINT})
    collect_seldom()


def _load() -> None:
    """Load what the tasks need, if the fork server has not done so."""
    __import__(_READY)


def processors() -> int:
    """Return how many processors this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1
