"""How long the state machine waits, and how often it tries."""

from __future__ import annotations

from typing import Final

from .tempo import COMMON_INTERVAL

__all__ = [
    "CONFIRM_TIMEOUT",
    "DOUBTFUL_TRIES",
    "FINAL_READS",
    "LAST_CHANCE",
    "READ_TIMEOUT",
    "SHARE",
    "SHORTEST_PAUSE",
    "SLOWEST_UPLOAD",
    "SUBMIT_TIMEOUT",
    "THROTTLED_TRIES",
    "UNDELIVERED_TRIES",
    "pace",
]

READ_TIMEOUT: Final = 20.0
"""Seconds one poll may take."""
SUBMIT_TIMEOUT: Final = 90.0
"""Seconds one submit may take; it is never cut short by the deadline, which would leave its outcome unknown."""
SLOWEST_UPLOAD: Final = 128 * 1024
"""Bytes a second at least; a submit gets the time that its body takes at this speed on top."""
LAST_CHANCE: Final = 5.0
"""Seconds a poll gets at least, even when the deadline is nearer."""
CONFIRM_TIMEOUT: Final = 2.0
"""Seconds for confirming a cancel whose outcome the service has told already."""
UNDELIVERED_TRIES: Final = 3
THROTTLED_TRIES: Final = 6
FINAL_READS: Final = 3
"""Reads of the result of a job whose status says that it has ended, before what is known is taken as the end."""
DOUBTFUL_TRIES: Final = 3
"""Polls in a row that may be refused by what need not be the service itself."""
SHARE: Final = 0.078
"""Seconds from poll to poll, for each second that a job takes: a minute takes 45 requests and 2.4 s of lateness."""
SHORTEST_PAUSE: Final = 0.5
"""Seconds between two polls at least, whatever the service asks for."""


def pace(elapsed: float, jitter: float, least: float = COMMON_INTERVAL) -> float:
    """Return the seconds from poll to poll: 7.8 % of ``elapsed``, ``least`` to 5 s, ± 10 % by ``jitter`` (0 to 1)."""
    return min(max(SHARE * elapsed, least), 5.0) * (0.9 + 0.2 * jitter)
