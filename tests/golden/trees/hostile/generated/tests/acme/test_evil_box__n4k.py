"""Tests of ``acme/evil box/4K`` against the emulator. Written by runcomfy-codegen."""

from __future__ import annotations

import asyncio
from typing import Final

import pytest
from runcomfy_runtime.testing import Emulator
from runcomfy_sdk import AsyncMediaOutput, AsyncRunComfy, InvalidInput, Options, RunComfy

MODEL_ID: Final = "acme/evil box/4K"
MINIMAL: Final[dict[str, object]] = {
    "prompt": '"""\'\'\'\\\nimport os; os.system("id") # {{ 7*7 }} {% raw %} ${HOME} $(id) `id` | <script>alert(1)</script> --> ]]> \u2028 \x85 \\N{BULLET} \\x41 &lt; [a](javascript:b) %s {0}',
}
FULL: Final[dict[str, object]] = {
    "$(touch x)": 1,
    "Literal": 3,
    "class": 'a"b',
    'import os; os.system("id")': "text",
    "model_config": False,
    "options": 'a "quoted" default',
    "prompt": '"""\'\'\'\\\nimport os; os.system("id") # {{ 7*7 }} {% raw %} ${HOME} $(id) `id` | <script>alert(1)</script> --> ]]> \u2028 \x85 \\N{BULLET} \\x41 &lt; [a](javascript:b) %s {0}',
    "tags": [{"__class__": "text", 'a"b': "text"}],
}
EXAMPLE: Final[dict[str, object]] = {
    "prompt": '"""\'\'\'\\\nimport os; os.system("id") # {{ 7*7 }} {% raw %} ${HOME} $(id) `id` | <script>alert(1)</script> --> ]]> \u2028 \x85 \\N{BULLET} \\x41 &lt; [a](javascript:b) %s {0}',
}
VIOLATIONS: Final[dict[str, tuple[str, dict[str, object]]]] = {
    "/prompt missing": ("/prompt", {}),
    "/not_a_field unknown": ("/not_a_field", {**MINIMAL, "not_a_field": "text"}),
    "/$(touch x) minimum": ("/$(touch x)", {**MINIMAL, "$(touch x)": -0.01}),
    "/$(touch x) maximum": ("/$(touch x)", {**MINIMAL, "$(touch x)": 1.01}),
    "/$(touch x) type: number text": ("/$(touch x)", {**MINIMAL, "$(touch x)": "1"}),
    "/$(touch x) type: boolean": ("/$(touch x)", {**MINIMAL, "$(touch x)": True}),
    "/$(touch x) type: null": ("/$(touch x)", {**MINIMAL, "$(touch x)": None}),
    "/Literal type: number text": ("/Literal", {**MINIMAL, "Literal": "1"}),
    "/Literal type: fraction": ("/Literal", {**MINIMAL, "Literal": 3.5}),
    "/Literal type: boolean": ("/Literal", {**MINIMAL, "Literal": True}),
    "/Literal type: null": ("/Literal", {**MINIMAL, "Literal": None}),
    "/class enum": ("/class", {**MINIMAL, "class": 'a"b_'}),
    "/class type: number": ("/class", {**MINIMAL, "class": 1}),
    "/class type: null": ("/class", {**MINIMAL, "class": None}),
    '/import os; os.system("id") type: number': (
        '/import os; os.system("id")',
        {**MINIMAL, 'import os; os.system("id")': 1},
    ),
    '/import os; os.system("id") type: null': (
        '/import os; os.system("id")',
        {**MINIMAL, 'import os; os.system("id")': None},
    ),
    "/model_config type: text": ("/model_config", {**MINIMAL, "model_config": "text"}),
    "/model_config type: number": ("/model_config", {**MINIMAL, "model_config": 1}),
    "/model_config type: null": ("/model_config", {**MINIMAL, "model_config": None}),
    "/options type: number": ("/options", {**MINIMAL, "options": 1}),
    "/options type: null": ("/options", {**MINIMAL, "options": None}),
    "/prompt type: number": ("/prompt", {**MINIMAL, "prompt": 1}),
    "/prompt type: null": ("/prompt", {**MINIMAL, "prompt": None}),
    "/tags type: text": ("/tags", {**MINIMAL, "tags": "text"}),
    "/tags type: object": ("/tags", {**MINIMAL, "tags": {}}),
    "/tags type: null": ("/tags", {**MINIMAL, "tags": None}),
    "/tags/0 type: text": ("/tags/0", {**MINIMAL, "tags": ["text"]}),
    "/tags/0 type: list": ("/tags/0", {**MINIMAL, "tags": [[]]}),
    "/tags/0 type: null": ("/tags/0", {**MINIMAL, "tags": [None]}),
    "/tags/0/not_a_field unknown": (
        "/tags/0/not_a_field",
        {**MINIMAL, "tags": [{"not_a_field": "text"}]},
    ),
    "/tags/0/__class__ type: number": (
        "/tags/0/__class__",
        {**MINIMAL, "tags": [{"__class__": 1}]},
    ),
    "/tags/0/__class__ type: null": (
        "/tags/0/__class__",
        {**MINIMAL, "tags": [{"__class__": None}]},
    ),
    '/tags/0/a"b type: number': ('/tags/0/a"b', {**MINIMAL, "tags": [{'a"b': 1}]}),
    '/tags/0/a"b type: null': ('/tags/0/a"b', {**MINIMAL, "tags": [{'a"b': None}]}),
}
"""Inputs that break one constraint each: the place of the fault, and the payload."""
NOT_COVERED: Final[list[str]] = []
"""Inputs and constraints for which the generator found no value."""


