"""Typed clients for RunComfy's hosted models. Written by runcomfy-codegen; nothing is loaded before it is used."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from ._async_client import AsyncRunComfy
    from ._client import RunComfy
    from ._runtime import (
        UNSET,
        AsyncFileOutput,
        AsyncJob,
        AsyncJobs,
        AsyncMediaOutput,
        AsyncObjectStoreUploader,
        AsyncOutcome,
        AsyncRequest,
        AsyncResumed,
        AsyncUploader,
        AuthError,
        Balance,
        CancelOutcome,
        ClientClosed,
        ConnectionFailed,
        DownloadFailed,
        DownloadProgress,
        Event,
        Fault,
        FileInput,
        FileOutput,
        InsufficientBalance,
        InvalidInput,
        Job,
        JobCancelled,
        JobFailed,
        JobState,
        JobStatus,
        JobTimeout,
        Jobs,
        Journal,
        JournalEntry,
        JournalError,
        MapProgress,
        MediaKind,
        MediaOutput,
        ModelNotFound,
        NotFoundOrExpired,
        ObjectStoreUploader,
        Options,
        Outcome,
        OutputMissing,
        Preview,
        RateLimited,
        Request,
        Resumed,
        RunComfyError,
        ServiceError,
        SubmitUnknown,
        Unset,
        UploadFailed,
        Uploader,
        ValidateMode,
    )

__all__ = [
    "UNSET",
    "AsyncFileOutput",
    "AsyncJob",
    "AsyncJobs",
    "AsyncMediaOutput",
    "AsyncObjectStoreUploader",
    "AsyncOutcome",
    "AsyncRequest",
    "AsyncResumed",
    "AsyncRunComfy",
    "AsyncUploader",
    "AuthError",
    "Balance",
    "CancelOutcome",
    "ClientClosed",
    "ConnectionFailed",
    "DownloadFailed",
    "DownloadProgress",
    "Event",
    "Fault",
    "FileInput",
    "FileOutput",
    "InsufficientBalance",
    "InvalidInput",
    "Job",
    "JobCancelled",
    "JobFailed",
    "JobState",
    "JobStatus",
    "JobTimeout",
    "Jobs",
    "Journal",
    "JournalEntry",
    "JournalError",
    "MapProgress",
    "MediaKind",
    "MediaOutput",
    "ModelNotFound",
    "NotFoundOrExpired",
    "ObjectStoreUploader",
    "Options",
    "Outcome",
    "OutputMissing",
    "Preview",
    "RateLimited",
    "Request",
    "Resumed",
    "RunComfy",
    "RunComfyError",
    "ServiceError",
    "SubmitUnknown",
    "Unset",
    "UploadFailed",
    "Uploader",
    "ValidateMode",
]


def __getattr__(name: str) -> object:
    value: object
    if name == "RunComfy":
        from . import _client

        value = _client.RunComfy
    elif name == "AsyncRunComfy":
        from . import _async_client

        value = _async_client.AsyncRunComfy
    elif name in __all__:
        from . import _runtime

        value = getattr(_runtime, name)
    else:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__} - {"TYPE_CHECKING"})
