"""Take over what dead workers were running, so that no job waits for one that will not come back."""

from __future__ import annotations

from collections.abc import Collection
from typing import TYPE_CHECKING

import sqlalchemy as sa

from .liveness import Identity, Observer, sign_off
from .store import Store
from .tables import jobs, workers

if TYPE_CHECKING:
    from .engine import Engine

__all__ = ["Heirs"]


class Heirs:
    """Those who go on with a dead worker's jobs: this process, and all that have room."""

    def __init__(self, store: Store, engine: Engine, batch: str, own: Identity) -> None:
        self._store = store
        self._engine = engine
        self._batch = batch
        self._own = own
        self._observer = Observer(own)

    def take_over(self) -> None:
        """Queue again what dead workers were running.

        They are signed off first: whoever takes a job of theirs would else see an owner that lives, leave the job to
        it, and free its place while it runs at the service. What is left when this process dies in between is seen
        by :meth:`free_orphans` of another.
        """
        with self._store.engine.connect() as connection:
            dead = self._observer.dead(connection, self._batch)
        for worker in dead:
            with self._store.raw() as connection:
                sign_off(connection, worker)
            self._engine.take_over(worker)
        if dead:
            self.free_orphans()

    def held(self) -> set[str]:
        """Return the jobs that count as handed over, and as run by this process."""
        mine = sa.and_(jobs.c.handed == 1, jobs.c.owner == self._own.id)
        with self._store.engine.connect() as connection:
            return set(
                connection.scalars(sa.select(jobs.c.key).where(jobs.c.batch == self._batch, mine))
            )

    def free_orphans(self, own: Collection[str] = ()) -> None:
        """Free jobs that count as handed over, but that neither the engine nor a living worker has.

        Args:
            own: Those that this process counts as running, and does not run.
        """
        with self._store.engine.connect() as connection:
            handed = set(
                connection.scalars(
                    sa.select(jobs.c.key).where(jobs.c.batch == self._batch, jobs.c.handed == 1)
                )
            )
        if not handed:
            return
        running = self._engine.running()
        with self._store.engine.connect() as connection:
            living = self._living(connection)
        for worker in {worker for _, worker, _ in running if worker} - living:
            self._engine.take_over(worker)
        orphans = handed - {key for _, _, key in running}
        if orphans:
            strange = sa.or_(jobs.c.owner.is_(None), jobs.c.owner.notin_(living))
            mine = jobs.c.owner == self._own.id
            with self._store.raw() as connection:
                for key in orphans:
                    free = sa.or_(strange, mine) if key in own else strange
                    connection.execute(
                        sa.update(jobs)
                        .where(jobs.c.batch == self._batch, jobs.c.key == key, free)
                        .values(handed=0, owner=None)
                    )

    def _living(self, connection: sa.Connection) -> set[str]:
        return set(
            connection.scalars(sa.select(workers.c.id).where(workers.c.batch == self._batch))
        )
