"""Reading a schema into fields, and text into values."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from runcomfy_runtime.fields import Field, MalformedTextError, local_files, read_fields


def field(schema: dict[str, Any], **root: Any) -> Field:
    return read_fields({"type": "object", "properties": {"f": schema}, **root})["f"]


@pytest.mark.parametrize(
    ("schema", "text", "value"),
    [
        ({"type": "string"}, "42", "42"),
        ({"type": "string"}, "true", "true"),
        ({"type": "string"}, "", ""),
        ({"type": "integer"}, "-1", -1),
        ({"type": "integer"}, "4294967295", 4294967295),
        ({"type": "integer"}, "1.5", "1.5"),
        ({"type": "integer"}, "ten", "ten"),
        ({"type": "number"}, "0.75", 0.75),
        ({"type": "number"}, "1", 1),
        ({"type": "number"}, "1e-3", 0.001),
        ({"type": "number"}, "nan", "nan"),
        ({"type": "number"}, "inf", "inf"),
        ({"type": "boolean"}, "yes", True),
        ({"type": "boolean"}, "OFF", False),
        ({"type": "boolean"}, "maybe", "maybe"),
        ({"type": "integer", "enum": [5, 10]}, "10", 10),
        ({"type": "string", "enum": ["5", "10"]}, "10", "10"),
        ({"type": ["integer", "null"]}, "null", None),
        ({"type": ["string", "null"]}, "null", "null"),
        ({"anyOf": [{"type": "integer"}, {"type": "null"}]}, "3", 3),
        ({"anyOf": [{"enum": ["auto"], "type": "string"}, {"type": "integer"}]}, "auto", "auto"),
        ({"type": "array", "items": {"type": "integer"}}, "3", [3]),
        ({"type": "array", "items": {"type": "integer"}}, "[3, 4]", [3, 4]),
        ({"type": "array", "items": {"type": "string"}}, "a,b", ["a,b"]),
        ({}, "anything", "anything"),
    ],
)
def test_text_becomes_a_value_of_the_fields_type(
    schema: dict[str, Any], text: str, value: object
) -> None:
    read = field(schema).from_text(text)
    assert read == value
    assert type(read) is type(value)


LORA: dict[str, Any] = {
    "type": "object",
    "properties": {"path": {"type": "string"}, "scale": {"type": "number"}},
}


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("path=owner/repo,scale=0.5", {"path": "owner/repo", "scale": 0.5}),
        ("path=https://h/a?b=1,2&c=d,scale=1", {"path": "https://h/a?b=1,2&c=d", "scale": 1}),
        ('{"path": "x", "scale": 2}', {"path": "x", "scale": 2}),
        ("pth=x", {"pth": "x"}),
        ('path="a,scale=3",scale=2', {"path": "a,scale=3", "scale": 2}),
        (r'scale=1, path="a \"b\", c\\d"', {"path": 'a "b", c\\d', "scale": 1}),
        ('path=say "hi", you,scale=1', {"path": 'say "hi", you', "scale": 1}),
        ('path="",scale=1', {"path": "", "scale": 1}),
        ("path=a\nb,scale=1", {"path": "a\nb", "scale": 1}),
    ],
)
def test_object_items_are_read_from_pairs_or_json(text: str, value: object) -> None:
    assert field({"type": "array", "items": LORA}).from_text(text) == [value]


def test_object_without_equals_sign_says_the_form() -> None:
    with pytest.raises(MalformedTextError, match=r"path=…,scale=….*'owner/repo'"):
        field({"type": "array", "items": LORA}).from_text("owner/repo")


@pytest.mark.parametrize(
    ("text", "words"), [("path=a,path=b", "'path' twice"), (r'path="a\q"', "do not match")]
)
def test_pairs_that_cannot_be_meant_are_refused(text: str, words: str) -> None:
    with pytest.raises(MalformedTextError, match=words):
        field({"type": "array", "items": LORA}).from_text(text)


def test_an_object_of_no_known_names_takes_any() -> None:
    read = field({"type": "object"}).from_text("a=1, b-c=x,y")
    assert read == {"a": "1", "b-c": "x,y"}


def test_broken_json_list_is_named() -> None:
    with pytest.raises(MalformedTextError, match="not JSON"):
        field({"type": "array", "items": {"type": "string"}}).from_text('["a"')


@pytest.mark.parametrize("url", ["https://h/x.png", "HTTP://h/x", "data:image/png;base64,AA=="])
def test_urls_and_data_uris_stay_text(url: str) -> None:
    assert field({"type": "string", "x-media": "image"}).from_text(url) == url


def test_local_files_are_found_in_every_depth() -> None:
    schema = {
        "type": "array",
        "items": {
            "type": "object",
            "properties": {
                "front": {"type": "string", "x-media": "image"},
                "more": {"type": "array", "items": {"type": "string", "x-media": "image"}},
                "note": {"type": "string"},
            },
        },
    }
    value = field(schema).with_media(
        [{"front": "a.png", "more": ["https://h/b", "c.png"], "note": "d.png"}]
    )
    assert dict(local_files(value)) == {"/0/front": Path("a.png"), "/0/more/1": Path("c.png")}
    assert value[0]["note"] == "d.png"


def test_references_and_alternatives_are_followed() -> None:
    schemas: dict[str, Any] = {
        "Size": {"anyOf": [{"type": "string", "enum": ["s", "m"]}, {"$ref": "#/$defs/WH"}]}
    }
    schemas["WH"] = {"type": "object", "properties": {"width": {"type": "integer"}}}
    size = field({"$ref": "#/$defs/Size"}, **{"$defs": schemas})
    assert size.kinds == {"string", "object"}
    assert size.choices == ("s", "m")
    assert size.from_text("m") == "m"
    assert size.from_text('{"width": 5}') == {"width": 5}


def test_a_reference_to_itself_ends() -> None:
    node: dict[str, Any] = {"Node": {"anyOf": [{"$ref": "#/$defs/Node"}, {"type": "string"}]}}
    assert "string" in field({"$ref": "#/$defs/Node"}, **{"$defs": node}).kinds


@pytest.mark.parametrize(
    ("schema", "words"),
    [
        ({"type": "number", "minimum": 0, "maximum": 1}, "≥ 0, ≤ 1"),
        ({"type": "integer", "exclusiveMinimum": 0}, "> 0"),
        ({"type": "array", "minItems": 1, "maxItems": 10}, "1 to 10 items"),
        ({"type": "string", "minItems": 0, "maxLength": 5}, "at most 5 characters"),
        ({"type": "string"}, ""),
    ],
)
def test_bounds_in_words(schema: dict[str, Any], words: str) -> None:
    assert field(schema).bounds == words
