"""What a person decides about jobs: resolve an unknown one, cancel, retry, prune."""

from __future__ import annotations

import time
from collections.abc import Iterable
from typing import Any, Final

import sqlalchemy as sa

from ..wire import clean_request_id
from .errors import BatchError
from .records import RowState
from .store import Store
from .tables import jobs

__all__ = ["cancel", "prune", "resolve", "retry_failed"]

DONE: Final[tuple[RowState, ...]] = ("succeeded", "cancelled", "abandoned")
OVER: Final = ("JobFailed", "NotFoundOrExpired")
"""Errors after which a job that has a request id has no result; after any other it may have one that was paid for."""
KEYS_AT_ONCE: Final = 500
_QUEUED_AGAIN: Final[dict[str, Any]] = {
    "state": "queued",
    "handed": 0,
    "owner": None,
    "claim": None,
    "cancel_asked": 0,
    "request_id": None,
    "error_type": None,
    "error": None,
    "submitted_at": None,
    "ended_at": None,
    "output": None,
}
_WAITED_FOR: Final[dict[str, Any]] = {
    "state": "running",
    "handed": 0,
    "owner": None,
    "claim": None,
    "cancel_asked": 0,
    "error_type": None,
    "error": None,
    "ended_at": None,
}


def resolve(store: Store, batch: str, key: str, action: str | None, request_id: str | None) -> None:
    """Decide about an unknown job; see `Batch.resolve`."""
    if (action is None) == (request_id is None):
        raise ValueError('give either an action, "resubmit" or "abandon", or a request_id')
    if action not in (None, "resubmit", "abandon"):
        raise ValueError(f'action is {action!r}; give "resubmit" or "abandon"')
    values: dict[str, Any]
    if request_id is not None:
        clean = clean_request_id(request_id)
        if clean is None:
            raise ValueError(f"{request_id[:80]!r} cannot be a request id")
        values = {**_WAITED_FOR, "request_id": clean}
    elif action == "resubmit":
        values = {**_QUEUED_AGAIN, "attempt": jobs.c.attempt + 1}
    else:
        values = {"state": "abandoned", "handed": 0, "owner": None, "ended_at": time.time()}
    one = sa.and_(jobs.c.batch == batch, jobs.c.key == key)
    with store.begin() as connection:
        update = sa.update(jobs).where(one, jobs.c.state == "unknown").values(**values)
        if connection.execute(update).rowcount:
            return
        state = connection.scalar(sa.select(jobs.c.state).where(one))
    if state is None:
        raise BatchError(f"Batch {batch!r} has no job {key!r}.")
    raise BatchError(f"Job {key!r} is {state}; only an unknown one is resolved.")


def cancel(store: Store, batch: str, *, remote: bool) -> int:
    """Cancel queued jobs, and ask for those at the service; see `Batch.cancel`."""
    mine = jobs.c.batch == batch
    with store.begin() as connection:
        if remote:
            there = jobs.c.state.in_(("submitting", "running"))
            connection.execute(
                sa.update(jobs).where(mine, there, jobs.c.cancel_asked == 0).values(cancel_asked=1)
            )
        queued = sa.update(jobs).where(mine, jobs.c.state == "queued")
        gone = queued.values(state="cancelled", handed=0, owner=None, ended_at=time.time())
        return connection.execute(gone).rowcount


def retry_failed(store: Store, batch: str, keys: Iterable[str] | None) -> int:
    """Queue failed jobs again, or go on with their request ids; see `Batch.retry_failed`."""
    failed = sa.and_(jobs.c.batch == batch, jobs.c.state == "failed")
    count = 0
    with store.begin() as connection:
        for some in [failed] if keys is None else _each(failed, list(keys)):
            goes_on = sa.and_(some, jobs.c.request_id.is_not(None), jobs.c.error_type.notin_(OVER))
            update = sa.update(jobs).where(goes_on).values(**_WAITED_FOR)
            count += connection.execute(update).rowcount
            again = {**_QUEUED_AGAIN, "attempt": jobs.c.attempt + 1}
            count += connection.execute(sa.update(jobs).where(some).values(**again)).rowcount
    return count


def prune(store: Store, batch: str, older_than: float, payloads: bool) -> int:
    """Delete, or empty, jobs that are done; see `Batch.prune`."""
    old = sa.and_(
        jobs.c.batch == batch,
        jobs.c.state.in_(DONE),
        jobs.c.ended_at <= time.time() - older_than,
    )
    with store.begin() as connection:
        if payloads:
            full = sa.or_(jobs.c.payload != "{}", jobs.c.output.is_not(None))
            return connection.execute(
                sa.update(jobs).where(old, full).values(payload="{}", output=None)
            ).rowcount
        return connection.execute(sa.delete(jobs).where(old)).rowcount


def _each(failed: sa.ColumnElement[bool], keys: list[str]) -> list[sa.ColumnElement[bool]]:
    return [
        sa.and_(failed, jobs.c.key.in_(keys[start : start + KEYS_AT_ONCE]))
        for start in range(0, len(keys), KEYS_AT_ONCE)
    ]
