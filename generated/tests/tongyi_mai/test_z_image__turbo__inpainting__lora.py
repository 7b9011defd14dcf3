"""Tests of ``tongyi-mai/z-image/turbo/inpainting/lora`` against the emulator. Written by runcomfy-codegen."""

from __future__ import annotations

import asyncio
from typing import Final

import pytest
from runcomfy_runtime.testing import Emulator
from runcomfy_sdk import AsyncMediaOutput, AsyncRunComfy, InvalidInput, Options, RunComfy

MODEL_ID: Final = "tongyi-mai/z-image/turbo/inpainting/lora"
MINIMAL: Final[dict[str, object]] = {
    "image_url": "https://playgrounds-storage-public.runcomfy.net/tools/7294/media-files/input-1-1.png",
    "mask_image_url": "https://playgrounds-storage-public.runcomfy.net/tools/7294/media-files/mask.png",
    "prompt": "Replace the girl’s current top with a short red polka-dot swimsuit top. Keep the girl’s face, hairstyle, body proportions, and pose unchanged. The lighting should be natural and consistent with a beach environment, with realistic colors and details.",
}
FULL: Final[dict[str, object]] = {
    "control_end": 0.6,
    "control_scale": 0.75,
    "control_start": 0,
    "image_size": "auto",
    "image_url": "https://playgrounds-storage-public.runcomfy.net/tools/7294/media-files/input-1-1.png",
    "loras": [{"path": "", "scale": 1}],
    "mask_image_url": "https://playgrounds-storage-public.runcomfy.net/tools/7294/media-files/mask.png",
    "num_inference_steps": 20,
    "output_format": "png",
    "prompt": "Replace the girl’s current top with a short red polka-dot swimsuit top. Keep the girl’s face, hairstyle, body proportions, and pose unchanged. The lighting should be natural and consistent with a beach environment, with realistic colors and details.",
    "seed": 0,
    "strength": 1,
}
EXAMPLE: Final[dict[str, object]] = {
    "image_url": "https://playgrounds-storage-public.runcomfy.net/tools/7294/media-files/input-1-1.png",
    "mask_image_url": "https://playgrounds-storage-public.runcomfy.net/tools/7294/media-files/mask.png",
    "prompt": "Replace the girl’s current top with a short red polka-dot swimsuit top. Keep the girl’s face, hairstyle, body proportions, and pose unchanged. The lighting should be natural and consistent with a beach environment, with realistic colors and details.",
}
VIOLATIONS: Final[dict[str, tuple[str, dict[str, object]]]] = {
    "/prompt missing": (
        "/prompt",
        {
            "image_url": "https://playgrounds-storage-public.runcomfy.net/tools/7294/media-files/input-1-1.png",
            "mask_image_url": "https://playgrounds-storage-public.runcomfy.net/tools/7294/media-files/mask.png",
        },
    ),
    "/image_url missing": (
        "/image_url",
        {
            "mask_image_url": "https://playgrounds-storage-public.runcomfy.net/tools/7294/media-files/mask.png",
            "prompt": "Replace the girl’s current top with a short red polka-dot swimsuit top. Keep the girl’s face, hairstyle, body proportions, and pose unchanged. The lighting should be natural and consistent with a beach environment, with realistic colors and details.",
        },
    ),
    "/mask_image_url missing": (
        "/mask_image_url",
        {
            "image_url": "https://playgrounds-storage-public.runcomfy.net/tools/7294/media-files/input-1-1.png",
            "prompt": "Replace the girl’s current top with a short red polka-dot swimsuit top. Keep the girl’s face, hairstyle, body proportions, and pose unchanged. The lighting should be natural and consistent with a beach environment, with realistic colors and details.",
        },
    ),
    "/not_a_field unknown": ("/not_a_field", {**MINIMAL, "not_a_field": "text"}),
    "/control_end minimum": ("/control_end", {**MINIMAL, "control_end": -0.01}),
    "/control_end maximum": ("/control_end", {**MINIMAL, "control_end": 1.01}),
    "/control_end type: number text": ("/control_end", {**MINIMAL, "control_end": "1"}),
    "/control_end type: boolean": ("/control_end", {**MINIMAL, "control_end": True}),
    "/control_end type: null": ("/control_end", {**MINIMAL, "control_end": None}),
    "/control_scale minimum": ("/control_scale", {**MINIMAL, "control_scale": -0.01}),
    "/control_scale maximum": ("/control_scale", {**MINIMAL, "control_scale": 1.01}),
    "/control_scale type: number text": ("/control_scale", {**MINIMAL, "control_scale": "1"}),
    "/control_scale type: boolean": ("/control_scale", {**MINIMAL, "control_scale": True}),
    "/control_scale type: null": ("/control_scale", {**MINIMAL, "control_scale": None}),
    "/control_start minimum": ("/control_start", {**MINIMAL, "control_start": -0.01}),
    "/control_start maximum": ("/control_start", {**MINIMAL, "control_start": 1.01}),
    "/control_start type: number text": ("/control_start", {**MINIMAL, "control_start": "1"}),
    "/control_start type: boolean": ("/control_start", {**MINIMAL, "control_start": True}),
    "/control_start type: null": ("/control_start", {**MINIMAL, "control_start": None}),
    "/image_size enum": ("/image_size", {**MINIMAL, "image_size": "square_hd_"}),
    "/image_size type: number": ("/image_size", {**MINIMAL, "image_size": 1}),
    "/image_size type: null": ("/image_size", {**MINIMAL, "image_size": None}),
    "/image_url type: number": ("/image_url", {**MINIMAL, "image_url": 1}),
    "/image_url type: null": ("/image_url", {**MINIMAL, "image_url": None}),
    "/loras maxItems": ("/loras", {**MINIMAL, "loras": [{}] * 4}),
    "/loras type: text": ("/loras", {**MINIMAL, "loras": "text"}),
    "/loras type: object": ("/loras", {**MINIMAL, "loras": {}}),
    "/loras type: null": ("/loras", {**MINIMAL, "loras": None}),
    "/loras/0 type: text": ("/loras/0", {**MINIMAL, "loras": ["text"]}),
    "/loras/0 type: list": ("/loras/0", {**MINIMAL, "loras": [[]]}),
    "/loras/0 type: null": ("/loras/0", {**MINIMAL, "loras": [None]}),
    "/loras/0/not_a_field unknown": (
        "/loras/0/not_a_field",
        {**MINIMAL, "loras": [{"not_a_field": "text"}]},
    ),
    "/loras/0/path type: number": ("/loras/0/path", {**MINIMAL, "loras": [{"path": 1}]}),
    "/loras/0/path type: null": ("/loras/0/path", {**MINIMAL, "loras": [{"path": None}]}),
    "/loras/0/scale minimum": ("/loras/0/scale", {**MINIMAL, "loras": [{"scale": -0.01}]}),
    "/loras/0/scale maximum": ("/loras/0/scale", {**MINIMAL, "loras": [{"scale": 4.01}]}),
    "/loras/0/scale type: number text": ("/loras/0/scale", {**MINIMAL, "loras": [{"scale": "1"}]}),
    "/loras/0/scale type: boolean": ("/loras/0/scale", {**MINIMAL, "loras": [{"scale": True}]}),
    "/loras/0/scale type: null": ("/loras/0/scale", {**MINIMAL, "loras": [{"scale": None}]}),
    "/mask_image_url type: number": ("/mask_image_url", {**MINIMAL, "mask_image_url": 1}),
    "/mask_image_url type: null": ("/mask_image_url", {**MINIMAL, "mask_image_url": None}),
    "/num_inference_steps minimum": ("/num_inference_steps", {**MINIMAL, "num_inference_steps": 0}),
    "/num_inference_steps maximum": (
        "/num_inference_steps",
        {**MINIMAL, "num_inference_steps": 31},
    ),
    "/num_inference_steps type: number text": (
        "/num_inference_steps",
        {**MINIMAL, "num_inference_steps": "1"},
    ),
    "/num_inference_steps type: fraction": (
        "/num_inference_steps",
        {**MINIMAL, "num_inference_steps": 20.5},
    ),
    "/num_inference_steps type: boolean": (
        "/num_inference_steps",
        {**MINIMAL, "num_inference_steps": True},
    ),
    "/num_inference_steps type: null": (
        "/num_inference_steps",
        {**MINIMAL, "num_inference_steps": None},
    ),
    "/output_format enum": ("/output_format", {**MINIMAL, "output_format": "jpeg_"}),
    "/output_format type: number": ("/output_format", {**MINIMAL, "output_format": 1}),
    "/output_format type: null": ("/output_format", {**MINIMAL, "output_format": None}),
    "/prompt type: number": ("/prompt", {**MINIMAL, "prompt": 1}),
    "/prompt type: null": ("/prompt", {**MINIMAL, "prompt": None}),
    "/seed type: number text": ("/seed", {**MINIMAL, "seed": "1"}),
    "/seed type: fraction": ("/seed", {**MINIMAL, "seed": 0.5}),
    "/seed type: boolean": ("/seed", {**MINIMAL, "seed": True}),
    "/seed type: null": ("/seed", {**MINIMAL, "seed": None}),
    "/strength minimum": ("/strength", {**MINIMAL, "strength": -0.01}),
    "/strength maximum": ("/strength", {**MINIMAL, "strength": 1.01}),
    "/strength type: number text": ("/strength", {**MINIMAL, "strength": "1"}),
    "/strength type: boolean": ("/strength", {**MINIMAL, "strength": True}),
    "/strength type: null": ("/strength", {**MINIMAL, "strength": None}),
}
"""Inputs that break one constraint each: the place of the fault, and the payload."""
NOT_COVERED: Final[list[str]] = []
"""Inputs and constraints for which the generator found no value."""


