"""The form says of an input what the SDK says of it."""

from __future__ import annotations

import base64
import io
import json
import re
import wave
from collections.abc import Callable
from typing import Any, cast

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from PIL import Image
from playwright.sync_api import Page
from runcomfy_codegen.jsontypes import Json, JsonObject
from runcomfy_codegen.validator import refusals
from runcomfy_runtime import InvalidInput, ModelInfo
from runcomfy_runtime.inputs import find_faults
from runcomfy_runtime.payload import draft_body
from support.schemas import NODES, inputs_of, make_class, objects

Faults = dict[str, str]
Judge = Callable[[JsonObject, list[Any]], list[Faults]]

PNG = "data:image/png;base64," + base64.b64encode(b"\x89PNG\r\n\x1a\n" + b"\0" * 40).decode()
WAV = "data:audio/wav;base64," + base64.b64encode(b"RIFF\x24\0\0\0WAVEfmt " + b"\0" * 30).decode()
MP4 = "data:video/mp4;base64," + base64.b64encode(b"\0\0\0\x18ftypisom" + b"\0" * 30).decode()


@pytest.fixture
def judge(scripts: Page) -> Judge:
    scripts.evaluate("""async () => {
            const { findFaults, pointer } = await import("./faults.js");
            const { parseJson } = await import("./json.js");
            window.judge = (schema, inputs) => parseJson(inputs).map((input) =>
                Object.fromEntries(
                    findFaults(parseJson(schema), input).map(({ path, message }) => [pointer(path), message])));
        }""")

    def judge(schema: JsonObject, inputs: list[Any]) -> list[Faults]:
        texts = [json.dumps(schema), json.dumps(inputs)]
        return cast("list[Faults]", scripts.evaluate("([a, b]) => judge(a, b)", texts))

    return judge


def comparable(faults: Faults) -> Faults:
    """Return faults without what only the SDK can know: the nearest name, and the names of its classes.

    The order of choices is Python's, which takes ``Literal[1, 2]`` for ``Literal[2, 1]`` where both occur.
    """

    def plain(message: str) -> str:
        message = re.sub(r"; did you mean .*| or instance of \w+", "", message)
        head, colon, choices = message.partition("input should be ")
        if not head and colon and re.search(r"['\d]$", choices):
            return " ".join(sorted(re.split(r", | or ", choices)))
        return message

    return {place: plain(message) for place, message in faults.items()}


@settings(
    max_examples=60,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
    phases=[Phase.explicit, Phase.generate],
)
@given(objects(NODES), st.data())
def test_verdict_places_and_words_are_the_sdk_s(
    judge: Judge, schema: JsonObject, data: st.DataObject
) -> None:
    made = make_class(schema)
    inputs = [data.draw(inputs_of(schema)) for _ in range(8)]
    for value, found in zip(inputs, judge(schema, inputs), strict=True):
        wanted = {fault.path: fault.message for fault in find_faults(made, value)}
        context = json.dumps({"schema": schema, "input": value, "sdk": wanted, "form": found})
        assert bool(found) == bool(refusals(schema, cast("Json", value))), context
        if (
            "anyOf" in context
        ):  # a union of choices is one set of choices to pydantic, and joined words to the form
            assert bool(found) == bool(wanted), context
        else:
            assert comparable(found) == comparable(wanted), context


SCHEMA: JsonObject = {
    "type": "object",
    "properties": {
        "seed": {"type": "integer", "minimum": 0, "maximum": 18446744073709551615},
        "steps": {
            "type": "integer",
            "multipleOf": 8,
            "exclusiveMinimum": 0,
            "exclusiveMaximum": 65,
        },
        "tiny": {"type": "number", "minimum": 1e-7, "maximum": 1e21},
        "step": {"type": "number", "multipleOf": 0.1},
        "text": {"type": "string", "minLength": 1, "maxLength": 2},
        "size": {"type": "string", "pattern": "^\\d+x\\d+$"},
        "mode": {"type": "string", "enum": ["it's", 'say "x"', "a\nb", "\u202e"]},
        "level": {"type": "integer", "enum": [1, 2, 3]},
        "tags": {"type": "array", "items": {"type": "string"}, "minItems": 1, "maxItems": 2},
        "flag": {"type": "boolean"},
        "none": {"type": ["integer", "null"]},
        "either": {"anyOf": [{"type": "string", "maxLength": 1}, {"type": "integer"}]},
        "loras": {
            "type": "array",
            "items": {
                "type": "object",
                "properties": {
                    "path": {"type": "string"},
                    "scale": {"type": "number", "maximum": 4},
                },
                "required": ["path"],
                "additionalProperties": False,
            },
        },
    },
    "required": ["text"],
    "additionalProperties": False,
}
GIVEN: dict[str, list[Json]] = {
    "seed": [0, 18446744073709551615, 18446744073709551616, -1, 1.5, "7", True, None, 2.0],
    "steps": [8, 64, 0, 65, 7, 72, 8.0],
    "tiny": [1e-7, 1e-8, 1e21, 1e22, "x", True],
    "step": [0.1, 0.2, 0.5, 0.25, 1, 1e10],
    "text": ["", "\N{GRINNING FACE}" * 2, "abc", 3],
    "size": ["1x1", "1x", ""],
    "mode": ["it's", "none", 1, True],
    "level": [1, 4, 1.0, "1", True],
    "tags": [[], ["a", "b", "c"], [1], "a", {}, [None]],
    "flag": [True, 1, "true"],
    "none": [None, 1, "x"],
    "either": ["ab", 1.5, True, 1, "a"],
    "loras": [[{}], [{"path": "a", "scale": 5}], [{"path": None}], [{"path": "a", "x": 1}], []],
    "other": [1],
}


