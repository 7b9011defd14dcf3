"""What goes into a batch and what is told about it: plain, frozen records."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

__all__ = [
    "ENDED",
    "Added",
    "Changed",
    "JobRecord",
    "Progress",
    "Row",
    "RowState",
    "Stop",
    "StopReason",
    "Summary",
]

RowState = Literal[
    "queued",
    "submitting",
    "running",
    "unsaved",
    "succeeded",
    "failed",
    "cancelled",
    "unknown",
    "abandoned",
]
"""Where a job stands.

``queued``: nothing was sent. ``submitting``: the intent is recorded, the request may have left. ``running``: its
request id is recorded. ``unsaved``: it succeeded and its output is recorded, but not all files are saved; a run tries
again. ``succeeded``: all is here. ``failed``: it ended without output, or was refused. ``cancelled``: it will not run.
``unknown``: the request may have left and no request id came back; it is never sent again by itself.
``abandoned``: an unknown one that was given up.
"""
ENDED: frozenset[RowState] = frozenset({"succeeded", "failed", "cancelled", "unknown", "abandoned"})
"""States in which a run does nothing more about a job."""
StopReason = Literal[
    "interrupted", "cancelled", "auth", "balance", "spending", "unreachable", "disk", "database"
]


@dataclass(frozen=True, slots=True)
class Row:
    """One job to be.

    Attributes:
        key: Names the job within its batch, for good.
        model_id: The model.
        payload: Its input, JSON values only, validated.
        priority: -9 to 9; a smaller one is submitted earlier.
        position: Place in the batch; None puts it behind all others.
    """

    key: str
    model_id: str
    payload: Mapping[str, Any]
    priority: int = 0
    position: int | None = None


@dataclass(frozen=True, slots=True)
class Changed:
    """A row that is in the batch already, with another model or input; the one in the batch stays.

    Attributes:
        key: The row's key.
        state: Where its job stands.
        before: The model and the input's SHA-256 in the batch.
        after: Those that were given now.
    """

    key: str
    state: RowState
    before: tuple[str, str]
    after: tuple[str, str]


@dataclass(frozen=True, slots=True)
class Added:
    """What came of adding rows.

    Attributes:
        new: Rows that were queued.
        same: Rows that were in the batch already.
        changed: Rows whose key was in the batch with another input; at most `MOST_TOLD` of them.
        changed_count: How many they are.
    """

    new: int
    same: int
    changed: tuple[Changed, ...] = ()
    changed_count: int = 0


@dataclass(frozen=True, slots=True)
class JobRecord:
    """What is known of one job of a batch.

    Attributes:
        key: The row's key.
        model_id: The model.
        state: Where it stands.
        position: Place in the batch.
        priority: -9 to 9; a smaller one is submitted earlier.
        attempt: How often it was queued, from 1.
        request_id: The service's id, if one is known.
        error_type: Name of the error's class, such as ``JobFailed``; None without an error.
        error: The error in words.
        cost: US dollars, as far as the service says.
        timings: Seconds since the epoch by name: ``added``, ``submitted``, ``ended``.
        files: Where the files were saved, in the output's order.
        input: The payload.
        output: The service's output as it came.
    """

    key: str
    model_id: str
    state: RowState
    position: int
    priority: int
    attempt: int
    request_id: str | None
    error_type: str | None
    error: str | None
    cost: float | None
    timings: Mapping[str, float]
    files: tuple[str, ...]
    input: Mapping[str, Any]
    output: Any


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a batch is.

    Attributes:
        counts: Jobs by state; a state that no job is in is left out.
        cost: US dollars that the ended jobs cost, as far as the service says.
        elapsed: Seconds that this run has taken; 0 outside of one.
        per_second: Jobs that ended per second lately; 0 outside of a run.
        kept: Unknown jobs that keep their places for now, since they may run at the service.
    """

    counts: Mapping[RowState, int] = field(default_factory=dict[RowState, int])
    cost: float = 0.0
    elapsed: float = 0.0
    per_second: float = 0.0
    kept: int = 0

    @property
    def total(self) -> int:
        """All jobs."""
        return sum(self.counts.values())

    @property
    def ended(self) -> int:
        """Jobs that a run does nothing more about."""
        return sum(count for state, count in self.counts.items() if state in ENDED)

    @property
    def in_flight(self) -> int:
        """Jobs that are being submitted, run, or have their files saved."""
        return sum(self.counts.get(state, 0) for state in ("submitting", "running", "unsaved"))

    def __getitem__(self, state: RowState) -> int:
        return self.counts.get(state, 0)


@dataclass(frozen=True, slots=True)
class Stop:
    """Why a run ended before all jobs had.

    Attributes:
        reason: What stopped it.
        message: What happened and what to do.
    """

    reason: StopReason
    message: str


@dataclass(frozen=True, slots=True)
class Summary:
    """What a run left.

    Attributes:
        progress: The batch at its end.
        stop: Why it ended early; None if nothing is left to do.
    """

    progress: Progress
    stop: Stop | None = None
