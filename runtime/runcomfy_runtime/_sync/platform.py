"""What differs between the shells, for threads: time, interruption, pools."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Generator, Iterable
from contextlib import AbstractContextManager, nullcontext
from contextvars import ContextVar, copy_context
from queue import Empty, SimpleQueue
from typing import TYPE_CHECKING, Final, Generic, ParamSpec, Protocol, TypeAlias, TypeVar

from ..sockets import is_readable

if TYPE_CHECKING:
    import socket
    import ssl
    from concurrent.futures import Future

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
    def close(self) -> None: ...


T = TypeVar("T")
ClosableT = TypeVar("ClosableT", bound=_Closable)
I = TypeVar("I")  # noqa: E741 - an item
P = ParamSpec("P")
Items: TypeAlias = Iterable[I]
"""What is taken from, one by one."""

_SLICE = 1.0
"""Longest uninterrupted wait in seconds, for systems where a wait on a lock cannot be interrupted."""

_BUFFER: Final = 8
"""Results per place that `each` holds back for the sake of order."""

_stop: ContextVar[threading.Event | None] = ContextVar("stop", default=None)


def sleep(seconds: float) -> None:
    """Wait ``seconds``; in a thread of `each`, raise KeyboardInterrupt as soon as the iteration is left."""
    stop = _stop.get()
    if stop is None:
        time.sleep(seconds)
    elif stop.wait(seconds):
        raise KeyboardInterrupt


class Pause:
    """Waits that another thread can end early, once and for all."""

    def __init__(self) -> None:
        self._over = threading.Event()

    def end(self) -> None:
        """End the wait under way, and make all later ones end at once."""
        self._over.set()

    def sleep(self, seconds: float) -> None:
        """Wait ``seconds``, unless it is ended before; in a thread of `each`, as the function `sleep` does."""
        if _stop.get() is None:
            self._over.wait(seconds)
        else:
            sleep(seconds)


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


def each(call: Callable[[I], T], items: Items[I], concurrency: int, ordered: bool) -> Generator[T]:
    """Yield ``call(item)`` of each item, at most ``concurrency`` at a time; items are taken as places become free.

    An error of ``items`` is raised when all that was taken before has been yielded. Leaving the iteration early stops
    what is running and waits for its clean-up.
    """
    from concurrent.futures import ThreadPoolExecutor

    source = iter(items)
    ended: SimpleQueue[Future[T]] = SimpleQueue()
    running: dict[Future[T], int] = {}
    ready: dict[int, T] = {}
    taken = upcoming = 0
    more = True
    failure: Exception | None = None
    stop = threading.Event()

    def work(item: I) -> T:
        _stop.set(stop)
        return call(item)

    pool = ThreadPoolExecutor(concurrency, thread_name_prefix="runcomfy-map")
    try:
        while True:
            while more and len(running) < concurrency and len(ready) < _BUFFER * concurrency:
                try:
                    item = next(source)
                except StopIteration:
                    more = False
                except Exception as error:  # noqa: BLE001 - whatever the user's iterable raises
                    more, failure = False, error
                else:
                    task = pool.submit(copy_context().run, work, item)
                    running[task] = taken
                    taken += 1
                    task.add_done_callback(ended.put)
            if not running and not ready:
                break
            if running:
                task = _next_of(ended)
                ready[running.pop(task)] = task.result()
            for index in [*ready] if not ordered else sorted(ready):
                if ordered and index != upcoming:
                    break
                upcoming += 1
                yield ready.pop(index)
        if failure is not None:
            raise failure
    finally:
        stop.set()
        pool.shutdown(wait=True, cancel_futures=True)


def numbered(items: Items[I]) -> Items[tuple[int, I]]:
    """Return the items, each with its position."""
    return enumerate(items)


def _next_of(ended: SimpleQueue[Future[T]]) -> Future[T]:
    while True:
        try:
            return ended.get(timeout=_SLICE)
        except Empty:
            continue


class Slots:
    """A number of places."""

    def __init__(self, count: int) -> None:
        self._free = threading.Semaphore(count)

    def take(self, seconds: float) -> bool:
        """Wait for a place; return False if none became free in time."""
        return self._free.acquire(timeout=seconds)

    def free(self) -> None:
        """Give a place back."""
        self._free.release()


def connect(host: str, port: int, context: ssl.SSLContext | None, seconds: float) -> Stream:
    """Connect to a host, over TLS if there is a ``context``.

    Raises:
        OSError: If it cannot be reached within ``seconds``, or its certificate is not trusted.
    """
    import socket

    try:
        plain = socket.create_connection((host, port), seconds)
        plain.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        if context is None:
            return Stream(plain)
        try:
            return Stream(context.wrap_socket(plain, server_hostname=host))
        except BaseException:
            plain.close()
            raise
    except TimeoutError:
        raise TimeoutError("connecting took too long") from None


class Stream:
    """A connection."""

    def __init__(self, connection: socket.socket) -> None:
        self._socket = connection

    @property
    def quiet(self) -> bool:
        """Tell whether it is open with nothing to read."""
        return not is_readable(self._socket.fileno())

    def read(self, end: float) -> bytes:
        """Return what came; nothing if the other side hung up.

        Raises:
            TimeoutError: If nothing came before ``end``.
        """
        self._socket.settimeout(_rest(end))
        try:
            return self._socket.recv(65536)
        except TimeoutError:
            raise TimeoutError("no reply in time") from None

    def write(self, data: bytes, end: float) -> None:
        """Send ``data``.

        Raises:
            TimeoutError: If it was not taken before ``end``.
        """
        self._socket.settimeout(_rest(end))
        try:
            self._socket.sendall(data)
        except TimeoutError:
            raise TimeoutError("the request was not taken in time") from None

    def abort(self) -> None:
        """Close it at once."""
        self._socket.close()

    close = abort


def _rest(end: float) -> float:
    rest = end - time.monotonic()
    if rest <= 0:
        raise TimeoutError("no reply in time")
    return rest


class ClientPool(Generic[ClosableT]):
    """One client (anything with connections) for all threads, made when first used."""

    def __init__(self, make: Callable[[], ClosableT]) -> None:
        self._make = make
        self._lock = threading.Lock()
        self._client: ClosableT | None = None

    def get(self) -> ClosableT:
        """Return the client."""
        client = self._client
        if client is None:
            with self._lock:
                client = self._client = self._client or self._make()
        return client

    def close(self) -> None:
        """Close the client."""
        with self._lock:
            client, self._client = self._client, None
        if client is not None:
            client.close()
