"""Processes that work beside this one, and are loading what they need while this one still finds out what is to do."""

from __future__ import annotations

import multiprocessing
import os
import signal
from collections import deque
from collections.abc import Callable, Generator, Iterable, Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor, ThreadPoolExecutor, as_completed
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager, suppress
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
            context = _context()
            with _interrupts_held_back():  # else what it has begun to make is left in the system
                self._pool = ProcessPoolExecutor(wanted, mp_context=context, initializer=_begin)
        self._starter = ThreadPoolExecutor(1)  # which waits for the first process to be there

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._starter.shutdown(cancel_futures=True)
        if self._pool is not None:
            self._pool.shutdown(cancel_futures=True)

    def share(
        self, work: Callable[[Task], Result], tasks: Sequence[Task]
    ) -> Iterator[tuple[Task, Result]]:
        """Yield each task with its result, in the order in which they come.

        This process works too as long as it is the only one there.

        Args:
            work: What is to be done; a function at the top of a module.
            tasks: What to do it with.

        Raises:
            CodegenError: A process was ended from outside.
        """
        if len(tasks) < 2:
            yield from ((task, work(task)) for task in tasks)
            return
        left = deque(tasks)
        submitted = self._starter.submit(self._submit, work, left)
        done = 0
        while not submitted.done():
            try:
                task = left.pop()
            except IndexError:
                break
            yield task, work(task)
            done += 1
        if done < len(tasks):
            yield from self._collect(work, submitted.result(), left)

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
        left = deque(tasks)
        submitted = self._starter.submit(self._submit, work, left) if tasks else None
        yield from ((task, work_here(task)) for task in tasks_here)
        if submitted:
            yield from self._collect(work, submitted.result(), left)

    def _collect(
        self,
        work: Callable[[Task], Result],
        sent: dict[Future[Result], Task],
        left: Iterable[Task],
    ) -> Iterator[tuple[Task, Result]]:
        """Yield what the processes give back, then what is ``left`` where there are no processes."""
        for future in as_completed(sent):
            try:
                result = future.result()
            except BrokenProcessPool:
                self._require_that_none_ever_worked()
                result = work(sent[future])
            yield sent[future], result
        yield from ((task, work(task)) for task in left)

    def _submit(
        self, work: Callable[[Task], Result], left: deque[Task]
    ) -> dict[Future[Result], Task]:
        """Give what is ``left`` by then to the processes; return none where there are no processes."""
        if self._pool is None:
            return {}
        sent: dict[Future[Result], Task] = {}
        taken: list[Task] = []
        try:
            with _interrupts_held_back(), suppress(IndexError):
                self._loaded = self._pool.submit(_load)
                while True:
                    taken.append(left.popleft())
                    sent[self._pool.submit(work, taken[-1])] = taken[-1]
        except BrokenProcessPool:
            self._require_that_none_ever_worked()
            left.extend(taken)
            return {}
        return sent

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
