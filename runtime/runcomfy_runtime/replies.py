"""What comes of one request: an HTTP reply, or none; and how long a reply asks to wait."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC
from email.utils import parsedate_to_datetime
from typing import Final

__all__ = ["NoReply", "Reply", "retry_after"]

MAX_RETRY_AFTER: Final = 60.0
"""Longest ``Retry-After`` in seconds that is obeyed; a longer one is taken for a mistake."""


@dataclass(frozen=True, slots=True)
class Reply:
    """An HTTP reply.

    Attributes:
        status: HTTP status.
        headers: Headers, names in lower case.
        body: Body as it came.
        received_at: When it came, seconds since the epoch.
    """

    status: int
    headers: Mapping[str, str] = field(default_factory=dict[str, str])
    body: bytes = b""
    received_at: float = 0.0


@dataclass(frozen=True, slots=True)
class NoReply:
    """No reply came.

    Attributes:
        delivered: False if the request provably never reached the service; True if it may have.
        reason: What happened.
    """

    delivered: bool
    reason: str


def retry_after(reply: Reply) -> float | None:
    """Return the seconds that ``Retry-After`` asks for; None when it is absent, past, absurd or unreadable."""
    text = reply.headers.get("retry-after", "").strip()
    if not text:
        return None
    try:
        seconds = float(text)
    except ValueError:
        then = _epoch(text)
        if then is None:
            return None
        sent = _epoch(reply.headers.get("date", ""))
        seconds = then - (reply.received_at if sent is None else sent)
    return seconds if 0 < seconds <= MAX_RETRY_AFTER else None


def _epoch(text: str) -> float | None:
    try:
        date = parsedate_to_datetime(text)
        return (date if date.tzinfo else date.replace(tzinfo=UTC)).timestamp()
    except (ValueError, TypeError, OverflowError, IndexError, OSError):
        return None
