"""Gpt Image 2 Edit.

Model ``openai/gpt-image-2/edit``, written by runcomfy-codegen from its API page.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Final, Literal

from pydantic import Field

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
    "AsyncGptImage2Edit",
    "GptImage2Edit",
    "GptImage2EditInput",
]


class GptImage2EditInput(InputModel):
    """The input of ``openai/gpt-image-2/edit``, as it is sent."""

    aspect_ratio: (
        Literal["1:1", "3:2", "2:3", "3:4", "4:3", "4:5", "5:4", "9:16", "16:9", "21:9"] | None
    ) = None
    images: Annotated[list[str], Field(max_length=10, min_length=1)]
    output_format: Literal["png", "jpeg", "webp"] | None = None
    prompt: str
    quality: Literal["low", "medium", "high"] | None = None
    resolution: Literal["1k", "2k", "4k"] | None = None


MODEL: Final = ModelInfo(
    id="openai/gpt-image-2/edit",
    title="Gpt Image 2 Edit",
    input=GptImage2EditInput,
    media={"/images/*": "image"},
    output="image",
    validations={},
)


class GptImage2Edit(Endpoint):
    """Gpt Image 2 Edit.

    Model ``openai/gpt-image-2/edit``, image-to-image.
    """

    model = MODEL

    def run(
        self,
        *,
        prompt: str,
        images: Sequence[FileInput],
        aspect_ratio: (
            Literal["1:1", "3:2", "2:3", "3:4", "4:3", "4:5", "5:4", "9:16", "16:9", "21:9"] | Unset
        ) = UNSET,
        output_format: Literal["png", "jpeg", "webp"] | Unset = UNSET,
        quality: Literal["low", "medium", "high"] | Unset = UNSET,
        resolution: Literal["1k", "2k", "4k"] | Unset = UNSET,
        options: Options | None = None,
    ) -> MediaOutput:
        """Run one job and wait for its output.

        Args:
            prompt: Prompt.
            images: 要编辑的参考图像,最多 10 张图像. 1 to 10 items.
            aspect_ratio: 编辑图像的长宽比。如果省略,则从输入图像中自动检测。 One of "1:1", "3:2", "2:3", "3:4", "4:3", "4:5", "5:4",
                "9:16", "16:9", "21:9"; the service's default is "1:1".
            output_format: 输出图像格式。 One of "png", "jpeg", "webp"; the service's default is "png".
            quality: 图像质量。 One of "low", "medium", "high"; the service's default is "medium".
            resolution: 输出分辨率。 One of "1k", "2k", "4k"; the service's default is "1k".
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
                "images": images,
                "aspect_ratio": aspect_ratio,
                "output_format": output_format,
                "quality": quality,
                "resolution": resolution,
            },
            options,
        )

    def submit(
        self,
        *,
        prompt: str,
        images: Sequence[FileInput],
        aspect_ratio: (
            Literal["1:1", "3:2", "2:3", "3:4", "4:3", "4:5", "5:4", "9:16", "16:9", "21:9"] | Unset
        ) = UNSET,
        output_format: Literal["png", "jpeg", "webp"] | Unset = UNSET,
        quality: Literal["low", "medium", "high"] | Unset = UNSET,
        resolution: Literal["1k", "2k", "4k"] | Unset = UNSET,
        options: Options | None = None,
    ) -> Job[MediaOutput]:
        """Submit one job and return its handle at once. The arguments are those of :meth:`run`."""
        return self._submit(
            {
                "prompt": prompt,
                "images": images,
                "aspect_ratio": aspect_ratio,
                "output_format": output_format,
                "quality": quality,
                "resolution": resolution,
            },
            options,
        )

    def prepare(
        self,
        *,
        prompt: str,
        images: Sequence[FileInput],
        aspect_ratio: (
            Literal["1:1", "3:2", "2:3", "3:4", "4:3", "4:5", "5:4", "9:16", "16:9", "21:9"] | Unset
        ) = UNSET,
        output_format: Literal["png", "jpeg", "webp"] | Unset = UNSET,
        quality: Literal["low", "medium", "high"] | Unset = UNSET,
        resolution: Literal["1k", "2k", "4k"] | Unset = UNSET,
        options: Options | None = None,
    ) -> Request[MediaOutput]:
        """Validate the input and return it as a request that is not sent. The arguments are those of :meth:`run`."""
        return self._prepare(
            {
                "prompt": prompt,
                "images": images,
                "aspect_ratio": aspect_ratio,
                "output_format": output_format,
                "quality": quality,
                "resolution": resolution,
            },
            options,
        )


