"""``jobs list|resume``: the jobs that the journal of this machine knows."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from ..app import LazyCommand, LazyGroup
from ..output import emit
from ..parameters import Duration, common_options, session_of
from ..saving_options import prepared, saving_options

if TYPE_CHECKING:
    from ...journal import JournalEntry
    from ..saving import Saving

__all__ = ["jobs", "list_jobs", "resume_jobs"]

_WORDS = {
    "intent": "outcome unknown, may be charged",
    "unknown": "outcome unknown, may be charged",
    "submitted": "pending",
    "finished": "finished, files not all saved",
    "rejected": "refused",
    "collected": "collected",
    "ended": "ended",
}

jobs: LazyGroup = common_options(
    LazyGroup(
        "jobs",
        help="List and resume the jobs started from this machine by the command line.",
        lazy={
            "list": LazyCommand("jobs", "list_jobs", "List the jobs, oldest first."),
            "resume": LazyCommand("jobs", "resume_jobs", "Collect what was not collected yet."),
            "prune": LazyCommand("jobs", "prune_jobs", "Forget old jobs that need nothing more."),
        },
    )
)


@click.command("list")
@click.option("--pending", is_flag=True, help="Only jobs whose result was not collected yet.")
@common_options
@click.pass_context
def list_jobs(ctx: click.Context, pending: bool) -> None:
    """List the jobs of the journal, oldest first; no network.

    Example: runcomfy-sdk jobs list --pending
    """
    session = session_of(ctx)
    for entry in session.journal().entries():
        if not pending or entry.state in ("submitted", "finished"):
            record = _record(entry)
            text = (
                f"{record['time']}  {entry.request_id or '-'}  {entry.model_id}  {record['note']}"
            )
            emit(record, as_json=session.json, text=text)


@click.command("resume")
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

    Nothing is submitted again. Example: runcomfy-sdk jobs resume -o out
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


@click.command("prune")
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
    """Forget old jobs that were refused, collected or have ended; what is pending or unknown stays.

    Example: runcomfy-sdk jobs prune --older-than 90d
    """
    session = session_of(ctx)
    dropped = session.journal().prune(older_than)
    emit({"pruned": dropped}, as_json=session.json, text=f"{dropped} forgotten")


def _record(entry: JournalEntry) -> dict[str, str | None]:
    expires = datetime.fromtimestamp(entry.expires_at, UTC).isoformat(timespec="seconds")
    return {
        "request_id": entry.request_id,
        "model_id": entry.model_id,
        "state": entry.state,
        "note": _WORDS[entry.state],
        "time": datetime.fromtimestamp(entry.time, UTC).isoformat(timespec="seconds"),
        "expires": expires if entry.request_id else None,
        "base_url": entry.base_url,
        "entry": entry.id,
    }
