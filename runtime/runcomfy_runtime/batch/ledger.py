"""Write what happens to jobs: one thread, which commits what many jobs ask for at the same time as one transaction.

Every operation may be carried out twice with the same outcome, since a commit whose answer is lost is tried again. They
are tried until they succeed: what is known of a paid job is never dropped because the database is away.
"""

from __future__ import annotations

import asyncio
import queue
import threading
import time
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass
from typing import Any, Final, TypeVar

import sqlalchemy as sa
from sqlalchemy import exc

from .store import Store, is_full, told

__all__ = ["Ledger", "Trouble"]

MOST_AT_ONCE: Final = 500
LONGEST_PAUSE: Final = 2.0
T = TypeVar("T")
_Task = tuple[Callable[[sa.Connection], Any], "Future[Any]"]


@dataclass(frozen=True, slots=True)
class Trouble:
    """Why nothing can be written.

    Attributes:
        since: Since when; on the monotonic clock.
        message: What the database says.
        full: Whether its disk is full.
    """

    since: float
    message: str
    full: bool

    @property
    def seconds(self) -> float:
        """How long it has lasted."""
        return time.monotonic() - self.since


class Ledger:
    """Carries out operations on a store; call it from any event loop.

    Attributes:
        trouble: Why nothing can be written at present; None while all is well.
    """

    def __init__(self, store: Store) -> None:
        self._store = store
        self._tasks: queue.SimpleQueue[_Task | None] = queue.SimpleQueue()
        self._over = threading.Event()
        self.trouble: Trouble | None = None
        self._thread = threading.Thread(target=self._work, name="runcomfy-ledger", daemon=True)
        self._thread.start()

    async def do(self, operation: Callable[[sa.Connection], T]) -> T:
        """Carry out ``operation`` in a transaction, however long the database is away, and return what it returns."""
        return await asyncio.wrap_future(self.ask(operation))

    def ask(self, operation: Callable[[sa.Connection], T]) -> Future[T]:
        """Do as `do`, for threads."""
        future: Future[T] = Future()
        self._tasks.put((operation, future))
        return future

    def close(self, timeout: float) -> bool:
        """Carry out what was asked for and end; return whether all was done in ``timeout`` seconds."""
        self._tasks.put(None)
        self._thread.join(timeout)
        self._over.set()
        return not self._thread.is_alive()

    def _work(self) -> None:
        ended = False
        while not ended:
            group: list[_Task] = []
            task = self._tasks.get()
            while task is not None:
                group.append(task)
                if len(group) >= MOST_AT_ONCE or self._tasks.empty():
                    break
                task = self._tasks.get()
            ended = task is None
            self._commit(group)

    def _commit(self, group: list[_Task]) -> None:
        """Commit ``group`` together; where that fails for another reason than the database, each by itself."""
        pause = 0.05
        while group:
            try:
                with self._store.raw() as connection:
                    results = [operation(connection) for operation, _ in group]
            except (exc.OperationalError, exc.InternalError, exc.TimeoutError) as error:
                since = self.trouble.since if self.trouble else time.monotonic()
                self.trouble = Trouble(since, told(error), is_full(error))
                if self._over.wait(pause):
                    return
                pause = min(2 * pause, LONGEST_PAUSE)
            except Exception as error:  # noqa: BLE001 - it is given to who asked for the operation
                self.trouble = None
                if len(group) == 1:
                    group[0][1].set_exception(error)
                    return
                for task in group:
                    self._commit([task])
                return
            else:
                self.trouble = None
                for (_, future), result in zip(group, results, strict=True):
                    future.set_result(result)
                return
