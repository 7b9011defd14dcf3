"""Slow all requests of a client down together when the service asks one of them to slow down (HTTP 429).

Pure: the time is given, nothing sleeps. After a 429 nothing leaves for the time asked for; then requests leave spaced
out, wider after each further 429, closer with each other reply, until they need no spacing again.
"""

from __future__ import annotations

import threading
from typing import Final

__all__ = ["Throttle"]

FIRST_HOLD: Final = 0.5
MAX_HOLD: Final = 60.0
FIRST_SPACING: Final = 0.02
MAX_SPACING: Final = 2.0
RECOVERY: Final = 0.9
"""By this the spacing shrinks with each reply that is no 429."""
LEAST_SPACING: Final = 0.002


class Throttle:
    """Says when a request may leave; safe for several threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._spacing = 0.0
        self._next = 0.0
        self._slowed_at = float("-inf")

    def wait(self, now: float) -> float:
        """Return the seconds that the next request must wait, and reserve its place in the row."""
        if not self._spacing:
            return 0.0
        with self._lock:
            leaves = max(now, self._next)
            self._next = leaves + self._spacing
            return leaves - now

    def replied(
        self, http_status: int, sent_at: float, now: float, asked: float | None = None
    ) -> float:
        """Learn from a reply; return the seconds that all are held back for it, 0 for most.

        Args:
            http_status: The reply's HTTP status.
            sent_at: When its request left; several 429 to requests that left together slow down once.
            now: The time.
            asked: Seconds that the reply asked to wait.
        """
        if http_status != 429:
            if self._spacing:
                with self._lock:
                    shrunk = self._spacing * RECOVERY
                    self._spacing = shrunk if shrunk > LEAST_SPACING else 0.0
            return 0.0
        with self._lock:
            hold = min(asked or FIRST_HOLD, MAX_HOLD)
            if sent_at < self._slowed_at:
                self._next = max(self._next, now + hold) if asked else self._next
                return 0.0
            self._slowed_at = now
            self._spacing = min(max(2 * self._spacing, FIRST_SPACING), MAX_SPACING)
            self._next = max(self._next, now + hold)
            return hold
