"""``jobs list|show|resume|prune``: the jobs that the journal of this machine knows."""

from __future__ import annotations

import time
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from ..app import LazyCommand, LazyGroup
from ..exitcodes import CliError, ExitCode
from ..help import Command
from ..output import emit, emit_lines, to_json
from ..parameters import Duration, common_options, session_of
from ..saving_options import prepared, saving_options

if TYPE_CHECKING:
    from ...journal import JournalEntry
    from ..saving import Saving
    from ..session import Session

__all__ = ["jobs", "list_jobs", "prune_jobs", "resume_jobs", "show_job"]

_NOTES = {
    "intent": "outcome unknown, may be charged",
    "unknown": "outcome unknown, may be charged",
    "submitted": "pending",
    "finished": "finished, files not all saved",
    "rejected": "refused",
    "collected": "collected",
    "ended": "ended",
}
_PENDING = ("submitted", "finished")
_UNKNOWN = ("intent", "unknown")

jobs: LazyGroup = common_options(
    LazyGroup(
        "jobs",
        help="The jobs started from this machine by the command line, from its journal.\n\n"
        "Every paid submit is written down before it is sent, so that a crash loses no job and no result.",
        examples=["runcomfy-sdk jobs list --pending", "runcomfy-sdk jobs resume -o out"],
        lazy={
            "list": LazyCommand("jobs", "list_jobs", "List the jobs, oldest first."),
            "show": LazyCommand("jobs", "show_job", "Show all that is known of a job."),
            "resume": LazyCommand("jobs", "resume_jobs", "Collect what was not collected yet."),
            "prune": LazyCommand("jobs", "prune_jobs", "Forget old jobs that need nothing more."),
        },
    )
)


@click.command(
    "list",
    cls=Command,
    examples=[
        "runcomfy-sdk jobs list",
        "runcomfy-sdk jobs list --pending --since 2h",
        "runcomfy-sdk jobs list --model MODEL --output json",
    ],
)
@click.option("--pending", is_flag=True, help="Only jobs whose result was not collected yet.")
@click.option(
    "--unknown",
    is_flag=True,
    help="Only submits that may or may not have made a job: look before you repeat them.",
)
@click.option(
    "--state",
    "states",
    multiple=True,
    type=click.Choice(list(_NOTES)),
    help="Only jobs in this state; may be given more than once.",
)
@click.option("--model", metavar="TEXT", help="Only jobs of models whose id holds this text.")
@click.option(
    "--since",
    type=Duration(),
    metavar="TIME",
    help="Only jobs younger than this, such as 2h or 7d.",
)
@click.option("--limit", type=click.IntRange(1), metavar="N", help="Only the N youngest of those.")
@common_options
@click.pass_context
def list_jobs(
    ctx: click.Context,
    *,
    pending: bool,
    unknown: bool,
    states: Sequence[str],
    model: str | None,
    since: float | None,
    limit: int | None,
) -> None:
    """List the jobs of the journal, oldest first.

    A table on a terminal, one JSON object a line elsewhere.
    """
    session = session_of(ctx)
    wanted = {*states, *(_PENDING if pending else ()), *(_UNKNOWN if unknown else ())}
    found = [
        entry
        for entry in session.journal().entries()
        if (not wanted or entry.state in wanted)
        and (model is None or model.lower() in entry.model_id.lower())
        and (since is None or time.time() - entry.time <= since)
    ]
    shown = found[-(limit or len(found)) :]
    if session.json:
        emit_lines(to_json(_record(entry)) for entry in shown)
    else:
        from ..tables import emit_table

        emit_table(
            ("request id", "age", "state", "model"),
            [
                (entry.request_id or "-", _age(entry.time), _NOTES[entry.state], entry.model_id)
                for entry in shown
            ],
            whole=2,
        )
    if not shown:
        session.tell(
            "no job matches" if wanted or model or since else "the journal holds no job yet"
        )


