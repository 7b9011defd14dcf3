"""The client: base of the generated one, and complete in itself for models by id."""

from __future__ import annotations

import os
import re
import time
from collections.abc import AsyncGenerator, Callable, Collection, Iterable
from types import TracebackType
from typing import TYPE_CHECKING, Any, NoReturn, Self, TypeVar

from ..config import Config
from ..errors import ModelNotFound
from ..events import Hook
from ..journal import Journal
from ..machine import JobMachine
from ..models import ModelInfo
from ..names import missing_attribute
from ..options import DEFAULT_TIMEOUT, ValidateMode, check_timeout
from ..progress import MapProgress
from ..states import Balance
from ..uploads import AsyncAnyUploader
from .core import AsyncCore
from .endpoint import AsyncModel
from .files import AsyncMediaOutput
from .job import REFRESH_TIMEOUT, AsyncJobs
from .mapping import AsyncOutcome, run_many
from .platform import Items
from .request import AsyncRequest

if TYPE_CHECKING:
    import httpx

__all__ = ["AsyncClient"]

_SEGMENT = r"[A-Za-z0-9_.-]([A-Za-z0-9_. -]*[A-Za-z0-9_.-])?"
_MODEL_ID = re.compile(rf"{_SEGMENT}(/{_SEGMENT})+")
OutputT = TypeVar("OutputT", bound=AsyncMediaOutput)


class AsyncClient:
    """Runs jobs on RunComfy's hosted models.

    Making one sends nothing and needs no token yet. One client serves a whole program: any number of threads and event
    loops, and processes forked from it, each with its own connections.

    Attributes:
        core: What the handles share; of use to generated code only.
        jobs: Jobs that were submitted before.
    """

    def __init__(
        self,
        token: str | None = None,
        *,
        base_url: str | None = None,
        timeout: float = DEFAULT_TIMEOUT,
        validate: ValidateMode = "strict",
        journal: str | os.PathLike[str] | Journal | None = None,
        uploader: AsyncAnyUploader | None = None,
        download_hosts: Iterable[str] = (),
        transport: httpx.AsyncBaseTransport | None = None,
        on_event: Hook | None = None,
    ) -> None:
        """Make a client.

        Args:
            token: API token; else ``RUNCOMFY_TOKEN``, ``RUNCOMFY_API_TOKEN``, ``RUNCOMFY_API_KEY``, then the
                official CLI's ``token.json`` are looked at when it is first needed.
            base_url: Root of the service, with or without ``/v1``; else ``RUNCOMFY_MODEL_API_BASE``, then the
                public one.
            timeout: Seconds that submitting and waiting for a job may take.
            validate: ``"strict"`` refuses faulty input before it is sent, ``"warn"`` warns, ``"off"`` does not look.
            journal: File (or `Journal`) that records paid submits, so that a crash loses none; None keeps no record.
            uploader: Where local media go, such as an `AsyncObjectStoreUploader`; None puts them into the request.
            download_hosts: Hosts that files may come from besides the service's own, such as ``"*.example.com"``.
            transport: An httpx transport to send through.
            on_event: Called with each `Event`.

        Raises:
            ValueError: If the base URL, the timeout or a host is malformed.
            AuthError: If ``token`` is given and cannot be a token.
        """
        self.core: AsyncCore = AsyncCore(
            Config.load(token, base_url, download_hosts),
            mounted=transport,
            journal=journal if isinstance(journal, Journal | None) else Journal(journal),
            on_event=on_event,
            timeout=check_timeout(timeout),
            validate=validate,
            uploader=uploader,
            find_model=self._find_model,
            model_ids=self._model_ids,
        )
        self.jobs: AsyncJobs = AsyncJobs(self.core)

    def model(self, model_id: str) -> AsyncModel:
        """Return a model by its id; one that this release does not know takes any input.

        Raises:
            ModelNotFound: If ``model_id`` cannot be a model id.
        """
        text = model_id.strip().strip("/")
        if not _MODEL_ID.fullmatch(text) or {".", ".."} & set(text.split("/")):
            raise ModelNotFound(
                f"{model_id!r} cannot be a model id; one looks like 'vendor/model'."
            )
        return AsyncModel(self.core, self._find_model(text) or ModelInfo(text))

    def map(
        self,
        requests: Items[AsyncRequest[OutputT]],
        *,
        concurrency: int = 8,
        ordered: bool = True,
        on_progress: Callable[[MapProgress], object] | None = None,
    ) -> AsyncGenerator[AsyncOutcome[OutputT]]:
        """Run many requests, at most ``concurrency`` at a time, and yield what came of each.

        A request that fails harms no other. Requests are taken from ``requests`` only as places become free, so that
        a generator may make a hundred thousand of them. When the service asks one to slow down (HTTP 429), all do, and
        a refused submit is sent again as long as its time lasts. An error that ``requests`` raises is raised when the
        requests taken before it are done.

        Leaving the iteration early, Ctrl-C and task cancellation cancel the jobs under way as `run` does; notes on the
        exception say what became of each. Close the iterator (``contextlib.aclosing``) to have that done when you
        leave it by ``break``.

        Args:
            requests: What ``prepare`` returned.
            concurrency: Jobs at a time.
            ordered: Yield in the order given, holding back up to eight results per place; False yields each as it ends.
            on_progress: Called before each outcome is yielded.

        Raises:
            ValueError: If ``concurrency`` is below 1.
        """
        if concurrency < 1:
            raise ValueError(f"concurrency is {concurrency}; give 1 or more")
        return run_many(self.core, requests, concurrency, ordered, on_progress)

    async def balance(self) -> Balance:
        """Ask what is left in the account's wallet.

        Raises:
            AuthError, ServiceError, ConnectionFailed: If the service does not tell, within 30 s.
        """
        machine = JobMachine("balance", deadline=time.monotonic() + REFRESH_TIMEOUT)
        end = await self.core.finish(machine)
        if not isinstance(end.value, Balance):
            assert end.error is not None
            raise end.error
        return end.value

    async def close(self) -> None:
        """Close all connections. The client, its jobs and its files can send nothing any more."""
        await self.core.close()

    def _find_model(self, model_id: str) -> ModelInfo | None:  # noqa: ARG002 - for subclasses
        """Return what is known about a model; generated clients look into their catalogue."""
        return None

    def _model_ids(self) -> Collection[str]:
        """Return the known model ids; generated clients return their catalogue's."""
        return ()

    if not TYPE_CHECKING:

        def __getattr__(self, name: str) -> Any:
            raise missing_attribute(self, name)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        await self.close()

    def __reduce__(self) -> NoReturn:
        raise TypeError("a client is not pickled; make one where it is used, or pickle a job")

    def __repr__(self) -> str:
        return f"{type(self).__name__}(base_url={self.core.config.base_url!r})"
