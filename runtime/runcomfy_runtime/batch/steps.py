"""The steps of a job's record, each one small transaction; the order in which they may follow is written here only.

A run of a job first takes it under a claim of its own. From then on it may write only while the claim stands, so that
of two owners (a frozen process that wakes, a restart) the older one is stopped at its next step. Taking a queued job
records the intent to submit; who finds an intent that is not its own never sends.
"""

from __future__ import annotations

import json
import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

import sqlalchemy as sa

from .records import ENDED
from .tables import batches, jobs, workers

__all__ = [
    "LOST_WORDS",
    "Taken",
    "end",
    "give_back",
    "submitted",
    "take",
    "unsubmit",
    "usual_seconds",
]

LOST_WORDS = (
    "The process that sent this job ended before the answer came; the job may exist, run and be charged. Look at your "
    "generations on runcomfy.com, then resolve it."
)


@dataclass(frozen=True, slots=True)
class Taken:
    """A job that may be worked on now.

    Attributes:
        todo: ``submit``: the intent is recorded; ``finish``: it has a request id; ``hold``: it became unknown.
        model_id: The model.
        payload: The input, as JSON.
        request_id: The service's id; None before the submit.
    """

    todo: Literal["submit", "finish", "hold"]
    model_id: str
    payload: str
    request_id: str | None


def take(connection: sa.Connection, batch: str, key: str, owner: str, claim: str) -> Taken | None:
    """Take a job under ``claim``; None if nothing is to be done about it.

    A submit that someone else intended, and whose outcome is not recorded, becomes ``unknown``.
    """
    one = _one(batch, key)
    row = connection.execute(sa.select(jobs).where(one).with_for_update()).first()
    if row is None or row.state in ENDED or _is_run_by_another(connection, row.owner, owner):
        return None
    if row.state == "submitting" and row.claim != claim:
        _set(
            connection,
            one,
            state="unknown",
            handed=0,
            owner=None,
            error_type="SubmitUnknown",
            error=LOST_WORDS,
            ended_at=time.time(),
        )
        return Taken("hold", row.model_id, row.payload, None)
    if row.state in ("queued", "submitting"):
        _set(
            connection,
            one,
            state="submitting",
            owner=owner,
            claim=claim,
            submitted_at=time.time(),
            error_type=None,
            error=None,
        )
        return Taken("submit", row.model_id, row.payload, None)
    _set(connection, one, owner=owner, claim=claim)
    return Taken("finish", row.model_id, row.payload, row.request_id)


def is_queued(connection: sa.Connection, batch: str, key: str) -> bool:
    """Tell whether nothing was begun for a job, so that it has to wait for its turn to be submitted."""
    state = connection.scalar(sa.select(jobs.c.state).where(_one(batch, key)))
    return bool(state == "queued")


def usual_seconds(connection: sa.Connection, batch: str, model_id: str) -> float | None:
    """Return how long the longest of some jobs of the model took; None if none is known."""
    succeeded = sa.and_(jobs.c.batch == batch, jobs.c.state == "succeeded")
    some = (
        sa.select((jobs.c.ended_at - jobs.c.submitted_at).label("seconds"))
        .where(succeeded, jobs.c.model_id == model_id)
        .limit(50)
        .subquery()
    )
    longest: float | None = connection.scalar(sa.select(sa.func.max(some.c.seconds)))
    return longest


def submitted(connection: sa.Connection, batch: str, key: str, claim: str, request_id: str) -> bool:
    """Record the request id; return whether the job is still this run's.

    When someone else took it for lost meanwhile, the id is recorded all the same, and the job queued to be finished.
    """
    mine = sa.and_(_one(batch, key), jobs.c.claim == claim)
    sent = sa.and_(mine, jobs.c.state.in_(("submitting", "running")))
    if _set(connection, sent, state="running", request_id=request_id):
        return True
    lost = sa.and_(mine, jobs.c.state == "unknown")
    _set(
        connection,
        lost,
        state="running",
        request_id=request_id,
        handed=0,
        error_type=None,
        error=None,
        ended_at=None,
    )
    return False


def unsubmit(connection: sa.Connection, batch: str, key: str, claim: str) -> bool:
    """Take the intent back, since nothing was sent; return whether the job is still this run's."""
    mine = sa.and_(_one(batch, key), jobs.c.claim == claim)
    values: dict[str, Any] = {"state": "queued", "submitted_at": None, "error_type": None}
    values |= {"error": None, "ended_at": None}
    if _set(connection, sa.and_(mine, jobs.c.state.in_(("submitting", "queued"))), **values):
        return True
    lost = sa.and_(mine, jobs.c.state == "unknown")
    _set(connection, lost, claim=None, handed=0, **values)
    return False


def end(
    connection: sa.Connection,
    batch: str,
    key: str,
    claim: str,
    state: str,
    *,
    error: tuple[str, str] | None = None,
    cost: float | None = None,
    output: Any = None,
    files: Sequence[str] = (),
    request_id: str | None = None,
) -> bool:
    """Record how a job ended, or that its files are to be saved later; return whether it was this run's to say."""
    mine = sa.and_(_one(batch, key), jobs.c.claim == claim, jobs.c.state.notin_(ENDED))
    values: dict[str, Any] = {
        "state": state,
        "handed": 0,
        "owner": None,
        "error_type": error[0] if error else None,
        "error": error[1] if error else None,
        "ended_at": time.time() if state in ENDED else None,
    }
    if output is not None:
        values["output"] = json.dumps(output, ensure_ascii=False)
    if files:
        values["files"] = json.dumps(list(files), ensure_ascii=False)
    if cost is not None:
        values["cost"] = cost
    if request_id is not None:
        values["request_id"] = request_id
    said = _set(connection, mine, **values)
    if said and cost:
        spent = batches.c.spent + cost
        connection.execute(sa.update(batches).where(batches.c.name == batch).values(spent=spent))
    return said


def give_back(connection: sa.Connection, batch: str, key: str, claim: str) -> None:
    """Leave a job that is not being worked on to a later run."""
    free = sa.or_(jobs.c.claim == claim, jobs.c.owner.is_(None))
    safe = sa.and_(_one(batch, key), free, jobs.c.state.in_(("queued", "running", "unsaved")))
    _set(connection, safe, handed=0, owner=None)


def _is_run_by_another(connection: sa.Connection, owner: str | None, own: str) -> bool:
    """Tell whether a job's owner is another worker that lives."""
    if owner is None or owner == own:
        return False
    return connection.scalar(sa.select(workers.c.id).where(workers.c.id == owner)) is not None


def _one(batch: str, key: str) -> sa.ColumnElement[bool]:
    return sa.and_(jobs.c.batch == batch, jobs.c.key == key)


def _set(connection: sa.Connection, where: sa.ColumnElement[bool], **values: Any) -> bool:
    return connection.execute(sa.update(jobs).where(where).values(**values)).rowcount > 0
