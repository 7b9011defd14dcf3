"""Read a batch: how far it is, and its jobs in pages."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from typing import Any, Final

import sqlalchemy as sa

from .prices import Tally
from .records import JobRecord, Progress, RowState
from .store import Store
from .tables import batches, jobs

__all__ = ["one", "progress", "results", "tallies"]

PAGE: Final = 1_000


def progress(store: Store, batch: str) -> Progress:
    """Count the jobs by state."""
    with store.read() as connection:
        counted = connection.execute(
            sa.select(jobs.c.state, sa.func.count().label("jobs"))
            .where(jobs.c.batch == batch)
            .group_by(jobs.c.state)
        )
        counts: dict[RowState, int] = {row.state: row.jobs for row in counted}
        unseen = sa.and_(jobs.c.batch == batch, jobs.c.state == "unknown", jobs.c.handed == 1)
        kept = connection.scalar(sa.select(sa.func.count()).select_from(jobs).where(unseen))
        spent = connection.scalar(sa.select(batches.c.spent).where(batches.c.name == batch))
    return Progress(counts, float(spent or 0.0), kept=kept or 0)


def tallies(store: Store, batch: str) -> dict[str, Tally]:
    """Count by model the jobs that are left, and those whose cost is known."""
    queued = sa.case((jobs.c.state == "queued", 1), else_=0)
    query = (
        sa.select(
            jobs.c.model_id,
            sa.func.sum(queued),
            sa.func.count(jobs.c.cost),
            sa.func.sum(jobs.c.cost),
        )
        .where(jobs.c.batch == batch)
        .group_by(jobs.c.model_id)
    )
    with store.read() as connection:
        return {
            model_id: Tally(int(left), int(paid), float(cost or 0.0))
            for model_id, left, paid, cost in connection.execute(query)
        }


def one(store: Store, batch: str, key: str) -> JobRecord | None:
    """Return the job ``key``, if there is one."""
    with store.read() as connection:
        found = connection.execute(
            sa.select(jobs).where(jobs.c.batch == batch, jobs.c.key == key)
        ).first()
    return _record(found) if found is not None else None


def results(
    store: Store, batch: str, states: Iterable[RowState] | None = None
) -> Iterator[JobRecord]:
    """Yield the jobs in their order, a page at a time; no lock or connection is held between two pages."""
    wanted = None if states is None else list(states)
    after: tuple[int, str] | None = None
    while True:
        query = sa.select(jobs).where(jobs.c.batch == batch)
        if wanted is not None:
            query = query.where(jobs.c.state.in_(wanted))
        if after is not None:
            query = query.where(sa.tuple_(jobs.c.position, jobs.c.key) > after)
        with store.read() as connection:
            rows = connection.execute(query.order_by(jobs.c.position, jobs.c.key).limit(PAGE)).all()
        for row in rows:
            yield _record(row)
        if len(rows) < PAGE:
            return
        after = (rows[-1].position, rows[-1].key)


def _record(row: Any) -> JobRecord:
    times = {"added": row.added_at, "submitted": row.submitted_at, "ended": row.ended_at}
    return JobRecord(
        key=row.key,
        model_id=row.model_id,
        state=row.state,
        position=row.position,
        priority=row.priority,
        attempt=row.attempt,
        request_id=row.request_id,
        error_type=row.error_type,
        error=row.error,
        cost=row.cost,
        timings={name: value for name, value in times.items() if value is not None},
        files=tuple(json.loads(row.files)) if row.files else (),
        input=json.loads(row.payload),
        output=json.loads(row.output) if row.output else None,
    )
