"""Clocks for the emulator: all job states are a function of the clock and of what was asked."""

from __future__ import annotations

import threading
import time
from datetime import UTC, datetime
from typing import Protocol

__all__ = ["Clock", "ManualClock", "SystemClock", "timestamp"]


class Clock(Protocol):
    """Anything that tells the time in seconds since the Unix epoch."""

    def __call__(self) -> float:
        """Return the time in seconds since the Unix epoch."""
        ...


class SystemClock:
    """Tell real time; never runs backwards, even when the machine's clock is set."""

    def __init__(self) -> None:
        self._offset = time.time() - time.monotonic()

    def __call__(self) -> float:
        """Return the time in seconds since the Unix epoch."""
        return self._offset + time.monotonic()


class ManualClock:
    """Stand still until told to advance, so that a test decides when a job moves on.

    Args:
        start: first reading, in seconds since the Unix epoch.
    """

    def __init__(self, start: float = 1_750_000_000.0) -> None:
        self._now = start
        self._lock = threading.Lock()

    def __call__(self) -> float:
        """Return the time in seconds since the Unix epoch."""
        return self._now

    def advance(self, seconds: float) -> None:
        """Move the time on.

        Args:
            seconds: how far; not negative.

        Raises:
            ValueError: `seconds` is negative.
        """
        if seconds < 0:
            raise ValueError(f"a clock cannot go back: {seconds}")
        with self._lock:
            self._now += seconds


def timestamp(seconds: float) -> str:
    """Format a time as the service's siblings do: ISO 8601, microseconds, numeric offset."""
    return datetime.fromtimestamp(seconds, UTC).isoformat(timespec="microseconds")
