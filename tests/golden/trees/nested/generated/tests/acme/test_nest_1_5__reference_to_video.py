"""Tests of ``acme/nest-1.5/reference-to-video`` against the emulator. Written by runcomfy-codegen."""

from __future__ import annotations

import asyncio
from typing import Final

import pytest
from runcomfy_runtime.testing import Emulator
from runcomfy_sdk import AsyncMediaOutput, AsyncRunComfy, InvalidInput, Options, RunComfy

MODEL_ID: Final = "acme/nest-1.5/reference-to-video"
MINIMAL: Final[dict[str, object]] = {
    "241_positive_prompt": "A paper boat crosses a puddle",
    "284_image": "https://files.example.com/Example_1271_1.png",
}
FULL: Final[dict[str, object]] = {
    "241_positive_prompt": "A paper boat crosses a puddle",
    "284_image": "https://files.example.com/Example_1271_1.png",
    "duration": 5,
    "elements": [
        {
            "frontal_image_url": "https://files.example.com/in.png",
            "motion": {"mode": "walk", "speed": 1},
            "reference_image_urls": ["https://files.example.com/in.png"],
        },
    ],
    "image_url_1": "https://files.example.com/in.png",
    "image_url_10": "https://files.example.com/in.png",
    "image_url_2": "https://files.example.com/in.png",
    "images": ["https://files.example.com/in/one.webp"],
    "loras": [{"path": "", "scale": 1}],
    "promptText": "",
    "seed": 1,
}
EXAMPLE: Final[dict[str, object]] = {
    "241_positive_prompt": "A paper boat crosses a puddle",
    "284_image": "https://files.example.com/Example_1271_1.png",
}
VIOLATIONS: Final[dict[str, tuple[str, dict[str, object]]]] = {
    "/241_positive_prompt missing": (
        "/241_positive_prompt",
        {"284_image": "https://files.example.com/Example_1271_1.png"},
    ),
    "/284_image missing": ("/284_image", {"241_positive_prompt": "A paper boat crosses a puddle"}),
    "/not_a_field unknown": ("/not_a_field", {**MINIMAL, "not_a_field": "text"}),
    "/241_positive_prompt type: number": (
        "/241_positive_prompt",
        {**MINIMAL, "241_positive_prompt": 1},
    ),
    "/241_positive_prompt type: null": (
        "/241_positive_prompt",
        {**MINIMAL, "241_positive_prompt": None},
    ),
    "/284_image type: number": ("/284_image", {**MINIMAL, "284_image": 1}),
    "/284_image type: null": ("/284_image", {**MINIMAL, "284_image": None}),
    "/duration enum": ("/duration", {**MINIMAL, "duration": 4}),
    "/duration type: number text": ("/duration", {**MINIMAL, "duration": "1"}),
    "/duration type: fraction": ("/duration", {**MINIMAL, "duration": 5.5}),
    "/duration type: boolean": ("/duration", {**MINIMAL, "duration": True}),
    "/duration type: null": ("/duration", {**MINIMAL, "duration": None}),
    "/duration type: number": ("/duration", {**MINIMAL, "duration": 1}),
    "/elements maxItems": ("/elements", {**MINIMAL, "elements": [{}] * 5}),
    "/elements type: text": ("/elements", {**MINIMAL, "elements": "text"}),
    "/elements type: object": ("/elements", {**MINIMAL, "elements": {}}),
    "/elements type: null": ("/elements", {**MINIMAL, "elements": None}),
    "/elements/0 type: text": ("/elements/0", {**MINIMAL, "elements": ["text"]}),
    "/elements/0 type: list": ("/elements/0", {**MINIMAL, "elements": [[]]}),
    "/elements/0 type: null": ("/elements/0", {**MINIMAL, "elements": [None]}),
    "/elements/0/not_a_field unknown": (
        "/elements/0/not_a_field",
        {**MINIMAL, "elements": [{"not_a_field": "text"}]},
    ),
    "/elements/0/frontal_image_url type: number": (
        "/elements/0/frontal_image_url",
        {**MINIMAL, "elements": [{"frontal_image_url": 1}]},
    ),
    "/elements/0/frontal_image_url type: null": (
        "/elements/0/frontal_image_url",
        {**MINIMAL, "elements": [{"frontal_image_url": None}]},
    ),
    "/elements/0/motion type: text": (
        "/elements/0/motion",
        {**MINIMAL, "elements": [{"motion": "text"}]},
    ),
    "/elements/0/motion type: list": (
        "/elements/0/motion",
        {**MINIMAL, "elements": [{"motion": []}]},
    ),
    "/elements/0/motion type: null": (
        "/elements/0/motion",
        {**MINIMAL, "elements": [{"motion": None}]},
    ),
    "/elements/0/motion/mode missing": (
        "/elements/0/motion/mode",
        {**MINIMAL, "elements": [{"motion": {}}]},
    ),
    "/elements/0/motion/not_a_field unknown": (
        "/elements/0/motion/not_a_field",
        {**MINIMAL, "elements": [{"motion": {"mode": "walk", "not_a_field": "text"}}]},
    ),
    "/elements/0/motion/mode enum": (
        "/elements/0/motion/mode",
        {**MINIMAL, "elements": [{"motion": {"mode": "walk_"}}]},
    ),
    "/elements/0/motion/mode type: number": (
        "/elements/0/motion/mode",
        {**MINIMAL, "elements": [{"motion": {"mode": 1}}]},
    ),
    "/elements/0/motion/mode type: null": (
        "/elements/0/motion/mode",
        {**MINIMAL, "elements": [{"motion": {"mode": None}}]},
    ),
    "/elements/0/motion/speed minimum": (
        "/elements/0/motion/speed",
        {**MINIMAL, "elements": [{"motion": {"mode": "walk", "speed": -0.01}}]},
    ),
    "/elements/0/motion/speed maximum": (
        "/elements/0/motion/speed",
        {**MINIMAL, "elements": [{"motion": {"mode": "walk", "speed": 2.01}}]},
    ),
    "/elements/0/motion/speed type: number text": (
        "/elements/0/motion/speed",
        {**MINIMAL, "elements": [{"motion": {"mode": "walk", "speed": "1"}}]},
    ),
    "/elements/0/motion/speed type: boolean": (
        "/elements/0/motion/speed",
        {**MINIMAL, "elements": [{"motion": {"mode": "walk", "speed": True}}]},
    ),
    "/elements/0/motion/speed type: null": (
        "/elements/0/motion/speed",
        {**MINIMAL, "elements": [{"motion": {"mode": "walk", "speed": None}}]},
    ),
    "/elements/0/reference_image_urls maxItems": (
        "/elements/0/reference_image_urls",
        {
            **MINIMAL,
            "elements": [{"reference_image_urls": ["https://files.example.com/in.png"] * 4}],
        },
    ),
    "/elements/0/reference_image_urls type: text": (
        "/elements/0/reference_image_urls",
        {**MINIMAL, "elements": [{"reference_image_urls": "text"}]},
    ),
    "/elements/0/reference_image_urls type: object": (
        "/elements/0/reference_image_urls",
        {**MINIMAL, "elements": [{"reference_image_urls": {}}]},
    ),
    "/elements/0/reference_image_urls type: null": (
        "/elements/0/reference_image_urls",
        {**MINIMAL, "elements": [{"reference_image_urls": None}]},
    ),
    "/elements/0/reference_image_urls/0 type: number": (
        "/elements/0/reference_image_urls/0",
        {**MINIMAL, "elements": [{"reference_image_urls": [1]}]},
    ),
    "/elements/0/reference_image_urls/0 type: null": (
        "/elements/0/reference_image_urls/0",
        {**MINIMAL, "elements": [{"reference_image_urls": [None]}]},
    ),
    "/image_url_1 type: number": ("/image_url_1", {**MINIMAL, "image_url_1": 1}),
    "/image_url_1 type: null": ("/image_url_1", {**MINIMAL, "image_url_1": None}),
    "/image_url_10 type: number": ("/image_url_10", {**MINIMAL, "image_url_10": 1}),
    "/image_url_10 type: null": ("/image_url_10", {**MINIMAL, "image_url_10": None}),
    "/image_url_2 type: number": ("/image_url_2", {**MINIMAL, "image_url_2": 1}),
    "/image_url_2 type: null": ("/image_url_2", {**MINIMAL, "image_url_2": None}),
    "/images type: text": ("/images", {**MINIMAL, "images": "text"}),
    "/images type: object": ("/images", {**MINIMAL, "images": {}}),
    "/images type: null": ("/images", {**MINIMAL, "images": None}),
    "/images/0 type: number": ("/images/0", {**MINIMAL, "images": [1]}),
    "/images/0 type: null": ("/images/0", {**MINIMAL, "images": [None]}),
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
    "/promptText maxLength": ("/promptText", {**MINIMAL, "promptText": "x" * 501}),
    "/promptText type: number": ("/promptText", {**MINIMAL, "promptText": 1}),
    "/promptText type: null": ("/promptText", {**MINIMAL, "promptText": None}),
    "/seed minimum": ("/seed", {**MINIMAL, "seed": -1}),
    "/seed maximum": ("/seed", {**MINIMAL, "seed": 4294967296}),
    "/seed type: number text": ("/seed", {**MINIMAL, "seed": "1"}),
    "/seed type: fraction": ("/seed", {**MINIMAL, "seed": 1.5}),
    "/seed type: boolean": ("/seed", {**MINIMAL, "seed": True}),
    "/seed type: text": ("/seed", {**MINIMAL, "seed": "text"}),
}
"""Inputs that break one constraint each: the place of the fault, and the payload."""
NOT_COVERED: Final[list[str]] = []
"""Inputs and constraints for which the generator found no value."""


