"""The jobs and their states, as a pure function of the clock."""

from __future__ import annotations

import hashlib
from collections import Counter
from dataclasses import dataclass
from math import inf
from typing import TYPE_CHECKING, Literal

from .queue import Queue, Ticket

if TYPE_CHECKING:
    from .outputs import OutputPlan
    from .replies import JsonObject
    from .scripts import BoundScript
    from .settings import Settings

__all__ = ["Job", "JobStore", "Phase"]

Phase = Literal["in_queue", "in_progress", "completed", "cancelled"]


@dataclass(slots=True, eq=False)
class Job:
    """A request the emulated service has accepted.

    Attributes:
        request_id: the service's name for it.
        owner: whose it is, see `accounts.owner_of`.
        model_id: the model.
        created: clock seconds.
        queue_seconds: least wait.
        run_seconds: time it runs.
        price: what was debited, in microdollars.
        output: what it makes.
        script: what was scripted for it.
        echo: its input, kept only where the result repeats it.
        ticket: its place in the queue.
        started: clock seconds, None while it waits.
        cancelled: clock seconds, None unless it was cancelled.
        cost_reads: how often its cost was asked for.
    """

    request_id: str
    owner: str
    model_id: str
    created: float
    queue_seconds: float
    run_seconds: float
    price: int
    output: OutputPlan
    script: BoundScript
    echo: JsonObject | None
    ticket: Ticket
    started: float | None = None
    cancelled: float | None = None
    cost_reads: int = 0

    @property
    def finished(self) -> float:
        """Clock seconds of the end; infinite while nobody can know it."""
        if self.cancelled is not None:
            return self.cancelled
        return inf if self.started is None else self.started + self.run_seconds


class JobStore:
    """Keep jobs and move them on when they are looked at.

    Args:
        settings: pace and limits.
    """

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._queue = Queue(settings.slots)
        self._jobs: dict[str, Job] = {}
        self._by_number: dict[int, Job] = {}
        self._seen: Counter[str] = Counter()
        self._number = 0

    def all(self) -> list[Job]:
        """Return the jobs in order of arrival."""
        return list(self._jobs.values())

    def new_id(self, owner: str, digest: str) -> str:
        """Name a new job: the same owner and input give the same row of names.

        Args:
            owner: whose job it will be.
            digest: hexadecimal digest of model and input.
        """
        key = f"{self._settings.seed}/{owner}/{digest}"
        self._seen[key] += 1
        name = hashlib.sha256(f"{key}/{self._seen[key]}".encode()).hexdigest()
        return f"{name[:8]}-{name[8:12]}-{name[12:16]}-{name[16:20]}-{name[20:32]}"

    def next_ticket(self, ready: float) -> Ticket:
        """Draw the next place in the queue for a job that may start at `ready`."""
        self._number += 1
        return Ticket(ready, self._number)

    def add(self, job: Job, now: float) -> None:
        """Accept a job. One that never leaves its state holds neither a place nor a slot."""
        self.advance(now)
        self._jobs[job.request_id] = job
        if job.run_seconds == inf:
            job.started = job.ticket.ready
        elif job.ticket.ready < inf:
            self._by_number[job.ticket.number] = job
            self._queue.add(job.ticket, job.run_seconds)

    def advance(self, now: float) -> None:
        """Start every job whose turn has come by `now`."""
        for number, start in self._queue.advance(now):
            self._by_number.pop(number).started = start

    def get(self, request_id: str, now: float) -> Job | None:
        """Return a job, or None when there is none or it has expired."""
        self.advance(now)
        job = self._jobs.get(request_id)
        if job is None:
            return None
        retention = job.script.seconds("expires_seconds", self._settings.retention_seconds)
        return None if now >= job.finished + retention else job

    def phase(self, job: Job, now: float) -> Phase:
        """Say where in the queue a job is, in the words of `/status`."""
        if job.cancelled is not None:
            return "cancelled"
        if job.started is None or now < job.started:
            return "in_queue"
        return "in_progress" if now < job.finished else "completed"

    def position(self, job: Job, now: float) -> int:
        """Count the jobs ahead, other customers' included; never grows while a job waits."""
        backlog = self._settings.backlog
        if job.ticket.ready == inf:
            return backlog
        left = max(0.0, job.ticket.ready - now)
        others = int(backlog * left / job.queue_seconds) if job.queue_seconds else 0
        return self._queue.position(job.ticket) + others

    def cancel(self, job: Job, now: float, phases: tuple[str, ...] = ("in_queue",)) -> bool:
        """Cancel a job that is in one of these phases; say whether it did. A running one keeps its slot to its end."""
        if self.phase(job, now) not in phases:
            return False
        self._queue.remove(job.ticket)
        self._by_number.pop(job.ticket.number, None)
        job.cancelled = now
        return True
