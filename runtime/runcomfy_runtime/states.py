"""States of a job, in one vocabulary for `/status` and `/result`."""

from __future__ import annotations

import enum
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final, Literal

__all__ = ["Balance", "CancelOutcome", "JobState", "JobStatus", "state_from_wire"]

JobState = Literal[
    "in_queue", "in_progress", "completed", "succeeded", "failed", "cancelled", "unknown"
]

_ALIASES: Final[Mapping[str, JobState]] = {
    "in_queue": "in_queue",
    "queued": "in_queue",
    "pending": "in_queue",
    "waiting": "in_queue",
    "in_progress": "in_progress",
    "starting": "in_progress",
    "processing": "in_progress",
    "running": "in_progress",
    "completed": "completed",
    "done": "completed",
    "succeeded": "succeeded",
    "success": "succeeded",
    "failed": "failed",
    "error": "failed",
    "cancelled": "cancelled",
    "canceled": "cancelled",
}
_ENDED: Final[frozenset[JobState]] = frozenset({"completed", "succeeded", "failed", "cancelled"})


def state_from_wire(text: object) -> JobState:
    """Return the state that the service's word stands for; ``"unknown"`` for a word (or value) never seen before."""
    if not isinstance(text, str):
        return "unknown"
    return _ALIASES.get(text.strip().lower().replace("-", "_").replace(" ", "_"), "unknown")


@dataclass(frozen=True, slots=True)
class JobStatus:
    """What the service last said about a job.

    Attributes:
        state: ``in_queue``, ``in_progress``, ``completed`` (has stopped running, for better or worse), then, once the
            result was read, ``succeeded``, ``failed`` or ``cancelled``; ``unknown`` for a word that is new.
        queue_position: Jobs ahead, when the service says so.
        raw: The service's reply as it came.
    """

    state: JobState
    queue_position: int | None = None
    raw: Mapping[str, Any] = field(default_factory=dict[str, Any], compare=False, repr=False)

    @property
    def ended(self) -> bool:
        """Tell whether the job has stopped, successfully or not."""
        return self.state in _ENDED


class CancelOutcome(enum.Enum):
    """What became of a request to cancel a job."""

    CANCELLED = "cancelled"
    """The job was still waiting and will not run."""
    NOT_CANCELLABLE = "not_cancellable"
    """The job is already running; it goes on, and may be charged."""
    ALREADY_DONE = "already_done"
    """The job had ended before."""


@dataclass(frozen=True, slots=True)
class Balance:
    """What is left in the account's wallet; it may be zero or negative.

    Attributes:
        microdollars: Millionths of a dollar, for exact sums.
        currency: ``USD``.
    """

    microdollars: int
    currency: str = "USD"

    @property
    def usd(self) -> float:
        """The balance in dollars."""
        return self.microdollars / 1_000_000
