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
