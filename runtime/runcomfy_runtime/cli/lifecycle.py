"""The way of a job on the command line: submit, wait, save, report; and what Ctrl-C and a timeout do to it."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

from ..errors import (
    DownloadFailed,
    JobCancelled,
    JobFailed,
    JobTimeout,
    RunComfyError,
)
from ..states import CancelOutcome
from .exitcodes import CliError, ExitCode, exit_code_of
from .output import emit, say, to_json
from .progress import Progress, open_progress
from .session import Session

if TYPE_CHECKING:
    from .._sync.files import MediaOutput
    from .._sync.job import Job
    from .._sync.request import Request

__all__ = ["Ended", "Plan", "collect", "report", "run_request", "writable_folder"]

_CANCEL_SECONDS = 10.0


@dataclass(frozen=True, slots=True)
class Plan:
    """How far to go with a job.

    Attributes:
        timeout: Longest wait in seconds; None takes the client's.
        cancels: Whether Ctrl-C and the timeout cancel the job, or leave it alone.
        folder: Where to save the files; None leaves them where they are, and the job then counts as collected.
    """

    timeout: float | None = None
    cancels: bool = False
    folder: Path | None = None


@dataclass(slots=True)
class Ended:
    """What became of one job.

    Attributes:
        record: The data for standard output.
        files: The files saved.
        failures: Files that could not be saved, in words.
        code: The exit code that this job alone leads to.
    """

    record: dict[str, Any]
    files: list[Path] = field(default_factory=list[Path])
    failures: list[str] = field(default_factory=list[str])
    code: ExitCode = ExitCode.OK


def writable_folder(folder: Path) -> Path:
    """Make ``folder`` if need be and return it; called before a job is paid for.

    Raises:
        CliError: If it cannot be made or written to.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        message = f"cannot make the folder {str(folder)!r}: {error.strerror}; nothing was sent"
        raise CliError(message, ExitCode.CANNOT_WRITE) from None
    if not os.access(folder, os.W_OK | os.X_OK):
        message = f"cannot write to the folder {str(folder)!r}; nothing was sent"
        raise CliError(message, ExitCode.CANNOT_WRITE)
    return folder


def run_request(session: Session, request: Request[MediaOutput], plan: Plan) -> None:
    """Submit a request, follow its job to the end and print the result.

    Raises:
        CliError: If it ends otherwise than well.
        RunComfyError: If the job could not be submitted.
    """
    job: Job[MediaOutput] | None = None
    try:
        with open_progress(session, request.model_id) as progress:
            progress.stage("submitting")
            job = request.submit()
            ended = _follow(job, plan, progress)
    except KeyboardInterrupt as interrupt:
        if job is None:
            raise CliError(_half_submitted(session, interrupt), ExitCode.INTERRUPTED) from None
        _interrupted(session, job, plan)
    except JobTimeout as error:
        if job is None or not plan.cancels:
            raise
        say(f"{session.program}: {error}")
        raise CliError(_cancel(session, job), ExitCode.RETRY_LATER) from None
    report(session, ended)
    if ended.code:
        raise CliError(_last_words(session, ended), ended.code)


def collect(session: Session, jobs: Sequence[Job[MediaOutput]], plan: Plan) -> None:
    """Follow jobs to their ends, print each result as it comes, and name all that did not end well.

    Raises:
        CliError: If any job did not end well; the first one's code decides.
    """
    codes: list[ExitCode] = []
    for job in jobs:
        try:
            with open_progress(session, job.request_id) as progress:
                ended = _follow(job, plan, progress)
        except KeyboardInterrupt:
            _interrupted(session, job, plan)
        except RunComfyError as error:
            say(f"{session.program}: {error}")
            codes.append(exit_code_of(error))
            continue
        report(session, ended)
        if ended.code:
            say(f"{session.program}: {_last_words(session, ended)}")
            codes.append(ended.code)
    if codes:
        message = f"{len(codes)} of {len(jobs)} did not end well"
        raise CliError(message, codes[0])


