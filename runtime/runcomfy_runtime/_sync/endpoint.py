# Emitted from _async/endpoint.py by "python -m runcomfy_codegen.twin"; edit that file instead.
# ruff: noqa
"""Base classes of the generated attribute tree: namespaces and models."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, ClassVar

from ..models import ModelInfo
from ..names import missing_attribute
from ..options import Options
from .files import MediaOutput
from .job import Job
from .request import Request

if TYPE_CHECKING:
    from .client import Client
    from .core import Core

__all__ = ["Endpoint", "Model", "Namespace"]


class _AsyncNode:
    """One node of the attribute tree."""

    def __init__(self, client: Client) -> None:
        self._client = client

    if not TYPE_CHECKING:

        def __getattr__(self, name: str) -> Any:
            raise missing_attribute(self, name)


class Namespace(_AsyncNode):
    """A node that only holds others."""


class Endpoint(_AsyncNode):
    """A node that is a model; generated classes add typed ``run``, ``submit`` and ``prepare``."""

    model: ClassVar[ModelInfo]

    def _run(self, fields: Mapping[str, Any], options: Options | None) -> MediaOutput:
        return self._client.core.run_model(self.model, fields, options)

    def _submit(self, fields: Mapping[str, Any], options: Options | None) -> Job[MediaOutput]:
        return self._client.core.submit_model(self.model, fields, options)

    def _prepare(self, fields: Mapping[str, Any], options: Options | None) -> Request[MediaOutput]:
        return self._client.core.prepare(self.model, fields, options)


class Model:
    """The untyped door to a model by its id, such as one that is newer than this release.

    Attributes:
        info: What is known about the model.
    """

    def __init__(self, core: Core, info: ModelInfo) -> None:
        self._core = core
        self.info = info

    def run(self, fields: Mapping[str, Any], *, options: Options | None = None) -> MediaOutput:
        """Submit the job and wait for its output; see `Request.run` for the errors."""
        return self._core.run_model(self.info, fields, options)

    def submit(
        self, fields: Mapping[str, Any], *, options: Options | None = None
    ) -> Job[MediaOutput]:
        """Submit the job and return its handle; see `Request.submit` for the errors."""
        return self._core.submit_model(self.info, fields, options)

    def prepare(
        self, fields: Mapping[str, Any], *, options: Options | None = None
    ) -> Request[MediaOutput]:
        """Return the validated request without sending it.

        Raises:
            InvalidInput: If the fields do not fit the model.
        """
        return self._core.prepare(self.info, fields, options)

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.info.id!r})"
