"""Exit codes of the command line, and which error leads to which.

The numbers follow the official CLI's use of `sysexits`, refined: failed, cancelled, unknown and interrupted differ, so
that a script can tell "try again" (75) from "look first, it may have been charged" (74).
"""

from __future__ import annotations

import enum

__all__ = ["CliError", "ExitCode", "exit_code_of"]


class ExitCode(enum.IntEnum):
    """Status that the process ends with."""

    OK = 0
    INTERNAL = 1
    USAGE = 64
    BAD_INPUT = 65
    NO_FILE = 66
    SERVICE = 69
    JOB_FAILED = 70
    CANNOT_WRITE = 73
    SUBMIT_UNKNOWN = 74
    RETRY_LATER = 75
    AUTH = 77
    CANCELLED = 79
    INTERRUPTED = 130


class CliError(Exception):
    """A failure with its message for people and its exit code."""

    def __init__(self, message: str, code: ExitCode) -> None:
        super().__init__(message)
        self.message = message
        self.code = code


_BY_ERROR = {
    "InvalidInput": ExitCode.BAD_INPUT,
    "ModelNotFound": ExitCode.BAD_INPUT,
    "NotFoundOrExpired": ExitCode.BAD_INPUT,
    "OutputMissing": ExitCode.JOB_FAILED,
    "JobFailed": ExitCode.JOB_FAILED,
    "JobCancelled": ExitCode.CANCELLED,
    "JobTimeout": ExitCode.RETRY_LATER,
    "RateLimited": ExitCode.RETRY_LATER,
    "SubmitUnknown": ExitCode.SUBMIT_UNKNOWN,
    "AuthError": ExitCode.AUTH,
    "InsufficientBalance": ExitCode.AUTH,
    "JournalError": ExitCode.CANNOT_WRITE,
    "ClientClosed": ExitCode.INTERNAL,
    "DownloadFailed": ExitCode.SERVICE,
    "ServiceError": ExitCode.SERVICE,
    "UploadFailed": ExitCode.SERVICE,
    "ConnectionFailed": ExitCode.SERVICE,
    "BatchNotFound": ExitCode.NO_FILE,
    "StoreFull": ExitCode.CANNOT_WRITE,
    "StoreFailed": ExitCode.SERVICE,
    "BatchError": ExitCode.BAD_INPUT,
    "RunComfyError": ExitCode.SERVICE,
}


def exit_code_of(error: BaseException) -> ExitCode:
    """Return the exit code for ``error``; the nearest class of its ancestry that the table knows decides."""
    if isinstance(error, CliError):
        return error.code
    if isinstance(error, KeyboardInterrupt):
        return ExitCode.INTERRUPTED
    if isinstance(error, FileNotFoundError):
        return ExitCode.NO_FILE
    if isinstance(error, OSError):
        return ExitCode.CANNOT_WRITE
    if getattr(error, "cannot_write", False):
        return ExitCode.CANNOT_WRITE
    for ancestor in type(error).__mro__:
        if ancestor.__name__ in _BY_ERROR:
            return _BY_ERROR[ancestor.__name__]
    return ExitCode.INTERNAL
