"""The engine: DBOS, which decides in the database who runs which job next, so that all workers keep one limit.

DBOS is one to a process, by its own design. So only one batch runs in a process at a time, whichever copy of this
runtime runs it, and none where a program runs DBOS for itself.
"""

from __future__ import annotations

import logging
import sys
import threading
import uuid
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Any, Final, Protocol, cast

import sqlalchemy as sa
from sqlalchemy import event

from .errors import BatchError
from .store import LOCK_SECONDS, Store

if TYPE_CHECKING:
    import dbos

__all__ = ["APP_VERSION", "Engine"]

APP_VERSION: Final = "runcomfy-batch-1"
"""Pinned, since DBOS would else take it from the source and strand a batch when this package is updated."""
APP_NAME: Final = "runcomfy-batch"
WORKFLOW: Final = "runcomfy_batch_job"
POLL_SECONDS: Final = 0.1
PRIORITY_STEP: Final = 100_000_000
"""Rows between two priorities; DBOS orders by a number of 31 bits."""
JOIN_SECONDS: Final = 10.0
_SHARED: Final = "runcomfy_batch_shared"
_RECOVER: Final = "_recover_pending_workflows"
"""DBOS's own way to queue a dead process's work again; the public one would disturb what another has begun."""
_INSTANCE: Final = "_dbos_global_instance"
RunJob = Callable[[str, bool], Awaitable[None]]


class _Shared(Protocol):
    """What all copies of this runtime in a process share, kept on the module ``dbos``."""

    lock: threading.Lock
    run: RunJob | None


class Engine:
    """DBOS, launched for one batch.

    Attributes:
        executor: Names this process to DBOS.
    """

    def __init__(
        self, store: Store, batch: str, executor: str, in_flight: int, run: RunJob
    ) -> None:
        """Launch DBOS; from now on it calls ``run`` with a job's key, and whether it is likely to be submitted.

        Raises:
            BatchError: If DBOS is not installed, or this process runs it already.
        """
        self.executor = executor
        self._queue = f"runcomfy/{batch}"
        self._shared = _acquire()
        self._unsynced = _unsynced(store.url) if store.sqlite else None
        try:
            self._dbos = _launch(store, executor, self._queue, self._unsynced)
            self._shared.run = run
            self._client = _client(store)
            self._call().register_queue(
                self._queue,
                global_concurrency=in_flight,
                polling_interval_sec=POLL_SECONDS,
                on_conflict="always_update",
            )
        except BaseException:
            self.destroy()
            raise

    def enqueue(
        self, connection: sa.Connection, key: str, priority: int, position: int, fresh: bool
    ) -> None:
        """Queue a job within the caller's transaction; one that was begun before goes ahead of all that were not."""
        rank = (priority + 9) * PRIORITY_STEP + min(position, PRIORITY_STEP - 3) + 2
        self._client.enqueue_in_transaction(
            connection,
            {
                "queue_name": self._queue,
                "workflow_name": WORKFLOW,
                "workflow_id": f"{self._queue}/{uuid.uuid4().hex}",
                "app_version": APP_VERSION,
                "application_name": APP_NAME,
                "priority": rank if fresh else 1,
                "serialization_type": _portable(),
            },
            key,
            fresh,
        )

    def take_over(self, dead: str) -> None:
        """Queue again what the worker ``dead`` was running, in its old order.

        Of several workers that do so at a time, or late, none disturbs a job that someone runs already.
        """
        recover: Callable[[list[str]], object] = getattr(self._call(), _RECOVER)
        recover([dead])

    def running(self) -> list[tuple[str, str, str]]:
        """Return queued and running jobs of all workers: workflow id, worker ('' while queued), key."""
        found = self._call().list_workflows(
            queue_name=self._queue, status=["ENQUEUED", "PENDING"], load_output=False
        )
        return [
            (
                status.workflow_id,
                (status.executor_id or "") if status.status == "PENDING" else "",
                str(cast("Any", status.input)["args"][0]),
            )
            for status in found
        ]

    def forget_ended(self, most: int = 2000) -> int:
        """Delete DBOS's own rows about jobs that ended; the jobs' records say more. Return how many there were."""
        ended = self._call().list_workflows(
            queue_name=self._queue,
            status=["SUCCESS", "ERROR", "CANCELLED", "MAX_RECOVERY_ATTEMPTS_EXCEEDED"],
            load_input=False,
            load_output=False,
            limit=most,
        )
        if ended:
            self._call().delete_workflows([status.workflow_id for status in ended])
        return len(ended)

    def drop(self, workflow_ids: list[str]) -> None:
        """Delete queued or running workflows of this process that do nothing any more."""
        self._call().delete_workflows(workflow_ids)

    def stop_taking(self) -> None:
        """Take no further job; those under way go on, and those just taken have begun."""
        for stopping in self._dbos.background_thread_stop_events:
            stopping.set()
        for thread in threading.enumerate():
            if thread.name == f"queue-worker-{self._queue}":
                thread.join(JOIN_SECONDS)

    def destroy(self) -> None:
        """End DBOS in this process."""
        try:
            if getattr(self, "_client", None) is not None:
                self._client.destroy()
            self._call().destroy(workflow_completion_timeout_sec=0)
        finally:
            if self._unsynced is not None:
                self._unsynced.dispose()
            self._shared.run = None
            self._shared.lock.release()

    def _call(self) -> type[dbos.DBOS]:
        import dbos

        return dbos.DBOS


