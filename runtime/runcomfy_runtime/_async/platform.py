"""What differs between the shells, for asyncio: time, threads, interruption, pools."""

from __future__ import annotations

import asyncio
import inspect
import threading
import time
from collections.abc import (
    AsyncGenerator,
    AsyncIterable,
    AsyncIterator,
    Awaitable,
    Callable,
    Iterable,
    Iterator,
)
from contextlib import AbstractAsyncContextManager, suppress
from typing import TYPE_CHECKING, Any, Final, Generic, ParamSpec, Protocol, TypeAlias, TypeVar, cast
from weakref import WeakKeyDictionary

from ..sockets import is_readable

if TYPE_CHECKING:
    import ssl

__all__ = [
    "ClientPool",
    "Items",
    "Pause",
    "Slots",
    "Stream",
    "blocking",
    "bounded",
    "connect",
    "each",
    "either",
    "limit",
    "numbered",
    "settle",
    "sleep",
]


class _Closable(Protocol):
    async def aclose(self) -> None: ...


T = TypeVar("T")
ClosableT = TypeVar("ClosableT", bound=_Closable)
I = TypeVar("I")  # noqa: E741 - an item
P = ParamSpec("P")
Items: TypeAlias = Iterable[I] | AsyncIterable[I]
"""What is taken from, one by one."""

_BUFFER: Final = 8
"""Results per place that `each` holds back for the sake of order."""


async def sleep(seconds: float) -> None:
    """Wait ``seconds``."""
    await asyncio.sleep(seconds)


class Pause:
    """Waits that another task can end early, once and for all."""

    def __init__(self) -> None:
        self._over = asyncio.Event()

    def end(self) -> None:
        """End the wait under way, and make all later ones end at once."""
        self._over.set()

    async def sleep(self, seconds: float) -> None:
        """Wait ``seconds``, unless it is ended before."""
        with suppress(TimeoutError):
            await asyncio.wait_for(self._over.wait(), seconds)


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
    call: Callable[[I], Awaitable[T]],
    items: Items[I],
    concurrency: int,
    ordered: bool,
) -> AsyncGenerator[T]:
    """Yield ``call(item)`` of each item, at most ``concurrency`` at a time; items are taken as places become free.

    An error of ``items`` is raised when all that was taken before has been yielded. Leaving the iteration early cancels
    what is running and waits for its clean-up.
    """
    source: Iterator[I] | AsyncIterator[I] = (
        aiter(items) if isinstance(items, AsyncIterable) else iter(items)
    )
    ended: asyncio.Queue[asyncio.Future[Any]] = asyncio.Queue()
    running: dict[asyncio.Future[T], int] = {}
    fetching: asyncio.Future[I] | None = None
    ready: dict[int, T] = {}
    taken = upcoming = 0
    more = True
    failure: Exception | None = None

    def start(item: I) -> None:
        nonlocal taken
        task = asyncio.ensure_future(call(item))
        task.add_done_callback(ended.put_nowait)
        running[task] = taken
        taken += 1

    try:
        while True:
            while (
                more
                and fetching is None
                and len(running) < concurrency
                and len(ready) < _BUFFER * concurrency
            ):
                try:
                    if isinstance(source, AsyncIterator):
                        fetching = asyncio.ensure_future(_following(source))
                        fetching.add_done_callback(ended.put_nowait)
                    else:
                        start(next(source))
                except StopIteration:
                    more = False
                except Exception as error:  # noqa: BLE001 - whatever the user's iterable raises
                    more, failure = False, error
            if not running and fetching is None and not ready:
                break
            if running or fetching is not None:
                task = await ended.get()
                if task is fetching:
                    fetching = None
                    try:
                        start(task.result())
                    except StopAsyncIteration:
                        more = False
                    except Exception as error:  # noqa: BLE001
                        more, failure = False, error
                else:
                    ready[running.pop(task)] = task.result()
            for index in [*ready] if not ordered else sorted(ready):
                if ordered and index != upcoming:
                    break
                upcoming += 1
                yield ready.pop(index)
        if failure is not None:
            raise failure
    finally:
        left: list[asyncio.Future[Any]] = [*running]
        if fetching is not None:
            left.append(fetching)
        for task in left:
            task.cancel()
        await asyncio.gather(*left, return_exceptions=True)


