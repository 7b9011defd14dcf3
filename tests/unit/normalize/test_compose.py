"""References, alternatives, and the keywords of JSON Schema's relatives."""

from __future__ import annotations

import pytest
from runcomfy_codegen.jsontypes import Json, JsonObject
from runcomfy_codegen.normalize import normalize, replay, reverse
from support.documents import raw_document


def normalized(prop: Json, **members: Json) -> tuple[JsonObject, list[str]]:
    """Return the normalized property and the messages of all problems."""
    raw = raw_document({"x": prop})
    schema = raw["input_schema"]
    assert isinstance(schema, dict)
    schema.update(members)
    found = normalize(raw, "p.txt")
    assert replay(raw, found.fixes) == found.document
    assert reverse(found.document, found.fixes) == raw
    assert not normalize(found.document, "p.txt").fixes
    after = found.document["input_schema"]
    assert isinstance(after, dict)
    assert isinstance(after["properties"], dict)
    member = after["properties"]["x"]
    assert isinstance(member, dict)
    member.pop("title", None)
    return member, [problem.message for problem in found.problems]


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ({"type": "integer", "nullable": True}, {"type": ["integer", "null"]}),
        ({"type": "integer", "nullable": False}, {"type": "integer"}),
        ({"type": "string", "example": "a"}, {"type": "string", "examples": ["a"]}),
        (
            {
                "type": "number",
                "minimum": 0,
                "exclusiveMinimum": True,
                "maximum": 1,
                "exclusiveMaximum": False,
            },
            {"type": "number", "exclusiveMinimum": 0, "maximum": 1},
        ),
        ({"anyOf": [{"type": "string"}, {"type": "null"}]}, {"type": ["string", "null"]}),
        ({"allOf": [{"type": "string", "maxLength": 3}]}, {"type": "string", "maxLength": 3}),
        (
            {"oneOf": [{"type": "str"}, {"type": "int", "minimum": 1}]},
            {"anyOf": [{"type": "string"}, {"type": "integer", "minimum": 1}]},
        ),
        ({"items": {"type": "string"}}, {"type": "array", "items": {"type": "string"}}),
        (
            {"a": {"type": "float"}, "b": {"type": "string"}},
            {
                "type": "object",
                "properties": {
                    "a": {"type": "number", "title": "A"},
                    "b": {"type": "string", "title": "B"},
                },
                "additionalProperties": False,
            },
        ),
    ],
)
def test_relatives_of_json_schema_become_json_schema(before: Json, after: Json) -> None:
    assert normalized(before) == (after, [])


def test_references_are_inlined_with_what_stands_beside_them() -> None:
    definitions: Json = {"P": {"$ref": "#/$defs/Q"}, "Q": {"type": "float", "minimum": 0}}
    found = normalized({"$ref": "#/$defs/P", "maximum": 2}, **{"$defs": definitions})

    assert found == ({"type": "number", "minimum": 0, "maximum": 2}, [])


@pytest.mark.parametrize(
    "definitions",
    [
        {"P": {"$ref": "#/$defs/P"}},
        {"P": {"items": {"$ref": "#/$defs/P"}}},
        {"Q": {"type": "string"}},
    ],
)
def test_references_in_a_circle_or_to_nowhere_are_refused_by_name(definitions: Json) -> None:
    raw = raw_document({"x": {"$ref": "#/$defs/P"}})
    assert isinstance(raw["input_schema"], dict)
    raw["input_schema"]["$defs"] = definitions

    messages = [problem.message for problem in normalize(raw, "p.txt").problems]

    assert "the keyword '$ref' is not known" in messages
