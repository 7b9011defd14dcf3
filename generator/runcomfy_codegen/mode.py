"""What a run does with what it finds out."""

from __future__ import annotations

from enum import Enum

__all__ = ["Mode"]


class Mode(Enum):
    """What to do with the difference between plan and disk."""

    WRITE = "write"
    CHECK = "check"
    DRY_RUN = "dry-run"
