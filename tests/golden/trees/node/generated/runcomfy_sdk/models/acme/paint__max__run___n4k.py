"""Paint Max Run 4K.

Model ``acme/paint/max/run/4K``, written by runcomfy-codegen from its API page.
"""

from __future__ import annotations

from typing import Final

from ..._runtime import (
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
)

__all__ = [
    "AsyncPaintMaxRunN4k",
    "PaintMaxRunN4k",
    "PaintMaxRunN4kInput",
]


class PaintMaxRunN4kInput(InputModel):
    """The input of ``acme/paint/max/run/4K``, as it is sent."""

    prompt: str


MODEL: Final = ModelInfo(
    id="acme/paint/max/run/4K",
    title="Paint Max Run 4K",
    input=PaintMaxRunN4kInput,
    media={},
    output=None,
    validations={},
)


class PaintMaxRunN4k(Endpoint):
    """Paint Max Run 4K.

    Model ``acme/paint/max/run/4K``, text-to-media.
    """

    model = MODEL

    def run(
        self,
        *,
        prompt: str,
        options: Options | None = None,
    ) -> MediaOutput:
        """Run one job and wait for its output.

        Args:
            prompt: Prompt.
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
            },
            options,
        )

    def submit(
        self,
        *,
        prompt: str,
        options: Options | None = None,
    ) -> Job[MediaOutput]:
        """Submit one job and return its handle at once. The arguments are those of :meth:`run`."""
        return self._submit(
            {
                "prompt": prompt,
            },
            options,
        )

    def prepare(
        self,
        *,
        prompt: str,
        options: Options | None = None,
    ) -> Request[MediaOutput]:
        """Validate the input and return it as a request that is not sent. The arguments are those of :meth:`run`."""
        return self._prepare(
            {
                "prompt": prompt,
            },
            options,
        )


class AsyncPaintMaxRunN4k(AsyncEndpoint):
    """Paint Max Run 4K.

    Model ``acme/paint/max/run/4K``, text-to-media.
    """

    model = MODEL

    async def run(
        self,
        *,
        prompt: str,
        options: Options | None = None,
    ) -> AsyncMediaOutput:
        """Run one job and wait for its output.

        Args:
            prompt: Prompt.
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
            },
            options,
        )

    async def submit(
        self,
        *,
        prompt: str,
        options: Options | None = None,
    ) -> AsyncJob[AsyncMediaOutput]:
        """Submit one job and return its handle at once. The arguments are those of :meth:`run`."""
        return await self._submit(
            {
                "prompt": prompt,
            },
            options,
        )

    def prepare(
        self,
        *,
        prompt: str,
        options: Options | None = None,
    ) -> AsyncRequest[AsyncMediaOutput]:
        """Validate the input and return it as a request that is not sent. The arguments are those of :meth:`run`."""
        return self._prepare(
            {
                "prompt": prompt,
            },
            options,
        )
