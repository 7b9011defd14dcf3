"""Z Image Turbo Inpainting LoRA.

Model ``tongyi-mai/z-image/turbo/inpainting/lora``, written by runcomfy-codegen from its API page.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Final, Literal, NotRequired, TypedDict

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
    "AsyncZImageTurboInpaintingLora",
    "LorasItem",
    "LorasItemDict",
    "ZImageTurboInpaintingLora",
    "ZImageTurboInpaintingLoraInput",
]


class LorasItem(InputModel):
    """One item of loras."""

    path: str | None = None
    scale: Annotated[float | None, Field(ge=0.0, le=4.0)] = None


class ZImageTurboInpaintingLoraInput(InputModel):
    """The input of ``tongyi-mai/z-image/turbo/inpainting/lora``, as it is sent."""

    control_end: Annotated[float | None, Field(ge=0.0, le=1.0)] = None
    control_scale: Annotated[float | None, Field(ge=0.0, le=1.0)] = None
    control_start: Annotated[float | None, Field(ge=0.0, le=1.0)] = None
    image_size: (
        Literal[
            "square_hd",
            "square",
            "portrait_4_3",
            "portrait_16_9",
            "landscape_4_3",
            "landscape_16_9",
            "auto",
        ]
        | None
    ) = None
    image_url: str
    loras: Annotated[list[LorasItem] | None, Field(max_length=3, min_length=0)] = None
    mask_image_url: str
    num_inference_steps: Annotated[int | None, Field(ge=1, le=30)] = None
    output_format: Literal["jpeg", "png", "webp"] | None = None
    prompt: str
    seed: int | None = None
    strength: Annotated[float | None, Field(ge=0.0, le=1.0)] = None


class LorasItemDict(TypedDict):
    """One item of loras."""

    path: NotRequired[str]
    scale: NotRequired[float]


MODEL: Final = ModelInfo(
    id="tongyi-mai/z-image/turbo/inpainting/lora",
    title="Z Image Turbo Inpainting LoRA",
    input=ZImageTurboInpaintingLoraInput,
    media={"/image_url": "image", "/mask_image_url": "image"},
    output="image",
    validations={},
)


class ZImageTurboInpaintingLora(Endpoint):
    """Z Image Turbo Inpainting LoRA.

    Model ``tongyi-mai/z-image/turbo/inpainting/lora``, image-to-image.
    """

    model = MODEL

    def run(
        self,
        *,
        prompt: str,
        image_url: FileInput,
        mask_image_url: FileInput,
        control_end: float | Unset = UNSET,
        control_scale: float | Unset = UNSET,
        control_start: float | Unset = UNSET,
        image_size: (
            Literal[
                "square_hd",
                "square",
                "portrait_4_3",
                "portrait_16_9",
                "landscape_4_3",
                "landscape_16_9",
                "auto",
            ]
            | Unset
        ) = UNSET,
        loras: Sequence[LorasItem | LorasItemDict] | Unset = UNSET,
        num_inference_steps: int | Unset = UNSET,
        output_format: Literal["jpeg", "png", "webp"] | Unset = UNSET,
        seed: int | Unset = UNSET,
        strength: float | Unset = UNSET,
        options: Options | None = None,
    ) -> MediaOutput:
        """Run one job and wait for its output.

        Args:
            prompt: Prompt.
            image_url: Valid image URL used as input for inpainting.
            mask_image_url: Valid image URL pointing to a mask image used for inpainting.
            control_end: End point of controlnet conditioning (0�?). 0 to 1; the service's default is 0.6.
            control_scale: Defines the scale of the inpaint controlnet conditioning. 0 to 1; the service's default
                is 0.75.
            control_start: Start point of controlnet conditioning (0�?). 0 to 1; the service's default is 0.
            image_size: Aspect Ratio (W:H). One of "square_hd", "square", "portrait_4_3", "portrait_16_9",
                "landscape_4_3", "landscape_16_9", "auto"; the service's default is "auto".
            loras: List of LoRAs to apply (maximum 3). At most 3 items.
            num_inference_steps: Controls the number of diffusion inference steps. 1 to 30; the service's default is 20.
            output_format: Specifies the file format of the generated image. One of "jpeg", "png", "webp"; the
                service's default is "png".
            seed: Seed. The service's default is 0.
            strength: Controls the strength of the inpaint conditioning. 0 to 1; the service's default is 1.
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
                "mask_image_url": mask_image_url,
                "control_end": control_end,
                "control_scale": control_scale,
                "control_start": control_start,
                "image_size": image_size,
                "loras": loras,
                "num_inference_steps": num_inference_steps,
                "output_format": output_format,
                "seed": seed,
                "strength": strength,
            },
            options,
        )

    def submit(
        self,
        *,
        prompt: str,
        image_url: FileInput,
        mask_image_url: FileInput,
        control_end: float | Unset = UNSET,
        control_scale: float | Unset = UNSET,
        control_start: float | Unset = UNSET,
        image_size: (
            Literal[
                "square_hd",
                "square",
                "portrait_4_3",
                "portrait_16_9",
                "landscape_4_3",
                "landscape_16_9",
                "auto",
            ]
            | Unset
        ) = UNSET,
        loras: Sequence[LorasItem | LorasItemDict] | Unset = UNSET,
        num_inference_steps: int | Unset = UNSET,
        output_format: Literal["jpeg", "png", "webp"] | Unset = UNSET,
        seed: int | Unset = UNSET,
        strength: float | Unset = UNSET,
        options: Options | None = None,
    ) -> Job[MediaOutput]:
        """Submit one job and return its handle at once. The arguments are those of :meth:`run`."""
        return self._submit(
            {
                "prompt": prompt,
                "image_url": image_url,
                "mask_image_url": mask_image_url,
                "control_end": control_end,
                "control_scale": control_scale,
                "control_start": control_start,
                "image_size": image_size,
                "loras": loras,
                "num_inference_steps": num_inference_steps,
                "output_format": output_format,
                "seed": seed,
                "strength": strength,
            },
            options,
        )

    def prepare(
        self,
        *,
        prompt: str,
        image_url: FileInput,
        mask_image_url: FileInput,
        control_end: float | Unset = UNSET,
        control_scale: float | Unset = UNSET,
        control_start: float | Unset = UNSET,
        image_size: (
            Literal[
                "square_hd",
                "square",
                "portrait_4_3",
                "portrait_16_9",
                "landscape_4_3",
                "landscape_16_9",
                "auto",
            ]
            | Unset
        ) = UNSET,
        loras: Sequence[LorasItem | LorasItemDict] | Unset = UNSET,
        num_inference_steps: int | Unset = UNSET,
        output_format: Literal["jpeg", "png", "webp"] | Unset = UNSET,
        seed: int | Unset = UNSET,
        strength: float | Unset = UNSET,
        options: Options | None = None,
    ) -> Request[MediaOutput]:
        """Validate the input and return it as a request that is not sent. The arguments are those of :meth:`run`."""
        return self._prepare(
            {
                "prompt": prompt,
                "image_url": image_url,
                "mask_image_url": mask_image_url,
                "control_end": control_end,
                "control_scale": control_scale,
                "control_start": control_start,
                "image_size": image_size,
                "loras": loras,
                "num_inference_steps": num_inference_steps,
                "output_format": output_format,
                "seed": seed,
                "strength": strength,
            },
            options,
        )


