"""Limits and conditions that only the text states are reported, and nothing is changed."""

from __future__ import annotations

import pytest
from runcomfy_codegen.jsontypes import Json, JsonObject
from runcomfy_codegen.normalize import normalize
from support.documents import raw_document

LIST: JsonObject = {"type": "array", "items": {"type": "string"}}


def reported(schema: JsonObject, text: str) -> list[tuple[str, str]]:
    """Return rule and message of the open points of a property with this description."""
    member: JsonObject = {**schema, "title": "T", "description": text}
    done = normalize(raw_document({"field": member}), "p.txt")
    assert done.problems == ()
    schema_after = done.document["input_schema"]
    assert isinstance(schema_after, dict)
    assert schema_after["properties"] == {"field": member}
    return [(str(entry["rule"]), str(entry["message"])) for entry in done.open]


@pytest.mark.parametrize(
    ("schema", "text", "said"),
    [
        ({"type": "string"}, "Content to avoid. Max 500 characters.", "500 characters"),
        ({"type": "integer"}, "Range is 0 to 2147483647.", "Range is 0 to 2147483647"),
        ({"type": "number"}, "Between 0.5 and 2.", "Between 0.5 and 2"),
        ({"type": "integer"}, "Output duration. Allowed values: 3-15.", "values: 3-15"),
        (LIST, "Up to 3 reference clips.", "Up to 3"),
    ],
)
def test_a_limit_in_prose_is_reported(schema: JsonObject, text: str, said: str) -> None:
    ((rule, message),) = reported(schema, text)

    assert rule == "prose-limit"
    assert said in message


@pytest.mark.parametrize(
    ("schema", "text"),
    [
        ({"type": "string", "maxLength": 500}, "Max 500 characters."),
        ({"type": "integer", "minimum": 0, "maximum": 9}, "Range is 0 to 9."),
        ({"type": "integer", "enum": [3, 4]}, "Allowed values: 3-4."),
        ({**LIST, "maxItems": 3}, "Up to 3 clips."),
        ({"type": "boolean"}, "Up to 3 clips."),
        ({"type": "string"}, "A prompt of up to 3 people."),
        ({"type": "integer"}, "The seed."),
    ],
)
def test_a_limit_that_the_schema_states_or_that_is_none_is_not(
    schema: JsonObject, text: str
) -> None:
    assert reported(schema, text) == []


@pytest.mark.parametrize(
    "text",
    [
        "An explicit duration is required to place the end frame.",
        "Only used when a mask is given.",
        "Cannot be combined with images.",
        "This field is ignored without audio.",
    ],
)
def test_a_condition_in_prose_is_reported(text: str) -> None:
    ((rule, _),) = reported({"type": "string"}, text)

    assert rule == "prose-condition"


@pytest.mark.timeout(20)
@pytest.mark.parametrize(
    "text", ["range 1" * 20000, "9" * 200000, "max " * 50000, "required " * 40000]
)
def test_long_prose_is_read_soon(text: str) -> None:
    values: list[Json] = ["integer", "string"]
    for kind in values:
        reported({"type": kind}, text.strip())
