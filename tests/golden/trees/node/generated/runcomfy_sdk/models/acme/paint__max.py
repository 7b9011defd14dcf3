"""Paint Max.

Model ``acme/paint/max``, written by runcomfy-codegen from its API page.
"""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Final

from ..._runtime import (
    UNSET,
    AsyncEndpoint,
    AsyncJob,
    AsyncMediaOutput,
    AsyncRequest,
    Endpoint,
    InputModel,
    Job,
    MediaOutput,
    ModelInfo,
    Options,
    Request,
    Unset,
)

if TYPE_CHECKING:
    from .. import acme as _package_
    from . import paint__max__edit as _paint__max__edit

__all__ = [
    "AsyncPaintMax",
    "PaintMax",
    "PaintMaxInput",
]


class PaintMaxInput(InputModel):
    """The input of ``acme/paint/max``, as it is sent."""

    prompt: str
    seed: int | None = None


MODEL: Final = ModelInfo(
    id="acme/paint/max",
    title="Paint Max",
    input=PaintMaxInput,
    media={},
    output=None,
    validations={},
)


class PaintMax(Endpoint):
    """Paint Max.

    Model ``acme/paint/max``, text-to-media.

    Paints what it is told.
    """

    model = MODEL

    @cached_property
    def edit(self) -> _paint__max__edit.PaintMaxEdit:
        """Paint Max Edit, ``acme/paint/max/edit``."""
        from .paint__max__edit import PaintMaxEdit

        return PaintMaxEdit(self._client)

    @cached_property
    def run_(self) -> _package_.AcmePaintMaxRunNamespace:
        """Models below ``acme.paint.max.run_``."""
        from . import AcmePaintMaxRunNamespace

        return AcmePaintMaxRunNamespace(self._client)

    def run(
        self,
        *,
        prompt: str,
        seed: int | Unset = UNSET,
        options: Options | None = None,
    ) -> MediaOutput:
        """Run one job and wait for its output.

        Args:
            prompt: Prompt.
            seed: Seed. The service's default is 0.
            options: Settings of this one call, such as its timeout.

        Returns:
            The output's files (files) and the raw output.

        Raises:
            InvalidInput: The input breaks the model's schema; nothing was sent.
            SubmitUnknown: The job may have been created and charged, and its id is not known.
            JobFailed: The job ended without output.
            JobTimeout: The job was not done in time; it was cancelled if it was still queued.
        """
        return self._run(
            {
                "prompt": prompt,
                "seed": seed,
            },
            options,
        )

    def submit(
        self,
        *,
        prompt: str,
        seed: int | Unset = UNSET,
        options: Options | None = None,
    ) -> Job[MediaOutput]:
        """Submit one job and return its handle at once. The arguments are those of :meth:`run`."""
        return self._submit(
            {
                "prompt": prompt,
                "seed": seed,
            },
            options,
        )

    def prepare(
        self,
        *,
        prompt: str,
        seed: int | Unset = UNSET,
        options: Options | None = None,
    ) -> Request[MediaOutput]:
        """Validate the input and return it as a request that is not sent. The arguments are those of :meth:`run`."""
        return self._prepare(
            {
                "prompt": prompt,
                "seed": seed,
            },
            options,
        )


class AsyncPaintMax(AsyncEndpoint):
    """Paint Max.

    Model ``acme/paint/max``, text-to-media.

    Paints what it is told.
    """

    model = MODEL

    @cached_property
    def edit(self) -> _paint__max__edit.AsyncPaintMaxEdit:
        """Paint Max Edit, ``acme/paint/max/edit``."""
        from .paint__max__edit import AsyncPaintMaxEdit

        return AsyncPaintMaxEdit(self._client)

    @cached_property
    def run_(self) -> _package_.AsyncAcmePaintMaxRunNamespace:
        """Models below ``acme.paint.max.run_``."""
        from . import AsyncAcmePaintMaxRunNamespace

        return AsyncAcmePaintMaxRunNamespace(self._client)

    async def run(
        self,
        *,
        prompt: str,
        seed: int | Unset = UNSET,
        options: Options | None = None,
    ) -> AsyncMediaOutput:
        """Run one job and wait for its output.

        Args:
            prompt: Prompt.
            seed: Seed. The service's default is 0.
            options: Settings of this one call, such as its timeout.

        Returns:
            The output's files (files) and the raw output.

        Raises:
            InvalidInput: The input breaks the model's schema; nothing was sent.
            SubmitUnknown: The job may have been created and charged, and its id is not known.
            JobFailed: The job ended without output.
            JobTimeout: The job was not done in time; it was cancelled if it was still queued.
        """
        return await self._run(
            {
                "prompt": prompt,
                "seed": seed,
            },
            options,
        )

    async def submit(
        self,
        *,
        prompt: str,
        seed: int | Unset = UNSET,
        options: Options | None = None,
    ) -> AsyncJob[AsyncMediaOutput]:
        """Submit one job and return its handle at once. The arguments are those of :meth:`run`."""
        return await self._submit(
            {
                "prompt": prompt,
                "seed": seed,
            },
            options,
        )

    def prepare(
        self,
        *,
        prompt: str,
        seed: int | Unset = UNSET,
        options: Options | None = None,
    ) -> AsyncRequest[AsyncMediaOutput]:
        """Validate the input and return it as a request that is not sent. The arguments are those of :meth:`run`."""
        return self._prepare(
            {
                "prompt": prompt,
                "seed": seed,
            },
            options,
        )
