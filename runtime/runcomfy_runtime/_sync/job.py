# Emitted from _async/job.py by "python -m runcomfy_codegen.twin"; edit that file instead.
# ruff: noqa
# ruff: noqa: ASYNC109
"""Handles of submitted jobs."""

from __future__ import annotations

import json
import math
import time
from collections.abc import Iterator, Callable
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any, Final, Generic, TypeVar

from ..errors import JobCancelled, JobFailed, NotFoundOrExpired, RunComfyError
from ..journal import Journal, JournalEntry
from ..machine import Done, JobMachine
from ..models import MediaKind
from ..options import check_timeout
from ..states import CancelOutcome, JobStatus
from ..wire import Record, clean_request_id
from .files import MediaOutput
from .platform import blocking, each, sleep

if TYPE_CHECKING:
    from .core import Core

__all__ = ["Job", "Jobs", "Resumed", "Sending"]

REFRESH_TIMEOUT: Final = 30.0
CANCEL_TIMEOUT: Final = 30.0
COST_INTERVAL: Final = 2.0
"""Seconds between two questions for a cost that is not known yet."""
OutputT = TypeVar("OutputT", bound=MediaOutput, covariant=True)


class Job(Generic[OutputT]):
    """A submitted job. It can be pickled; the token is never part of it.

    Attributes:
        request_id: The service's id of the job.
        model_id: The model; None if the handle was made from the id alone.
        status: What the service last said; None before it was asked.
    """

    def __init__(
        self,
        core: Core | None,
        request_id: str,
        model_id: str | None,
        kind: MediaKind | None,
        output_type: type[OutputT],
        base_url: str | None = None,
    ) -> None:
        self._core_or_none = core
        self._base_url = core.config.base_url if core is not None else base_url or ""
        self.request_id = request_id
        self.model_id = model_id
        self.status: JobStatus | None = None
        self._kind: MediaKind | None = kind
        self._output_type = output_type
        self._record: Record | None = None

    def refresh(self) -> JobStatus:
        """Ask once how the job is; ``completed`` only says that it has stopped, `result` says how it ended.

        Raises:
            AuthError, NotFoundOrExpired, ServiceError, ConnectionFailed: If the service does not tell, within 30 s.
        """
        machine = self._machine("status", REFRESH_TIMEOUT)
        end = self._core.finish(machine, self.model_id, self.request_id)
        if not isinstance(end.value, JobStatus):
            raise self._own(end.error)
        self.status = end.value
        return end.value

    def updates(self, timeout: float | None = None) -> Iterator[JobStatus]:
        """Yield each change until the job has ended; the last one tells how.

        Leaving the iteration early does not touch the job.

        Args:
            timeout: Seconds; None takes the client's.

        Raises:
            JobTimeout: If the time is over; the job goes on.
            AuthError, NotFoundOrExpired: If the service no longer lets this client see the job.
        """
        if self._record is not None:
            yield JobStatus(self._record.state, None, self._record.raw)
            return
        seconds = self._core.timeout if timeout is None else check_timeout(timeout)
        machine = self._machine("result", seconds)
        for action in self._core.drive(machine, self.model_id, self.request_id):
            if not isinstance(action, Done):
                if action.status is not None:
                    self.status = action.status
                    if action.status.state not in ("succeeded", "failed", "cancelled"):
                        yield action.status
            elif isinstance(action.value, Record):
                self._record = action.value
                self.status = JobStatus(action.value.state, None, action.value.raw)
                if action.value.state != "succeeded":
                    self._note(lambda journal: journal.ended(self.request_id))
                yield self.status
            else:
                if isinstance(action.error, NotFoundOrExpired):
                    self._note(lambda journal: journal.expired(self.request_id))
                raise self._own(action.error)

    def wait(
        self,
        timeout: float | None = None,
        *,
        on_update: Callable[[JobStatus], object] | None = None,
    ) -> JobStatus:
        """Wait until the job has ended and return its last status, whatever the end.

        Args:
            timeout: Seconds; None takes the client's.
            on_update: Called with each change.

        Raises:
            JobTimeout: If the time is over; the job goes on, wait again when you like.
            AuthError, NotFoundOrExpired: If the service no longer lets this client see the job.
        """
        last = JobStatus("unknown")
        for status in self.updates(timeout):
            last = status
            if on_update is not None:
                on_update(status)
        return last

    def result(
        self,
        timeout: float | None = None,
        *,
        on_update: Callable[[JobStatus], object] | None = None,
    ) -> OutputT:
        """Wait until the job has ended and return its output.

        Args:
            timeout: Seconds; None takes the client's.
            on_update: Called with each change.

        Raises:
            JobFailed: If the job failed.
            JobCancelled: If the job was cancelled.
            JobTimeout: If the time is over; the job goes on.
            AuthError, NotFoundOrExpired: If the service no longer lets this client see the job.
        """
        self.wait(timeout, on_update=on_update)
        record = self._record
        assert record is not None
        if record.state == "succeeded":
            output = self._output_type(
                self._core, record.raw, self._kind, self.request_id, self.model_id
            )
            urls = [file.url for file in output.files]
            self._note(lambda journal: journal.finished(self.request_id, urls))
            return output
        facts: dict[str, Any] = {"request_id": self.request_id, "job": self}
        if record.state == "cancelled":
            raise JobCancelled("The job was cancelled.", **facts)
        raise JobFailed(f"The job failed: {_words_of(record.error)}", error=record.error, **facts)

    def cancel(self, timeout: float = CANCEL_TIMEOUT) -> CancelOutcome:
        """Ask the service to cancel the job, and find out what became of it.

        Only a job that still waits in the queue can be cancelled; one that runs goes on and may be charged.

        Args:
            timeout: Seconds in which the answer must be clear.

        Raises:
            JobTimeout: If it is not.
            AuthError, NotFoundOrExpired: If the service does not let this client see the job.
        """
        machine = self._machine("cancel", check_timeout(timeout))
        end = self._core.finish(machine, self.model_id, self.request_id)
        if not isinstance(end.value, CancelOutcome):
            raise self._own(end.error)
        if end.value is CancelOutcome.CANCELLED:
            self._note(lambda journal: journal.ended(self.request_id))
        return end.value

    def cost(self, wait: float = 0.0) -> float | None:
        """Ask what the job cost, in US dollars; None while the service does not say, which may be after the end.

        Args:
            wait: Seconds to go on asking while it does not say.

        Raises:
            AuthError, NotFoundOrExpired, ServiceError, ConnectionFailed: If the service does not answer, within 30 s.
        """
        end = time.monotonic() + check_timeout(wait)
        while True:
            machine = self._machine("cost", REFRESH_TIMEOUT)
            done = self._core.finish(machine, self.model_id, self.request_id)
            if not isinstance(done.value, float):
                raise self._own(done.error)
            rest = end - time.monotonic()
            if not math.isnan(done.value) or rest <= 0:
                return None if math.isnan(done.value) else done.value
            sleep(min(COST_INTERVAL, rest))

    def mark_collected(self) -> None:
        """Note in the journal, if one is kept, that nothing more is wanted of the job, so that it is not resumed.

        Saving every file of the output does the same.
        """
        self._note(lambda journal: journal.collected(self.request_id))

    @property
    def _core(self) -> Core:
        if self._core_or_none is None:
            from .defaults import default_core

            self._core_or_none = default_core(self._base_url)
        return self._core_or_none

    def _note(self, write: Callable[[Journal], None]) -> None:
        self._core.record(write, self.request_id)

    def _machine(self, goal: Any, seconds: float) -> JobMachine:
        return JobMachine(
            goal,
            deadline=time.monotonic() + seconds,
            request_id=self.request_id,
            interval=partial(self._core.tempo.interval, self.model_id),
        )

    def _own(self, error: RunComfyError | None) -> RunComfyError:
        assert error is not None
        error.job = self
        error.request_id = self.request_id
        return error

    def _facts(self) -> tuple[str, str]:
        return self.request_id, self._base_url

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Job) and self._facts() == other._facts()

    def __hash__(self) -> int:
        return hash(self._facts())

    def __reduce__(self) -> tuple[Any, ...]:
        facts = (self.request_id, self.model_id, self._kind, self._output_type, self._base_url)
        return type(self), (None, *facts)

    def __repr__(self) -> str:
        state = self.status.state if self.status is not None else "not asked yet"
        return f"{type(self).__name__}({self.request_id!r}, model_id={self.model_id!r}, {state})"


