"""What programs see while jobs run with ``--output json``: each event as one line of JSON on standard error."""

from __future__ import annotations

import enum
import json
import threading
import time
from typing import TYPE_CHECKING, Any, Final, Self

from .output import say
from .progress import Silent, Transfer
from .session import Session

if TYPE_CHECKING:
    from ..events import Event

__all__ = ["EventLines"]

_UNTOLD: Final = frozenset({"send", "reply", "no_reply"})
"""Events about single requests."""
_PERIOD: Final = 1.0
"""Seconds between two lines about the bytes of a job's files."""


class EventLines(Silent):
    """Writes the client's events as they come, and how far downloads are once a second."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._lock = threading.Lock()
        self._told: dict[str, float] = {}
        self._started = time.monotonic()

    def transfer(self, job: str, moved: Transfer) -> None:
        """Write how many bytes are here."""
        now = time.monotonic()
        with self._lock:
            if moved.done != moved.total and now - self._told.get(job, 0.0) < _PERIOD:
                return
            self._told[job] = now
        self._write("transfer", job=job, done=moved.done, total=moved.total)

    def hear(self, event: Event) -> None:
        """Write an event."""
        if event.name not in _UNTOLD:
            self._write(
                event.name, model_id=event.model_id, request_id=event.request_id, **event.fields
            )

    def __enter__(self) -> Self:
        self._session.listener = self.hear
        return self

    def __exit__(self, *_: object) -> None:
        self._session.listener = None

    def _write(self, name: str, **facts: Any) -> None:
        elapsed = round(time.monotonic() - self._started, 3)
        record = {"event": name, "elapsed": elapsed, **facts}
        say(json.dumps(record, default=_plain, separators=(",", ":")))


def _plain(value: object) -> object:
    return value.value if isinstance(value, enum.Enum) else str(value)
