"""The steps of a job's record, each one small transaction; the order in which they may follow is written here only.

A run of a job first takes it under a claim of its own. From then on it may write only while the claim stands, so that
of two owners (a frozen process that wakes, a restart) the older one is stopped at its next step. Taking a queued job
records the intent to submit; who finds an intent that is not its own never sends. The limits are kept here too: in the
transaction that records the intent the jobs that may run at the service are counted, so that they hold whatever the
engine, or a process that was frozen, does.
"""

from __future__ import annotations

import json
import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final, Literal

import sqlalchemy as sa

from .records import ENDED
from .tables import batches, jobs, workers

__all__ = [
    "LOST_WORDS",
    "Taken",
    "end",
    "give_back",
    "hold_batch",
    "let_go",
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
        todo: ``submit``: the intent is recorded; ``finish``: it has a request id; ``hold``: it is unknown and may run
            unseen; ``wait``: there is no place for it now.
        model_id: The model.
        payload: The input, as JSON.
        request_id: The service's id; None before the submit.
    """

    todo: Literal["submit", "finish", "hold", "wait"]
    model_id: str
    payload: str
    request_id: str | None


def take(
    connection: sa.Connection,
    batch: str,
    key: str,
    owner: str,
    claim: str,
    *,
    limited: bool = True,
) -> Taken | None:
    """Take a job under ``claim``; None if nothing is to be done about it.

    A submit that someone else intended, and whose outcome is not recorded, becomes ``unknown``.

    Args:
        connection: The transaction.
        batch: The batch's name.
        key: The job's key.
        owner: Who takes it.
        claim: Token of this run of it.
        limited: Whether the batch's limits are kept, and ``owner`` is a worker that has to count as alive.
    """
    one = _one(batch, key)
    row = connection.execute(sa.select(jobs).where(one).with_for_update()).first()
    if row is None or _is_run_by_another(connection, row.owner, owner):
        return None
    if row.state == "unknown" and row.handed:
        _set(connection, one, owner=owner)
        return Taken("hold", row.model_id, row.payload, None)
    if row.state in ENDED:
        return None
    if row.state == "queued" and limited and not _has_place(connection, batch, row.model_id, owner):
        return Taken("wait", row.model_id, row.payload, None)
    if row.state == "submitting" and row.claim != claim:
        _set(
            connection,
            one,
            state="unknown",
            owner=owner,
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
    """Return how long the longest of some jobs of the model took; None if none is known.

    Jobs during which a machine's clock was set back are left out.
    """
    succeeded = sa.and_(
        jobs.c.batch == batch, jobs.c.state == "succeeded", jobs.c.ended_at > jobs.c.submitted_at
    )
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
        owner=None,
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
    _set(connection, lost, claim=None, handed=0, owner=None, **values)
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
    """Record how a job ended, or that its files are to be saved later; return whether it was this run's to say.

    One that became unknown keeps its place until `let_go`.
    """
    mine = sa.and_(_one(batch, key), jobs.c.claim == claim, jobs.c.state.notin_(ENDED))
    values: dict[str, Any] = {
        "state": state,
        "error_type": error[0] if error else None,
        "error": error[1] if error else None,
        "ended_at": time.time() if state in ENDED else None,
    }
    if state != "unknown":
        values |= {"handed": 0, "owner": None}
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


def let_go(connection: sa.Connection, batch: str, key: str, owner: str) -> None:
    """Give up the place of an unknown job, which has ended at the service by now if it ever was there."""
    mine = sa.and_(_one(batch, key), jobs.c.state == "unknown", jobs.c.owner == owner)
    _set(connection, mine, handed=0, owner=None)


def hold_batch(connection: sa.Connection, batch: str) -> tuple[int, dict[str, int]]:
    """Let nobody else pass here until the transaction ends; return the limits: of all jobs, and by model."""
    row = connection.execute(_LIMITS, {"batch_name": batch}).one()
    return row.in_flight, json.loads(row.model_limits)


def _has_place(connection: sa.Connection, batch: str, model_id: str, owner: str) -> bool:
    """Tell whether a job may be submitted now by ``owner``, which counts as alive.

    Every job counts from its intent to its recorded end, and an unknown one for as long as its place is kept.
    """
    in_flight, limits = hold_batch(connection, batch)
    who = {"batch_name": batch, "owner_id": owner}
    lives, held = connection.execute(_HELD, who).one()
    if not lives or held >= in_flight:
        return False
    if model_id not in limits:
        return True
    of_model = connection.scalar(_HELD_OF_MODEL, {"batch_name": batch, "model": model_id}) or 0
    return of_model < limits[model_id]


def _count(*which: sa.ColumnElement[bool]) -> sa.Label[int]:
    """Count the jobs that may be at the service: those sent or to be, and the unknown whose place is kept."""
    mine = sa.select(sa.func.count()).where(jobs.c.batch == sa.bindparam("batch_name"), *which)
    sent = mine.where(jobs.c.state.in_(("submitting", "running")))
    unseen = mine.where(jobs.c.state == "unknown", jobs.c.handed == 1)
    return (sent.scalar_subquery() + unseen.scalar_subquery()).label("held")


_LIMITS: Final = (
    sa.select(batches.c.in_flight, batches.c.model_limits)
    .where(batches.c.name == sa.bindparam("batch_name"))
    .with_for_update()
)
_HELD: Final = sa.select(sa.exists().where(workers.c.id == sa.bindparam("owner_id")), _count())
_HELD_OF_MODEL: Final = sa.select(_count(jobs.c.model_id == sa.bindparam("model")))


def _is_run_by_another(connection: sa.Connection, owner: str | None, own: str) -> bool:
    """Tell whether a job's owner is another worker that lives."""
    if owner is None or owner == own:
        return False
    return connection.scalar(sa.select(workers.c.id).where(workers.c.id == owner)) is not None


def _one(batch: str, key: str) -> sa.ColumnElement[bool]:
    return sa.and_(jobs.c.batch == batch, jobs.c.key == key)


def _set(connection: sa.Connection, where: sa.ColumnElement[bool], **values: Any) -> bool:
    return connection.execute(sa.update(jobs).where(where).values(**values)).rowcount > 0