def _acquire() -> _Shared:
    """Return what all copies share, locked for this one.

    Raises:
        BatchError: If DBOS is not installed, or in use.
    """
    try:
        import dbos
        import dbos._dbos as inside
    except ImportError:
        raise BatchError(
            'Batches need more packages: python -m pip install "runcomfy-sdk[batch]", or, beside a vendored copy, dbos.'
        ) from None
    shared = cast("_Shared | None", sys.modules["dbos"].__dict__.get(_SHARED))
    if shared is None:
        shared = _register(dbos.DBOS)
    if not shared.lock.acquire(blocking=False):
        raise BatchError(
            "A batch runs in this process already. Run one after the other, or each in a process of its own."
        )
    if getattr(inside, _INSTANCE) is not None:  # DBOS() would silently return it
        shared.lock.release()
        raise BatchError(
            "This process runs DBOS for itself, and there can be one only. Run the batch in a process of its own, such "
            "as with: runcomfy-sdk batch worker"
        )
    return shared


def _register(engine: type[dbos.DBOS]) -> _Shared:
    """Register the workflow, once in a process."""

    class Shared:
        lock = threading.Lock()
        run: RunJob | None = None

    async def job(key: str, fresh: bool) -> None:
        run = Shared.run
        if run is not None:
            await run(key, fresh)

    engine.workflow(name=WORKFLOW, max_recovery_attempts=None)(job)
    shared = cast("_Shared", Shared)
    sys.modules["dbos"].__dict__[_SHARED] = shared
    return shared


def _launch(store: Store, executor: str, queue: str, engine: sa.Engine | None) -> dbos.DBOS:
    """Launch DBOS from a thread of its own, whose lack of an event loop makes DBOS use its own one."""
    from dbos import DBOS

    made: list[dbos.DBOS] = []
    failed: list[BaseException] = []

    def launch() -> None:
        try:
            config: dbos.DBOSConfig = {
                "name": APP_NAME,
                "system_database_url": store.url,
                "application_version": APP_VERSION,
                "executor_id": executor,
                "log_level": "CRITICAL",
                "sys_db_idle_transaction_timeout_sec": float(LOCK_SECONDS),
                "use_listen_notify": False,
            }
            if engine is not None:
                config["system_database_engine"] = engine
            made.append(DBOS(config=config))
            logging.getLogger("dbos").setLevel(logging.CRITICAL)
            DBOS.listen_queues([queue])
            DBOS.launch()
        except BaseException as error:  # noqa: BLE001 - it is raised again in the caller
            failed.append(error)

    thread = threading.Thread(target=launch, name="runcomfy-launch")
    thread.start()
    thread.join()
    if failed:
        raise BatchError(f"The engine cannot be started: {failed[0]}") from failed[0]
    return made[0]


def _unsynced(url: str) -> sa.Engine:
    """Return connections to a file of SQLite whose commits do not wait for the disk.

    What the engine writes can be made again from the jobs' records, and a commit of those brings to the disk all that
    was committed before. There is one connection: waiting in a line is quicker than trying for the file's lock.
    """
    made = sa.create_engine(url, pool_size=1, max_overflow=0)

    def set_up(connection: Any, _: Any) -> None:
        connection.isolation_level = "IMMEDIATE"
        connection.execute("PRAGMA busy_timeout=30000")
        connection.execute("PRAGMA foreign_keys=ON")
        connection.execute("PRAGMA synchronous=NORMAL")

    event.listen(made, "connect", set_up)
    return made


def _client(store: Store) -> dbos.DBOSClient:
    from dbos import DBOSClient

    return DBOSClient(system_database_engine=store.engine, application_name=APP_NAME, lazy=True)


def _portable() -> Any:
    from dbos import WorkflowSerializationFormat

    return WorkflowSerializationFormat.PORTABLE
