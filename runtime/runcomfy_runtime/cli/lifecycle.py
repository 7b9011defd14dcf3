"""The way of a job on the command line: submit, wait, save, report; and what Ctrl-C and a timeout do to it."""

from __future__ import annotations

import shlex
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

from .._sync.platform import each
from ..errors import (
    DownloadFailed,
    JobCancelled,
    JobFailed,
    JobTimeout,
    RunComfyError,
)
from ..states import CancelOutcome
from .exitcodes import CliError, ExitCode, exit_code_of
from .output import emit, to_json
from .progress import Display, open_display, size_text
from .saving import Saving, save_files
from .session import Session

if TYPE_CHECKING:
    from .._sync.files import MediaOutput
    from .._sync.job import Job
    from .._sync.request import Request

__all__ = ["Ended", "Plan", "collect", "report", "run_request", "submit_only"]

_CANCEL_SECONDS = 10.0
_COST_SECONDS = 4.0
_AT_A_TIME = 64
"""Jobs that are waited for at a time, where all are."""
_LARGE_REQUEST = 1_000_000


@dataclass(frozen=True, slots=True)
class Plan:
    """How far to go with a job.

    Attributes:
        timeout: Longest wait in seconds; None takes the client's.
        cancels: Whether Ctrl-C and the timeout cancel the job, or leave it alone.
        saving: Where to save the files, and how; None leaves them where they are, and the job then counts as collected.
        most: What the job may cost in US dollars, if that is to be looked at.
    """

    timeout: float | None = None
    cancels: bool = False
    saving: Saving | None = None
    most: float | None = None


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


def run_request(session: Session, request: Request[MediaOutput], plan: Plan) -> None:
    """Submit a request, follow its job to the end and print the result.

    Raises:
        CliError: If it ends otherwise than well.
        RunComfyError: If the job could not be submitted.
    """
    job: Job[MediaOutput] | None = None
    label = request.model_id
    session.parting = _perhaps_made(session, label)
    try:
        with open_display(session, [label]) as display:
            size = len(request.body)
            display.stage(
                label, f"submitting {size_text(size)}" if size >= _LARGE_REQUEST else "submitting"
            )
            job = request.submit()
            display.stage(label, f"submitted as {job.request_id}")
            session.parting = (
                f"whether job {job.request_id} was cancelled is not known, it may run and be charged; "
                f"{_how_to_collect(session, [job], plan)}"
                if plan.cancels
                else f"job {job.request_id} is not affected; {_how_to_collect(session, [job], plan)}"
            )
            ended = _follow(session, job, label, plan, display)
    except KeyboardInterrupt as interrupt:
        if job is None:
            raise CliError(_half_submitted(session, interrupt), ExitCode.INTERRUPTED) from None
        _interrupted(session, [job], plan)
    except JobTimeout as error:
        if job is None or not plan.cancels:
            raise
        session.tell(f"{session.program}: {error}")
        raise CliError(_cancel(session, job, plan), ExitCode.RETRY_LATER) from None
    report(session, ended, plan)
    if ended.code:
        raise CliError(_last_words(session, ended, plan), ended.code)


def collect(
    session: Session, jobs: Sequence[Job[MediaOutput]], plan: Plan, *, first_only: bool = False
) -> None:
    """Follow jobs to their ends, print each result as it comes, and name all that did not end well.

    Args:
        session: The invocation.
        jobs: The jobs; all are followed at the same time.
        plan: How far to go with each.
        first_only: Stop when one has ended; the others are left alone.

    Raises:
        CliError: If any job did not end well; the first one's code decides.
    """
    ids = [job.request_id for job in jobs]
    codes: list[ExitCode] = []
    session.parting = f"{_named(jobs)} not affected; {_how_to_collect(session, jobs, plan)}"
    try:
        with open_display(session, ids) as display:
            follow = partial(_try_to_follow, session, plan, display)
            places = len(jobs) if first_only else min(len(jobs), _AT_A_TIME)
            with closing(each(follow, jobs, places, ordered=False)) as followed:
                for ended in followed:
                    with display.aside():
                        codes += _reported(session, ended, plan)
                    if first_only:
                        break
    except KeyboardInterrupt:
        _interrupted(session, jobs, plan)
    if codes:
        message = (
            "did not end well"
            if len(jobs) == 1
            else f"{len(codes)} of {len(jobs)} did not end well"
        )
        raise CliError(message, codes[0])


