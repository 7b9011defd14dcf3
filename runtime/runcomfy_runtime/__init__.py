"""Job lifecycle of RunComfy's hosted models: clients, jobs, files and errors.

Every name is loaded when it is first used; importing the package loads neither httpx nor pydantic.
"""

from __future__ import annotations

from importlib import import_module

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from ._async.client import AsyncClient
    from ._async.endpoint import AsyncEndpoint, AsyncModel, AsyncNamespace
    from ._async.files import AsyncFileOutput, AsyncMediaOutput
    from ._async.job import AsyncJob, AsyncJobs, AsyncResumed
    from ._async.mapping import AsyncOutcome
    from ._async.request import AsyncRequest
    from ._async.uploads import AsyncObjectStoreUploader
    from ._sync.client import Client
    from ._sync.endpoint import Endpoint, Model, Namespace
    from ._sync.files import FileOutput, MediaOutput
    from ._sync.job import Job, Jobs, Resumed
    from ._sync.mapping import Outcome
    from ._sync.request import Request
    from ._sync.uploads import ObjectStoreUploader
    from .display import Preview
    from .errors import (
        AuthError,
        ClientClosed,
        ConnectionFailed,
        DownloadFailed,
        Fault,
        InsufficientBalance,
        InvalidInput,
        JobCancelled,
        JobFailed,
        JobTimeout,
        JournalError,
        ModelNotFound,
        NotFoundOrExpired,
        OutputMissing,
        RateLimited,
        RunComfyError,
        ServiceError,
        SubmitUnknown,
        UploadFailed,
    )
    from .events import Event
    from .inputs import InputModel
    from .journal import Journal, JournalEntry
    from .media import FileInput, LocalMedia
    from .models import MediaKind, ModelInfo
    from .options import UNSET, Options, Unset, ValidateMode
    from .outputs import DownloadProgress
    from .progress import MapProgress
    from .states import Balance, CancelOutcome, JobState, JobStatus
    from .uploads import AsyncUploader, Uploader

__all__ = [
    "UNSET",
    "AsyncClient",
    "AsyncEndpoint",
    "AsyncFileOutput",
    "AsyncJob",
    "AsyncJobs",
    "AsyncMediaOutput",
    "AsyncModel",
    "AsyncNamespace",
    "AsyncObjectStoreUploader",
    "AsyncOutcome",
    "AsyncRequest",
    "AsyncResumed",
    "AsyncUploader",
    "AuthError",
    "Balance",
    "CancelOutcome",
    "Client",
    "ClientClosed",
    "ConnectionFailed",
    "DownloadFailed",
    "DownloadProgress",
    "Endpoint",
    "Event",
    "Fault",
    "FileInput",
    "FileOutput",
    "InputModel",
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
    "LocalMedia",
    "MapProgress",
    "MediaKind",
    "MediaOutput",
    "Model",
    "ModelInfo",
    "ModelNotFound",
    "Namespace",
    "NotFoundOrExpired",
    "ObjectStoreUploader",
    "Options",
    "Outcome",
    "OutputMissing",
    "Preview",
    "RateLimited",
    "Request",
    "Resumed",
    "RunComfyError",
    "ServiceError",
    "SubmitUnknown",
    "Unset",
    "UploadFailed",
    "Uploader",
    "ValidateMode",
]

_ORIGINS = {
    "client": ("Client",),
    "endpoint": ("Endpoint", "Model", "Namespace"),
    "files": ("FileOutput", "MediaOutput"),
    "job": ("Job", "Jobs", "Resumed"),
    "mapping": ("Outcome",),
    "request": ("Request",),
    "uploads": ("ObjectStoreUploader",),
}
_PURE = {
    "display": ("Preview",),
    "events": ("Event",),
    "inputs": ("InputModel",),
    "journal": ("Journal", "JournalEntry"),
    "media": ("FileInput", "LocalMedia"),
    "models": ("MediaKind", "ModelInfo"),
    "options": ("UNSET", "Options", "Unset", "ValidateMode"),
    "outputs": ("DownloadProgress",),
    "progress": ("MapProgress",),
    "states": ("Balance", "CancelOutcome", "JobState", "JobStatus"),
    "uploads": ("AsyncUploader", "Uploader"),
}
_MODULES: dict[str, str] = {
    **{name: f"._sync.{module}" for module, names in _ORIGINS.items() for name in names},
    **{f"Async{name}": f"._async.{module}" for module, names in _ORIGINS.items() for name in names},
    **{name: f".{module}" for module, names in _PURE.items() for name in names},
}


def __getattr__(name: str) -> Any:
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = getattr(import_module(_MODULES.get(name, ".errors"), __name__), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return __all__
