"""Three small models and an emulator that serves them."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from functools import partial
from pathlib import Path
from typing import Any

import httpx
import pytest
from runcomfy_runtime.testing import Emulator, ManualClock

URL = {"type": "string", "x-media": "image"}

SPECS: list[dict[str, object]] = [
    {
        "model_id": "acme/paint/edit",
        "title": "Paint Edit",
        "summary": "Edits a picture.",
        "task": "image-to-image",
        "input_schema": {
            "type": "object",
            "required": ["prompt", "image_url"],
            "properties": {
                "prompt": {"type": "string", "minLength": 1, "maxLength": 200},
                "image_url": URL,
                "images": {"type": "array", "items": URL, "minItems": 1, "maxItems": 3},
                "output_format": {"type": "string", "enum": ["png", "jpeg", "webp"]},
                "aspect_ratio": {"type": "string"},
                "num_images": {"type": "integer", "minimum": 1, "maximum": 4},
                "strength": {"type": "number", "minimum": 0, "maximum": 1},
                "seed": {"anyOf": [{"type": "integer"}, {"type": "null"}]},
                "loras": {
                    "type": "array",
                    "items": {
                        "type": "object",
                        "required": ["path"],
                        "properties": {
                            "path": {"type": "string"},
                            "scale": {"type": "number", "minimum": 0, "maximum": 4},
                        },
                    },
                },
            },
        },
        "output_schema": {"type": "object", "x-media": "image"},
        "example": {"prompt": "a cat", "image_url": "https://example.org/in.png"},
    },
    {
        "model_id": "acme/movie-2.5/4K/text to video",
        "title": "Movie",
        "summary": "Makes a film.",
        "task": "text-to-video",
        "input_schema": {
            "type": "object",
            "required": ["prompt"],
            "properties": {"prompt": {"type": "string"}},
        },
        "output_schema": {"type": "object"},
        "example": {"prompt": "a wave"},
    },
    {
        "model_id": "acme/voice",
        "title": "Voice",
        "summary": "Speaks.",
        "task": "",
        "input_schema": {
            "type": "object",
            "required": ["text"],
            "properties": {"text": {"type": "string"}},
        },
        "output_schema": {"type": "object", "properties": {"audio": {"type": "string"}}},
        "example": {"text": "hello"},
    },
]

PAINT = "/v1/models/acme/paint/edit"
GOOD: dict[str, object] = {"prompt": "a cat", "image_url": "https://example.org/in.png"}


class Desk:
    """An emulator on a clock that stands still, with a client and shortcuts."""

    def __init__(self, emulator: Emulator, clock: ManualClock, client: httpx.Client) -> None:
        self.emulator = emulator
        self.clock = clock
        self.client = client

    def submit(self, path: str = PAINT, **payload: object) -> str:
        reply = self.client.post(path, json=payload or GOOD)
        assert reply.is_success, reply.text
        return str(reply.json()["request_id"])

    def status(self, request_id: str) -> httpx.Response:
        return self.client.get(f"/v1/requests/{request_id}/status")

    def result(self, request_id: str, **query: str) -> httpx.Response:
        return self.client.get(f"/v1/requests/{request_id}/result", params=query)

    def cancel(self, request_id: str) -> httpx.Response:
        return self.client.post(f"/v1/requests/{request_id}/cancel")

    def output(self, request_id: str) -> Any:
        self.clock.advance(60)
        return self.result(request_id).json()["output"]

    def urls(self, request_id: str) -> list[str]:
        values: list[str | list[str]] = list(self.output(request_id).values())
        return [u for v in values for u in ([v] if isinstance(v, str) else v)]


@pytest.fixture(scope="session")
def specs_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("specs")
    for number, spec in enumerate(SPECS):
        path = folder / "models" / "acme" / f"{number}.json"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps({"spec_version": 1, **spec}), encoding="utf-8")
    return folder


def _open(stack: ExitStack, specs_folder: Path, **settings: object) -> Desk:
    clock = ManualClock()
    pace: dict[str, object] = {"queue_seconds": 10, "run_seconds": 20, "clock": clock}
    emulator = Emulator(specs_folder, **{**pace, **settings})  # type: ignore[arg-type]
    stack.enter_context(emulator)
    headers = {"Authorization": f"Bearer {emulator.client_options()['token']}"}
    client = httpx.Client(base_url=emulator.base_url, headers=headers, timeout=5)
    return Desk(emulator, clock, stack.enter_context(client))


@pytest.fixture
def open_desk(specs_folder: Path) -> Iterator[Callable[..., Desk]]:
    with ExitStack() as stack:
        yield partial(_open, stack, specs_folder)


@pytest.fixture(scope="module")
def shared_desk(specs_folder: Path) -> Iterator[Desk]:
    with ExitStack() as stack:
        yield _open(stack, specs_folder)


@pytest.fixture
def desk(open_desk: Callable[..., Desk]) -> Desk:
    return open_desk()