class AsyncGptImage2Edit(AsyncEndpoint):
    """Gpt Image 2 Edit.

    Model ``openai/gpt-image-2/edit``, image-to-image.
    """

    model = MODEL

    async def run(
        self,
        *,
        prompt: str,
        images: Sequence[FileInput],
        aspect_ratio: (
            Literal["1:1", "3:2", "2:3", "3:4", "4:3", "4:5", "5:4", "9:16", "16:9", "21:9"] | Unset
        ) = UNSET,
        output_format: Literal["png", "jpeg", "webp"] | Unset = UNSET,
        quality: Literal["low", "medium", "high"] | Unset = UNSET,
        resolution: Literal["1k", "2k", "4k"] | Unset = UNSET,
        options: Options | None = None,
    ) -> AsyncMediaOutput:
        """Run one job and wait for its output.

        Args:
            prompt: Prompt.
            images: 要编辑的参考图像,最多 10 张图像. 1 to 10 items.
            aspect_ratio: 编辑图像的长宽比。如果省略,则从输入图像中自动检测。 One of "1:1", "3:2", "2:3", "3:4", "4:3", "4:5", "5:4",
                "9:16", "16:9", "21:9"; the service's default is "1:1".
            output_format: 输出图像格式。 One of "png", "jpeg", "webp"; the service's default is "png".
            quality: 图像质量。 One of "low", "medium", "high"; the service's default is "medium".
            resolution: 输出分辨率。 One of "1k", "2k", "4k"; the service's default is "1k".
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
                "images": images,
                "aspect_ratio": aspect_ratio,
                "output_format": output_format,
                "quality": quality,
                "resolution": resolution,
            },
            options,
        )

    async def submit(
        self,
        *,
        prompt: str,
        images: Sequence[FileInput],
        aspect_ratio: (
            Literal["1:1", "3:2", "2:3", "3:4", "4:3", "4:5", "5:4", "9:16", "16:9", "21:9"] | Unset
        ) = UNSET,
        output_format: Literal["png", "jpeg", "webp"] | Unset = UNSET,
        quality: Literal["low", "medium", "high"] | Unset = UNSET,
        resolution: Literal["1k", "2k", "4k"] | Unset = UNSET,
        options: Options | None = None,
    ) -> AsyncJob[AsyncMediaOutput]:
        """Submit one job and return its handle at once. The arguments are those of :meth:`run`."""
        return await self._submit(
            {
                "prompt": prompt,
                "images": images,
                "aspect_ratio": aspect_ratio,
                "output_format": output_format,
                "quality": quality,
                "resolution": resolution,
            },
            options,
        )

    def prepare(
        self,
        *,
        prompt: str,
        images: Sequence[FileInput],
        aspect_ratio: (
            Literal["1:1", "3:2", "2:3", "3:4", "4:3", "4:5", "5:4", "9:16", "16:9", "21:9"] | Unset
        ) = UNSET,
        output_format: Literal["png", "jpeg", "webp"] | Unset = UNSET,
        quality: Literal["low", "medium", "high"] | Unset = UNSET,
        resolution: Literal["1k", "2k", "4k"] | Unset = UNSET,
        options: Options | None = None,
    ) -> AsyncRequest[AsyncMediaOutput]:
        """Validate the input and return it as a request that is not sent. The arguments are those of :meth:`run`."""
        return self._prepare(
            {
                "prompt": prompt,
                "images": images,
                "aspect_ratio": aspect_ratio,
                "output_format": output_format,
                "quality": quality,
                "resolution": resolution,
            },
            options,
        )
