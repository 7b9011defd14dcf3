"""Step1x Edit2.

Model ``stepfun-ai/stepx-edit2``, written by runcomfy-codegen from its API page.
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
    "AsyncStepxEdit2",
    "StepxEdit2",
    "StepxEdit2Input",
]


class StepxEdit2Input(InputModel):
    """The input of ``stepfun-ai/stepx-edit2``, as it is sent."""

    enable_reflection_mode: bool | None = None
    enable_thinking_mode: bool | None = None
    image_url: str
    negative_prompt: str | None = None
    output_format: Literal["jpeg", "png"] | None = None
    prompt: str
    seed: int | None = None


MODEL: Final = ModelInfo(
    id="stepfun-ai/stepx-edit2",
    title="Step1x Edit2",
    input=StepxEdit2Input,
    media={"/image_url": "image"},
    output="image",
    validations={},
)


class StepxEdit2(Endpoint):
    """Step1x Edit2.

    Model ``stepfun-ai/stepx-edit2``, image-to-image.

    Transform any image with natural-language edits for identity-true, region-precise results,
    streamlining product retouching, background replacement, and creative variations through API or
    browser.
    """

    model = MODEL

    def run(
        self,
        *,
        prompt: str,
        image_url: FileInput,
        enable_reflection_mode: bool | Unset = UNSET,
        enable_thinking_mode: bool | Unset = UNSET,
        negative_prompt: str | Unset = UNSET,
        output_format: Literal["jpeg", "png"] | Unset = UNSET,
        seed: int | Unset = UNSET,
        options: Options | None = None,
    ) -> MediaOutput:
        """Run one job and wait for its output.

        Args:
            prompt: Prompt.
            image_url: Image.
            enable_reflection_mode: Enable reflection mode. Reviews outputs, corrects unintended changes, and determines
                when editing is complete. The service's default is true.
            enable_thinking_mode: Enable thinking mode. Uses multimodal language model knowledge to interpret abstract
                editing instructions. The service's default is true.
            negative_prompt: The negative prompt to use. Use it to address details that you don't want in the image.
                This could be colors, objects, scenery and even the small details (e.g. moustache,
                blurry, low resolution). The service's default is "".
            output_format: The format of the generated image. One of "jpeg", "png"; the service's default is
                "jpeg".
            seed: Seed. The service's default is 0.
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
                "enable_reflection_mode": enable_reflection_mode,
                "enable_thinking_mode": enable_thinking_mode,
                "negative_prompt": negative_prompt,
                "output_format": output_format,
                "seed": seed,
            },
            options,
        )

    def submit(
        self,
        *,
        prompt: str,
        image_url: FileInput,
        enable_reflection_mode: bool | Unset = UNSET,
        enable_thinking_mode: bool | Unset = UNSET,
        negative_prompt: str | Unset = UNSET,
        output_format: Literal["jpeg", "png"] | Unset = UNSET,
        seed: int | Unset = UNSET,
        options: Options | None = None,
    ) -> Job[MediaOutput]:
        """Submit one job and return its handle at once. The arguments are those of :meth:`run`."""
        return self._submit(
            {
                "prompt": prompt,
                "image_url": image_url,
                "enable_reflection_mode": enable_reflection_mode,
                "enable_thinking_mode": enable_thinking_mode,
                "negative_prompt": negative_prompt,
                "output_format": output_format,
                "seed": seed,
            },
            options,
        )

    def prepare(
        self,
        *,
        prompt: str,
        image_url: FileInput,
        enable_reflection_mode: bool | Unset = UNSET,
        enable_thinking_mode: bool | Unset = UNSET,
        negative_prompt: str | Unset = UNSET,
        output_format: Literal["jpeg", "png"] | Unset = UNSET,
        seed: int | Unset = UNSET,
        options: Options | None = None,
    ) -> Request[MediaOutput]:
        """Validate the input and return it as a request that is not sent. The arguments are those of :meth:`run`."""
        return self._prepare(
            {
                "prompt": prompt,
                "image_url": image_url,
                "enable_reflection_mode": enable_reflection_mode,
                "enable_thinking_mode": enable_thinking_mode,
                "negative_prompt": negative_prompt,
                "output_format": output_format,
                "seed": seed,
            },
            options,
        )


class AsyncStepxEdit2(AsyncEndpoint):
    """Step1x Edit2.

    Model ``stepfun-ai/stepx-edit2``, image-to-image.

    Transform any image with natural-language edits for identity-true, region-precise results,
    streamlining product retouching, background replacement, and creative variations through API or
    browser.
    """

    model = MODEL

    async def run(
        self,
        *,
        prompt: str,
        image_url: FileInput,
        enable_reflection_mode: bool | Unset = UNSET,
        enable_thinking_mode: bool | Unset = UNSET,
        negative_prompt: str | Unset = UNSET,
        output_format: Literal["jpeg", "png"] | Unset = UNSET,
        seed: int | Unset = UNSET,
        options: Options | None = None,
    ) -> AsyncMediaOutput:
        """Run one job and wait for its output.

        Args:
            prompt: Prompt.
            image_url: Image.
            enable_reflection_mode: Enable reflection mode. Reviews outputs, corrects unintended changes, and determines
                when editing is complete. The service's default is true.
            enable_thinking_mode: Enable thinking mode. Uses multimodal language model knowledge to interpret abstract
                editing instructions. The service's default is true.
            negative_prompt: The negative prompt to use. Use it to address details that you don't want in the image.
                This could be colors, objects, scenery and even the small details (e.g. moustache,
                blurry, low resolution). The service's default is "".
            output_format: The format of the generated image. One of "jpeg", "png"; the service's default is
                "jpeg".
            seed: Seed. The service's default is 0.
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
                "enable_reflection_mode": enable_reflection_mode,
                "enable_thinking_mode": enable_thinking_mode,
                "negative_prompt": negative_prompt,
                "output_format": output_format,
                "seed": seed,
            },
            options,
        )

    async def submit(
        self,
        *,
        prompt: str,
        image_url: FileInput,
        enable_reflection_mode: bool | Unset = UNSET,
        enable_thinking_mode: bool | Unset = UNSET,
        negative_prompt: str | Unset = UNSET,
        output_format: Literal["jpeg", "png"] | Unset = UNSET,
        seed: int | Unset = UNSET,
        options: Options | None = None,
    ) -> AsyncJob[AsyncMediaOutput]:
        """Submit one job and return its handle at once. The arguments are those of :meth:`run`."""
        return await self._submit(
            {
                "prompt": prompt,
                "image_url": image_url,
                "enable_reflection_mode": enable_reflection_mode,
                "enable_thinking_mode": enable_thinking_mode,
                "negative_prompt": negative_prompt,
                "output_format": output_format,
                "seed": seed,
            },
            options,
        )

    def prepare(
        self,
        *,
        prompt: str,
        image_url: FileInput,
        enable_reflection_mode: bool | Unset = UNSET,
        enable_thinking_mode: bool | Unset = UNSET,
        negative_prompt: str | Unset = UNSET,
        output_format: Literal["jpeg", "png"] | Unset = UNSET,
        seed: int | Unset = UNSET,
        options: Options | None = None,
    ) -> AsyncRequest[AsyncMediaOutput]:
        """Validate the input and return it as a request that is not sent. The arguments are those of :meth:`run`."""
        return self._prepare(
            {
                "prompt": prompt,
                "image_url": image_url,
                "enable_reflection_mode": enable_reflection_mode,
                "enable_thinking_mode": enable_thinking_mode,
                "negative_prompt": negative_prompt,
                "output_format": output_format,
                "seed": seed,
            },
            options,
        )
