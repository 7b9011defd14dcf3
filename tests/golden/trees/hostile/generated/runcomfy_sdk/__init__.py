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
        AsyncObjectStoreUploader,
        AsyncRequest,
        AsyncUploader,
        AuthError,
        CancelOutcome,
        ConnectionFailed,
        DownloadFailed,
        DownloadProgress,
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
        ObjectStoreUploader,
        Options,
        RateLimited,
        Request,
        RunComfyError,
        ServiceError,
        SubmitUnknown,
        Unset,
        UploadFailed,
        Uploader,
    )

__all__ = [
    "UNSET",
    "AsyncFileOutput",
    "AsyncJob",
    "AsyncMediaOutput",
    "AsyncObjectStoreUploader",
    "AsyncRequest",
    "AsyncRunComfy",
    "AsyncUploader",
    "AuthError",
    "CancelOutcome",
    "ConnectionFailed",
    "DownloadFailed",
    "DownloadProgress",
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
    "ObjectStoreUploader",
    "Options",
    "RateLimited",
    "Request",
    "RunComfy",
    "RunComfyError",
    "ServiceError",
    "SubmitUnknown",
    "Unset",
    "UploadFailed",
    "Uploader",
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