@dataclass(frozen=True, slots=True)
class Resumed:
    """What came of one job of `Jobs.resume`: an output, or an error.

    Attributes:
        job: The job.
        output: Its output, if it succeeded.
        error: Why it has none.
    """

    job: Job[MediaOutput]
    output: MediaOutput | None = None
    error: RunComfyError | None = None


class Jobs:
    """Jobs that were submitted before, by this process or another."""

    def __init__(self, core: Core) -> None:
        self._core = core

    def get(self, request_id: str, model_id: str | None = None) -> Job[MediaOutput]:
        """Return the handle of a job; sends nothing.

        Args:
            request_id: The service's id of the job.
            model_id: The model, if known; it helps to tell what kind the job's files are.

        Raises:
            NotFoundOrExpired: If ``request_id`` cannot be a request id.
        """
        text = clean_request_id(request_id)
        if text is None:
            raise NotFoundOrExpired(
                f"{request_id.strip()[:140]!r} cannot be a request id: one holds 1 to 128 letters, digits, - and _."
            )
        info = self._core.find_model(model_id) if model_id else None
        kind = info.output if info is not None else None
        return Job(self._core, text, model_id, kind, MediaOutput)

    def pending(self) -> list[Job[MediaOutput]]:
        """Return the jobs in the journal that are not collected, oldest first; empty without a journal.

        These are the jobs whose end was not seen, and those that succeeded but have files that were not saved.

        Raises:
            JournalError: If the journal cannot be read.
        """
        entries = self._entries("submitted", "finished")
        return [self.get(entry.request_id, entry.model_id) for entry in entries if entry.request_id]

    def resume(self, timeout: float | None = None, *, concurrency: int = 8) -> Iterator[Resumed]:
        """Wait for all pending jobs, such as after a crash, and yield what came of each as it ends.

        Nothing is submitted again. A job stays pending until its files are saved, or `Job.mark_collected` was
        called.

        Args:
            timeout: Seconds to wait for each; None takes the client's.
            concurrency: Jobs to wait for at a time.

        Raises:
            JournalError: If the journal cannot be read.
            ValueError: If ``concurrency`` is below 1.
        """
        if concurrency < 1:
            raise ValueError(f"concurrency is {concurrency}; give 1 or more")

        def collect(job: Job[MediaOutput]) -> Resumed:
            try:
                return Resumed(job, output=job.result(timeout))
            except RunComfyError as error:
                return Resumed(job, error=error)

        for resumed in each(collect, self.pending(), concurrency, False):
            yield resumed

    def unknown(self) -> list[JournalEntry]:
        """Return the submits in the journal that may or may not have made a job; none is ever sent again by itself.

        Raises:
            JournalError: If the journal cannot be read.
        """
        return self._entries("intent", "unknown")

    def _entries(self, *states: str) -> list[JournalEntry]:
        if self._core.journal is None:
            return []
        base_url = self._core.config.base_url
        entries = blocking(self._core.journal.entries)
        return [entry for entry in entries if entry.state in states and entry.base_url == base_url]


def _words_of(error: object) -> str:
    """Return the service's ``error`` value, of any shape, as a line of text."""
    if isinstance(error, str) and error.strip():
        text = " ".join(error.split())
    elif error is None or error == "":
        return "the service gives no reason."
    else:
        text = json.dumps(error, ensure_ascii=False, default=str)
    return text if len(text) <= 500 else f"{text[:499]}…"


class Sending(Generic[OutputT]):
    """What is known of a submit on its way; filled in as it becomes known, whatever interrupts the caller."""

    def __init__(self) -> None:
        self.job: Job[OutputT] | None = None
        self.failure: RunComfyError | None = None