def test_common_faults_have_the_sdk_s_words(judge: Judge) -> None:
    made = make_class(SCHEMA)
    inputs = [{"text": "x", name: value} for name, values in GIVEN.items() for value in values]
    inputs.append({})
    for value, found in zip(inputs, judge(SCHEMA, inputs), strict=True):
        wanted = {fault.path: fault.message for fault in find_faults(made, value)}
        assert comparable(found) == comparable(wanted), value


MEDIA: JsonObject = {
    "type": "object",
    "properties": {
        "image_url": {"type": "string", "x-media": "image"},
        "audios": {"type": "array", "items": {"type": "string", "x-media": "audio"}},
        "video": {"type": "string", "x-media": "video"},
        "file": {"type": "string", "x-media": "file"},
    },
    "additionalProperties": False,
}


@pytest.mark.parametrize(
    "text",
    [
        "https://x.example/a.png",
        "HTTP://x.example",
        "cat.png",
        "",
        "javascript:alert(1)",
        "data:image/png;base64",
        "data:image/png;base64,",
        "data:,",
        "data:image/png;base64,!!!!",
        "data:image/png;base64,AAA",
        "data:;base64,AAAA",
        "data:text/plain,hello",
        "data:image/png,%89PNG%0D%0A%1A%0A0000",
        PNG,
        WAV,
        MP4,
        PNG.replace("image/png", "IMAGE/PNG ; x=1"),
        PNG.replace("image/png", "video/mp4"),
        PNG.replace("+", "%2B").replace("/", "%2F").replace("image%2Fpng", "image/png"),
    ],
)
def test_media_are_judged_as_the_sdk_judges_them(judge: Judge, text: str) -> None:
    info = ModelInfo(
        "acme/paint",
        input=make_class(MEDIA),
        media={"/image_url": "image", "/audios/*": "audio", "/video": "video", "/file": "file"},
    )
    inputs: list[JsonObject] = [
        {"image_url": text},
        {"audios": [WAV, text]},
        {"video": text},
        {"file": text},
    ]
    for value, found in zip(inputs, judge(MEDIA, inputs), strict=True):
        try:
            draft_body(info, value, "strict", inline=True)
            wanted: Faults = {}
        except InvalidInput as error:
            wanted = {fault.path: fault.message for fault in error.faults}
        place, message = next(iter(wanted.items()), ("", ""))
        if "malformed" in message:  # the words in brackets are Python's own
            wanted[place] = message.partition(" (")[0]
        assert found == wanted


RULES: list[Json] = [
    {"rule": "width<", "value": 6, "message": "Too  wide"},
    {"rule": "width/height<=", "value": 2, "message": ""},
    {"rule": "height x width>", "value": "30"},
    {"rule": "file_size_mb<", "value": 0.00001, "message": "Too heavy"},
    {"rule": "duration_seconds>", "value": 2, "message": "Too short"},
    {"rule": "sharpness>", "value": 2},
    {"rule": 3, "value": 2},
    {"rule": "width>", "value": "many"},
]


@pytest.mark.parametrize("name", ["wide.png", "small.jpeg", "sound.wav"])
def test_chosen_files_are_measured_and_held_against_the_service_s_rules(
    scripts: Page, name: str
) -> None:
    kind = "audio" if name.endswith("wav") else "image"
    rules = {"x-validations": RULES}
    schema: JsonObject = {
        "type": "object",
        "properties": {
            "one": {"type": "string", "x-media": kind, **rules},
            "all": {"type": "array", "items": {"type": "string", "x-media": kind}, **rules},
        },
    }
    content = sample(name)
    found = scripts.evaluate(
        """async ([schema, name, bytes]) => {
            const { findFaults, pointer } = await import("./faults.js");
            const { readFile } = await import("./media.js");
            const file = await readFile(new File([new Uint8Array(bytes)], name));
            return Object.fromEntries(
                findFaults(schema, { one: file, all: [file] }).map(({ path, message }) => [pointer(path), message]));
        }""",
        [schema, name, [*content]],
    )
    info = ModelInfo(
        "acme/paint",
        input=make_class(schema),
        media={"/one": kind, "/all/*": kind},
        validations={"/one": RULES, "/all": RULES},
    )
    with pytest.raises(InvalidInput) as refused:
        draft_body(info, {"one": content, "all": [content]}, "strict", inline=True)
    wanted: dict[str, list[str]] = {}
    for fault in refused.value.faults:
        wanted.setdefault(fault.path, []).append(fault.message)
    assert found == {place: "; ".join(messages) for place, messages in wanted.items()}
    assert set(found) == {"/one", "/all/0"}


def sample(name: str) -> bytes:
    """Return a picture of 12 x 4 or 3 x 2 pixels, or a sound of half a second."""
    made = io.BytesIO()
    if name.endswith("wav"):
        with wave.open(made, "wb") as sound:
            sound.setnchannels(1)
            sound.setsampwidth(2)
            sound.setframerate(8000)
            sound.writeframes(bytes(8000))
    else:
        size = (12, 4) if name == "wide.png" else (3, 2)
        Image.new("RGB", size).save(made, name.rpartition(".")[2])
    return made.getvalue()