def test_minimal(client: RunComfy) -> None:
    """A job with the required fields only arrives as it was given, and brings output of the right kind."""
    output = client.acme.nest_1_5.reference_to_video.run(
        field_241_positive_prompt="A paper boat crosses a puddle",
        field_284_image="https://files.example.com/Example_1271_1.png",
    )
    assert output.record["input"] == MINIMAL
    assert output.files
    assert {file.kind for file in output.files} == {"video"}


def test_minimal_async(emulator: Emulator) -> None:
    """The same from the asynchronous client."""

    async def run() -> AsyncMediaOutput:
        async with AsyncRunComfy(**emulator.client_options()) as client:
            return await client.acme.nest_1_5.reference_to_video.run(
                field_241_positive_prompt="A paper boat crosses a puddle",
                field_284_image="https://files.example.com/Example_1271_1.png",
            )

    output = asyncio.run(run())
    assert output.record["input"] == MINIMAL
    assert output.files
    assert {file.kind for file in output.files} == {"video"}


def test_full(client: RunComfy) -> None:
    """A job with every field arrives as it was given, and brings output of the right kind."""
    output = client.acme.nest_1_5.reference_to_video.run(
        field_241_positive_prompt="A paper boat crosses a puddle",
        field_284_image="https://files.example.com/Example_1271_1.png",
        duration=5,
        elements=[
            {
                "frontal_image_url": "https://files.example.com/in.png",
                "motion": {"mode": "walk", "speed": 1},
                "reference_image_urls": ["https://files.example.com/in.png"],
            },
        ],
        image_url_1="https://files.example.com/in.png",
        image_url_10="https://files.example.com/in.png",
        image_url_2="https://files.example.com/in.png",
        images=["https://files.example.com/in/one.webp"],
        loras=[{"path": "", "scale": 1}],
        promptText="",
        seed=1,
    )
    assert output.record["input"] == FULL
    assert output.files
    assert {file.kind for file in output.files} == {"video"}


