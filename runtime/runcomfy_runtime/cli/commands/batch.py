"""``batch add|run|worker``: put a table's rows into a batch and run them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from ..app import LazyCommand, LazyGroup
from ..batch_display import open_batch_display, progress_text
from ..batch_options import (
    batch_argument,
    default_folder,
    open_batch,
    run_options,
    table_options,
)
from ..exitcodes import CliError, ExitCode
from ..help import Command
from ..output import emit, say
from ..parameters import common_options, session_of
from ..progress import elapsed_text, open_display
from ..session import Session

if TYPE_CHECKING:
    from ...batch import Added, Batch, CheckedTable, Estimate, Progress, Saver, Stop, Summary

__all__ = ["add_rows", "batch", "run_batch", "work"]

_MOST_SHOWN = 10
_STOPS: Mapping[str, ExitCode] = {
    "interrupted": ExitCode.INTERRUPTED,
    "cancelled": ExitCode.CANCELLED,
    "auth": ExitCode.AUTH,
    "balance": ExitCode.AUTH,
    "spending": ExitCode.RETRY_LATER,
    "unreachable": ExitCode.SERVICE,
    "disk": ExitCode.CANNOT_WRITE,
    "database": ExitCode.SERVICE,
}

batch: LazyGroup = common_options(
    LazyGroup(
        "batch",
        help="Run many jobs from a table. All of it is kept in a database, so that a batch goes on after any crash, no "
        "job is paid twice and no paid result is lost. Several machines can share one on Postgres.",
        examples=[
            "runcomfy-sdk batch run shots shots.csv --model MODEL -o out --ignore notes",
            "runcomfy-sdk batch status shots",
        ],
        lazy={
            "run": LazyCommand(
                "batch", "run_batch", "Queue a table if given, and run what is left."
            ),
            "add": LazyCommand("batch", "add_rows", "Check a table's rows and queue them."),
            "worker": LazyCommand(
                "batch", "work", "Join a batch from a further process or machine."
            ),
            "status": LazyCommand("batch_store", "status", "Show how far a batch is."),
            "unknown": LazyCommand(
                "batch_store", "unknown", "List jobs whose submit got no answer."
            ),
            "resolve": LazyCommand("batch_store", "resolve", "Decide about such a job."),
            "retry": LazyCommand("batch_store", "retry", "Queue failed jobs again."),
            "cancel": LazyCommand("batch_store", "cancel", "Cancel what is queued."),
            "export": LazyCommand("batch_store", "export", "Write the results to a file."),
            "prune": LazyCommand("batch_store", "prune", "Delete what is done from the database."),
        },
    )
)


@click.command(
    "add",
    cls=Command,
    examples=[
        "runcomfy-sdk batch add shots shots.csv --model MODEL --ignore notes --dry-run",
        "runcomfy-sdk batch add shots shots.csv --model MODEL --ignore notes",
    ],
)
@batch_argument
@click.argument("table", metavar="TABLE|-")
@table_options
@click.option("--dry-run", is_flag=True, help="Check the rows and queue none.")
@common_options
@click.pass_context
def add_rows(
    ctx: click.Context, /, name: str, store: str | None, table: str, dry_run: bool, **reading: Any
) -> None:
    """Check every row of TABLE, a CSV, JSONL or Parquet file, and queue those that are not in the batch yet.

    A column is a field of the model's input; empty cells are left out; lists and objects are JSON in their cells; local
    media are paths relative to the table. If any row is faulty, nothing is queued (exit code 65).
    """
    session = session_of(ctx)
    _find(table)
    with open_batch(session, name, store, create=True) as opened:
        _add(session, opened, table, reading, dry_run=dry_run, shown=True)


@click.command(
    "run",
    cls=Command,
    examples=[
        "runcomfy-sdk batch run shots shots.csv --model MODEL -o out --spend 20 --ignore notes",
        "runcomfy-sdk batch run shots -o out",
    ],
)
@batch_argument
@click.argument("table", metavar="[TABLE|-]", required=False)
@table_options
@run_options
@common_options
@click.pass_context
def run_batch(
    ctx: click.Context, /, name: str, store: str | None, table: str | None, **given: Any
) -> None:
    """Queue the rows of TABLE, if it is given, and run all that has not ended; run it again to go on.

    Ctrl-C lets the jobs at the service end and begins no other; a second one leaves at once. Both lose nothing.
    """
    session = session_of(ctx)
    running, reading = _parted(given)
    if table is not None:
        _find(table)
    with _opened(session, name, store, running, create=table is not None) as opened:
        if table is not None:
            _add(session, opened, table, reading, dry_run=False, shown=False)
        _run(session, opened, running)


@click.command("worker", cls=Command, examples=["runcomfy-sdk batch worker shots -o out"])
@batch_argument
@click.option("--wait", is_flag=True, help="Stay when nothing is left, and wait for more rows.")
@run_options
@common_options
@click.pass_context
def work(ctx: click.Context, /, name: str, store: str | None, wait: bool, **running: Any) -> None:
    """Join a batch from a further process or machine, with the same store; the limits are shared by all."""
    session = session_of(ctx)
    with _opened(session, name, store, running, create=False) as opened:
        _run(session, opened, running, wait=wait, joins=True)


def _parted(given: Mapping[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return the options of the run, and those of the table."""
    names = [
        "output_dir",
        "layout",
        "in_flight",
        "per_second",
        "limits",
        "timeout",
        "spend",
        "cost_per_job",
        "moved",
    ]
    running = {name: value for name, value in given.items() if name in names}
    return running, {name: value for name, value in given.items() if name not in names}


