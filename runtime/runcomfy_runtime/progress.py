"""How far a `map` has come."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["MapProgress"]


@dataclass(frozen=True, slots=True)
class MapProgress:
    """How far a `map` has come.

    Attributes:
        done: Outcomes yielded.
        failed: Those of them that hold an error.
        running: Requests under way.
    """

    done: int
    failed: int
    running: int
