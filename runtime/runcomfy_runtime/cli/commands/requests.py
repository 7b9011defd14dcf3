"""``wait|status|result|cancel ID...``: jobs that exist, named by their request ids."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, TypeVar

import click

from ...errors import RunComfyError
from ..exitcodes import CliError, ExitCode, exit_code_of
from ..help import Command
from ..output import emit, say
from ..parameters import Duration, common_options, session_of
from ..session import Session

__all__ = ["cancel", "result", "status", "wait"]

_Decorated = TypeVar("_Decorated", bound=Callable[..., Any] | click.Command)


def _ids(function: _Decorated) -> _Decorated:
    """Add the argument ``ID...``."""
    return click.argument("ids", nargs=-1, required=True, metavar="ID...")(function)


_output_dir = click.option(
    "-o",
    "--output-dir",
    type=click.Path(path_type=Path),
    metavar="DIR",
    help="Save the files in this folder, made if need be.",
)


@click.command("wait", cls=Command, examples=['runcomfy-sdk wait "$ID" -o out --timeout 10m'])
@_ids
@_output_dir
@click.option(
    "--timeout", type=Duration(), metavar="TIME", help="Longest time to wait for each, such as 10m."
)
@common_options
@click.pass_context
def wait(
    ctx: click.Context, ids: tuple[str, ...], output_dir: Path | None, timeout: float | None
) -> None:
    """Wait until the jobs have ended and print their results; Ctrl-C only stops the waiting."""
    from ..lifecycle import Plan, collect, writable_folder

    session = session_of(ctx)
    folder = writable_folder(output_dir) if output_dir else None
    with session.client() as client:
        jobs = [client.jobs.get(request_id) for request_id in ids]
        collect(session, jobs, Plan(timeout=timeout, folder=folder))


@click.command("status", cls=Command, examples=['runcomfy-sdk status "$ID"'])
@_ids
@common_options
@click.pass_context
def status(ctx: click.Context, ids: tuple[str, ...]) -> None:
    """Show where jobs stand in the queue, without waiting."""
    from ..progress import state_text

    session = session_of(ctx)
    with session.client() as client:

        def show(request_id: str) -> None:
            now = client.jobs.get(request_id).refresh()
            record = {
                "request_id": request_id,
                "status": now.state,
                "queue_position": now.queue_position,
            }
            emit(record, as_json=session.json, text=f"{request_id}  {state_text(now)}")

        _for_each(session, ids, show)


@click.command("result", cls=Command, examples=['runcomfy-sdk result "$ID" -o out'])
@_ids
@_output_dir
@click.option("--no-download", is_flag=True, help="Save no files, which is so without -o too.")
@common_options
@click.pass_context
def result(
    ctx: click.Context, ids: tuple[str, ...], output_dir: Path | None, no_download: bool
) -> None:
    """Show how jobs ended, and their output; a job that has not ended is exit code 75."""
    from ..lifecycle import Plan, collect, writable_folder
    from ..progress import state_text

    session = session_of(ctx)
    folder = writable_folder(output_dir) if output_dir and not no_download else None
    running: list[str] = []
    with session.client() as client:

        def show(request_id: str) -> None:
            job = client.jobs.get(request_id)
            now = job.refresh()
            if now.ended:
                collect(session, [job], Plan(folder=folder))
                return
            running.append(request_id)
            record = {"request_id": request_id, "status": now.state}
            emit(
                record, as_json=session.json, text=f"{request_id}  not finished: {state_text(now)}"
            )

        session.quiet = True
        _for_each(session, ids, show)
    if running:
        advice = f"'{session.program} wait {running[0]}' waits"
        raise CliError(f"not finished: {', '.join(running)}; {advice}", ExitCode.RETRY_LATER)


@click.command("cancel", cls=Command, examples=['runcomfy-sdk cancel "$ID"'])
@_ids
@common_options
@click.pass_context
def cancel(ctx: click.Context, ids: tuple[str, ...]) -> None:
    """Cancel jobs that are still queued; one that is already running cannot be cancelled (exit code 75)."""
    session = session_of(ctx)
    running: list[str] = []
    with session.client() as client:

        def stop(request_id: str) -> None:
            outcome = client.jobs.get(request_id).cancel().value
            record = {"request_id": request_id, "outcome": outcome}
            text = f"{request_id}  {outcome.replace('_', ' ')}"
            emit(record, as_json=session.json, text=text)
            if outcome == "not_cancellable":
                running.append(request_id)

        _for_each(session, ids, stop)
    if running:
        raise CliError(
            f"already running, not cancelled, may be charged: {', '.join(running)}; collect with: "
            f"{session.program} wait {running[0]} -o DIR",
            ExitCode.RETRY_LATER,
        )


def _for_each(session: Session, ids: Sequence[str], act: Callable[[str], None]) -> None:
    """Call ``act`` for every id, though some may fail.

    Raises:
        CliError: If any failed; the first one's code decides.
        RunComfyError: If there is one id only, and it failed.
    """
    if len(ids) == 1:
        act(ids[0])
        return
    codes: list[ExitCode] = []
    for request_id in ids:
        try:
            act(request_id)
        except (RunComfyError, CliError) as error:
            say(f"{session.program}: {error}")
            codes.append(exit_code_of(error))
    if codes:
        raise CliError(f"{len(codes)} of {len(ids)} failed", codes[0])
