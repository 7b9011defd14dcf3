"""Tests of ``openai/gpt-image-2/edit`` against the emulator. Written by runcomfy-codegen."""

from __future__ import annotations

import asyncio
from typing import Final

import pytest
from runcomfy_runtime.testing import Emulator
from runcomfy_sdk import AsyncMediaOutput, AsyncRunComfy, InvalidInput, Options, RunComfy

MODEL_ID: Final = "openai/gpt-image-2/edit"
MINIMAL: Final[dict[str, object]] = {
    "images": ["https://playgrounds-storage-public.runcomfy.net/tools/7341/media-files/promo.webp"],
    "prompt": "Turn the background into a bright, minimal white-to-soft-gray studio sweep with gentle floor shadow; add a large headline in-image that reads 'OPEN STUDIO' in a bold, clean sans-serif, high contrast, centered; keep the main person or product, pose, and face identity unchanged",
}
FULL: Final[dict[str, object]] = {
    "aspect_ratio": "1:1",
    "images": ["https://playgrounds-storage-public.runcomfy.net/tools/7341/media-files/promo.webp"],
    "output_format": "png",
    "prompt": "Turn the background into a bright, minimal white-to-soft-gray studio sweep with gentle floor shadow; add a large headline in-image that reads 'OPEN STUDIO' in a bold, clean sans-serif, high contrast, centered; keep the main person or product, pose, and face identity unchanged",
    "quality": "medium",
    "resolution": "1k",
}
EXAMPLE: Final[dict[str, object]] = {
    "images": ["https://playgrounds-storage-public.runcomfy.net/tools/7341/media-files/promo.webp"],
    "prompt": "Turn the background into a bright, minimal white-to-soft-gray studio sweep with gentle floor shadow; add a large headline in-image that reads 'OPEN STUDIO' in a bold, clean sans-serif, high contrast, centered; keep the main person or product, pose, and face identity unchanged",
}
VIOLATIONS: Final[dict[str, tuple[str, dict[str, object]]]] = {
    "/prompt missing": (
        "/prompt",
        {
            "images": [
                "https://playgrounds-storage-public.runcomfy.net/tools/7341/media-files/promo.webp",
            ],
        },
    ),
    "/images missing": (
        "/images",
        {
            "prompt": "Turn the background into a bright, minimal white-to-soft-gray studio sweep with gentle floor shadow; add a large headline in-image that reads 'OPEN STUDIO' in a bold, clean sans-serif, high contrast, centered; keep the main person or product, pose, and face identity unchanged",
        },
    ),
    "/not_a_field unknown": ("/not_a_field", {**MINIMAL, "not_a_field": "text"}),
    "/aspect_ratio enum": ("/aspect_ratio", {**MINIMAL, "aspect_ratio": "1:1_"}),
    "/aspect_ratio type: number": ("/aspect_ratio", {**MINIMAL, "aspect_ratio": 1}),
    "/aspect_ratio type: null": ("/aspect_ratio", {**MINIMAL, "aspect_ratio": None}),
    "/images minItems": ("/images", {**MINIMAL, "images": []}),
    "/images maxItems": (
        "/images",
        {
            **MINIMAL,
            "images": [
                "https://playgrounds-storage-public.runcomfy.net/tools/7341/media-files/promo.webp",
                "https://playgrounds-storage-public.runcomfy.net/tools/7341/media-files/promo.webp",
                "https://playgrounds-storage-public.runcomfy.net/tools/7341/media-files/promo.webp",
                "https://playgrounds-storage-public.runcomfy.net/tools/7341/media-files/promo.webp",
                "https://playgrounds-storage-public.runcomfy.net/tools/7341/media-files/promo.webp",
                "https://playgrounds-storage-public.runcomfy.net/tools/7341/media-files/promo.webp",
                "https://playgrounds-storage-public.runcomfy.net/tools/7341/media-files/promo.webp",
                "https://playgrounds-storage-public.runcomfy.net/tools/7341/media-files/promo.webp",
                "https://playgrounds-storage-public.runcomfy.net/tools/7341/media-files/promo.webp",
                "https://playgrounds-storage-public.runcomfy.net/tools/7341/media-files/promo.webp",
                "https://playgrounds-storage-public.runcomfy.net/tools/7341/media-files/promo.webp",
            ],
        },
    ),
    "/images type: text": ("/images", {**MINIMAL, "images": "text"}),
    "/images type: object": ("/images", {**MINIMAL, "images": {}}),
    "/images type: null": ("/images", {**MINIMAL, "images": None}),
    "/images/0 type: number": ("/images/0", {**MINIMAL, "images": [1]}),
    "/images/0 type: null": ("/images/0", {**MINIMAL, "images": [None]}),
    "/output_format enum": ("/output_format", {**MINIMAL, "output_format": "png_"}),
    "/output_format type: number": ("/output_format", {**MINIMAL, "output_format": 1}),
    "/output_format type: null": ("/output_format", {**MINIMAL, "output_format": None}),
    "/prompt type: number": ("/prompt", {**MINIMAL, "prompt": 1}),
    "/prompt type: null": ("/prompt", {**MINIMAL, "prompt": None}),
    "/quality enum": ("/quality", {**MINIMAL, "quality": "low_"}),
    "/quality type: number": ("/quality", {**MINIMAL, "quality": 1}),
    "/quality type: null": ("/quality", {**MINIMAL, "quality": None}),
    "/resolution enum": ("/resolution", {**MINIMAL, "resolution": "1k_"}),
    "/resolution type: number": ("/resolution", {**MINIMAL, "resolution": 1}),
    "/resolution type: null": ("/resolution", {**MINIMAL, "resolution": None}),
}
"""Inputs that break one constraint each: the place of the fault, and the payload."""
NOT_COVERED: Final[list[str]] = []
"""Inputs and constraints for which the generator found no value."""


