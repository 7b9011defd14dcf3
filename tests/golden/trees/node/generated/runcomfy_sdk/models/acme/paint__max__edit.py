"""Paint Max Edit.

Model ``acme/paint/max/edit``, written by runcomfy-codegen from its API page.
"""

from __future__ import annotations

from typing import Final

from ..._runtime import (
    AsyncEndpoint,
    AsyncJob,
    AsyncMediaOutput,
    AsyncRequest,
    Endpoint,
    FileInput,
    InputModel,
    Job,
    MediaOutput,
    ModelInfo,
    Options,
    Request,
)

__all__ = [
    "AsyncPaintMaxEdit",
    "PaintMaxEdit",
    "PaintMaxEditInput",
]


class PaintMaxEditInput(InputModel):
    """The input of ``acme/paint/max/edit``, as it is sent."""

    image_url: str
    prompt: str


MODEL: Final = ModelInfo(
    id="acme/paint/max/edit",
    title="Paint Max Edit",
    input=PaintMaxEditInput,
    media={"/image_url": "image"},
    output="image",
    validations={},
)


class PaintMaxEdit(Endpoint):
    """Paint Max Edit.

    Model ``acme/paint/max/edit``, image-to-image.
    """

    model = MODEL

    def run(
        self,
        *,
        prompt: str,
        image_url: FileInput,
        options: Options | None = None,
    ) -> MediaOutput:
        """Run one job and wait for its output.

        Args:
            prompt: What to change.
            image_url: Image.
            options: Settings of this one call, such as its timeout.

        Returns:
            The output's files (images) and the raw output.

        Raises:
            InvalidInput: The input breaks the model's schema; nothing was sent.
            SubmitUnknown: The job may have been created and charged, and its id is not known.
            JobFailed: The job ended without output.
            JobTimeout: The job was not done in time; it was cancelled if it was still queued.
        """
        return self._run(
            {
                "prompt": prompt,
                "image_url": image_url,
            },
            options,
        )

    def submit(
        self,
        *,
        prompt: str,
        image_url: FileInput,
        options: Options | None = None,
    ) -> Job[MediaOutput]:
        """Submit one job and return its handle at once. The arguments are those of :meth:`run`."""
        return self._submit(
            {
                "prompt": prompt,
                "image_url": image_url,
            },
            options,
        )

    def prepare(
        self,
        *,
        prompt: str,
        image_url: FileInput,
        options: Options | None = None,
    ) -> Request[MediaOutput]:
        """Validate the input and return it as a request that is not sent. The arguments are those of :meth:`run`."""
        return self._prepare(
            {
                "prompt": prompt,
                "image_url": image_url,
            },
            options,
        )


class AsyncPaintMaxEdit(AsyncEndpoint):
    """Paint Max Edit.

    Model ``acme/paint/max/edit``, image-to-image.
    """

    model = MODEL

    async def run(
        self,
        *,
        prompt: str,
        image_url: FileInput,
        options: Options | None = None,
    ) -> AsyncMediaOutput:
        """Run one job and wait for its output.

        Args:
            prompt: What to change.
            image_url: Image.
            options: Settings of this one call, such as its timeout.

        Returns:
            The output's files (images) and the raw output.

        Raises:
            InvalidInput: The input breaks the model's schema; nothing was sent.
            SubmitUnknown: The job may have been created and charged, and its id is not known.
            JobFailed: The job ended without output.
            JobTimeout: The job was not done in time; it was cancelled if it was still queued.
        """
        return await self._run(
            {
                "prompt": prompt,
                "image_url": image_url,
            },
            options,
        )

    async def submit(
        self,
        *,
        prompt: str,
        image_url: FileInput,
        options: Options | None = None,
    ) -> AsyncJob[AsyncMediaOutput]:
        """Submit one job and return its handle at once. The arguments are those of :meth:`run`."""
        return await self._submit(
            {
                "prompt": prompt,
                "image_url": image_url,
            },
            options,
        )

    def prepare(
        self,
        *,
        prompt: str,
        image_url: FileInput,
        options: Options | None = None,
    ) -> AsyncRequest[AsyncMediaOutput]:
        """Validate the input and return it as a request that is not sent. The arguments are those of :meth:`run`."""
        return self._prepare(
            {
                "prompt": prompt,
                "image_url": image_url,
            },
            options,
        )
