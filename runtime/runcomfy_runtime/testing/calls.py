"""A record of all requests, so that a test can count what really went over the wire."""

from __future__ import annotations

import threading
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .replies import JsonObject

__all__ = ["CallLog", "RecordedCall"]


@dataclass(slots=True)
class RecordedCall:
    """A request the emulator has received; tokens and bodies are not kept.

    Attributes:
        name: kind of call, one of `scripts.CALLS`; `unknown` for a path that does not exist.
        method: HTTP method.
        path: decoded path without the query.
        target: model id or request id; for downloads the request id.
        query: the query as it was sent.
        at: clock seconds of the arrival.
        authorized: whether an `Authorization` header came with it.
        status: HTTP status of the answer; None while there is none and when none was sent.
        created: id of the job that was made by it.
        fault: name of the fault that was applied.
    """

    name: str
    method: str
    path: str
    target: str
    query: str
    at: float
    authorized: bool = False
    status: int | None = None
    created: str | None = None
    fault: str | None = None

    def summary(self) -> JsonObject:
        """Return the record as JSON."""
        return {name: getattr(self, name) for name in self.__slots__}


class CallLog:
    """Records in order of arrival; safe to use from several threads."""

    def __init__(self) -> None:
        self._calls: list[RecordedCall] = []
        self._lock = threading.Lock()

    def add(self, call: RecordedCall) -> None:
        """Append a record; its later fields may be filled in afterwards."""
        with self._lock:
            self._calls.append(call)

    def clear(self) -> None:
        """Forget all records."""
        with self._lock:
            self._calls.clear()

    def all(self) -> list[RecordedCall]:
        """Return the records of now."""
        with self._lock:
            return list(self._calls)

    def count(self, name: str | None = None, *, method: str | None = None) -> int:
        """Count records.

        Args:
            name: only this kind of call.
            method: only this HTTP method.
        """
        return sum(
            name in (None, call.name) and method in (None, call.method) for call in self.all()
        )
