"""Tell whether the processes of a batch live, without trusting any machine's clock.

Each worker counts up in its row; who sees a count stand still for some seconds of its own monotonic clock takes that
worker for dead. On the same machine a process that is gone is seen at once.
"""

from __future__ import annotations

import os
import socket
import time
import uuid
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

import sqlalchemy as sa

from .tables import workers

__all__ = [
    "DEAD_AFTER",
    "FRESH_FOR",
    "Identity",
    "Observer",
    "beat",
    "clock",
    "sign_off",
    "sign_on",
]

DEAD_AFTER: Final = 6.0
"""Seconds without a beat after which a worker counts as dead."""
LONGEST_LOOK: Final = 2.0
"""Seconds between two looks at the others' beats that count at most."""
FRESH_FOR: Final = 3.0
"""Seconds after a confirmed beat in which a worker may rely on counting as alive."""


def clock() -> float:
    """Return seconds that also pass while the machine sleeps, where the system has such a clock."""
    boot: int | None = getattr(time, "CLOCK_BOOTTIME", None)
    return time.monotonic() if boot is None else time.clock_gettime(boot)


@dataclass(frozen=True, slots=True)
class Identity:
    """One process of a batch.

    Attributes:
        id: Names it.
        host: The machine (and container) whose process numbers these are.
        pid: Its number there.
        process: Tells it from a later process with its number; empty where the system does not say.
    """

    id: str
    host: str
    pid: int
    process: str

    @classmethod
    def own(cls) -> Identity:
        """Return that of this process, under a new id."""
        pid = os.getpid()
        name = socket.gethostname()
        return cls(f"{name}-{pid}-{uuid.uuid4().hex[:8]}", _host(name), pid, _started(pid))


def sign_on(connection: sa.Connection, batch: str, who: Identity) -> None:
    """Add a worker's row, if it is not there."""
    there = sa.select(workers.c.id).where(workers.c.id == who.id)
    if connection.execute(there).first() is None:
        connection.execute(
            sa.insert(workers).values(
                id=who.id,
                batch=batch,
                host=who.host,
                pid=who.pid,
                process=who.process,
                beat=0,
                started_at=time.time(),
            )
        )


def sign_off(connection: sa.Connection, worker: str) -> None:
    """Remove a worker's row."""
    connection.execute(sa.delete(workers).where(workers.c.id == worker))


def beat(connection: sa.Connection, worker: str) -> bool:
    """Count up; False if the others have taken this worker for dead."""
    count = sa.update(workers).where(workers.c.id == worker).values(beat=workers.c.beat + 1)
    return connection.execute(count).rowcount > 0


@dataclass
class Observer:
    """Watches the beats of the other workers of a batch."""

    own: Identity
    _looked_at: float = field(default_factory=clock)
    _seen: dict[str, tuple[int, float]] = field(default_factory=dict[str, tuple[int, float]])

    def dead(self, connection: sa.Connection, batch: str) -> list[str]:
        """Return the workers that are dead by now.

        Time in which this process could not look, since it was frozen or the database away, hardly counts.
        """
        now = clock()
        watched = min(now - self._looked_at, LONGEST_LOOK)
        self._looked_at = now
        found: list[str] = []
        rows = connection.execute(
            sa.select(workers).where(workers.c.batch == batch, workers.c.id != self.own.id)
        ).all()
        for row in rows:
            count, still = self._seen.get(row.id, (-1, 0.0))
            still = still + watched if count == row.beat else 0.0
            self._seen[row.id] = (row.beat, still)
            is_here = row.host == self.own.host and bool(self.own.process)
            if still > DEAD_AFTER or (is_here and _started(row.pid) != row.process):
                found.append(row.id)
        return found


def _host(name: str) -> str:
    """Return what two processes have in common that see each other by their numbers."""
    parts = [name]
    try:
        parts.append(Path("/proc/sys/kernel/random/boot_id").read_text(encoding="ascii").strip())
        parts.append(os.readlink("/proc/self/ns/pid"))
    except OSError:
        parts.append(uuid.uuid4().hex)
    return "/".join(parts)


def _started(pid: int) -> str:
    """Return when a process was started, as the system counts; empty if it is gone or the system does not say."""
    try:
        text = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8", errors="replace")
    except OSError:
        return ""
    fields = text.rpartition(")")[2].split()
    return "" if fields[0] in "ZX" else fields[19]