def report(session: Session, ended: Ended, plan: Plan) -> None:
    """Print one result: a line of JSON, or the saved files and addresses for people, and the images where they can."""
    record = {**ended.record, "files": [str(path) for path in ended.files]}
    lines = [f"saved {path}" for path in ended.files]
    if not lines and "output" in ended.record:
        lines = [to_json(ended.record["output"], indent=2)]
    emit(record, as_json=session.json, text="\n".join(lines) or ended.record["status"])
    if plan.saving is not None and plan.saving.show and ended.files:
        from .terminalimages import show_images

        show_images(session, ended.files)


def submit_only(session: Session, request: Request[MediaOutput]) -> None:
    """Submit a request and print the id of its job.

    Raises:
        CliError: If it was interrupted.
        RunComfyError: If the job could not be submitted.
    """
    session.parting = _perhaps_made(session, request.model_id)
    try:
        job = request.submit()
    except KeyboardInterrupt as interrupt:
        raise CliError(_half_submitted(session, interrupt), ExitCode.INTERRUPTED) from None
    facts = {"request_id": job.request_id, "model_id": job.model_id, "wait": False}
    emit(facts, as_json=session.json, text=job.request_id)
    if not session.json and not session.quiet:
        session.tell(f"queued; {_how_to_collect(session, [job], Plan())}")


def _reported(session: Session, ended: Ended | RunComfyError, plan: Plan) -> list[ExitCode]:
    """Report one of several jobs; return its exit code if it did not end well."""
    if isinstance(ended, RunComfyError):
        session.tell(f"{session.program}: {ended}")
        return [exit_code_of(ended)]
    report(session, ended, plan)
    if ended.code:
        session.tell(f"{session.program}: {_last_words(session, ended, plan)}")
    return [ended.code] if ended.code else []


def _try_to_follow(
    session: Session, plan: Plan, display: Display, job: Job[MediaOutput]
) -> Ended | RunComfyError:
    try:
        ended = _follow(session, job, job.request_id, plan, display)
    except RunComfyError as error:
        display.stage(job.request_id, "not known")
        return error
    display.stage(job.request_id, str(ended.record["status"]))
    return ended


def _follow(
    session: Session, job: Job[MediaOutput], label: str, plan: Plan, display: Display
) -> Ended:
    facts = {"request_id": job.request_id, "model_id": job.model_id}
    try:
        output = job.result(plan.timeout, on_update=partial(display.update, label))
    except (JobFailed, JobCancelled) as error:
        status = "failed" if isinstance(error, JobFailed) else "cancelled"
        detail = {"error": error.error} if isinstance(error, JobFailed) else {}
        record = {**facts, "status": status, **detail}
        return Ended(record, failures=[str(error)], code=exit_code_of(error))
    ended = Ended({**facts, "status": "succeeded", "output": output.raw})
    if plan.most is not None:
        _look_at_cost(session, job, plan.most, ended)
    if plan.saving is None:
        job.mark_collected()
        return ended
    try:
        ended.files = save_files(session, output, plan.saving, label, display)
    except DownloadFailed as error:
        ended.files = list(error.saved)
        ended.failures = [str(failure) for failure in error.failures or [error]]
        ended.code = exit_code_of(error)
    return ended


