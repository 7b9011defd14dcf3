"""Flux 1 Kontext Max Edit.

Model ``blackforestlabs/flux-1-kontext/max/edit``, written by runcomfy-codegen from its API page.
"""

from __future__ import annotations

from typing import Final, Literal

from ..._runtime import (
    UNSET,
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
    Unset,
)

__all__ = [
    "AsyncFlux1KontextMaxEdit",
    "Flux1KontextMaxEdit",
    "Flux1KontextMaxEditInput",
]


class Flux1KontextMaxEditInput(InputModel):
    """The input of ``blackforestlabs/flux-1-kontext/max/edit``, as it is sent."""

    aspect_ratio: (
        Literal["21:9", "16:9", "4:3", "3:2", "1:1", "2:3", "3:4", "9:16", "9:21"] | None
    ) = None
    image_url: str
    prompt: str
    seed: int | None = None


MODEL: Final = ModelInfo(
    id="blackforestlabs/flux-1-kontext/max/edit",
    title="Flux 1 Kontext Max Edit",
    input=Flux1KontextMaxEditInput,
    media={"/image_url": "image"},
    output="image",
    validations={},
)


class Flux1KontextMaxEdit(Endpoint):
    """Flux 1 Kontext Max Edit.

    Model ``blackforestlabs/flux-1-kontext/max/edit``, image-to-image.
    """

    model = MODEL

    def run(
        self,
        *,
        prompt: str,
        image_url: FileInput,
        aspect_ratio: (
            Literal["21:9", "16:9", "4:3", "3:2", "1:1", "2:3", "3:4", "9:16", "9:21"] | Unset
        ) = UNSET,
        seed: int | Unset = UNSET,
        options: Options | None = None,
    ) -> MediaOutput:
        """Run one job and wait for its output.

        Args:
            prompt: Prompt.
            image_url: Image.
            aspect_ratio: Aspect Ratio (W:H). One of "21:9", "16:9", "4:3", "3:2", "1:1", "2:3", "3:4", "9:16",
                "9:21"; the service's default is "16:9".
            seed: Seed.
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
                "aspect_ratio": aspect_ratio,
                "seed": seed,
            },
            options,
        )

    def submit(
        self,
        *,
        prompt: str,
        image_url: FileInput,
        aspect_ratio: (
            Literal["21:9", "16:9", "4:3", "3:2", "1:1", "2:3", "3:4", "9:16", "9:21"] | Unset
        ) = UNSET,
        seed: int | Unset = UNSET,
        options: Options | None = None,
    ) -> Job[MediaOutput]:
        """Submit one job and return its handle at once. The arguments are those of :meth:`run`."""
        return self._submit(
            {
                "prompt": prompt,
                "image_url": image_url,
                "aspect_ratio": aspect_ratio,
                "seed": seed,
            },
            options,
        )

    def prepare(
        self,
        *,
        prompt: str,
        image_url: FileInput,
        aspect_ratio: (
            Literal["21:9", "16:9", "4:3", "3:2", "1:1", "2:3", "3:4", "9:16", "9:21"] | Unset
        ) = UNSET,
        seed: int | Unset = UNSET,
        options: Options | None = None,
    ) -> Request[MediaOutput]:
        """Validate the input and return it as a request that is not sent. The arguments are those of :meth:`run`."""
        return self._prepare(
            {
                "prompt": prompt,
                "image_url": image_url,
                "aspect_ratio": aspect_ratio,
                "seed": seed,
            },
            options,
        )


class AsyncFlux1KontextMaxEdit(AsyncEndpoint):
    """Flux 1 Kontext Max Edit.

    Model ``blackforestlabs/flux-1-kontext/max/edit``, image-to-image.
    """

    model = MODEL

    async def run(
        self,
        *,
        prompt: str,
        image_url: FileInput,
        aspect_ratio: (
            Literal["21:9", "16:9", "4:3", "3:2", "1:1", "2:3", "3:4", "9:16", "9:21"] | Unset
        ) = UNSET,
        seed: int | Unset = UNSET,
        options: Options | None = None,
    ) -> AsyncMediaOutput:
        """Run one job and wait for its output.

        Args:
            prompt: Prompt.
            image_url: Image.
            aspect_ratio: Aspect Ratio (W:H). One of "21:9", "16:9", "4:3", "3:2", "1:1", "2:3", "3:4", "9:16",
                "9:21"; the service's default is "16:9".
            seed: Seed.
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
                "aspect_ratio": aspect_ratio,
                "seed": seed,
            },
            options,
        )

    async def submit(
        self,
        *,
        prompt: str,
        image_url: FileInput,
        aspect_ratio: (
            Literal["21:9", "16:9", "4:3", "3:2", "1:1", "2:3", "3:4", "9:16", "9:21"] | Unset
        ) = UNSET,
        seed: int | Unset = UNSET,
        options: Options | None = None,
    ) -> AsyncJob[AsyncMediaOutput]:
        """Submit one job and return its handle at once. The arguments are those of :meth:`run`."""
        return await self._submit(
            {
                "prompt": prompt,
                "image_url": image_url,
                "aspect_ratio": aspect_ratio,
                "seed": seed,
            },
            options,
        )

    def prepare(
        self,
        *,
        prompt: str,
        image_url: FileInput,
        aspect_ratio: (
            Literal["21:9", "16:9", "4:3", "3:2", "1:1", "2:3", "3:4", "9:16", "9:21"] | Unset
        ) = UNSET,
        seed: int | Unset = UNSET,
        options: Options | None = None,
    ) -> AsyncRequest[AsyncMediaOutput]:
        """Validate the input and return it as a request that is not sent. The arguments are those of :meth:`run`."""
        return self._prepare(
            {
                "prompt": prompt,
                "image_url": image_url,
                "aspect_ratio": aspect_ratio,
                "seed": seed,
            },
            options,
        )
