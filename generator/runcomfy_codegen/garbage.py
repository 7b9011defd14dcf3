"""The collector of garbage, which has little to find here: a run makes many objects and drops few in circles."""

from __future__ import annotations

import gc

__all__ = ["collect_seldom"]

_NEW_OBJECTS = 300_000


def collect_seldom() -> None:
    """Let the collector wait for as many new objects, and leave those that there are alone."""
    gc.freeze()
    gc.set_threshold(_NEW_OBJECTS)