def _look_at_cost(session: Session, job: Job[MediaOutput], most: float, ended: Ended) -> None:
    """Note what the job cost, and say so if that is more than it was to be."""
    try:
        cost = job.cost(_COST_SECONDS)
    except RunComfyError:
        cost = None
    ended.record["cost_usd"] = cost
    if cost is not None and cost > most:
        session.tell(
            f"warning: job {job.request_id} cost {cost:g} USD, more than --max-price {most:g}; the "
            "published price does not cover all that a job may cost"
        )


def _last_words(session: Session, ended: Ended, plan: Plan) -> str:
    words = "; ".join(ended.failures)
    if ended.record["status"] == "succeeded":
        again = f"{session.program} download {ended.record['request_id']} -o {_folder(plan)}"
        return f"{words}; the job itself is done, do not run it again; get its files with: {again}"
    return words


def _perhaps_made(session: Session, model_id: str) -> str:
    look = f"look with '{session.program} jobs list'"
    return f"a job for {model_id} may have been made and may be charged: {look}"


def _half_submitted(session: Session, interrupt: BaseException) -> str:
    """Return what is known of a job whose submit was interrupted; the runtime notes it on the interrupt."""
    notes = getattr(interrupt, "__notes__", None)
    if not notes:
        return "interrupted; nothing was sent"
    return f"interrupted. {' '.join(notes)} '{session.program} jobs list' shows what is known"


def _interrupted(session: Session, jobs: Sequence[Job[MediaOutput]], plan: Plan) -> NoReturn:
    """End after Ctrl-C; the job that this command created is cancelled, others are left alone.

    Raises:
        CliError: Always; the message says what becomes of the jobs.
    """
    done = [job for job in jobs if job.status is not None and job.status.state == "succeeded"]
    if len(done) == len(jobs):
        ids = " ".join(job.request_id for job in jobs)
        how = f"get what it made with: {session.program} download {ids} -o {_folder(plan)}"
        raise CliError(f"stopped; job {ids} is done; {how}", ExitCode.INTERRUPTED)
    if not plan.cancels:
        words = (
            f"stopped waiting; {_named(jobs)} not affected; {_how_to_collect(session, jobs, plan)}"
        )
        raise CliError(words, ExitCode.INTERRUPTED)
    session.tell("interrupted; asking the service to cancel the job (Ctrl-C again leaves at once)")
    raise CliError(_cancel(session, jobs[0], plan), ExitCode.INTERRUPTED)


def _cancel(session: Session, job: Job[MediaOutput], plan: Plan) -> str:
    """Cancel ``job`` and return what became of it, in words."""
    try:
        outcome = job.cancel(_CANCEL_SECONDS)
    except RunComfyError as error:
        return (
            f"job {job.request_id} could not be cancelled ({error}); it may run and be charged; "
            f"{_how_to_collect(session, [job], plan)}"
        )
    if outcome is CancelOutcome.CANCELLED:
        return f"job {job.request_id} was still queued and is cancelled; it will not run"
    if outcome is CancelOutcome.NOT_CANCELLABLE:
        return (
            f"job {job.request_id} is already running and cannot be cancelled: it goes on and may "
            f"be charged; {_how_to_collect(session, [job], plan)}"
        )
    return f"job {job.request_id} had ended before; {_how_to_collect(session, [job], plan)}"


def _named(jobs: Sequence[Job[MediaOutput]]) -> str:
    return f"job {jobs[0].request_id} is" if len(jobs) == 1 else f"the {len(jobs)} jobs are"


def _how_to_collect(session: Session, jobs: Sequence[Job[MediaOutput]], plan: Plan) -> str:
    ids = " ".join(job.request_id for job in jobs)
    its = "its result" if len(jobs) == 1 else "their results"
    return f"collect {its} with: {session.program} wait {ids} -o {_folder(plan)}"


def _folder(plan: Plan) -> str:
    """Return the folder as the user would type it."""
    return shlex.quote(str(plan.saving.folder)) if plan.saving is not None else "DIR"
