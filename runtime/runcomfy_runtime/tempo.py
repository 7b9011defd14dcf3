"""Learn how long the jobs of a model usually take, so that short ones are not polled too seldom.

Pure. A poll every half second makes a job of one second a quarter longer than it is. Once a client has seen some jobs
of a model end, it first asks for the next shortly before the quickest of them ended, then every tenth of the usual
time, never more often than ten times a second. Jobs of many seconds keep the common pace.
"""

from __future__ import annotations

import threading
from collections import OrderedDict, deque
from typing import Final

__all__ = ["COMMON_INTERVAL", "Tempo"]

COMMON_INTERVAL: Final = 0.5
LEAST_INTERVAL: Final = 0.1
MAX_HEAD_START: Final = 1.0
"""Longest time without a first poll, so that a place in the queue is told soon."""
_ENOUGH: Final = 8
_KEPT: Final = 64
_MODELS: Final = 256


class Tempo:
    """What one client has seen of its models' jobs; safe for several threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._seen: OrderedDict[str, deque[float]] = OrderedDict()

    def ended(self, model_id: str, seconds: float) -> None:
        """Note that a job took ``seconds`` from submit to end."""
        with self._lock:
            self._seen.setdefault(model_id, deque(maxlen=_KEPT)).append(seconds)
            if len(self._seen) > _MODELS:
                self._seen.popitem(last=False)

    def interval(self, model_id: str | None) -> float:
        """Return the shortest time between two polls of a job of this model."""
        seen = self._known(model_id)
        if not seen:
            return COMMON_INTERVAL
        usual = sum(seen) / len(seen)
        return min(max(usual / 10, LEAST_INTERVAL), COMMON_INTERVAL)

    def head_start(self, model_id: str | None) -> float:
        """Return the seconds after a submit in which its job cannot have ended, as far as is known."""
        seen = self._known(model_id)
        return min(0.9 * min(seen), MAX_HEAD_START) if seen else 0.0

    def _known(self, model_id: str | None) -> list[float]:
        """Return the times of a model's last jobs; none while they are too few to go by."""
        with self._lock:
            seen = self._seen.get(model_id or "", ())
            return [*seen] if len(seen) >= _ENOUGH else []
