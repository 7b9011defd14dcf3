"""A submit that happens at most once, and the way to its result, as plain functions for tasks of an orchestrator.

Ray Data, Prefect, Airflow, Temporal, Dask and Celery run a task again when its worker dies; a bare submit inside it is
then paid again. `submit_once` keeps the same record as a batch does, under the job's key in the same kind of store: run
again, it returns the request id of the first run, or raises where nobody can know whether the first one arrived. It
never sends twice. `finish` only reads, and may be run as often as you like.

Give an orchestrator's jobs a batch name of their own, and let ``batch run`` touch that name only when its tasks rest.
"""

from __future__ import annotations

import asyncio
import time
import uuid
from collections.abc import Callable, Coroutine, Generator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from functools import partial
from typing import TYPE_CHECKING, Any, Final, TypeVar

from ..errors import (
    AuthError,
    ConnectionFailed,
    InsufficientBalance,
    RateLimited,
    RunComfyError,
    SubmitUnknown,
)
from . import queries, steps
from .batch import JOB_TIMEOUT
from .bucket import Bucket
from .decisions import OVER, retry_failed
from .errors import BatchError
from .intake import add_rows
from .ledger import Ledger
from .media_paths import with_paths
from .records import JobRecord, Row, StopReason
from .settings import settle_service
from .store import Store
from .work import Workbench, run_job

if TYPE_CHECKING:
    from .._async.client import AsyncClient
    from .saver import Saver

__all__ = ["finish", "submit_once"]

_NOT_SENT: Final = (ConnectionFailed, RateLimited, AuthError, InsufficientBalance)
"""Errors after which nothing was sent, or nothing accepted, so that a later run may send it."""
_OWNER: Final = "guarded"
T = TypeVar("T")


def submit_once(
    batch: str, row: Row, *, store: str, client: Callable[[], AsyncClient], timeout: float = 120.0
) -> str:
    """Submit a job unless an earlier run of this call did, and return its request id.

    Args:
        batch: Names the jobs within the store.
        row: The job; its key says which runs are the same.
        store: ``sqlite:///FILE`` for one machine, ``postgresql+psycopg://...`` for many.
        client: Makes the client.
        timeout: Seconds that the submit may take.

    Raises:
        SubmitUnknown: If this or an earlier run may have submitted it and the answer is lost. Do not let the task be
            tried again for it: have someone look, and decide with ``runcomfy-sdk batch resolve``.
        ConnectionFailed, RateLimited, AuthError, InsufficientBalance: If nothing was sent; the task may be tried again.
        BatchError: If the job ended before without a request id, or the store fails.
        RunComfyError: If the input does not fit the model, or the service refused it.
    """
    with _opened(store, batch) as opened:
        return _run(_submit(opened, batch, row, client, timeout))


def finish(
    batch: str,
    key: str,
    *,
    store: str,
    client: Callable[[], AsyncClient],
    saver: Saver,
    timeout: float = JOB_TIMEOUT,
) -> JobRecord:
    """Wait for a job that `submit_once` submitted, save its files, record its end, and return the record.

    Run again after a crash it goes on; run again after the end it returns the same record at once.

    Args:
        batch: Names the jobs within the store.
        key: The job's key.
        store: The same as for the submit.
        client: Makes the client.
        saver: Saves the files, such as a `FolderSaver`.
        timeout: Seconds that the job may take.

    Raises:
        BatchError: If the job failed, was not submitted, or cannot be collected now; the message says which.
    """
    with _opened(store, batch) as opened:
        before = _record(opened, batch, key)
        if before.state == "failed" and before.request_id and before.error_type not in OVER:
            retry_failed(opened, batch, [key])
            before = _record(opened, batch, key)
        if before.state in ("running", "unsaved"):
            _run(_collect(opened, batch, key, client, saver, timeout))
        record = _record(opened, batch, key)
    if record.state == "succeeded":
        return record
    if record.state in ("queued", "submitting"):
        raise BatchError(f"Job {key!r} is {record.state}; submit_once() comes first.")
    raise BatchError(
        f"Job {key!r} is {record.state}: {record.error or 'no more is known'}",
        request_id=record.request_id,
    )


