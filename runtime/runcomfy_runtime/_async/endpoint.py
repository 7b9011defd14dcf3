"""Base classes of the generated attribute tree: namespaces and models."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, ClassVar

from ..models import ModelInfo
from ..names import missing_attribute
from ..options import Options
from .files import AsyncMediaOutput
from .job import AsyncJob
from .request import AsyncRequest

if TYPE_CHECKING:
    from .client import AsyncClient
    from .core import AsyncCore

__all__ = ["AsyncEndpoint", "AsyncModel", "AsyncNamespace"]


class _AsyncNode:
    """One node of the attribute tree."""

    def __init__(self, client: AsyncClient) -> None:
        self._client = client

    if not TYPE_CHECKING:

        def __getattr__(self, name: str) -> Any:
            raise missing_attribute(self, name)


class AsyncNamespace(_AsyncNode):
    """A node that only holds others."""


class AsyncEndpoint(_AsyncNode):
    """A node that is a model; generated classes add typed ``run``, ``submit`` and ``prepare``."""

    model: ClassVar[ModelInfo]

    async def _run(self, fields: Mapping[str, Any], options: Options | None) -> AsyncMediaOutput:
        return await self._client.core.run_model(self.model, fields, options)

    async def _submit(
        self, fields: Mapping[str, Any], options: Options | None
    ) -> AsyncJob[AsyncMediaOutput]:
        return await self._client.core.submit_model(self.model, fields, options)

    def _prepare(
        self, fields: Mapping[str, Any], options: Options | None
    ) -> AsyncRequest[AsyncMediaOutput]:
        return self._client.core.prepare(self.model, fields, options)


class AsyncModel:
    """The untyped door to a model by its id, such as one that is newer than this release.

    Attributes:
        info: What is known about the model.
    """

    def __init__(self, core: AsyncCore, info: ModelInfo) -> None:
        self._core = core
        self.info = info

    async def run(
        self, fields: Mapping[str, Any], *, options: Options | None = None
    ) -> AsyncMediaOutput:
        """Submit the job and wait for its output; see `AsyncRequest.run` for the errors."""
        return await self._core.run_model(self.info, fields, options)

    async def submit(
        self, fields: Mapping[str, Any], *, options: Options | None = None
    ) -> AsyncJob[AsyncMediaOutput]:
        """Submit the job and return its handle; see `AsyncRequest.submit` for the errors."""
        return await self._core.submit_model(self.info, fields, options)

    def prepare(
        self, fields: Mapping[str, Any], *, options: Options | None = None
    ) -> AsyncRequest[AsyncMediaOutput]:
        """Return the validated request without sending it.

        Raises:
            InvalidInput: If the fields do not fit the model.
        """
        return self._core.prepare(self.info, fields, options)

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.info.id!r})"