def test_minimal(client: RunComfy) -> None:
    """A job with the required fields only arrives as it was given, and brings output of the right kind."""
    output = client.acme.evil_box.n4k.run(
        prompt='"""\'\'\'\\\nimport os; os.system("id") # {{ 7*7 }} {% raw %} ${HOME} $(id) `id` | <script>alert(1)</script> --> ]]> \u2028 \x85 \\N{BULLET} \\x41 &lt; [a](javascript:b) %s {0}',
    )
    assert output.record["input"] == MINIMAL
    assert output.files


def test_minimal_async(emulator: Emulator) -> None:
    """The same from the asynchronous client."""

    async def run() -> AsyncMediaOutput:
        async with AsyncRunComfy(**emulator.client_options()) as client:
            return await client.acme.evil_box.n4k.run(
                prompt='"""\'\'\'\\\nimport os; os.system("id") # {{ 7*7 }} {% raw %} ${HOME} $(id) `id` | <script>alert(1)</script> --> ]]> \u2028 \x85 \\N{BULLET} \\x41 &lt; [a](javascript:b) %s {0}',
            )

    output = asyncio.run(run())
    assert output.record["input"] == MINIMAL
    assert output.files


def test_full(client: RunComfy) -> None:
    """A job with every field arrives as it was given, and brings output of the right kind."""
    output = client.acme.evil_box.n4k.run(
        prompt='"""\'\'\'\\\nimport os; os.system("id") # {{ 7*7 }} {% raw %} ${HOME} $(id) `id` | <script>alert(1)</script> --> ]]> \u2028 \x85 \\N{BULLET} \\x41 &lt; [a](javascript:b) %s {0}',
        touch_x=1,
        Literal_=3,
        class_='a"b',
        import_os_os_system_id="text",
        model_config_=False,
        options_='a "quoted" default',
        tags=[{"__class__": "text", 'a"b': "text"}],
    )
    assert output.record["input"] == FULL
    assert output.files


def test_full_async(emulator: Emulator) -> None:
    """The same from the asynchronous client."""

    async def run() -> AsyncMediaOutput:
        async with AsyncRunComfy(**emulator.client_options()) as client:
            return await client.acme.evil_box.n4k.run(
                prompt='"""\'\'\'\\\nimport os; os.system("id") # {{ 7*7 }} {% raw %} ${HOME} $(id) `id` | <script>alert(1)</script> --> ]]> \u2028 \x85 \\N{BULLET} \\x41 &lt; [a](javascript:b) %s {0}',
                touch_x=1,
                Literal_=3,
                class_='a"b',
                import_os_os_system_id="text",
                model_config_=False,
                options_='a "quoted" default',
                tags=[{"__class__": "text", 'a"b': "text"}],
            )

    output = asyncio.run(run())
    assert output.record["input"] == FULL
    assert output.files


def test_example(client: RunComfy) -> None:
    """A job with the docs' own example arrives as it was given, and brings output of the right kind."""
    output = client.acme.evil_box.n4k.run(
        prompt='"""\'\'\'\\\nimport os; os.system("id") # {{ 7*7 }} {% raw %} ${HOME} $(id) `id` | <script>alert(1)</script> --> ]]> \u2028 \x85 \\N{BULLET} \\x41 &lt; [a](javascript:b) %s {0}',
    )
    assert output.record["input"] == EXAMPLE
    assert output.files


def test_example_async(emulator: Emulator) -> None:
    """The same from the asynchronous client."""

    async def run() -> AsyncMediaOutput:
        async with AsyncRunComfy(**emulator.client_options()) as client:
            return await client.acme.evil_box.n4k.run(
                prompt='"""\'\'\'\\\nimport os; os.system("id") # {{ 7*7 }} {% raw %} ${HOME} $(id) `id` | <script>alert(1)</script> --> ]]> \u2028 \x85 \\N{BULLET} \\x41 &lt; [a](javascript:b) %s {0}',
            )

    output = asyncio.run(run())
    assert output.record["input"] == EXAMPLE
    assert output.files


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