class AsyncZImageTurboInpaintingLora(AsyncEndpoint):
    """Z Image Turbo Inpainting LoRA.

    Model ``tongyi-mai/z-image/turbo/inpainting/lora``, image-to-image.
    """

    model = MODEL

    async def run(
        self,
        *,
        prompt: str,
        image_url: FileInput,
        mask_image_url: FileInput,
        control_end: float | Unset = UNSET,
        control_scale: float | Unset = UNSET,
        control_start: float | Unset = UNSET,
        image_size: (
            Literal[
                "square_hd",
                "square",
                "portrait_4_3",
                "portrait_16_9",
                "landscape_4_3",
                "landscape_16_9",
                "auto",
            ]
            | Unset
        ) = UNSET,
        loras: Sequence[LorasItem | LorasItemDict] | Unset = UNSET,
        num_inference_steps: int | Unset = UNSET,
        output_format: Literal["jpeg", "png", "webp"] | Unset = UNSET,
        seed: int | Unset = UNSET,
        strength: float | Unset = UNSET,
        options: Options | None = None,
    ) -> AsyncMediaOutput:
        """Run one job and wait for its output.

        Args:
            prompt: Prompt.
            image_url: Valid image URL used as input for inpainting.
            mask_image_url: Valid image URL pointing to a mask image used for inpainting.
            control_end: End point of controlnet conditioning (0�?). 0 to 1; the service's default is 0.6.
            control_scale: Defines the scale of the inpaint controlnet conditioning. 0 to 1; the service's default
                is 0.75.
            control_start: Start point of controlnet conditioning (0�?). 0 to 1; the service's default is 0.
            image_size: Aspect Ratio (W:H). One of "square_hd", "square", "portrait_4_3", "portrait_16_9",
                "landscape_4_3", "landscape_16_9", "auto"; the service's default is "auto".
            loras: List of LoRAs to apply (maximum 3). At most 3 items.
            num_inference_steps: Controls the number of diffusion inference steps. 1 to 30; the service's default is 20.
            output_format: Specifies the file format of the generated image. One of "jpeg", "png", "webp"; the
                service's default is "png".
            seed: Seed. The service's default is 0.
            strength: Controls the strength of the inpaint conditioning. 0 to 1; the service's default is 1.
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
                "mask_image_url": mask_image_url,
                "control_end": control_end,
                "control_scale": control_scale,
                "control_start": control_start,
                "image_size": image_size,
                "loras": loras,
                "num_inference_steps": num_inference_steps,
                "output_format": output_format,
                "seed": seed,
                "strength": strength,
            },
            options,
        )

    async def submit(
        self,
        *,
        prompt: str,
        image_url: FileInput,
        mask_image_url: FileInput,
        control_end: float | Unset = UNSET,
        control_scale: float | Unset = UNSET,
        control_start: float | Unset = UNSET,
        image_size: (
            Literal[
                "square_hd",
                "square",
                "portrait_4_3",
                "portrait_16_9",
                "landscape_4_3",
                "landscape_16_9",
                "auto",
            ]
            | Unset
        ) = UNSET,
        loras: Sequence[LorasItem | LorasItemDict] | Unset = UNSET,
        num_inference_steps: int | Unset = UNSET,
        output_format: Literal["jpeg", "png", "webp"] | Unset = UNSET,
        seed: int | Unset = UNSET,
        strength: float | Unset = UNSET,
        options: Options | None = None,
    ) -> AsyncJob[AsyncMediaOutput]:
        """Submit one job and return its handle at once. The arguments are those of :meth:`run`."""
        return await self._submit(
            {
                "prompt": prompt,
                "image_url": image_url,
                "mask_image_url": mask_image_url,
                "control_end": control_end,
                "control_scale": control_scale,
                "control_start": control_start,
                "image_size": image_size,
                "loras": loras,
                "num_inference_steps": num_inference_steps,
                "output_format": output_format,
                "seed": seed,
                "strength": strength,
            },
            options,
        )

    def prepare(
        self,
        *,
        prompt: str,
        image_url: FileInput,
        mask_image_url: FileInput,
        control_end: float | Unset = UNSET,
        control_scale: float | Unset = UNSET,
        control_start: float | Unset = UNSET,
        image_size: (
            Literal[
                "square_hd",
                "square",
                "portrait_4_3",
                "portrait_16_9",
                "landscape_4_3",
                "landscape_16_9",
                "auto",
            ]
            | Unset
        ) = UNSET,
        loras: Sequence[LorasItem | LorasItemDict] | Unset = UNSET,
        num_inference_steps: int | Unset = UNSET,
        output_format: Literal["jpeg", "png", "webp"] | Unset = UNSET,
        seed: int | Unset = UNSET,
        strength: float | Unset = UNSET,
        options: Options | None = None,
    ) -> AsyncRequest[AsyncMediaOutput]:
        """Validate the input and return it as a request that is not sent. The arguments are those of :meth:`run`."""
        return self._prepare(
            {
                "prompt": prompt,
                "image_url": image_url,
                "mask_image_url": mask_image_url,
                "control_end": control_end,
                "control_scale": control_scale,
                "control_start": control_start,
                "image_size": image_size,
                "loras": loras,
                "num_inference_steps": num_inference_steps,
                "output_format": output_format,
                "seed": seed,
                "strength": strength,
            },
            options,
        )