def test_minimal(client: RunComfy) -> None:
    """A job with the required fields only arrives as it was given, and brings output of the right kind."""
    output = client.openai.gpt_image_2.edit.run(
        prompt="Turn the background into a bright, minimal white-to-soft-gray studio sweep with gentle floor shadow; add a large headline in-image that reads 'OPEN STUDIO' in a bold, clean sans-serif, high contrast, centered; keep the main person or product, pose, and face identity unchanged",
        images=[
            "https://playgrounds-storage-public.runcomfy.net/tools/7341/media-files/promo.webp",
        ],
    )
    assert output.record["input"] == MINIMAL
    assert output.files
    assert {file.kind for file in output.files} == {"image"}


def test_minimal_async(emulator: Emulator) -> None:
    """The same from the asynchronous client."""

    async def run() -> AsyncMediaOutput:
        async with AsyncRunComfy(**emulator.client_options()) as client:
            return await client.openai.gpt_image_2.edit.run(
                prompt="Turn the background into a bright, minimal white-to-soft-gray studio sweep with gentle floor shadow; add a large headline in-image that reads 'OPEN STUDIO' in a bold, clean sans-serif, high contrast, centered; keep the main person or product, pose, and face identity unchanged",
                images=[
                    "https://playgrounds-storage-public.runcomfy.net/tools/7341/media-files/promo.webp",
                ],
            )

    output = asyncio.run(run())
    assert output.record["input"] == MINIMAL
    assert output.files
    assert {file.kind for file in output.files} == {"image"}


def test_full(client: RunComfy) -> None:
    """A job with every field arrives as it was given, and brings output of the right kind."""
    output = client.openai.gpt_image_2.edit.run(
        prompt="Turn the background into a bright, minimal white-to-soft-gray studio sweep with gentle floor shadow; add a large headline in-image that reads 'OPEN STUDIO' in a bold, clean sans-serif, high contrast, centered; keep the main person or product, pose, and face identity unchanged",
        images=[
            "https://playgrounds-storage-public.runcomfy.net/tools/7341/media-files/promo.webp",
        ],
        aspect_ratio="1:1",
        output_format="png",
        quality="medium",
        resolution="1k",
    )
    assert output.record["input"] == FULL
    assert output.files
    assert {file.kind for file in output.files} == {"image"}


