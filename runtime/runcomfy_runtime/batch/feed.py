"""Hand queued jobs to the engine, a few more than may be in flight, so that its own tables stay small.

A batch of a million rows costs the engine no more than one of a thousand, and what is cancelled or reordered before
its turn never reached it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import sqlalchemy as sa

from . import steps
from .settings import Settings
from .store import Store
from .tables import jobs

if TYPE_CHECKING:
    from .engine import Engine

__all__ = ["OPEN", "feed", "left"]

OPEN: Final = ("queued", "submitting", "running", "unsaved")
"""States in which a run has something to do."""
MOST_AT_ONCE: Final = 500
AHEAD: Final = 50
"""Jobs that wait in the engine's queue at least, beside as many as may be in flight."""


def feed(store: Store, engine: Engine, batch: str, settings: Settings) -> int:
    """Hand over the next jobs and return how many they were.

    Args:
        store: Where the batch is.
        engine: Takes the jobs.
        batch: The batch's name.
        settings: Its limits.
    """
    with store.raw() as connection:
        limits = settings.model_limits or {}
        if limits:  # else two workers would each hand over as many as are allowed to both
            steps.hold_batch(connection, batch)
        counted = connection.execute(
            sa.select(jobs.c.model_id, sa.func.count().label("jobs"))
            .where(jobs.c.batch == batch, jobs.c.handed == 1)
            .group_by(jobs.c.model_id)
        )
        handed: dict[str, int] = {row.model_id: row.jobs for row in counted}
        room = min(2 * settings.in_flight + AHEAD - sum(handed.values()), MOST_AT_ONCE)
        found = _hand(connection, batch, jobs.c.state.in_(OPEN[1:]), room)
        queued = jobs.c.state == "queued"
        room -= len(found)
        for model, limit in limits.items():
            free = min(limit - handed.get(model, 0), room)
            chosen = _hand(connection, batch, queued & (jobs.c.model_id == model), free)
            found += chosen
            room -= len(chosen)
        others = queued & jobs.c.model_id.notin_(limits) if limits else queued
        found += _hand(connection, batch, others, room)
        for row in found:
            engine.enqueue(connection, row.key, row.priority, row.position, row.state == "queued")
    return len(found)


def left(store: Store, batch: str) -> bool:
    """Tell whether a run has anything left to do."""
    with store.engine.connect() as connection:
        one = sa.select(sa.literal(1)).where(jobs.c.batch == batch, jobs.c.state.in_(OPEN)).limit(1)
        return connection.execute(one).first() is not None


def _hand(
    connection: sa.Connection, batch: str, which: sa.ColumnElement[bool], most: int
) -> list[Any]:
    if most <= 0:
        return []
    chosen = (
        sa.select(jobs.c.key)
        .where(jobs.c.batch == batch, which, jobs.c.handed == 0)
        .order_by(jobs.c.priority, jobs.c.position)
        .limit(most)
        .with_for_update(skip_locked=True)
    )
    update = (
        sa.update(jobs)
        .where(jobs.c.batch == batch, jobs.c.key.in_(chosen))
        .values(handed=1)
        .returning(jobs.c.key, jobs.c.priority, jobs.c.position, jobs.c.state)
    )
    return list(connection.execute(update))