def test_full_async(emulator: Emulator) -> None:
    """The same from the asynchronous client."""

    async def run() -> AsyncMediaOutput:
        async with AsyncRunComfy(**emulator.client_options()) as client:
            return await client.acme.nest_1_5.reference_to_video.run(
                field_241_positive_prompt="A paper boat crosses a puddle",
                field_284_image="https://files.example.com/Example_1271_1.png",
                duration=5,
                elements=[
                    {
                        "frontal_image_url": "https://files.example.com/in.png",
                        "motion": {"mode": "walk", "speed": 1},
                        "reference_image_urls": ["https://files.example.com/in.png"],
                    },
                ],
                image_url_1="https://files.example.com/in.png",
                image_url_10="https://files.example.com/in.png",
                image_url_2="https://files.example.com/in.png",
                images=["https://files.example.com/in/one.webp"],
                loras=[{"path": "", "scale": 1}],
                promptText="",
                seed=1,
            )

    output = asyncio.run(run())
    assert output.record["input"] == FULL
    assert output.files
    assert {file.kind for file in output.files} == {"video"}


def test_example(client: RunComfy) -> None:
    """A job with the docs' own example arrives as it was given, and brings output of the right kind."""
    output = client.acme.nest_1_5.reference_to_video.run(
        field_241_positive_prompt="A paper boat crosses a puddle",
        field_284_image="https://files.example.com/Example_1271_1.png",
    )
    assert output.record["input"] == EXAMPLE
    assert output.files
    assert {file.kind for file in output.files} == {"video"}


def test_example_async(emulator: Emulator) -> None:
    """The same from the asynchronous client."""

    async def run() -> AsyncMediaOutput:
        async with AsyncRunComfy(**emulator.client_options()) as client:
            return await client.acme.nest_1_5.reference_to_video.run(
                field_241_positive_prompt="A paper boat crosses a puddle",
                field_284_image="https://files.example.com/Example_1271_1.png",
            )

    output = asyncio.run(run())
    assert output.record["input"] == EXAMPLE
    assert output.files
    assert {file.kind for file in output.files} == {"video"}


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
