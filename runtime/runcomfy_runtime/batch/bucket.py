"""A bucket of tokens: how many submits a second may leave, whatever the engine starts at once."""

from __future__ import annotations

import math

__all__ = ["Bucket"]


class Bucket:
    """Says when the next submit may leave. Pure: the time is given, nothing sleeps."""

    def __init__(self, per_second: float | None) -> None:
        """Let ``per_second`` leave, evenly; None lets all leave at once.

        Raises:
            ValueError: If it is not above 0.
        """
        if per_second is not None and not (per_second > 0 and math.isfinite(per_second)):
            raise ValueError(f"per_second is {per_second!r}; give a number above 0")
        self._interval = 1.0 / per_second if per_second else 0.0
        self._next = 0.0

    def wait(self, now: float) -> float:
        """Return the seconds until the next submit may leave, and reserve its place."""
        leaves = max(now, self._next)
        self._next = leaves + self._interval
        return leaves - now
