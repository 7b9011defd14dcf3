# ruff: noqa: N818
"""Every error of the runtime: one tree under `RunComfyError`.

Each error keeps what is needed to act on it (request id, HTTP status, the service's code and words, the job) and
survives pickling. None ever holds the token or an HTTP client's own exception, whose request would carry it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, TypeVar

from .states import CancelOutcome

__all__ = [
    "AuthError",
    "ClientClosed",
    "ConnectionFailed",
    "DownloadFailed",
    "Fault",
    "InsufficientBalance",
    "InvalidInput",
    "JobCancelled",
    "JobFailed",
    "JobTimeout",
    "JournalError",
    "ModelNotFound",
    "NotFoundOrExpired",
    "OutputMissing",
    "RateLimited",
    "RunComfyError",
    "ServiceError",
    "SubmitUnknown",
    "UploadFailed",
]

_E = TypeVar("_E", bound="RunComfyError")


class RunComfyError(Exception):
    """Base of all errors of the runtime.

    Attributes:
        message: What happened, where, and what to do.
        request_id: The service's id of the job, if one is known.
        http_status: HTTP status of the reply, if there was one.
        code: The service's own error code, such as 400004.
        server_message: The service's own words.
        job: The job concerned (`Job` or `AsyncJob`), if there is one; use it to go on waiting.
    """

    def __init__(
        self,
        message: str,
        *,
        request_id: str | None = None,
        http_status: int | None = None,
        code: int | None = None,
        server_message: str | None = None,
        job: Any = None,
    ) -> None:
        super().__init__(message)
        self.message = message
        self.request_id = request_id
        self.http_status = http_status
        self.code = code
        self.server_message = server_message
        self.job: Any = job

    def __str__(self) -> str:
        facts = [
            f"{label} {value}"
            for label, value in (
                ("HTTP", self.http_status),
                ("code", self.code),
                ("request", self.request_id),
            )
            if value is not None
        ]
        said = f' The service says: "{self.server_message}".' if self.server_message else ""
        listed = f" ({', '.join(facts)})" if facts else ""
        return f"{self.message}{said}{listed}"

    def __reduce__(self) -> tuple[Any, ...]:
        return _rebuild, (type(self), self.message, dict(self.__dict__))


def _rebuild(cls: type[_E], message: str, state: dict[str, Any]) -> _E:
    error = cls.__new__(cls, message)
    Exception.__init__(error, message)
    error.__dict__.update(state)
    return error


@dataclass(frozen=True, slots=True)
class Fault:
    """One fault of an input.

    Attributes:
        path: JSON pointer to the faulty value, in the service's own names, such as ``/loras/0/scale``.
        message: What is wrong and what is allowed.
        value_repr: The value that was given, shortened; empty when it is missing.
    """

    path: str
    message: str
    value_repr: str = ""

    def __str__(self) -> str:
        given = f" (given: {self.value_repr})" if self.value_repr else ""
        return f"{self.path or '/'}: {self.message}{given}"


class InvalidInput(RunComfyError):
    """The input does not fit the model; nothing was charged.

    Attributes:
        faults: All faults found, each with its path.
    """

    def __init__(self, message: str, faults: Sequence[Fault] = (), **facts: Any) -> None:
        super().__init__(message, **facts)
        self.faults: tuple[Fault, ...] = tuple(faults)

    def __str__(self) -> str:
        return "\n".join([super().__str__(), *(f"  {fault}" for fault in self.faults)])


class SubmitUnknown(RunComfyError):
    """A submit left, and whether it arrived cannot be known; it is never repeated by the runtime.

    Attributes:
        may_have_charged: Always True: the job may exist, run and be charged.
        model_id: The model.
        submitted_at: When the submit was sent, seconds since the epoch.
        payload_sha256: Hash of the request body, to recognise it again.
        journal_entry: Id of the journal's entry for this submit, if a journal is kept.
    """

    may_have_charged: Literal[True] = True

    def __init__(
        self,
        message: str,
        *,
        model_id: str = "",
        submitted_at: float = 0.0,
        payload_sha256: str = "",
        journal_entry: str | None = None,
        **facts: Any,
    ) -> None:
        super().__init__(message, **facts)
        self.model_id = model_id
        self.submitted_at = submitted_at
        self.payload_sha256 = payload_sha256
        self.journal_entry = journal_entry


class JobFailed(RunComfyError):
    """The job ran and failed.

    Attributes:
        error: The service's ``error`` value as it came (text, object or list).
    """

    def __init__(self, message: str, *, error: Any = None, **facts: Any) -> None:
        super().__init__(message, **facts)
        self.error: Any = error


class JobCancelled(RunComfyError):
    """The job was cancelled, by this client or another."""


class JobTimeout(RunComfyError):
    """The time given for the wait is over; ``.job`` can be waited for again.

    Attributes:
        outcome: What became of the cancellation that ``run`` asked for; None if it asked for none or got no answer.
    """

    def __init__(self, message: str, *, outcome: CancelOutcome | None = None, **facts: Any) -> None:
        super().__init__(message, **facts)
        self.outcome = outcome


class AuthError(RunComfyError):
    """The token is missing, malformed, refused, or may not see what was asked for."""


class InsufficientBalance(RunComfyError):
    """The account has no balance left for this job."""


class ModelNotFound(RunComfyError):
    """The service does not know the model id."""


class NotFoundOrExpired(RunComfyError):
    """The service does not know the request id, or no longer keeps its result."""


class RateLimited(RunComfyError):
    """The service asked to slow down, more often than the runtime waits.

    Attributes:
        retry_after: Seconds the service asked to wait, if it said so.
    """

    def __init__(self, message: str, *, retry_after: float | None = None, **facts: Any) -> None:
        super().__init__(message, **facts)
        self.retry_after = retry_after


class ServiceError(RunComfyError):
    """The service failed, or answered in a way this release cannot read."""


class ConnectionFailed(RunComfyError):
    """The service could not be reached; nothing was sent."""


class ClientClosed(RunComfyError):
    """The client was closed before; nothing was sent."""


class UploadFailed(RunComfyError):
    """A local medium could not be uploaded; nothing was submitted or charged.

    Attributes:
        path: JSON pointer to the medium's field, such as ``/image_url``.
    """

    def __init__(self, message: str, *, path: str = "", **facts: Any) -> None:
        super().__init__(message, **facts)
        self.path = path


class DownloadFailed(RunComfyError):
    """A file of a finished job could not be saved; the job itself is not affected, do not run it again.

    Attributes:
        url: The file's address, without the query, which may hold a signature.
        cannot_write: True if the file came but could not be stored here (disk full, no permission, name taken).
        expired: True if the host no longer has the file, or no longer gives it (HTTP 403, 404, 410).
        retryable: True if another try may bring it.
        failures: The single failures, if several files were to be saved.
        saved: The files that were saved nevertheless.
    """

    def __init__(
        self,
        message: str,
        *,
        url: str = "",
        cannot_write: bool = False,
        expired: bool = False,
        retryable: bool = False,
        failures: Sequence[DownloadFailed] = (),
        saved: Sequence[Path] = (),
        **facts: Any,
    ) -> None:
        super().__init__(message, **facts)
        self.url = url
        self.cannot_write = cannot_write
        self.expired = expired
        self.retryable = retryable
        self.failures: tuple[DownloadFailed, ...] = tuple(failures)
        self.saved: tuple[Path, ...] = tuple(saved)


class OutputMissing(RunComfyError):
    """The job succeeded without the kind of output that was asked for."""


class JournalError(RunComfyError):
    """The journal cannot be written or read; nothing was sent."""