def test_full_async(emulator: Emulator) -> None:
    """The same from the asynchronous client."""

    async def run() -> AsyncMediaOutput:
        async with AsyncRunComfy(**emulator.client_options()) as client:
            return await client.openai.gpt_image_2.edit.run(
                prompt="Turn the background into a bright, minimal white-to-soft-gray studio sweep with gentle floor shadow; add a large headline in-image that reads 'OPEN STUDIO' in a bold, clean sans-serif, high contrast, centered; keep the main person or product, pose, and face identity unchanged",
                images=[
                    "https://playgrounds-storage-public.runcomfy.net/tools/7341/media-files/promo.webp",
                ],
                aspect_ratio="1:1",
                output_format="png",
                quality="medium",
                resolution="1k",
            )

    output = asyncio.run(run())
    assert output.record["input"] == FULL
    assert output.files
    assert {file.kind for file in output.files} == {"image"}


def test_example(client: RunComfy) -> None:
    """A job with the docs' own example arrives as it was given, and brings output of the right kind."""
    output = client.openai.gpt_image_2.edit.run(
        prompt="Turn the background into a bright, minimal white-to-soft-gray studio sweep with gentle floor shadow; add a large headline in-image that reads 'OPEN STUDIO' in a bold, clean sans-serif, high contrast, centered; keep the main person or product, pose, and face identity unchanged",
        images=[
            "https://playgrounds-storage-public.runcomfy.net/tools/7341/media-files/promo.webp",
        ],
    )
    assert output.record["input"] == EXAMPLE
    assert output.files
    assert {file.kind for file in output.files} == {"image"}


def test_example_async(emulator: Emulator) -> None:
    """The same from the asynchronous client."""

    async def run() -> AsyncMediaOutput:
        async with AsyncRunComfy(**emulator.client_options()) as client:
            return await client.openai.gpt_image_2.edit.run(
                prompt="Turn the background into a bright, minimal white-to-soft-gray studio sweep with gentle floor shadow; add a large headline in-image that reads 'OPEN STUDIO' in a bold, clean sans-serif, high contrast, centered; keep the main person or product, pose, and face identity unchanged",
                images=[
                    "https://playgrounds-storage-public.runcomfy.net/tools/7341/media-files/promo.webp",
                ],
            )

    output = asyncio.run(run())
    assert output.record["input"] == EXAMPLE
    assert output.files
    assert {file.kind for file in output.files} == {"image"}


@pytest.mark.parametrize(("pointer", "payload"), VIOLATIONS.values(), ids=VIOLATIONS)
def test_violations(
    emulator: Emulator, client: RunComfy, pointer: str, payload: dict[str, object]
) -> None:
    """The client refuses the input before it sends anything; the service refuses it as well."""
    model = client.model(MODEL_ID)
    with pytest.raises(InvalidInput) as refused:
        model.run(payload)
    assert pointer in [fault.path for fault in refused.value.faults]
    assert emulator.count() == 0
    with pytest.raises(InvalidInput) as refused:
        model.run(payload, options=Options(validate="off"))
    assert refused.value.http_status == 422


def test_violations_async(emulator: Emulator) -> None:
    """The asynchronous client refuses the same inputs before it sends anything."""

    async def refuse() -> dict[str, list[str]]:
        places: dict[str, list[str]] = {}
        async with AsyncRunComfy(**emulator.client_options()) as client:
            for name, (_, payload) in VIOLATIONS.items():
                with pytest.raises(InvalidInput) as refused:
                    await client.model(MODEL_ID).run(payload)
                places[name] = [fault.path for fault in refused.value.faults]
        return places

    places = asyncio.run(refuse())
    assert [name for name, (place, _) in VIOLATIONS.items() if place not in places[name]] == []
    assert emulator.count() == 0
