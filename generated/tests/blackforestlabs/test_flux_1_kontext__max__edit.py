"""Tests of ``blackforestlabs/flux-1-kontext/max/edit`` against the emulator. Written by runcomfy-codegen."""

from __future__ import annotations

import asyncio
from typing import Final

import pytest
from runcomfy_runtime.testing import Emulator
from runcomfy_sdk import AsyncMediaOutput, AsyncRunComfy, InvalidInput, Options, RunComfy

MODEL_ID: Final = "blackforestlabs/flux-1-kontext/max/edit"
MINIMAL: Final[dict[str, object]] = {
    "image_url": "https://playgrounds-storage-public.runcomfy.net/tools/7007/media-files/usecase2-2-input.png",
    "prompt": "Replace the background with a moody nighttime city street; keep the subject and pose unchanged; add light rain and glossy reflections on the ground; enhance contrast with warm shop lights and cool ambient tones",
}
FULL: Final[dict[str, object]] = {
    "aspect_ratio": "16:9",
    "image_url": "https://playgrounds-storage-public.runcomfy.net/tools/7007/media-files/usecase2-2-input.png",
    "prompt": "Replace the background with a moody nighttime city street; keep the subject and pose unchanged; add light rain and glossy reflections on the ground; enhance contrast with warm shop lights and cool ambient tones",
    "seed": 40123778,
}
EXAMPLE: Final[dict[str, object]] = {
    "image_url": "https://playgrounds-storage-public.runcomfy.net/tools/7007/media-files/usecase2-2-input.png",
    "prompt": "Replace the background with a moody nighttime city street; keep the subject and pose unchanged; add light rain and glossy reflections on the ground; enhance contrast with warm shop lights and cool ambient tones",
}
VIOLATIONS: Final[dict[str, tuple[str, dict[str, object]]]] = {
    "/prompt missing": (
        "/prompt",
        {
            "image_url": "https://playgrounds-storage-public.runcomfy.net/tools/7007/media-files/usecase2-2-input.png",
        },
    ),
    "/image_url missing": (
        "/image_url",
        {
            "prompt": "Replace the background with a moody nighttime city street; keep the subject and pose unchanged; add light rain and glossy reflections on the ground; enhance contrast with warm shop lights and cool ambient tones",
        },
    ),
    "/not_a_field unknown": ("/not_a_field", {**MINIMAL, "not_a_field": "text"}),
    "/aspect_ratio enum": ("/aspect_ratio", {**MINIMAL, "aspect_ratio": "21:9_"}),
    "/aspect_ratio type: number": ("/aspect_ratio", {**MINIMAL, "aspect_ratio": 1}),
    "/aspect_ratio type: null": ("/aspect_ratio", {**MINIMAL, "aspect_ratio": None}),
    "/image_url type: number": ("/image_url", {**MINIMAL, "image_url": 1}),
    "/image_url type: null": ("/image_url", {**MINIMAL, "image_url": None}),
    "/prompt type: number": ("/prompt", {**MINIMAL, "prompt": 1}),
    "/prompt type: null": ("/prompt", {**MINIMAL, "prompt": None}),
    "/seed type: number text": ("/seed", {**MINIMAL, "seed": "1"}),
    "/seed type: fraction": ("/seed", {**MINIMAL, "seed": 40123778.5}),
    "/seed type: boolean": ("/seed", {**MINIMAL, "seed": True}),
    "/seed type: null": ("/seed", {**MINIMAL, "seed": None}),
}
"""Inputs that break one constraint each: the place of the fault, and the payload."""
NOT_COVERED: Final[list[str]] = []
"""Inputs and constraints for which the generator found no value."""


def test_minimal(client: RunComfy) -> None:
    """A job with the required fields only arrives as it was given, and brings output of the right kind."""
    output = client.blackforestlabs.flux_1_kontext.max.edit.run(
        prompt="Replace the background with a moody nighttime city street; keep the subject and pose unchanged; add light rain and glossy reflections on the ground; enhance contrast with warm shop lights and cool ambient tones",
        image_url="https://playgrounds-storage-public.runcomfy.net/tools/7007/media-files/usecase2-2-input.png",
    )
    assert output.record["input"] == MINIMAL
    assert output.files
    assert {file.kind for file in output.files} == {"image"}


def test_minimal_async(emulator: Emulator) -> None:
    """The same from the asynchronous client."""

    async def run() -> AsyncMediaOutput:
        async with AsyncRunComfy(**emulator.client_options()) as client:
            return await client.blackforestlabs.flux_1_kontext.max.edit.run(
                prompt="Replace the background with a moody nighttime city street; keep the subject and pose unchanged; add light rain and glossy reflections on the ground; enhance contrast with warm shop lights and cool ambient tones",
                image_url="https://playgrounds-storage-public.runcomfy.net/tools/7007/media-files/usecase2-2-input.png",
            )

    output = asyncio.run(run())
    assert output.record["input"] == MINIMAL
    assert output.files
    assert {file.kind for file in output.files} == {"image"}


def test_full(client: RunComfy) -> None:
    """A job with every field arrives as it was given, and brings output of the right kind."""
    output = client.blackforestlabs.flux_1_kontext.max.edit.run(
        prompt="Replace the background with a moody nighttime city street; keep the subject and pose unchanged; add light rain and glossy reflections on the ground; enhance contrast with warm shop lights and cool ambient tones",
        image_url="https://playgrounds-storage-public.runcomfy.net/tools/7007/media-files/usecase2-2-input.png",
        aspect_ratio="16:9",
        seed=40123778,
    )
    assert output.record["input"] == FULL
    assert output.files
    assert {file.kind for file in output.files} == {"image"}


def test_full_async(emulator: Emulator) -> None:
    """The same from the asynchronous client."""

    async def run() -> AsyncMediaOutput:
        async with AsyncRunComfy(**emulator.client_options()) as client:
            return await client.blackforestlabs.flux_1_kontext.max.edit.run(
                prompt="Replace the background with a moody nighttime city street; keep the subject and pose unchanged; add light rain and glossy reflections on the ground; enhance contrast with warm shop lights and cool ambient tones",
                image_url="https://playgrounds-storage-public.runcomfy.net/tools/7007/media-files/usecase2-2-input.png",
                aspect_ratio="16:9",
                seed=40123778,
            )

    output = asyncio.run(run())
    assert output.record["input"] == FULL
    assert output.files
    assert {file.kind for file in output.files} == {"image"}


def test_example(client: RunComfy) -> None:
    """A job with the docs' own example arrives as it was given, and brings output of the right kind."""
    output = client.blackforestlabs.flux_1_kontext.max.edit.run(
        prompt="Replace the background with a moody nighttime city street; keep the subject and pose unchanged; add light rain and glossy reflections on the ground; enhance contrast with warm shop lights and cool ambient tones",
        image_url="https://playgrounds-storage-public.runcomfy.net/tools/7007/media-files/usecase2-2-input.png",
    )
    assert output.record["input"] == EXAMPLE
    assert output.files
    assert {file.kind for file in output.files} == {"image"}


def test_example_async(emulator: Emulator) -> None:
    """The same from the asynchronous client."""

    async def run() -> AsyncMediaOutput:
        async with AsyncRunComfy(**emulator.client_options()) as client:
            return await client.blackforestlabs.flux_1_kontext.max.edit.run(
                prompt="Replace the background with a moody nighttime city street; keep the subject and pose unchanged; add light rain and glossy reflections on the ground; enhance contrast with warm shop lights and cool ambient tones",
                image_url="https://playgrounds-storage-public.runcomfy.net/tools/7007/media-files/usecase2-2-input.png",
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
