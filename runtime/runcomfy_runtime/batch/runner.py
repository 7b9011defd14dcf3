"""One process's part of a batch, from the first job to the last: starts what is needed, watches over it, ends it."""

from __future__ import annotations

import asyncio
import signal
import threading
import time
from collections.abc import Callable, Generator
from concurrent.futures import TimeoutError as NotInTime
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Any, Final

import sqlalchemy as sa
from sqlalchemy import exc

from .bucket import Bucket
from .engine import Engine
from .errors import StoreFailed
from .feed import feed, left
from .heirs import Heirs
from .ledger import Ledger, Trouble
from .liveness import FRESH_FOR, Identity, beat, clock, sign_off, sign_on
from .records import Progress, Stop, StopReason, Summary
from .settings import settle_service
from .store import Store, is_full, told
from .tables import jobs
from .work import Workbench, run_job

if TYPE_CHECKING:
    from .._async.client import AsyncClient
    from .saver import Saver

__all__ = ["Runner"]

TICK: Final = 0.1
BEAT_EVERY: Final = 1.0
TIDY_EVERY: Final = 5.0
DATABASE_PATIENCE: Final = 300.0
"""Seconds that a database may be away before a run ends."""
FULL_PATIENCE: Final = 20.0
"""Seconds for which a run that stops because the store's disk is full tries to record what is under way."""
LAST_MOMENT: Final = 2.0
"""Seconds that submits under way are given to be answered when a run has to end at once."""