def test_minimal(client: RunComfy) -> None:
    """A job with the required fields only arrives as it was given, and brings output of the right kind."""
    output = client.tongyi_mai.z_image.turbo.inpainting.lora.run(
        prompt="Replace the girl’s current top with a short red polka-dot swimsuit top. Keep the girl’s face, hairstyle, body proportions, and pose unchanged. The lighting should be natural and consistent with a beach environment, with realistic colors and details.",
        image_url="https://playgrounds-storage-public.runcomfy.net/tools/7294/media-files/input-1-1.png",
        mask_image_url="https://playgrounds-storage-public.runcomfy.net/tools/7294/media-files/mask.png",
    )
    assert output.record["input"] == MINIMAL
    assert output.files
    assert {file.kind for file in output.files} == {"image"}


def test_minimal_async(emulator: Emulator) -> None:
    """The same from the asynchronous client."""

    async def run() -> AsyncMediaOutput:
        async with AsyncRunComfy(**emulator.client_options()) as client:
            return await client.tongyi_mai.z_image.turbo.inpainting.lora.run(
                prompt="Replace the girl’s current top with a short red polka-dot swimsuit top. Keep the girl’s face, hairstyle, body proportions, and pose unchanged. The lighting should be natural and consistent with a beach environment, with realistic colors and details.",
                image_url="https://playgrounds-storage-public.runcomfy.net/tools/7294/media-files/input-1-1.png",
                mask_image_url="https://playgrounds-storage-public.runcomfy.net/tools/7294/media-files/mask.png",
            )

    output = asyncio.run(run())
    assert output.record["input"] == MINIMAL
    assert output.files
    assert {file.kind for file in output.files} == {"image"}


