"""The service's queue as arithmetic: who starts when, worked out only when somebody asks."""

from __future__ import annotations

import heapq
from bisect import bisect_left, insort
from dataclasses import dataclass

__all__ = ["Queue", "Ticket"]


@dataclass(frozen=True, order=True, slots=True)
class Ticket:
    """A place in the queue.

    Attributes:
        ready: earliest start, in clock seconds; the queue is ordered by it.
        number: order of arrival, which settles ties.
    """

    ready: float
    number: int


class Queue:
    """Hand a limited number of running slots to waiting jobs, first ready first served.

    Nothing runs in the background: `advance` replays every start that lies in the past. A start is
    final once it has been replayed, since a job that arrives later is never ready earlier than now.

    Args:
        slots: how many jobs run at the same time; at least 1.
    """

    def __init__(self, slots: int) -> None:
        if slots < 1:
            raise ValueError(f"slots must be at least 1, not {slots}")
        self._free = [float("-inf")] * slots
        self._waiting: list[Ticket] = []
        self._duration: dict[int, float] = {}

    def __len__(self) -> int:
        """Count the waiting jobs."""
        return len(self._waiting)

    def add(self, ticket: Ticket, duration: float) -> None:
        """Put a job into the queue.

        Args:
            ticket: its place.
            duration: seconds it will hold a slot.
        """
        insort(self._waiting, ticket)
        self._duration[ticket.number] = duration

    def advance(self, now: float) -> list[tuple[int, float]]:
        """Start every job whose turn has come.

        Args:
            now: clock seconds.

        Returns:
            The jobs started since the last call, as pairs of number and time of the start.
        """
        count = 0
        started: list[tuple[int, float]] = []
        for ticket in self._waiting:
            start = max(ticket.ready, self._free[0])
            if start > now:
                break
            heapq.heapreplace(self._free, start + self._duration.pop(ticket.number))
            started.append((ticket.number, start))
            count += 1
        del self._waiting[:count]
        return started

    def position(self, ticket: Ticket) -> int:
        """Count the jobs that will start before this one."""
        return bisect_left(self._waiting, ticket)

    def remove(self, ticket: Ticket) -> None:
        """Take a waiting job out of the queue; a job that does not wait is left alone."""
        index = bisect_left(self._waiting, ticket)
        if index < len(self._waiting) and self._waiting[index] == ticket:
            del self._waiting[index]
            del self._duration[ticket.number]
