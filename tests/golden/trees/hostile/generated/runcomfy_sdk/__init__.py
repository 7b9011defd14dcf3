"""Typed clients for RunComfy's hosted models. Written by runcomfy-codegen; nothing is loaded before it is used."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ._client import AsyncRunComfy, RunComfy
    from ._runtime import (
        UNSET,
        AsyncFileOutput,
        AsyncJob,
        AsyncMediaOutput,
        AsyncRequest,
        AuthError,
        CancelOutcome,
        ConnectionFailed,
        DownloadFailed,
        Fault,
        FileInput,
        FileOutput,
        InsufficientBalance,
        InvalidInput,
        Job,
        JobCancelled,
        JobFailed,
        JobStatus,
        JobTimeout,
        MediaOutput,
        ModelNotFound,
        NotFoundOrExpired,
        Options,
        RateLimited,
        Request,
        RunComfyError,
        ServiceError,
        SubmitUnknown,
        Unset,
    )

__all__ = [
    "UNSET",
    "AsyncFileOutput",
    "AsyncJob",
    "AsyncMediaOutput",
    "AsyncRequest",
    "AsyncRunComfy",
    "AuthError",
    "CancelOutcome",
    "ConnectionFailed",
    "DownloadFailed",
    "Fault",
    "FileInput",
    "FileOutput",
    "InsufficientBalance",
    "InvalidInput",
    "Job",
    "JobCancelled",
    "JobFailed",
    "JobStatus",
    "JobTimeout",
    "MediaOutput",
    "ModelNotFound",
    "NotFoundOrExpired",
    "Options",
    "RateLimited",
    "Request",
    "RunComfy",
    "RunComfyError",
    "ServiceError",
    "SubmitUnknown",
    "Unset",
]


def __getattr__(name: str) -> object:
    value: object
    if name in ("AsyncRunComfy", "RunComfy"):
        from . import _client

        value = getattr(_client, name)
    elif name in __all__:
        from . import _runtime

        value = getattr(_runtime, name)
    else:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
