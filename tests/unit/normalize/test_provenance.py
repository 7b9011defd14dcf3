"""Fixes replay and reverse, normalizing settles at once, and the order of keys does not matter."""

from __future__ import annotations

from typing import cast

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from runcomfy_codegen.jsontypes import Json, JsonObject
from runcomfy_codegen.normalize import Fix, normalize, replay, reverse
from runcomfy_codegen.pointer import ABSENT
from runcomfy_codegen.spec import canonical_json
from support.documents import raw_document, reverse_keys

NAMES = st.sampled_from(
    [
        *("prompt", "negative_prompt", "seed", "image_url", "images", "241_positive_prompt"),
        *("promptImage", "mask_image_url", "left_audio", "video", "loras", "a/b", "a~b", "类型"),
        *("type", "items", "required", "title", "properties", "duration", "class", "4k", ""),
    ]
)
TEXTS = st.sampled_from(
    [
        "",
        " ",
        "Prompt",
        " Makes it so. ",
        "图片",
        "modelApiDoc_outDescImage",
        "0\ufffd?",
        "It's `a` | b",
    ]
)
SAMPLES: st.SearchStrategy[Json] = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-3, 2**33),
    st.sampled_from([0.5, 1.0, 2.5]),
    st.sampled_from(
        ["", "a fox", "2.5", "7", "true", "https://files.example.com/a.png", "clip_1.mp4", "auto"]
    ),
)
TYPES: st.SearchStrategy[Json] = st.one_of(
    st.sampled_from(
        [
            *("string", "integer", "number", "boolean", "array", "object", "null"),
            *("float", "int", "str", "bool", "double", "list", "dict", " Float ", "hologram"),
        ]
    ),
    st.lists(st.sampled_from(["float", "int", "str", "null", "string", "none"]), max_size=3).map(
        lambda names: list[Json](names)
    ),
)
FORMATS = st.sampled_from(
    ["image_uri", "image_uris", "video_uri", "audio_uris", "uri", "str", "float_slider", "hologram"]
)
BOUNDS: st.SearchStrategy[Json] = st.one_of(
    st.none(), st.integers(-2, 9), st.sampled_from(["0", "4.5", "", "low", 2.0])
)


def properties(schemas: st.SearchStrategy[JsonObject]) -> st.SearchStrategy[JsonObject]:
    return st.dictionaries(NAMES, schemas, max_size=4).map(lambda members: dict[str, Json](members))


def schemas(inner: st.SearchStrategy[JsonObject]) -> st.SearchStrategy[JsonObject]:
    members: dict[str, st.SearchStrategy[object]] = {
        "type": TYPES,
        "title": TEXTS,
        "description": st.one_of(TEXTS, st.none()),
        "default": st.one_of(SAMPLES, st.lists(SAMPLES, max_size=2)),
        "enum": st.one_of(st.none(), st.lists(SAMPLES, max_size=4)),
        "format": FORMATS,
        "minimum": BOUNDS,
        "maximum": BOUNDS,
        "maxLength": BOUNDS,
        "minItems": BOUNDS,
        "items": st.one_of(inner, properties(inner), st.sampled_from(["string", "float"])),
        "properties": properties(inner),
        "required": st.one_of(
            st.booleans(), st.lists(st.one_of(NAMES, st.integers(), st.none()), max_size=3)
        ),
        "validations": st.sampled_from(
            [[{"validation_rule": "width_pixels<", "validation_value": 6000}], [{}], "none"]
        ),
        "hologram": st.just(1),
        "nullable": st.booleans(),
        "example": SAMPLES,
        "exclusiveMinimum": st.one_of(st.booleans(), st.integers(0, 3)),
        "anyOf": st.lists(inner, max_size=2),
        "oneOf": st.lists(inner, max_size=2),
        "$comment": TEXTS,
    }
    return st.fixed_dictionaries({}, optional=members).map(lambda made: cast("JsonObject", made))


def plain() -> JsonObject:
    """Return a new schema each time, for parsed documents share no parts."""
    return {"type": "string"}


SCHEMAS = st.recursive(schemas(st.builds(plain)), schemas, max_leaves=6)


@st.composite
def documents(draw: st.DrawFn) -> JsonObject:
    required = draw(st.lists(NAMES, max_size=3))
    document = raw_document(
        draw(properties(SCHEMAS)),
        required=required,
        model_id=draw(st.sampled_from(["acme/paint", "acme/x/edit", "acme/Box 1/text-to-video"])),
    )
    document["title"] = draw(TEXTS)
    if draw(st.booleans()):
        del document["example"]
    return document


@given(documents())
@settings(max_examples=50, deadline=None)
def test_fixes_replay_forwards_and_reverse_backwards(raw: JsonObject) -> None:
    before = canonical_json(raw)
    done = normalize(raw, "page.txt")

    assert canonical_json(raw) == before, "the raw document was changed in place"
    assert canonical_json(replay(raw, done.fixes)) == canonical_json(done.document)
    assert canonical_json(reverse(done.document, done.fixes)) == before


@given(documents())
@settings(max_examples=50, deadline=None)
def test_fixes_survive_their_json_form(raw: JsonObject) -> None:
    done = normalize(raw, "page.txt")

    assert tuple(Fix.from_json(fix.to_json()) for fix in done.fixes) == done.fixes


@given(documents())
@settings(max_examples=50, deadline=None)
def test_normalizing_again_changes_nothing(raw: JsonObject) -> None:
    once = normalize(raw, "page.txt")
    again = normalize(once.document, "page.txt")

    assert again.fixes == ()
    assert canonical_json(again.document) == canonical_json(once.document)
    assert again.problems == once.problems


@given(documents())
@settings(max_examples=50, deadline=None)
def test_key_order_does_not_matter(raw: JsonObject) -> None:
    turned = reverse_keys(raw)
    assert isinstance(turned, dict)
    done, other = normalize(raw, "page.txt"), normalize(turned, "page.txt")

    assert canonical_json(other.document) == canonical_json(done.document)
    assert sorted(map(str, other.problems)) == sorted(map(str, done.problems))
    assert sorted(map(str, other.open)) == sorted(map(str, done.open))


def test_the_kind_of_media_does_not_depend_on_key_order() -> None:
    members: JsonObject = {"audio_url": {"type": "string"}, "image_url": {"type": "string"}}
    turned = dict(reversed(members.items()))
    tasks = {
        str(
            normalize(raw_document(each, required=sorted(each), model_id="acme/x"), "p").document[
                "task"
            ]
        )
        for each in (members, turned)
    }

    assert len(tasks) == 1


def test_replay_refuses_a_document_that_is_not_the_recorded_one() -> None:
    fix = Fix("rule", "/a", 1, 2, "why")

    with pytest.raises(ValueError, match="/a"):
        replay({"a": 3}, [fix])
    with pytest.raises(ValueError, match="/a"):
        reverse({"a": 1}, [fix])


def test_a_fix_without_before_adds_and_its_reverse_removes() -> None:
    fix = Fix("rule", "/a~1b/0", ABSENT, "x", "why")
    raw: JsonObject = {"a/b": []}

    assert replay(raw, [fix]) == {"a/b": ["x"]}
    assert reverse({"a/b": ["x"]}, [fix]) == raw