def _find(table: str) -> None:
    """Refuse a table that is not there, before anything is made for it."""
    if table != "-" and not Path(table).is_file():
        kind = "a folder, not a table" if Path(table).is_dir() else "no such file"
        raise CliError(f"{kind}: {table!r}", ExitCode.NO_FILE)


def _opened(
    session: Session, name: str, store: str | None, running: Mapping[str, Any], *, create: bool
) -> Batch:
    settings: dict[str, Any] = {
        "in_flight": running["in_flight"],
        "per_second": running["per_second"],
        "model_limits": dict(running["limits"]) or None,
        "saver": _saver(name, running["output_dir"], running["layout"]),
    }
    if running["timeout"] is not None:
        settings["timeout"] = running["timeout"]
    return open_batch(session, name, store, create=create, **settings)


def _saver(name: str, place: str | None, layout: str | None) -> Saver:
    try:
        from ...batch.layout import DEFAULT_LAYOUT
        from ...batch.saver import saver_for

        return saver_for(place or default_folder(name), layout or DEFAULT_LAYOUT)
    except ValueError as error:
        raise CliError(str(error), ExitCode.USAGE) from None


def _add(
    session: Session,
    opened: Batch,
    table: str,
    reading: Mapping[str, Any],
    *,
    dry_run: bool,
    shown: bool,
) -> None:
    """Check a table and queue its rows.

    Raises:
        CliError: If a row has a fault and bad rows are not to be skipped.
        TableError: If the table cannot be read.
    """
    from ...batch import Reading

    how = Reading(
        reading["model"],
        reading["model_column"],
        reading["key"],
        reading["ignore"],
        reading["unlisted"],
        priority=reading["priority"],
    )
    with open_display(session, [opened.name]) as progress:
        progress.stage(opened.name, f"checking the rows of {table}")
        with opened.check(table, how, form=reading["form"]) as checked:
            report: Path | None = reading["report"]
            if report is not None:
                checked.write_report(report)
            if checked.bad and not reading["skip_invalid"]:
                raise CliError(_refusal(checked, report), ExitCode.BAD_INPUT)
            added = None
            if not dry_run:
                progress.stage(opened.name, f"queueing {checked.good:,} rows")
                added = opened.add(checked)
    if checked.bad:
        say("\n".join([f"{checked.bad:,} rows have faults and are left out:", *_faults(checked)]))
    if added is not None:
        _tell_added(session, added, checked.bad, shown=shown)
    else:
        record = {"valid": checked.good, "invalid": checked.bad, "models": checked.models}
        emit(
            record, as_json=session.json, text=f"{checked.good:,} rows can be run; none was queued"
        )


def _refusal(checked: CheckedTable, report: Path | None) -> str:
    total = checked.good + checked.bad
    where = f"all of them are in {report}" if report else "--report FILE writes all of them"
    lines = [
        f"{checked.name}: {checked.bad:,} of {total:,} rows cannot be run; nothing was queued",
        *_faults(checked),
        f"{where}; --skip-invalid queues the {checked.good:,} good rows",
    ]
    return "\n".join(lines)


def _faults(checked: CheckedTable) -> list[str]:
    more = checked.fault_count - len(checked.faults)
    listed = [f"  {fault}" for fault in checked.faults]
    return [*listed, f"  and {more:,} more"] if more else listed


