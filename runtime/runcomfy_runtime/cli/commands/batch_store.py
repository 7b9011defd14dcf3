"""``batch status|unknown|resolve|retry|cancel|export|prune``: look into a batch and decide; nothing is run here."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any, get_args

import click

from ...batch.records import RowState
from ..batch_display import progress_text
from ..batch_options import batch_argument, open_batch
from ..exitcodes import CliError, ExitCode
from ..help import Command
from ..output import ReaderGone, emit
from ..parameters import Duration, common_options, session_of

__all__ = ["cancel", "export", "prune", "resolve", "retry", "status", "unknown"]


@click.command("status", cls=Command, examples=["runcomfy-sdk batch status shots"])
@batch_argument
@common_options
@click.pass_context
def status(ctx: click.Context, name: str, store: str | None) -> None:
    """Show how far a batch is; also while it runs, and from any machine."""
    session = session_of(ctx)
    with open_batch(session, name, store) as opened:
        progress = opened.progress()
    record = {
        "batch": name,
        "counts": dict(progress.counts),
        "total": progress.total,
        "ended": progress.ended,
        "cost_usd": round(progress.cost, 6),
    }
    emit(record, as_json=session.json, text=progress_text(progress))


@click.command("unknown", cls=Command, examples=["runcomfy-sdk batch unknown shots"])
@batch_argument
@common_options
@click.pass_context
def unknown(ctx: click.Context, name: str, store: str | None) -> None:
    """List the jobs whose submit may or may not have arrived; exit code 74 if there are any.

    Look for each among the generations on runcomfy.com, and then 'batch resolve' it.
    """
    from ...batch.export import as_mapping

    session = session_of(ctx)
    count = 0
    with open_batch(session, name, store) as opened:
        for job in opened.results(("unknown",)):
            count += 1
            emit(
                as_mapping(job),
                as_json=session.json,
                text=f"{job.key}  {job.model_id}  {job.error}",
            )
    if count:
        raise CliError(
            f"{count:,} jobs; decide about each with: {session.program} batch resolve {name} KEY resubmit|abandon, "
            "or --request-id ID",
            ExitCode.SUBMIT_UNKNOWN,
        )


@click.command(
    "resolve", cls=Command, examples=['runcomfy-sdk batch resolve shots shot-2 --request-id "$ID"']
)
@batch_argument
@click.argument("key", metavar="KEY")
@click.argument("action", type=click.Choice(["resubmit", "abandon"]), required=False)
@click.option("--request-id", metavar="ID", help="The id that the service knows the job by.")
@common_options
@click.pass_context
def resolve(
    ctx: click.Context,
    name: str,
    store: str | None,
    key: str,
    action: Any,
    request_id: str | None,
) -> None:
    """Decide about a job whose submit may or may not have arrived; the next run goes on with it.

    'resubmit' queues it again, which may pay it twice; 'abandon' gives it up; --request-id waits for the job that the
    service has.
    """
    session = session_of(ctx)
    with open_batch(session, name, store) as opened:
        try:
            opened.resolve(key, action, request_id=request_id)
        except ValueError as error:
            raise CliError(str(error), ExitCode.USAGE) from None
    done = action or "request_id"
    words = {"resubmit": "queued again", "abandon": "given up", "request_id": "waited for"}
    emit({"key": key, "resolved": done}, as_json=session.json, text=f"{key} is {words[done]}")


@click.command("retry", cls=Command, examples=["runcomfy-sdk batch retry shots shot-1"])
@batch_argument
@click.argument("keys", nargs=-1, metavar="[KEY]...")
@common_options
@click.pass_context
def retry(ctx: click.Context, name: str, store: str | None, keys: tuple[str, ...]) -> None:
    """Queue failed jobs again, all or those named; a job that only could not be collected is not paid again."""
    session = session_of(ctx)
    with open_batch(session, name, store) as opened:
        count = opened.retry_failed(keys or None)
    text = f"{count:,} queued again; run them with: {session.program} batch run {name}"
    emit({"retried": count}, as_json=session.json, text=text)


@click.command("cancel", cls=Command, examples=["runcomfy-sdk batch cancel shots --remote"])
@batch_argument
@click.option("--remote", is_flag=True, help="Ask the service to cancel what is there, too.")
@common_options
@click.pass_context
def cancel(ctx: click.Context, name: str, store: str | None, remote: bool) -> None:
    """Cancel the queued jobs; those at the service end, or are cancelled too with --remote where it can be."""
    session = session_of(ctx)
    with open_batch(session, name, store) as opened:
        count = opened.cancel(in_flight="remote" if remote else "drain")
        left = opened.progress().in_flight
    text = f"{count:,} cancelled, {left:,} at the service"
    emit({"cancelled": count, "in_flight": left}, as_json=session.json, text=text)


@click.command("export", cls=Command, examples=["runcomfy-sdk batch export shots results.csv"])
@batch_argument
@click.argument("path", metavar="FILE|-")
@click.option(
    "--state",
    "states",
    type=click.Choice(get_args(RowState)),
    multiple=True,
    help="Only jobs in this state.",
)
@click.option(
    "--format",
    "form",
    type=click.Choice(["jsonl", "csv", "parquet"]),
    help="Form of FILE; by its name otherwise.",
)
@click.option(
    "--escape-formulas",
    is_flag=True,
    help="In CSV, put a quote before texts that a spreadsheet would take for formulas.",
)
@common_options
@click.pass_context
def export(
    ctx: click.Context,
    name: str,
    store: str | None,
    path: str,
    states: tuple[Any, ...],
    form: Any,
    escape_formulas: bool,
) -> None:
    """Write what became of each job to a JSONL, CSV or Parquet file, or as JSONL to standard output.

    FILE appears when it is complete; an older one stays until then.
    """
    session = session_of(ctx)
    with open_batch(session, name, store) as opened:
        if path == "-":
            from ...batch.export import write_jsonl

            try:
                write_jsonl(opened.results(states or None), sys.stdout.buffer)
                sys.stdout.buffer.flush()
            except BrokenPipeError:
                raise ReaderGone from None
            return
        count = opened.export(
            Path(path), states=states or None, form=form, escape_formulas=escape_formulas
        )
    emit({"exported": count, "file": path}, as_json=session.json, text=f"{count:,} jobs in {path}")


@click.command("prune", cls=Command, examples=["runcomfy-sdk batch prune shots --older-than 30d"])
@batch_argument
@click.option(
    "--older-than",
    type=Duration(),
    default="0",
    metavar="TIME",
    help="Age of the jobs' ends, such as 30d; 0 by default.",
)
@click.option("--payloads", is_flag=True, help="Keep the rows, and empty their inputs and outputs.")
@common_options
@click.pass_context
def prune(
    ctx: click.Context, name: str, store: str | None, older_than: float, payloads: bool
) -> None:
    """Delete jobs that succeeded, were cancelled or given up from the database; saved files stay.

    A table that is added again afterwards runs again.
    """
    session = session_of(ctx)
    with open_batch(session, name, store) as opened:
        count = opened.prune(older_than=older_than, payloads=payloads)
    emit({"pruned": count}, as_json=session.json, text=f"{count:,} pruned")