def test_full(client: RunComfy) -> None:
    """A job with every field arrives as it was given, and brings output of the right kind."""
    output = client.tongyi_mai.z_image.turbo.inpainting.lora.run(
        prompt="Replace the girl’s current top with a short red polka-dot swimsuit top. Keep the girl’s face, hairstyle, body proportions, and pose unchanged. The lighting should be natural and consistent with a beach environment, with realistic colors and details.",
        image_url="https://playgrounds-storage-public.runcomfy.net/tools/7294/media-files/input-1-1.png",
        mask_image_url="https://playgrounds-storage-public.runcomfy.net/tools/7294/media-files/mask.png",
        control_end=0.6,
        control_scale=0.75,
        control_start=0,
        image_size="auto",
        loras=[{"path": "", "scale": 1}],
        num_inference_steps=20,
        output_format="png",
        seed=0,
        strength=1,
    )
    assert output.record["input"] == FULL
    assert output.files
    assert {file.kind for file in output.files} == {"image"}


def test_full_async(emulator: Emulator) -> None:
    """The same from the asynchronous client."""

    async def run() -> AsyncMediaOutput:
        async with AsyncRunComfy(**emulator.client_options()) as client:
            return await client.tongyi_mai.z_image.turbo.inpainting.lora.run(
                prompt="Replace the girl’s current top with a short red polka-dot swimsuit top. Keep the girl’s face, hairstyle, body proportions, and pose unchanged. The lighting should be natural and consistent with a beach environment, with realistic colors and details.",
                image_url="https://playgrounds-storage-public.runcomfy.net/tools/7294/media-files/input-1-1.png",
                mask_image_url="https://playgrounds-storage-public.runcomfy.net/tools/7294/media-files/mask.png",
                control_end=0.6,
                control_scale=0.75,
                control_start=0,
                image_size="auto",
                loras=[{"path": "", "scale": 1}],
                num_inference_steps=20,
                output_format="png",
                seed=0,
                strength=1,
            )

    output = asyncio.run(run())
    assert output.record["input"] == FULL
    assert output.files
    assert {file.kind for file in output.files} == {"image"}


def test_example(client: RunComfy) -> None:
    """A job with the docs' own example arrives as it was given, and brings output of the right kind."""
    output = client.tongyi_mai.z_image.turbo.inpainting.lora.run(
        prompt="Replace the girl’s current top with a short red polka-dot swimsuit top. Keep the girl’s face, hairstyle, body proportions, and pose unchanged. The lighting should be natural and consistent with a beach environment, with realistic colors and details.",
        image_url="https://playgrounds-storage-public.runcomfy.net/tools/7294/media-files/input-1-1.png",
        mask_image_url="https://playgrounds-storage-public.runcomfy.net/tools/7294/media-files/mask.png",
    )
    assert output.record["input"] == EXAMPLE
    assert output.files
    assert {file.kind for file in output.files} == {"image"}


def test_example_async(emulator: Emulator) -> None:
    """The same from the asynchronous client."""

    async def run() -> AsyncMediaOutput:
        async with AsyncRunComfy(**emulator.client_options()) as client:
            return await client.tongyi_mai.z_image.turbo.inpainting.lora.run(
                prompt="Replace the girl’s current top with a short red polka-dot swimsuit top. Keep the girl’s face, hairstyle, body proportions, and pose unchanged. The lighting should be natural and consistent with a beach environment, with realistic colors and details.",
                image_url="https://playgrounds-storage-public.runcomfy.net/tools/7294/media-files/input-1-1.png",
                mask_image_url="https://playgrounds-storage-public.runcomfy.net/tools/7294/media-files/mask.png",
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
