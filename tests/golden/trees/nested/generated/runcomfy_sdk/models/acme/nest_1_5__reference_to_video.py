"""Nest 1.5.

Model ``acme/nest-1.5/reference-to-video``, written by runcomfy-codegen from its API page.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, ClassVar, Final, Literal, NotRequired, TypedDict

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
    "AsyncNest15ReferenceToVideo",
    "ElementsItem",
    "ElementsItemDict",
    "ElementsItemMotion",
    "ElementsItemMotionDict",
    "LorasItem",
    "LorasItemDict",
    "Nest15ReferenceToVideo",
    "Nest15ReferenceToVideoInput",
]


class ElementsItemMotion(InputModel):
    """The value of elements item motion."""

    mode: Literal["walk", "run"]
    speed: Annotated[float | None, Field(ge=0.0, le=2.0)] = None


class LorasItem(InputModel):
    """One item of loras."""

    path: str | None = None
    scale: Annotated[float | None, Field(ge=0.0, le=4.0)] = None


class ElementsItem(InputModel):
    """One item of elements."""

    frontal_image_url: str | None = None
    motion: ElementsItemMotion | None = None
    reference_image_urls: Annotated[list[str] | None, Field(max_length=3)] = None


class Nest15ReferenceToVideoInput(InputModel):
    """The input of ``acme/nest-1.5/reference-to-video``, as it is sent."""

    __nullable__: ClassVar[frozenset[str]] = frozenset(["seed"])

    field_241_positive_prompt: Annotated[str, Field(alias="241_positive_prompt")]
    field_284_image: Annotated[str, Field(alias="284_image")]
    duration: Literal[3, 5, "auto"] | None = None
    elements: Annotated[list[ElementsItem] | None, Field(max_length=4)] = None
    image_url_1: str | None = None
    image_url_10: str | None = None
    image_url_2: str | None = None
    images: list[str] | None = None
    loras: Annotated[list[LorasItem] | None, Field(max_length=3, min_length=0)] = None
    promptText: Annotated[str | None, Field(max_length=500)] = None
    seed: Annotated[int | None, Field(ge=0, le=4294967295)] = None


class ElementsItemMotionDict(TypedDict):
    """The value of elements item motion."""

    mode: Literal["walk", "run"]
    speed: NotRequired[float]


class ElementsItemDict(TypedDict):
    """One item of elements."""

    frontal_image_url: NotRequired[FileInput]
    motion: NotRequired[ElementsItemMotion | ElementsItemMotionDict]
    reference_image_urls: NotRequired[Sequence[FileInput]]


class LorasItemDict(TypedDict):
    """One item of loras."""

    path: NotRequired[str]
    scale: NotRequired[float]


MODEL: Final = ModelInfo(
    id="acme/nest-1.5/reference-to-video",
    title="Nest 1.5",
    input=Nest15ReferenceToVideoInput,
    media={
        "/284_image": "image",
        "/elements/*/frontal_image_url": "image",
        "/elements/*/reference_image_urls/*": "image",
        "/image_url_1": "image",
        "/image_url_10": "image",
        "/image_url_2": "image",
        "/images/*": "image",
    },
    output="video",
    validations={
        "/images": [
            {"message": "The width must be below 6000.", "rule": "width_pixels<", "value": 6000}
        ]
    },
)


class Nest15ReferenceToVideo(Endpoint):
    """Nest 1.5.

    Model ``acme/nest-1.5/reference-to-video``, reference-to-video.
    """

    model = MODEL

    def run(
        self,
        *,
        field_241_positive_prompt: str,
        field_284_image: FileInput,
        duration: Literal[3, 5, "auto"] | Unset = UNSET,
        elements: Sequence[ElementsItem | ElementsItemDict] | Unset = UNSET,
        image_url_1: FileInput | Unset = UNSET,
        image_url_10: FileInput | Unset = UNSET,
        image_url_2: FileInput | Unset = UNSET,
        images: Sequence[FileInput] | Unset = UNSET,
        loras: Sequence[LorasItem | LorasItemDict] | Unset = UNSET,
        promptText: str | Unset = UNSET,
        seed: int | None | Unset = UNSET,
        options: Options | None = None,
    ) -> MediaOutput:
        """Run one job and wait for its output.

        Args:
            field_241_positive_prompt: What to show.
            field_284_image: The first picture.
            duration: Duration. One of 3, 5, "auto"; the service's default is 5.
            elements: Things that appear. At most 4 items.
            image_url_1: Image URL 1.
            image_url_10: Image URL 10.
            image_url_2: Image URL 2.
            images: Images. The width must be below 6000..
            loras: LoRAs. At most 3 items.
            promptText: Prompt Text. At most 500 characters; the service's default is "".
            seed: Seed. 0 to 4294967295; the service's default is null.
            options: Settings of this one call, such as its timeout.

        Returns:
            The output's files (videos) and the raw output.

        Raises:
            InvalidInput: The input breaks the model's schema; nothing was sent.
            SubmitUnknown: The job may have been created and charged, and its id is not known.
            JobFailed: The job ended without output.
            JobTimeout: The job was not done in time; it was cancelled if it was still queued.
        """
        return self._run(
            {
                "241_positive_prompt": field_241_positive_prompt,
                "284_image": field_284_image,
                "duration": duration,
                "elements": elements,
                "image_url_1": image_url_1,
                "image_url_10": image_url_10,
                "image_url_2": image_url_2,
                "images": images,
                "loras": loras,
                "promptText": promptText,
                "seed": seed,
            },
            options,
        )

    def submit(
        self,
        *,
        field_241_positive_prompt: str,
        field_284_image: FileInput,
        duration: Literal[3, 5, "auto"] | Unset = UNSET,
        elements: Sequence[ElementsItem | ElementsItemDict] | Unset = UNSET,
        image_url_1: FileInput | Unset = UNSET,
        image_url_10: FileInput | Unset = UNSET,
        image_url_2: FileInput | Unset = UNSET,
        images: Sequence[FileInput] | Unset = UNSET,
        loras: Sequence[LorasItem | LorasItemDict] | Unset = UNSET,
        promptText: str | Unset = UNSET,
        seed: int | None | Unset = UNSET,
        options: Options | None = None,
    ) -> Job[MediaOutput]:
        """Submit one job and return its handle at once. The arguments are those of :meth:`run`."""
        return self._submit(
            {
                "241_positive_prompt": field_241_positive_prompt,
                "284_image": field_284_image,
                "duration": duration,
                "elements": elements,
                "image_url_1": image_url_1,
                "image_url_10": image_url_10,
                "image_url_2": image_url_2,
                "images": images,
                "loras": loras,
                "promptText": promptText,
                "seed": seed,
            },
            options,
        )

    def prepare(
        self,
        *,
        field_241_positive_prompt: str,
        field_284_image: FileInput,
        duration: Literal[3, 5, "auto"] | Unset = UNSET,
        elements: Sequence[ElementsItem | ElementsItemDict] | Unset = UNSET,
        image_url_1: FileInput | Unset = UNSET,
        image_url_10: FileInput | Unset = UNSET,
        image_url_2: FileInput | Unset = UNSET,
        images: Sequence[FileInput] | Unset = UNSET,
        loras: Sequence[LorasItem | LorasItemDict] | Unset = UNSET,
        promptText: str | Unset = UNSET,
        seed: int | None | Unset = UNSET,
        options: Options | None = None,
    ) -> Request[MediaOutput]:
        """Validate the input and return it as a request that is not sent. The arguments are those of :meth:`run`."""
        return self._prepare(
            {
                "241_positive_prompt": field_241_positive_prompt,
                "284_image": field_284_image,
                "duration": duration,
                "elements": elements,
                "image_url_1": image_url_1,
                "image_url_10": image_url_10,
                "image_url_2": image_url_2,
                "images": images,
                "loras": loras,
                "promptText": promptText,
                "seed": seed,
            },
            options,
        )


class AsyncNest15ReferenceToVideo(AsyncEndpoint):
    """Nest 1.5.

    Model ``acme/nest-1.5/reference-to-video``, reference-to-video.
    """

    model = MODEL

    async def run(
        self,
        *,
        field_241_positive_prompt: str,
        field_284_image: FileInput,
        duration: Literal[3, 5, "auto"] | Unset = UNSET,
        elements: Sequence[ElementsItem | ElementsItemDict] | Unset = UNSET,
        image_url_1: FileInput | Unset = UNSET,
        image_url_10: FileInput | Unset = UNSET,
        image_url_2: FileInput | Unset = UNSET,
        images: Sequence[FileInput] | Unset = UNSET,
        loras: Sequence[LorasItem | LorasItemDict] | Unset = UNSET,
        promptText: str | Unset = UNSET,
        seed: int | None | Unset = UNSET,
        options: Options | None = None,
    ) -> AsyncMediaOutput:
        """Run one job and wait for its output.

        Args:
            field_241_positive_prompt: What to show.
            field_284_image: The first picture.
            duration: Duration. One of 3, 5, "auto"; the service's default is 5.
            elements: Things that appear. At most 4 items.
            image_url_1: Image URL 1.
            image_url_10: Image URL 10.
            image_url_2: Image URL 2.
            images: Images. The width must be below 6000..
            loras: LoRAs. At most 3 items.
            promptText: Prompt Text. At most 500 characters; the service's default is "".
            seed: Seed. 0 to 4294967295; the service's default is null.
            options: Settings of this one call, such as its timeout.

        Returns:
            The output's files (videos) and the raw output.

        Raises:
            InvalidInput: The input breaks the model's schema; nothing was sent.
            SubmitUnknown: The job may have been created and charged, and its id is not known.
            JobFailed: The job ended without output.
            JobTimeout: The job was not done in time; it was cancelled if it was still queued.
        """
        return await self._run(
            {
                "241_positive_prompt": field_241_positive_prompt,
                "284_image": field_284_image,
                "duration": duration,
                "elements": elements,
                "image_url_1": image_url_1,
                "image_url_10": image_url_10,
                "image_url_2": image_url_2,
                "images": images,
                "loras": loras,
                "promptText": promptText,
                "seed": seed,
            },
            options,
        )

    async def submit(
        self,
        *,
        field_241_positive_prompt: str,
        field_284_image: FileInput,
        duration: Literal[3, 5, "auto"] | Unset = UNSET,
        elements: Sequence[ElementsItem | ElementsItemDict] | Unset = UNSET,
        image_url_1: FileInput | Unset = UNSET,
        image_url_10: FileInput | Unset = UNSET,
        image_url_2: FileInput | Unset = UNSET,
        images: Sequence[FileInput] | Unset = UNSET,
        loras: Sequence[LorasItem | LorasItemDict] | Unset = UNSET,
        promptText: str | Unset = UNSET,
        seed: int | None | Unset = UNSET,
        options: Options | None = None,
    ) -> AsyncJob[AsyncMediaOutput]:
        """Submit one job and return its handle at once. The arguments are those of :meth:`run`."""
        return await self._submit(
            {
                "241_positive_prompt": field_241_positive_prompt,
                "284_image": field_284_image,
                "duration": duration,
                "elements": elements,
                "image_url_1": image_url_1,
                "image_url_10": image_url_10,
                "image_url_2": image_url_2,
                "images": images,
                "loras": loras,
                "promptText": promptText,
                "seed": seed,
            },
            options,
        )

    def prepare(
        self,
        *,
        field_241_positive_prompt: str,
        field_284_image: FileInput,
        duration: Literal[3, 5, "auto"] | Unset = UNSET,
        elements: Sequence[ElementsItem | ElementsItemDict] | Unset = UNSET,
        image_url_1: FileInput | Unset = UNSET,
        image_url_10: FileInput | Unset = UNSET,
        image_url_2: FileInput | Unset = UNSET,
        images: Sequence[FileInput] | Unset = UNSET,
        loras: Sequence[LorasItem | LorasItemDict] | Unset = UNSET,
        promptText: str | Unset = UNSET,
        seed: int | None | Unset = UNSET,
        options: Options | None = None,
    ) -> AsyncRequest[AsyncMediaOutput]:
        """Validate the input and return it as a request that is not sent. The arguments are those of :meth:`run`."""
        return self._prepare(
            {
                "241_positive_prompt": field_241_positive_prompt,
                "284_image": field_284_image,
                "duration": duration,
                "elements": elements,
                "image_url_1": image_url_1,
                "image_url_10": image_url_10,
                "image_url_2": image_url_2,
                "images": images,
                "loras": loras,
                "promptText": promptText,
                "seed": seed,
            },
            options,
        )
