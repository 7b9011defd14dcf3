"""Annotations, phrases and media places of input schemas."""

from __future__ import annotations

import pytest
from runcomfy_codegen.jsontypes import Json, JsonObject
from runcomfy_codegen.plan.types import annotation, constraints, display_type
from support.documents import make_spec, plan_of


def name_of(schema: JsonObject) -> str:
    return "Item"


@pytest.mark.parametrize(
    ("schema", "text", "words"),
    [
        ({"type": "string"}, "str", "string"),
        ({"type": "string", "x-media": "image"}, "FileInput", "image"),
        ({"type": "number"}, "float", "number"),
        ({"type": ["integer", "null"]}, "int | None", "integer or null"),
        ({"type": "string", "enum": ["16:9", 'a"b']}, 'Literal["16:9", \'a"b\']', "string"),
        ({"type": "integer", "enum": [3, 4]}, "Literal[3, 4]", "integer"),
        ({"type": "string", "enum": ["a", None]}, 'Literal["a"] | None', "string"),
        ({"type": "number", "enum": [0.5, 1]}, "float", "number"),
        ({"type": "boolean", "const": True}, "Literal[True]", "boolean"),
        (
            {"type": "array", "items": {"type": "string", "x-media": "video"}},
            "Sequence[FileInput]",
            "list of video",
        ),
        (
            {"type": "array", "items": {"type": "object", "properties": {}}},
            "Sequence[Item | ItemDict]",
            "list of object",
        ),
    ],
)
def test_schemas_become_annotations_and_words(schema: JsonObject, text: str, words: str) -> None:
    assert annotation(schema, name_of) == text
    assert display_type(schema) == words


@pytest.mark.parametrize(
    ("schema", "phrases"),
    [
        ({"minimum": 0, "maximum": 1}, ("0 to 1",)),
        ({"minimum": -1}, ("at least -1",)),
        ({"maximum": 4294967295}, ("at most 4294967295",)),
        ({"minItems": 1, "maxItems": 10}, ("1 to 10 items",)),
        ({"minItems": 0, "maxItems": 3}, ("at most 3 items",)),
        ({"maxLength": 5000}, ("at most 5000 characters",)),
        ({"enum": ["a", 1]}, ('one of "a", 1',)),
        ({"exclusiveMinimum": 0, "multipleOf": 8}, ("more than 0", "a multiple of 8")),
        ({}, ()),
    ],
)
def test_constraints_become_phrases(schema: JsonObject, phrases: tuple[str, ...]) -> None:
    assert constraints(schema) == phrases


def test_media_and_validations_have_places_in_the_payload() -> None:
    spec = make_spec(
        {
            "image_url": {"type": "string"},
            "images": {
                "type": "array",
                "format": "image_uris",
                "validations": [{"validation_rule": "width_pixels<", "validation_value": 6000}],
            },
            "elements": {
                "type": "array",
                "items": {
                    "frontal_image_url": {"type": "string"},
                    "reference/urls": {
                        "type": "array",
                        "items": {"type": "string", "format": "video_uri"},
                    },
                },
            },
        }
    )
    plan = plan_of(spec).models[0]

    assert dict(plan.media) == {
        "/elements/*/frontal_image_url": "image",
        "/elements/*/reference~1urls/*": "video",
        "/image_url": "image",
        "/images/*": "image",
    }
    assert [pointer for pointer, _ in plan.validations] == ["/images"]


def test_rules_for_media_are_constraints_in_the_words_of_the_service() -> None:
    rules: list[Json] = [
        {"validation_rule": "width_pixels<=", "validation_value": 6000},
        {
            "validation_rule": "file_size_mb<",
            "validation_value": 9,
            "validation_error": "Too\n big",
        },
        {"validation_rule": "height<"},
    ]
    spec = make_spec(
        {
            "image_url": {"type": "string", "format": "image_uri", "validations": rules},
            "images": {"type": "array", "items": {"type": "string", "validations": rules}},
        }
    )
    one, many = plan_of(spec).models[0].parameters

    assert one.constraints == many.constraints == ("width_pixels<= 6000", "Too big")


def test_required_parameters_come_first_in_the_order_of_the_page() -> None:
    member: JsonObject = {"type": "integer"}
    spec = make_spec(dict.fromkeys("zcab", member), required=["c", "b"], example={"c": 1, "b": 1})
    plan = plan_of(spec).models[0]

    assert [parameter.wire for parameter in plan.parameters] == ["c", "b", "a", "z"]


def test_help_says_text_constraints_and_default() -> None:
    spec = make_spec(
        {"size": {"type": "integer", "maximum": 9, "default": 3, "description": "How\n big"}}
    )
    [parameter] = plan_of(spec).models[0].parameters

    assert parameter.help == "How big. At most 9; the service's default is 3."