def _tell_added(session: Session, added: Added, invalid: int, *, shown: bool) -> None:
    """Say what was queued; as data too if ``shown``."""
    if added.changed_count:
        lines = [
            f"{added.changed_count:,} rows are in the batch with another input; those in the batch stay:",
            *(f"  {change.key} ({change.state})" for change in added.changed[:_MOST_SHOWN]),
        ]
        if added.changed_count > _MOST_SHOWN:
            lines.append(f"  and {added.changed_count - _MOST_SHOWN:,} more")
        say("\n".join([*lines, "give such a row another key to run it with its new input"]))
    text = f"{added.new:,} queued, {added.same + added.changed_count:,} in the batch already"
    if shown:
        record = {
            "queued": added.new,
            "same": added.same,
            "changed": added.changed_count,
            "invalid": invalid,
        }
        emit(record, as_json=session.json, text=text)
    elif not session.quiet:
        say(text)


def _run(
    session: Session,
    opened: Batch,
    running: Mapping[str, Any],
    *,
    wait: bool = False,
    joins: bool = False,
) -> None:
    """Run a batch, show its course, print what came of it.

    Raises:
        CliError: If it did not end with all jobs done.
    """
    name = opened.name
    estimates = _estimate(session, opened, running["spend"] is not None)
    if running["spend"] is not None:
        opened.stop_when = _limit(estimates, running["spend"], running["cost_per_job"])
    with open_batch_display(session, name) as display:

        def stopping(stop: Stop) -> None:
            if stop.reason == "interrupted":
                display.note("no further job is begun, those under way end; Ctrl-C leaves at once")
            else:
                display.note(f"stopping: {stop.message}")

        if joins:
            summary = opened.worker(
                on_progress=display.update,
                on_stop=stopping,
                until_done=not wait,
                moved=running["moved"],
            )
        else:
            summary = opened.run(
                on_progress=display.update, on_stop=stopping, moved=running["moved"]
            )
    _report(session, name, summary)


def _estimate(session: Session, opened: Batch, needed: bool) -> list[Estimate]:
    """Return what the jobs that are left may cost, and say it; a service that does not answer stops nothing."""
    if session.quiet and not needed:
        return []
    estimates = opened.estimate()
    for one in estimates if not session.quiet else ():
        if one.dollars is None:
            say(f"{one.left:,} x {one.model_id}: what it costs is not known before")
        else:
            say(f"{one.left:,} x {one.model_id}: about ${one.dollars:,.2f} ({one.basis}; no quote)")
    return estimates


def _limit(
    estimates: Sequence[Estimate], dollars: float, per_job: float | None
) -> Callable[[Progress], str | None]:
    from ...batch import SpendingLimit

    unpriced = [one.model_id for one in estimates if not one.per_job]
    if per_job is None and unpriced:
        raise CliError(
            f"what a job of {unpriced[0]} costs is not known, so --spend cannot hold; say it with --cost-per-job",
            ExitCode.USAGE,
        )
    most = max((one.per_job or 0.0 for one in estimates), default=0.0)
    return SpendingLimit(dollars, per_job or most or dollars)


def _report(session: Session, name: str, summary: Summary) -> None:
    progress, stop = summary.progress, summary.stop
    record = {
        "batch": name,
        "counts": dict(progress.counts),
        "total": progress.total,
        "cost_usd": round(progress.cost, 6),
        "seconds": round(progress.elapsed, 3),
        "stopped": None if stop is None else {"reason": stop.reason, "message": stop.message},
    }
    took = elapsed_text(progress.elapsed)
    text = f"{progress_text(replace(progress, per_second=0.0))}, in {took}"
    emit(record, as_json=session.json, text=text)
    own = f"{session.program} batch"
    if stop is not None:
        raise CliError(f"{stop.message} Go on with: {own} run {name}", _STOPS[stop.reason])
    if progress["unknown"]:
        raise CliError(
            f"{progress['unknown']:,} jobs may have been submitted and charged, and no answer came; they are not sent "
            f"again by themselves. Look at them with: {own} unknown {name}",
            ExitCode.SUBMIT_UNKNOWN,
        )
    if progress["failed"]:
        raise CliError(
            f"{progress['failed']:,} jobs failed; see why with: {own} export {name} failed.jsonl --state failed; queue "
            f"them again with: {own} retry {name}",
            ExitCode.JOB_FAILED,
        )
    if progress["cancelled"]:
        raise CliError(f"{progress['cancelled']:,} jobs were cancelled", ExitCode.CANCELLED)
