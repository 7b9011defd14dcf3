"""What differs between the shells, for asyncio: time, threads, interruption, pools."""

from __future__ import annotations

import asyncio
import inspect
import threading
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable
from contextlib import AbstractAsyncContextManager
from typing import TYPE_CHECKING, ParamSpec, TypeVar, cast
from weakref import WeakKeyDictionary

if TYPE_CHECKING:
    import httpx

__all__ = ["ClientPool", "blocking", "bounded", "each", "either", "limit", "settle", "sleep"]

T = TypeVar("T")
I = TypeVar("I")  # noqa: E741 - an item
P = ParamSpec("P")


async def sleep(seconds: float) -> None:
    """Wait ``seconds``."""
    await asyncio.sleep(seconds)


def limit(seconds: float) -> AbstractAsyncContextManager[object]:
    """Return a context that raises TimeoutError when it lasts longer."""
    return asyncio.timeout(seconds)


async def blocking(call: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
    """Run what blocks (disk, hashing) beside the event loop."""
    return await asyncio.to_thread(call, *args, **kwargs)


async def either(call: Callable[P, T | Awaitable[T]], *args: P.args, **kwargs: P.kwargs) -> T:
    """Await ``call`` where it is asynchronous; run it beside the event loop where it blocks."""
    value: T | Awaitable[T]
    if inspect.iscoroutinefunction(call):
        value = call(*args, **kwargs)
    else:
        value = await blocking(cast("Callable[P, T]", call), *args, **kwargs)
    return cast("T", await value if inspect.isawaitable(value) else value)


async def settle(
    call: Callable[[], Awaitable[T]], grace: float, on_interrupt: Callable[[], None]
) -> tuple[T, BaseException | None]:
    """Hear ``call`` out even when this task is cancelled; return its value and the cancellation, if there was one.

    Raises:
        asyncio.CancelledError: If the call did not end within ``grace`` seconds of the cancellation.
    """
    task = asyncio.ensure_future(call())
    interrupt: BaseException | None = None
    end = 0.0
    while not task.done():
        rest = None if interrupt is None else end - time.monotonic()
        if interrupt is not None and rest is not None and rest <= 0:
            task.cancel()
            raise interrupt
        try:
            await asyncio.wait({task}, timeout=rest)
        except asyncio.CancelledError as error:
            if interrupt is None:
                interrupt, end = error, time.monotonic() + grace
                on_interrupt()
    return task.result(), interrupt


async def bounded(
    call: Callable[[], Awaitable[T]], seconds: float
) -> tuple[T | None, BaseException | None]:
    """Return what ``call`` returns within ``seconds``, whatever else happens, and the cancellation meanwhile, if any.

    The value is None if the call fails or takes longer.
    """
    task = asyncio.ensure_future(call())
    interrupt: BaseException | None = None
    end = time.monotonic() + seconds
    while not task.done() and (rest := end - time.monotonic()) > 0:
        try:
            await asyncio.wait({task}, timeout=rest)
        except asyncio.CancelledError as error:
            interrupt = error
    if not task.done():
        task.cancel()
        return None, interrupt
    return (None if task.cancelled() or task.exception() else task.result()), interrupt


async def each(
    call: Callable[[I], Awaitable[T]], items: Iterable[I], concurrency: int, ordered: bool
) -> AsyncIterator[T]:
    """Yield ``call(item)`` of each item, at most ``concurrency`` at a time; items are taken as places become free.

    Leaving the iteration early cancels what is running and waits for its clean-up.
    """
    source = enumerate(items)
    running: dict[asyncio.Future[T], int] = {}
    ready: dict[int, T] = {}
    upcoming = 0
    more = True
    try:
        while more or running or ready:
            while more and len(running) < concurrency and len(ready) < 8 * concurrency:
                following = next(source, None)
                if following is None:
                    more = False
                else:
                    running[asyncio.ensure_future(call(following[1]))] = following[0]
            if running:
                done, _ = await asyncio.wait(running, return_when=asyncio.FIRST_COMPLETED)
                for task in done:
                    ready[running.pop(task)] = task.result()
            for index in [*ready] if not ordered else sorted(ready):
                if ordered and index != upcoming:
                    break
                upcoming += 1
                yield ready.pop(index)
    finally:
        for task in running:
            task.cancel()
        await asyncio.gather(*running, return_exceptions=True)


class ClientPool:
    """One HTTP client for each event loop, closed with its loop."""

    def __init__(self, make: Callable[[], httpx.AsyncClient]) -> None:
        self._make = make
        self._lock = threading.Lock()
        self._held: WeakKeyDictionary[
            asyncio.AbstractEventLoop, tuple[httpx.AsyncClient, AsyncIterator[None]]
        ] = WeakKeyDictionary()

    async def get(self) -> httpx.AsyncClient:
        """Return the running loop's client."""
        loop = asyncio.get_running_loop()
        with self._lock:
            held = self._held.get(loop)
            if held is None:
                client = self._make()
                held = self._held[loop] = (client, _until_loop_ends(client))
                started = False
            else:
                started = True
        if not started:
            await anext(held[1])
        return held[0]

    async def close(self) -> None:
        """Close the running loop's client."""
        with self._lock:
            held = self._held.pop(asyncio.get_running_loop(), None)
        if held is not None:
            await held[0].aclose()


async def _until_loop_ends(client: httpx.AsyncClient) -> AsyncIterator[None]:
    """Close ``client`` when the loop shuts its asynchronous generators down, as ``asyncio.run`` does."""
    try:
        yield
    finally:
        await client.aclose()