async def _submit(
    store: Store, batch: str, row: Row, make_client: Callable[[], AsyncClient], seconds: float
) -> str:
    """Take the job, which records the intent; send it; record what came of it."""
    claim = uuid.uuid4().hex
    async with make_client() as client:
        model = client.model(row.model_id)
        request = await asyncio.to_thread(model.prepare, with_paths(row.payload, model.info))
        add_rows(store, batch, [row])
        with store.begin() as connection:
            settle_service(connection, batch, client.core.config.base_url, moved=False)
            taken = steps.take(connection, batch, row.key, _OWNER, claim, limited=False)
        if taken is None or taken.todo == "hold":
            return _known(_record(store, batch, row.key))
        if taken.request_id is not None:
            return taken.request_id
        write = partial(_write, store, batch=batch, key=row.key, claim=claim)
        try:
            job = await client.core.submit(request, time.monotonic() + seconds)
        except SubmitUnknown as error:
            write(steps.end, state="unknown", error=_words(error), request_id=error.request_id)
            raise
        except _NOT_SENT:
            write(steps.unsubmit)
            raise
        except RunComfyError as error:
            write(steps.end, state="failed", error=_words(error))
            raise
        write(steps.submitted, request_id=job.request_id)
        return job.request_id


async def _collect(
    store: Store,
    batch: str,
    key: str,
    make_client: Callable[[], AsyncClient],
    saver: Saver,
    seconds: float,
) -> None:
    """Follow a job to its end as a batch does."""
    stops: list[str] = []

    def stop(_: StopReason, message: str) -> None:
        stops.append(message)

    ledger = Ledger(store)
    try:
        async with make_client() as client:
            with store.begin() as connection:
                settle_service(connection, batch, client.core.config.base_url, moved=False)
            bench = Workbench(
                batch=batch,
                owner=_OWNER,
                client=client,
                ledger=ledger,
                saver=saver,
                bucket=Bucket(None),
                timeout=seconds,
                stop=stop,
                fresh=_alive,
                stopping=lambda: bool(stops),
            )
            await run_job(bench, key, fresh=False)
    finally:
        ledger.close(30.0)
    if stops:
        raise BatchError(stops[0])


def _known(record: JobRecord) -> str:
    """Return the request id of a job that an earlier run dealt with.

    Raises:
        SubmitUnknown: If that run may or may not have submitted it.
        BatchError: If it ended without an id.
    """
    if record.state == "unknown":
        raise SubmitUnknown(
            record.error or steps.LOST_WORDS,
            model_id=record.model_id,
            submitted_at=record.timings.get("submitted", 0.0),
        )
    if record.request_id is None:
        raise BatchError(f"Job {record.key!r} is {record.state}: {record.error or 'not sent'}")
    return record.request_id


def _write(
    store: Store, step: Callable[..., T], *, batch: str, key: str, claim: str, **facts: Any
) -> T:
    with store.begin() as connection:
        return step(connection, batch=batch, key=key, claim=claim, **facts)


def _record(store: Store, batch: str, key: str) -> JobRecord:
    found = queries.one(store, batch, key)
    if found is None:
        raise BatchError(f"Batch {batch!r} has no job {key!r}; submit_once() comes first.")
    return found


async def _alive() -> bool:
    """Answer whether this process still counts as alive, which nobody doubts here."""
    return True


def _words(error: RunComfyError) -> tuple[str, str]:
    return type(error).__name__, str(error)


@contextmanager
def _opened(url: str, batch: str) -> Generator[Store]:
    store = Store(url)
    try:
        store.open_batch(batch, {})
        yield store
    finally:
        store.close()


def _run(work: Coroutine[Any, Any, T]) -> T:
    """Run a coroutine to its end from code that may itself run in an event loop, as tasks of some orchestrators do."""
    with ThreadPoolExecutor(1) as threads:
        return threads.submit(asyncio.run, work).result()
