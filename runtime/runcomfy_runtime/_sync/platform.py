"""What differs between the shells, for threads: time, interruption, pools."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager, nullcontext
from contextvars import ContextVar, copy_context
from typing import TYPE_CHECKING, ParamSpec, TypeVar

if TYPE_CHECKING:
    from concurrent.futures import Future

    import httpx

__all__ = ["ClientPool", "blocking", "bounded", "each", "either", "limit", "settle", "sleep"]

T = TypeVar("T")
I = TypeVar("I")  # noqa: E741 - an item
P = ParamSpec("P")

_SLICE = 1.0
"""Longest uninterrupted wait in seconds, for systems where a wait on a lock cannot be interrupted."""

_stop: ContextVar[threading.Event | None] = ContextVar("stop", default=None)


def sleep(seconds: float) -> None:
    """Wait ``seconds``; in a thread of `each`, raise KeyboardInterrupt as soon as the iteration is left."""
    stop = _stop.get()
    if stop is None:
        time.sleep(seconds)
    elif stop.wait(seconds):
        raise KeyboardInterrupt


def limit(seconds: float) -> AbstractContextManager[object]:
    """Return a context that does nothing: a thread cannot be stopped, so reads look at the clock instead."""
    return nullcontext(seconds)


def blocking(call: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
    """Run what blocks."""
    return call(*args, **kwargs)


def either(call: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
    """Run ``call``, which the other shell may await."""
    return call(*args, **kwargs)


def settle(
    call: Callable[[], T], grace: float, on_interrupt: Callable[[], None]
) -> tuple[T, BaseException | None]:
    """Hear ``call`` out even on Ctrl-C; return its value and the interrupt, if there was one.

    Raises:
        KeyboardInterrupt: If the call did not end within ``grace`` seconds of the interrupt.
    """
    from concurrent.futures import wait

    if threading.current_thread() is not threading.main_thread():
        return call(), None
    future = _start(call)
    interrupt: BaseException | None = None
    end = 0.0
    while not future.done():
        rest = _SLICE if interrupt is None else end - time.monotonic()
        if interrupt is not None and rest <= 0:
            raise interrupt
        try:
            wait([future], min(rest, _SLICE))
        except BaseException as error:  # noqa: BLE001 - whatever a signal handler raises
            if interrupt is None:
                interrupt, end = error, time.monotonic() + grace
                on_interrupt()
    return future.result(), interrupt


def bounded(call: Callable[[], T], seconds: float) -> tuple[T | None, BaseException | None]:
    """Return what ``call`` returns within ``seconds``, whatever else happens, and the interrupt meanwhile, if any.

    The value is None if the call fails or takes longer.
    """
    from concurrent.futures import wait

    interrupt: BaseException | None = None
    try:
        future = _start(call, detached=True)
    except RuntimeError:  # no thread can be started any more while the interpreter ends
        return None, None
    end = time.monotonic() + seconds
    while not future.done() and (rest := end - time.monotonic()) > 0:
        try:
            wait([future], min(rest, _SLICE))
        except BaseException as error:  # noqa: BLE001 - whatever a signal handler raises
            interrupt = error
    return (None if not future.done() or future.exception() else future.result()), interrupt


def _start(call: Callable[[], T], *, detached: bool = False) -> Future[T]:
    """Run ``call`` in a daemon thread; a ``detached`` one goes on when an iteration is left."""
    from concurrent.futures import Future

    future: Future[T] = Future()
    context = copy_context()

    def work() -> None:
        if detached:
            _stop.set(None)
        try:
            future.set_result(call())
        except BaseException as error:  # noqa: BLE001 - handed to whoever waits
            future.set_exception(error)

    threading.Thread(target=context.run, args=(work,), daemon=True).start()
    return future


def each(
    call: Callable[[I], T], items: Iterable[I], concurrency: int, ordered: bool
) -> Iterator[T]:
    """Yield ``call(item)`` of each item, at most ``concurrency`` at a time; items are taken as places become free.

    Leaving the iteration early stops what is running and waits for its clean-up.
    """
    from concurrent.futures import FIRST_COMPLETED, ThreadPoolExecutor, wait

    source = enumerate(items)
    running: dict[Future[T], int] = {}
    ready: dict[int, T] = {}
    upcoming = 0
    more = True
    stop = threading.Event()

    def work(item: I) -> T:
        _stop.set(stop)
        return call(item)

    pool = ThreadPoolExecutor(concurrency, thread_name_prefix="runcomfy-map")
    try:
        while more or running or ready:
            while more and len(running) < concurrency and len(ready) < 8 * concurrency:
                following = next(source, None)
                if following is None:
                    more = False
                else:
                    running[pool.submit(copy_context().run, work, following[1])] = following[0]
            if running:
                done, _ = wait(running, return_when=FIRST_COMPLETED)
                for task in done:
                    ready[running.pop(task)] = task.result()
            for index in [*ready] if not ordered else sorted(ready):
                if ordered and index != upcoming:
                    break
                upcoming += 1
                yield ready.pop(index)
    finally:
        stop.set()
        pool.shutdown(wait=True, cancel_futures=True)


class ClientPool:
    """One HTTP client for all threads, made when first used."""

    def __init__(self, make: Callable[[], httpx.Client]) -> None:
        self._make = make
        self._lock = threading.Lock()
        self._client: httpx.Client | None = None

    def get(self) -> httpx.Client:
        """Return the client."""
        with self._lock:
            if self._client is None:
                self._client = self._make()
            return self._client

    def close(self) -> None:
        """Close the client."""
        with self._lock:
            client, self._client = self._client, None
        if client is not None:
            client.close()