def numbered(items: Items[I]) -> Items[tuple[int, I]]:
    """Return the items, each with its position."""
    return _numbered(items) if isinstance(items, AsyncIterable) else enumerate(items)


async def _numbered(items: AsyncIterable[I]) -> AsyncIterator[tuple[int, I]]:
    index = 0
    async for item in items:
        yield index, item
        index += 1


async def _following(source: AsyncIterator[I]) -> I:
    return await anext(source)


class Slots:
    """A number of places."""

    def __init__(self, count: int) -> None:
        self._free = asyncio.Semaphore(count)

    async def take(self, seconds: float) -> bool:
        """Wait for a place; return False if none became free in time."""
        if not self._free.locked():
            return await self._free.acquire()
        try:
            async with asyncio.timeout(seconds):
                return await self._free.acquire()
        except TimeoutError:
            return False

    def free(self) -> None:
        """Give a place back."""
        self._free.release()


async def connect(host: str, port: int, context: ssl.SSLContext | None, seconds: float) -> Stream:
    """Connect to a host, over TLS if there is a ``context``.

    Raises:
        OSError: If it cannot be reached within ``seconds``, or its certificate is not trusted.
    """
    try:
        async with asyncio.timeout(seconds):
            reader, writer = await asyncio.open_connection(
                host, port, ssl=context, happy_eyeballs_delay=0.25
            )
    except TimeoutError:
        raise TimeoutError("connecting took too long") from None
    return Stream(reader, writer)


class Stream:
    """A connection; a read or write that takes too long is ended by `limit`, around it."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader = reader
        self._writer = writer

    @property
    def quiet(self) -> bool:
        """Tell whether it is open with nothing to read."""
        if self._reader.at_eof() or self._writer.is_closing():
            return False
        return not is_readable(self._writer.get_extra_info("socket").fileno())

    async def read(self, end: float) -> bytes:  # noqa: ARG002 - for the synchronous twin
        """Return what came; nothing if the other side hung up."""
        return await self._reader.read(65536)

    async def write(self, data: bytes, end: float) -> None:  # noqa: ARG002
        """Send ``data``."""
        self._writer.write(data)
        await self._writer.drain()

    def abort(self) -> None:
        """Close it at once."""
        self._writer.transport.abort()

    async def aclose(self) -> None:
        """Close it and wait until it is."""
        self.abort()
        with suppress(OSError):
            await self._writer.wait_closed()


class ClientPool(Generic[ClosableT]):
    """One client (anything with connections) for each event loop, closed with its loop."""

    def __init__(self, make: Callable[[], ClosableT]) -> None:
        self._make = make
        self._lock = threading.Lock()
        self._held: WeakKeyDictionary[
            asyncio.AbstractEventLoop, tuple[ClosableT, AsyncIterator[None]]
        ] = WeakKeyDictionary()

    async def get(self) -> ClosableT:
        """Return the running loop's client."""
        loop = asyncio.get_running_loop()
        held = self._held.get(loop)
        if held is None:
            client = self._make()
            with self._lock:
                held = self._held[loop] = (client, _until_loop_ends(client))
            await anext(held[1])
        return held[0]

    async def close(self) -> None:
        """Close the running loop's client."""
        with self._lock:
            held = self._held.pop(asyncio.get_running_loop(), None)
        if held is not None:
            await held[0].aclose()


async def _until_loop_ends(client: _Closable) -> AsyncIterator[None]:
    """Close ``client`` when the loop shuts its asynchronous generators down, as ``asyncio.run`` does."""
    try:
        yield
    finally:
        await client.aclose()
