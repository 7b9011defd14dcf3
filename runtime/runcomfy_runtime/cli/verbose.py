"""What the runtime logs, as lines for people: ``-v`` and ``-vv``."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .session import Session

__all__ = ["log_to"]


class _Lines(logging.Handler):
    """Writes each record where the session's words for people go, so that a live line stays whole."""

    def __init__(self, session: Session) -> None:
        super().__init__()
        self.session = session

    def emit(self, record: logging.LogRecord) -> None:
        """Write one record."""
        self.session.notify(f"[{record.levelname.lower()}] {record.getMessage()}")


def log_to(session: Session, level: int) -> None:
    """Write the runtime's log from ``level`` on to the standard error of ``session``."""
    logger = logging.getLogger("runcomfy")
    logger.setLevel(level)
    logger.addHandler(_Lines(session))
