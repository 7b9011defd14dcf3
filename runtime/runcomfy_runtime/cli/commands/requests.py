"""``wait|status|result|download|cancel ID...``: jobs that exist, named by their request ids."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from ...errors import RunComfyError
from ..exitcodes import CliError, ExitCode, exit_code_of
from ..help import Command
from ..output import emit
from ..parameters import Duration, common_options, session_of
from ..saving_options import prepared, saving_options
from ..session import Session

if TYPE_CHECKING:
    from ..._sync.client import Client
    from ..._sync.files import MediaOutput
    from ..._sync.job import Job
    from ..saving import Saving

__all__ = ["cancel", "download", "result", "status", "wait"]

_Decorated = TypeVar("_Decorated", bound=Callable[..., Any] | click.Command)


def _ids(function: _Decorated) -> _Decorated:
    """Add the argument ``ID...``."""
    return click.argument("ids", nargs=-1, required=True, metavar="ID...")(function)


@click.command(
    "wait",
    cls=Command,
    examples=[
        'runcomfy-sdk wait "$ID" -o out --timeout 10m',
        'runcomfy-sdk wait --any "$ID" -o out',
    ],
)
@_ids
@click.option(
    "--all/--any",
    "all_",
    default=True,
    help="Wait until all have ended (the default), or until one has; the others are then left alone.",
)
@saving_options(None)
@click.option(
    "--timeout", type=Duration(), metavar="TIME", help="Longest time to wait, such as 10m."
)
@common_options
@click.pass_context
def wait(
    ctx: click.Context,
    ids: tuple[str, ...],
    *,
    all_: bool,
    saving: Saving | None,
    timeout: float | None,
) -> None:
    """Wait until jobs have ended and print each result as it comes; Ctrl-C only stops the waiting."""
    from ..lifecycle import Plan, collect

    session = session_of(ctx)
    plan = Plan(timeout=timeout, saving=prepared(saving))
    with session.client() as client:
        collect(session, _jobs(session, client, ids), plan, first_only=not all_)


@click.command("status", cls=Command, examples=['runcomfy-sdk status "$ID"'])
@_ids
@common_options
@click.pass_context
def status(ctx: click.Context, ids: tuple[str, ...]) -> None:
    """Show where jobs stand in the queue, without waiting."""
    from ..progress import state_text

    session = session_of(ctx)
    with session.client() as client:

        def show(job: Job[MediaOutput]) -> None:
            now = job.refresh()
            record = {
                "request_id": job.request_id,
                "status": now.state,
                "queue_position": now.queue_position,
            }
            emit(record, as_json=session.json, text=f"{job.request_id}  {state_text(now)}")

        _for_each(session, _jobs(session, client, ids), show)


@click.command("result", cls=Command, examples=['runcomfy-sdk result "$ID" -o out'])
@_ids
@saving_options(None)
@click.option("--no-download", is_flag=True, help="Save no files, which is so without -o too.")
@common_options
@click.pass_context
def result(
    ctx: click.Context, ids: tuple[str, ...], *, saving: Saving | None, no_download: bool
) -> None:
    """Show how jobs ended, and their output; a job that has not ended is exit code 75."""
    session = session_of(ctx)
    _show_results(session, ids, None if no_download else prepared(saving))


@click.command("download", cls=Command, examples=['runcomfy-sdk download "$ID" -o out'])
@_ids
@saving_options(Path("."))
@common_options
@click.pass_context
def download(ctx: click.Context, ids: tuple[str, ...], *, saving: Saving | None) -> None:
    """Save the files of jobs that have ended; a job that has not ended is exit code 75.

    A download that was cut goes on where it was. The service keeps files for about a week.
    """
    session = session_of(ctx)
    _show_results(session, ids, prepared(saving))


@click.command("cancel", cls=Command, examples=['runcomfy-sdk cancel "$ID"'])
@_ids
@common_options
@click.pass_context
def cancel(ctx: click.Context, ids: tuple[str, ...]) -> None:
    """Cancel jobs that are still queued; one that is already running cannot be cancelled (exit code 75)."""
    session = session_of(ctx)
    running: list[str] = []
    with session.client() as client:

        def stop(job: Job[MediaOutput]) -> None:
            outcome = job.cancel().value
            record = {"request_id": job.request_id, "outcome": outcome}
            text = f"{job.request_id}  {outcome.replace('_', ' ')}"
            emit(record, as_json=session.json, text=text)
            if outcome == "not_cancellable":
                running.append(job.request_id)

        _for_each(session, _jobs(session, client, ids), stop)
    if running:
        raise CliError(
            f"already running, not cancelled, may be charged: {', '.join(running)}; collect with: "
            f"{session.program} wait {' '.join(running)} -o DIR",
            ExitCode.RETRY_LATER,
        )


def _show_results(session: Session, ids: Sequence[str], saving: Saving | None) -> None:
    """Show how jobs ended and save their files; name those that have not ended.

    Raises:
        CliError: If any has not ended, or did not end well.
    """
    from ..lifecycle import Plan, collect
    from ..progress import state_text

    running: list[str] = []
    session.quiet = session.quiet or saving is None
    with session.client() as client:

        def show(job: Job[MediaOutput]) -> None:
            now = job.refresh()
            if now.ended:
                collect(session, [job], Plan(saving=saving))
                return
            running.append(job.request_id)
            record = {"request_id": job.request_id, "status": now.state}
            text = f"{job.request_id}  not finished: {state_text(now)}"
            emit(record, as_json=session.json, text=text)

        _for_each(session, _jobs(session, client, ids), show)
    if running:
        advice = f"'{session.program} wait {' '.join(running)}' waits"
        raise CliError(f"not finished: {', '.join(running)}; {advice}", ExitCode.RETRY_LATER)


def _jobs(session: Session, client: Client, ids: Sequence[str]) -> list[Job[MediaOutput]]:
    """Return the handles of the jobs, each once; the journal knows the models of those that were started here."""
    from ...errors import JournalError

    try:
        models = {entry.request_id: entry.model_id for entry in session.journal().entries()}
    except JournalError:
        models = {}
    given = dict.fromkeys(request_id.strip() for request_id in ids)
    return [client.jobs.get(request_id, models.get(request_id)) for request_id in given]


def _for_each(
    session: Session, jobs: Sequence[Job[MediaOutput]], act: Callable[[Job[MediaOutput]], None]
) -> None:
    """Call ``act`` for every job, though some may fail.

    Raises:
        CliError: If any failed; the first one's code decides.
        RunComfyError: If there is one job only, and it failed.
    """
    if len(jobs) == 1:
        act(jobs[0])
        return
    codes: list[ExitCode] = []
    for job in jobs:
        try:
            act(job)
        except (RunComfyError, CliError) as error:
            session.tell(f"{session.program}: {error}")
            codes.append(exit_code_of(error))
    if codes:
        raise CliError(f"{len(codes)} of {len(jobs)} failed", codes[0])