@click.command(
    "show",
    cls=Command,
    examples=['runcomfy-sdk jobs show "$ID"', 'runcomfy-sdk jobs show "$ID" --output json'],
)
@click.argument("job_id", metavar="ID")
@common_options
@click.pass_context
def show_job(ctx: click.Context, job_id: str) -> None:
    """Show what the journal knows of the job with this request id, and what can be done next.

    ID may be the beginning of a request id, or of the entry's own id where a submit brought none. 'status ID' asks
    the service.
    """
    session = session_of(ctx)
    entry = _find(session, job_id)
    record: dict[str, Any] = {
        **_record(entry),
        "finished": None if entry.finished_at is None else _moment(entry.finished_at),
        "payload_sha256": entry.payload_sha256,
        "next": _next_step(session, entry),
    }
    width = max(map(len, record))
    text = "\n".join(
        f"{name.replace('_', ' '):{width}}  {value}"
        for name, value in record.items()
        if value is not None
    )
    emit(record, as_json=session.json, text=text)


@click.command(
    "resume",
    cls=Command,
    examples=[
        "runcomfy-sdk jobs resume -o out",
        "runcomfy-sdk jobs resume --no-download --timeout 5m",
    ],
)
@saving_options(Path("."))
@click.option("--no-download", is_flag=True, help="Do not save the files.")
@click.option(
    "--timeout", type=Duration(), metavar="TIME", help="Longest time to wait for each, such as 10m."
)
@common_options
@click.pass_context
def resume_jobs(
    ctx: click.Context, *, saving: Saving | None, no_download: bool, timeout: float | None
) -> None:
    """Wait for the jobs that were not collected yet, such as after a crash, and save their files.

    Nothing is submitted again.
    """
    from ..lifecycle import Plan, collect

    session = session_of(ctx)
    plan = Plan(timeout=timeout, saving=None if no_download else prepared(saving))
    with session.client() as client:
        pending = client.jobs.pending()
        if pending:
            collect(session, pending, plan)
        else:
            session.tell("no job is pending")


@click.command("prune", cls=Command, examples=["runcomfy-sdk jobs prune --older-than 90d"])
@click.option(
    "--older-than",
    type=Duration(),
    default="28d",
    metavar="TIME",
    help="Age of the jobs to forget, such as 90d; 28d by default.",
)
@common_options
@click.pass_context
def prune_jobs(ctx: click.Context, older_than: float) -> None:
    """Forget old jobs that were refused, collected or have ended; what is pending or unknown stays."""
    session = session_of(ctx)
    dropped = session.journal().prune(older_than)
    emit({"pruned": dropped}, as_json=session.json, text=f"{dropped} forgotten")


def _find(session: Session, job_id: str) -> JournalEntry:
    entries = session.journal().entries()
    exact = [entry for entry in entries if job_id in (entry.request_id, entry.id)]
    found = exact or [
        entry
        for entry in entries
        if job_id and ((entry.request_id or "").startswith(job_id) or entry.id.startswith(job_id))
    ]
    if len(found) == 1:
        return found[0]
    if found:
        names = ", ".join(entry.request_id or entry.id for entry in found[:5])
        raise CliError(f"{job_id!r} is the beginning of {len(found)} jobs: {names}", ExitCode.USAGE)
    raise CliError(
        f"the journal {session.journal().path} knows no job {job_id!r}; '{session.program} jobs list' shows "
        f"all, '{session.program} status {job_id}' asks the service",
        ExitCode.BAD_INPUT,
    )


def _next_step(session: Session, entry: JournalEntry) -> str | None:
    if entry.state in _PENDING:
        return f"{session.program} wait {entry.request_id} -o DIR"
    if entry.state in _UNKNOWN:
        return "look at your generations on runcomfy.com before you submit it again"
    return None


def _record(entry: JournalEntry) -> dict[str, str | None]:
    return {
        "request_id": entry.request_id,
        "model_id": entry.model_id,
        "state": entry.state,
        "note": _NOTES[entry.state],
        "time": _moment(entry.time),
        "expires": _moment(entry.expires_at) if entry.request_id else None,
        "base_url": entry.base_url,
        "entry": entry.id,
    }


def _age(since: float) -> str:
    """Return the time since then in its largest unit, such as ``3h``."""
    seconds = max(time.time() - since, 0.0)
    for size, unit in ((86400, "d"), (3600, "h"), (60, "m")):
        if seconds >= size:
            return f"{seconds // size:.0f}{unit}"
    return f"{seconds:.0f}s"


def _moment(seconds: float) -> str:
    return datetime.fromtimestamp(seconds, UTC).isoformat(timespec="seconds")