def report(session: Session, ended: Ended) -> None:
    """Print one result: a line of JSON, or the saved files and addresses for people."""
    record = {**ended.record, "files": [str(path) for path in ended.files]}
    lines = [f"saved {path}" for path in ended.files]
    if not lines and "output" in ended.record:
        lines = [to_json(ended.record["output"], indent=2)]
    emit(record, as_json=session.json, text="\n".join(lines) or ended.record["status"])


def _follow(job: Job[MediaOutput], plan: Plan, progress: Progress) -> Ended:
    facts = {"request_id": job.request_id, "model_id": job.model_id}
    try:
        output = job.result(plan.timeout, on_update=progress.update)
    except (JobFailed, JobCancelled) as error:
        status = "failed" if isinstance(error, JobFailed) else "cancelled"
        detail = {"error": error.error} if isinstance(error, JobFailed) else {}
        record = {**facts, "status": status, **detail}
        return Ended(record, failures=[str(error)], code=exit_code_of(error))
    ended = Ended({**facts, "status": "succeeded", "output": output.raw})
    if plan.folder is not None:
        _save(output, plan.folder, ended, progress)
    else:
        job.mark_collected()
    return ended


def _save(output: MediaOutput, folder: Path, ended: Ended, progress: Progress) -> None:
    for index, file in enumerate(output.files, 1):
        progress.stage(f"saving file {index} of {len(output.files)}")
        try:
            ended.files.append(file.save(folder))
        except (DownloadFailed, OSError) as error:
            ended.failures.append(str(error))
            ended.code = ended.code or exit_code_of(error)


def _last_words(session: Session, ended: Ended) -> str:
    words = "; ".join(ended.failures)
    if ended.record["status"] == "succeeded":
        again = f"{session.program} result {ended.record['request_id']} -o DIR"
        return f"{words}; the job itself is done, do not run it again; get its files with: {again}"
    return words


def _half_submitted(session: Session, interrupt: BaseException) -> str:
    """Return what is known of a job whose submit was interrupted; the runtime notes it on the interrupt."""
    notes = getattr(interrupt, "__notes__", ["The job may exist and be charged."])
    return f"interrupted. {' '.join(notes)} '{session.program} jobs list' shows what is known"


def _interrupted(session: Session, job: Job[MediaOutput], plan: Plan) -> NoReturn:
    if not plan.cancels:
        words = f"stopped waiting; job {job.request_id} is not affected; {_how_to_collect(session, job)}"
        raise CliError(words, ExitCode.INTERRUPTED)
    say("interrupted; asking the service to cancel the job (Ctrl-C again leaves at once)")
    try:
        words = _cancel(session, job)
    except KeyboardInterrupt:
        words = (
            f"left; whether job {job.request_id} was cancelled is not known, it may run and be "
            f"charged; {_how_to_collect(session, job)}"
        )
    raise CliError(words, ExitCode.INTERRUPTED)


def _cancel(session: Session, job: Job[MediaOutput]) -> str:
    """Cancel ``job`` and return what became of it, in words."""
    try:
        outcome = job.cancel(_CANCEL_SECONDS)
    except RunComfyError as error:
        return (
            f"job {job.request_id} could not be cancelled ({error}); it may run and be charged; "
            f"{_how_to_collect(session, job)}"
        )
    if outcome is CancelOutcome.CANCELLED:
        return f"job {job.request_id} was still queued and is cancelled; it will not run"
    if outcome is CancelOutcome.NOT_CANCELLABLE:
        return (
            f"job {job.request_id} is already running and cannot be cancelled: it goes on and may "
            f"be charged; {_how_to_collect(session, job)}"
        )
    return f"job {job.request_id} had ended before; {_how_to_collect(session, job)}"


def _how_to_collect(session: Session, job: Job[MediaOutput]) -> str:
    return f"collect its result with: {session.program} wait {job.request_id} -o DIR"