class Runner:
    """Runs jobs of one batch in this process.

    Attributes:
        stop: Why this run begins no further job; None while it does.
    """

    def __init__(
        self,
        store: Store,
        batch: str,
        *,
        make_client: Callable[[], AsyncClient],
        saver: Saver,
        timeout: float,
        stop_when: Callable[[Progress], str | None] | None,
        progress: Callable[[], Progress],
        on_progress: Callable[[Progress], object] | None,
        on_stop: Callable[[Stop], object] | None,
        until_done: bool,
        moved: bool,
    ) -> None:
        self._store = store
        self._batch = batch
        self._make_client = make_client
        self._saver = saver
        self._timeout = timeout
        self._stop_when = stop_when
        self._progress = progress
        self._on_progress = on_progress
        self._on_stop = on_stop
        self._until_done = until_done
        self._moved = moved
        self._identity = Identity.own()
        self._confirmed = float("-inf")
        self._over = threading.Event()
        self._hurry = threading.Event()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._idle: dict[str, int] = {}
        self._begun_at = time.monotonic()
        self._rates: list[tuple[float, int]] = []
        self._seen = Progress()
        self._fed_at = self._begun_at
        self.stop: Stop | None = None

    def run(self) -> Summary:
        """Run until nothing is left, or something stops it; return what is left."""
        settings = self._store.open_batch(self._batch, {})
        client = self._make_client()
        with self._store.begin() as connection:
            address = client.core.config.base_url
            settle_service(connection, self._batch, address, moved=self._moved)
        self._ledger = Ledger(self._store)
        self._bench = Workbench(
            batch=self._batch,
            owner=self._identity.id,
            client=client,
            ledger=self._ledger,
            saver=self._saver,
            bucket=Bucket(settings.per_second),
            timeout=self._timeout,
            stop=self._stop,
            fresh=self._fresh,
            stopping=lambda: self.stop is not None,
        )
        self._settings = settings
        with self._store.begin() as connection:
            sign_on(connection, self._batch, self._identity)
        self._confirmed = clock()
        self._engine = Engine(
            self._store, self._batch, self._identity.id, settings.in_flight, self._work
        )
        self._heirs = Heirs(self._store, self._engine, self._batch, self._identity)
        threads = [
            threading.Thread(target=self._watch, name="runcomfy-watch", daemon=True),
            threading.Thread(target=self._report, name="runcomfy-report", daemon=True),
        ]
        try:
            self._heirs.take_over()
            self._heirs.free_orphans()
            self._ask_whether_to_stop()
            for thread in threads:
                thread.start()
            with self._signals():
                self._go()
        finally:
            self._over.set()
            for thread in threads:
                thread.join(5.0)
            self._leave(client)
        return self._summary()

    async def _work(self, key: str, fresh: bool) -> None:
        self._loop = asyncio.get_running_loop()
        await run_job(self._bench, key, fresh)

    def _go(self) -> None:
        """Feed the engine until all is done; then, or when stopped, wait for what is under way."""
        asked_at = float("-inf")
        while self.stop is None:
            now = time.monotonic()
            failed = self._ledger.trouble
            try:
                fed = feed(self._store, self._engine, self._batch, self._settings)
                if not fed and self._until_done and not self._bench.active and now - asked_at > 0.2:
                    asked_at = now
                    if not left(self._store, self._batch):
                        return
                self._fed_at = now
            except exc.SQLAlchemyError as error:
                failed = failed or Trouble(self._fed_at, told(error), is_full(error))
                self._over.wait(1.0)
            self._heed(failed)
            self._over.wait(TICK)
        self._engine.stop_taking()
        while self._bench.active and not self._hurry.is_set() and not _lasts(self._ledger.trouble):
            time.sleep(TICK)

    def _heed(self, trouble: Trouble | None) -> None:
        """Stop where the store's disk is full, or its database stays away."""
        if trouble is None:
            return
        if trouble.full:
            self._stop(
                "disk",
                f"The disk of the store is full ({trouble.message}). Make room and run again.",
            )
        elif _lasts(trouble):
            self._stop(
                "database",
                f"The store cannot be written: {trouble.message}. Mend it and run again.",
            )

    def _stop(self, reason: StopReason, message: str) -> None:
        if self.stop is None:
            self.stop = Stop(reason, message)
            if self._on_stop is not None:
                with suppress(Exception):
                    self._on_stop(self.stop)

    @contextmanager
    def _signals(self) -> Generator[None]:
        """Turn SIGINT and SIGTERM into a stop, a second one into a quick one."""
        if threading.current_thread() is not threading.main_thread():
            yield
            return

        def handle(number: int, _: Any) -> None:
            if self.stop is not None:
                self._hurry.set()
            name = signal.Signals(number).name
            self._stop("interrupted", f"{name} came; run the batch again to go on.")

        before = {number: signal.signal(number, handle) for number in _SIGNALS}
        try:
            yield
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)

    def _watch(self) -> None:
        """Beat, take over from dead workers, cancel what was asked for, and tidy up, until all is over."""
        tidied_at = 0.0
        while not self._over.wait(BEAT_EVERY):
            with suppress(
                Exception
            ):  # the database is away; without a beat this worker would count as dead
                self._beat()
                self._heirs.take_over()
                self._cancel_asked()
                if clock() - tidied_at > TIDY_EVERY:
                    tidied_at = clock()
                    self._tidy()
                self._ask_whether_to_stop()

    def _beat(self) -> bool:
        """Confirm that this worker lives; return whether the others thought so too."""
        at = clock()
        with self._store.raw() as connection:
            alive = beat(connection, self._identity.id)
            if not alive:
                sign_on(connection, self._batch, self._identity)
        self._confirmed = at
        return alive

    async def _fresh(self) -> bool:
        """Tell whether this worker counts as alive, and so may submit what it intended to."""
        if clock() - self._confirmed < FRESH_FOR:
            return True
        try:
            return await asyncio.to_thread(self._beat)
        except exc.SQLAlchemyError:
            return False

    def _cancel_asked(self) -> None:
        """Have the service cancel those of this worker's jobs that are to be cancelled there."""
        with self._store.engine.connect() as connection:
            asked = connection.scalars(
                sa.select(jobs.c.key).where(
                    jobs.c.batch == self._batch, jobs.c.handed == 1, jobs.c.cancel_asked == 1
                )
            ).all()
        for key in asked:
            job = self._bench.active.get(key)
            if job is None or self._loop is None:
                continue
            with self._store.raw() as connection:
                connection.execute(
                    sa.update(jobs)
                    .where(jobs.c.batch == self._batch, jobs.c.key == key)
                    .values(cancel_asked=2)
                )
            asyncio.run_coroutine_threadsafe(_cancel(job), self._loop)

    def _tidy(self) -> None:
        """Delete the engine's rows of ended jobs, and free jobs whose run here was lost."""
        self._engine.forget_ended()
        held = self._heirs.held()
        running = self._engine.running()
        busy = {*self._bench.active, *self._bench.holding}
        own = {
            workflow: key
            for workflow, worker, key in running
            if worker == self._identity.id and key not in busy
        }
        stray = held - busy - {key for *_, key in running}
        self._idle = {name: self._idle.get(name, 0) + 1 for name in (*own, *stray)}
        lost = {name for name, times in self._idle.items() if times > 2}
        if lost:
            self._engine.drop([workflow for workflow in own if workflow in lost])
            keys = {key for workflow, key in own.items() if workflow in lost}
            self._heirs.free_orphans(keys | (stray & lost))

    def _ask_whether_to_stop(self) -> None:
        if self._stop_when is not None:
            reason = self._stop_when(self._progress())
            if reason is not None:
                self._stop("spending", reason)

    def _report(self) -> None:
        """Tell the progress every second, or less often where counting takes long."""
        pause = 1.0
        while self._on_progress is not None and not self._over.wait(pause):
            begun = time.monotonic()
            with suppress(Exception):  # what only shows the progress does not end the run
                self._on_progress(self._measured())
            pause = max(1.0, 20 * (time.monotonic() - begun))

    def _measured(self) -> Progress:
        now = time.monotonic()
        self._rates = [*self._rates[-30:], (now, self._bench.ended)]
        (since, before), (until, after) = self._rates[0], self._rates[-1]
        found = self._progress()
        self._seen = Progress(
            counts=found.counts,
            cost=found.cost,
            kept=found.kept,
            elapsed=now - self._begun_at,
            per_second=(after - before) / (until - since) if until > since else 0.0,
        )
        return self._seen

    def _summary(self) -> Summary:
        """Return what is left; what could not be recorded is told in the reason for the stop."""
        stop = self.stop
        if stop is not None and self._bench.unrecorded:
            ids = ", ".join(f"{key}: {id_}" for key, id_ in sorted(self._bench.unrecorded.items()))
            stop = Stop(
                stop.reason,
                f"{stop.message} These jobs have been submitted and could not be recorded; the next run lists them as "
                f"unknown, and you resolve each with its request id: {ids}.",
            )
        try:
            return Summary(self._measured(), stop)
        except StoreFailed:
            if stop is None:
                raise
            return Summary(self._seen, stop)

    def _leave(self, client: AsyncClient) -> None:
        """End the engine and sign off, so that others need not wait to see that this worker is gone."""
        if self._bench.active:
            self._await_submits(LAST_MOMENT)
        self._engine.stop_taking()
        if self._loop is not None:
            closing = asyncio.run_coroutine_threadsafe(client.close(), self._loop)
            with suppress(NotInTime, Exception):  # it only frees sockets
                closing.result(5.0)
        self._engine.destroy()
        self._ledger.close(10.0)
        if not self._bench.active:
            with suppress(exc.SQLAlchemyError), self._store.raw() as connection:
                sign_off(connection, self._identity.id)

    def _await_submits(self, seconds: float) -> None:
        """Give submits under way a moment to be answered and recorded."""
        until = time.monotonic() + seconds
        while time.monotonic() < until and any(
            job is None for job in list(self._bench.active.values())
        ):
            time.sleep(0.05)


def _lasts(trouble: Trouble | None) -> bool:
    """Tell whether nothing could be written for so long that there is no sense in waiting further."""
    if trouble is None:
        return False
    return trouble.seconds > (FULL_PATIENCE if trouble.full else DATABASE_PATIENCE)


_SIGNALS: Final = (signal.SIGINT, signal.SIGTERM)


async def _cancel(job: Any) -> None:
    from ..errors import RunComfyError

    try:
        await job.cancel()
    except RunComfyError:
        return
