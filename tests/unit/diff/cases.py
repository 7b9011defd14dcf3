"""Specs before and after one change, with the rule of the change and of its way back."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from runcomfy_codegen.jsontypes import Json, JsonObject
from runcomfy_codegen.spec import SPEC_VERSION, ModelSpec

__all__ = ["MODEL", "NUMBER", "PAIRS", "TEXT", "spec", "with_object", "with_property"]

MODEL = "acme/paint"
Side = Literal["input", "output"]


def spec(**members: Json) -> ModelSpec:
    """Return the spec of an invented model; ``members`` replace its own."""
    data: JsonObject = {
        "spec_version": SPEC_VERSION,
        "model_id": MODEL,
        "title": "Paint",
        "summary": "Paints.",
        "task": "text-to-image",
        "input_schema": {"type": "object", "properties": {}, "additionalProperties": False},
        "output_schema": {"type": "object", "properties": {}},
        "example": {},
        "sources": [{"page": "page.txt", "sha256": "0" * 64}],
        "fixes": [],
        "open": [],
    }
    return ModelSpec({**data, **members})


def with_property(side: Side, schema: Json, required: Sequence[str] = ()) -> ModelSpec:
    """Return a spec whose input or output has the property ``x`` of ``schema``."""
    return with_object(side, {"properties": {"x": schema}, "required": [*required]})


def with_object(side: Side, schema: JsonObject) -> ModelSpec:
    """Return a spec whose input or output is an object with the members of ``schema``."""
    return spec(**{f"{side}_schema": {"type": "object", "properties": {}, **schema}})


TEXT: JsonObject = {"type": "string"}
NUMBER: JsonObject = {"type": "number"}
ARRAY: JsonObject = {"type": "array"}
Case = tuple[str, str, Side, JsonObject, JsonObject]
"""Rule, rule of the way back, side, and the schema before and after."""
LIMITS: list[tuple[JsonObject, JsonObject, JsonObject]] = [
    (NUMBER, {"minimum": 0}, {"minimum": 0.5}),
    (NUMBER, {}, {"minimum": 0}),
    (NUMBER, {"minimum": 0}, {"exclusiveMinimum": 0}),
    (NUMBER, {"maximum": 9}, {"maximum": 8}),
    (NUMBER, {"exclusiveMaximum": 9}, {"exclusiveMaximum": 8}),
    (NUMBER, {"multipleOf": 0.1}, {"multipleOf": 0.3}),
    (NUMBER, {}, {"multipleOf": 8}),
    (TEXT, {"minLength": 1}, {"minLength": 2}),
    (TEXT, {}, {"maxLength": 2}),
    (TEXT, {}, {"pattern": "^a"}),
    (ARRAY, {"minItems": 1}, {"minItems": 2}),
    (ARRAY, {"maxItems": 3}, {"maxItems": 2}),
    (ARRAY, {}, {"uniqueItems": True}),
    ({"type": "object"}, {}, {"minProperties": 1}),
]
IDS: list[tuple[str, str, Side]] = [
    ("bound-tightened", "bound-loosened", "input"),
    ("output-bound-tightened", "output-bound-loosened", "output"),
]
PROPERTY_CASES: list[Case] = [
    (
        "type-narrowed",
        "type-widened",
        "input",
        {"type": ["string", "null"]},
        {"type": "string"},
    ),
    ("type-narrowed", "type-widened", "input", {"type": "number"}, {"type": "integer"}),
    ("type-changed", "type-changed", "input", {"type": "string"}, {"type": "integer"}),
    (
        "output-type-narrowed",
        "output-type-widened",
        "output",
        {"type": ["string", "null"]},
        {"type": "string"},
    ),
    ("output-type-changed", "output-type-changed", "output", TEXT, NUMBER),
    (
        "input-enum-narrowed",
        "input-enum-widened",
        "input",
        {"type": "string", "enum": ["a", "b"]},
        {"type": "string", "enum": ["a"]},
    ),
    (
        "input-enum-narrowed",
        "input-enum-widened",
        "input",
        TEXT,
        {"type": "string", "enum": ["a"]},
    ),
    (
        "input-enum-narrowed",
        "input-enum-widened",
        "input",
        {"type": ["integer", "boolean"], "enum": [1, True]},
        {"type": ["integer", "boolean"], "enum": [1]},
    ),
    (
        "input-enum-narrowed",
        "input-enum-widened",
        "input",
        {"type": "string", "enum": ["a", "b"]},
        {"type": "string", "const": "a"},
    ),
    (
        "output-enum-narrowed",
        "output-enum-widened",
        "output",
        {"type": "string", "enum": ["a", "b"]},
        {"type": "string", "enum": ["b"]},
    ),
    (
        "enum-reordered",
        "enum-reordered",
        "input",
        {"type": "string", "enum": ["a", "b"]},
        {"type": "string", "enum": ["b", "a"]},
    ),
    *(
        (there, back, side, {**base, **before}, {**base, **after})
        for there, back, side in IDS
        for base, before, after in LIMITS
    ),
    (
        "bound-changed",
        "bound-changed",
        "input",
        {"type": "string", "pattern": "^a"},
        {"type": "string", "pattern": "^b"},
    ),
    ("bound-changed", "bound-changed", "input", {"multipleOf": 8}, {"multipleOf": 12}),
    (
        "output-bound-changed",
        "output-bound-changed",
        "output",
        {"type": "string", "pattern": "^a"},
        {"type": "string", "pattern": "^b"},
    ),
    (
        "schema-rewritten",
        "schema-rewritten",
        "input",
        {"type": "number", "minimum": 0, "exclusiveMinimum": 1},
        {"type": "number", "exclusiveMinimum": 1},
    ),
    (
        "schema-rewritten",
        "schema-rewritten",
        "input",
        {"type": ["integer", "number"]},
        {"type": "number"},
    ),
    ("schema-rewritten", "schema-rewritten", "input", {"anyOf": [TEXT]}, TEXT),
    (
        "schema-rewritten",
        "schema-rewritten",
        "input",
        {"anyOf": [TEXT, NUMBER]},
        {"anyOf": [NUMBER, TEXT]},
    ),
    ("schema-rewritten", "schema-rewritten", "output", {}, {"additionalProperties": True}),
    ("media-changed", "media-changed", "input", TEXT, {"type": "string", "x-media": "image"}),
    (
        "media-changed",
        "media-changed",
        "input",
        {"type": "string", "x-media": "video"},
        {"type": "string", "x-media": "image"},
    ),
    (
        "output-medium-changed",
        "output-medium-changed",
        "output",
        {"type": "string", "x-media": "video"},
        {"type": "string", "x-media": "image"},
    ),
    ("items-constrained", "items-freed", "input", ARRAY, {"type": "array", "items": TEXT}),
    (
        "output-items-constrained",
        "output-items-freed",
        "output",
        ARRAY,
        {"type": "array", "items": TEXT},
    ),
    (
        "additional-properties-narrowed",
        "additional-properties-widened",
        "input",
        {"type": "object"},
        {"type": "object", "additionalProperties": False},
    ),
    (
        "additional-properties-narrowed",
        "additional-properties-widened",
        "input",
        {"type": "object", "additionalProperties": TEXT},
        {"type": "object", "additionalProperties": False},
    ),
    (
        "output-additional-properties-narrowed",
        "output-additional-properties-widened",
        "output",
        {"type": "object"},
        {"type": "object", "additionalProperties": TEXT},
    ),
    ("branch-added", "branch-removed", "input", {"anyOf": [TEXT]}, {"anyOf": [TEXT, NUMBER]}),
    ("branch-added", "branch-removed", "input", TEXT, {"anyOf": [TEXT, NUMBER]}),
    (
        "output-branch-added",
        "output-branch-removed",
        "output",
        {"anyOf": [TEXT]},
        {"anyOf": [NUMBER, TEXT]},
    ),
    (
        "branches-constrained",
        "branches-freed",
        "input",
        {"type": "string"},
        {"type": "string", "anyOf": [{"maxLength": 3}]},
    ),
    (
        "output-branches-constrained",
        "output-branches-freed",
        "output",
        {"type": "string"},
        {"type": "string", "anyOf": [{"maxLength": 3}]},
    ),
    (
        "validations-added",
        "validations-removed",
        "input",
        {"type": "string"},
        {"type": "string", "x-validations": [{"type": "size", "max": 3}]},
    ),
    ("default-added", "default-removed", "input", TEXT, {"type": "string", "default": "a"}),
    ("default-changed", "default-changed", "output", {"default": 1}, {"default": True}),
    ("title-changed", "title-changed", "input", TEXT, {"type": "string", "title": "X"}),
    (
        "description-changed",
        "description-changed",
        "output",
        {"description": "a"},
        {"description": "b"},
    ),
    ("example-changed", "example-changed", "input", {"examples": ["a"]}, {"examples": ["b"]}),
    ("widget-changed", "widget-changed", "input", {"x-widget": "a"}, {"x-widget": "b"}),
    ("format-changed", "format-changed", "output", {"format": "uri"}, {}),
    ("schema-changed", "schema-changed", "input", TEXT, {"type": "string", "not": NUMBER}),
    ("schema-changed", "schema-changed", "output", {}, {"$comment": "new"}),
    ("schema-changed", "schema-changed", "output", {}, {"property": TEXT}),
]
OBJECT_CASES: list[Case] = [
    (
        "required-added",
        "required-removed",
        "input",
        {"properties": {"x": TEXT}},
        {"properties": {"x": TEXT}, "required": ["x"]},
    ),
    (
        "required-added",
        "input-property-removed",
        "input",
        {},
        {"properties": {"x": TEXT}, "required": ["x"]},
    ),
    (
        "input-property-added",
        "input-property-removed",
        "input",
        {},
        {"properties": {"x": TEXT}},
    ),
    (
        "output-property-added",
        "output-property-removed",
        "output",
        {},
        {"properties": {"x": TEXT}, "required": ["x"]},
    ),
    (
        "output-required-added",
        "output-required-removed",
        "output",
        {"properties": {"x": TEXT}},
        {"properties": {"x": TEXT}, "required": ["x"]},
    ),
    ("output-medium-changed", "output-medium-changed", "output", {}, {"x-media": "image"}),
    (
        "schema-changed",
        "schema-changed",
        "output",
        {"properties": {"x": True}},
        {"properties": {"x": TEXT}},
    ),
]
PAIRS = [
    *(
        (there, back, with_property(side, old), with_property(side, new))
        for there, back, side, old, new in PROPERTY_CASES
    ),
    *(
        (there, back, with_object(side, old), with_object(side, new))
        for there, back, side, old, new in OBJECT_CASES
    ),
    ("title-changed", "title-changed", spec(), spec(title="Paint 2")),
    ("summary-changed", "summary-changed", spec(), spec(summary="Paints well.")),
    ("task-changed", "task-changed", spec(), spec(task="image-to-image")),
    ("example-changed", "example-changed", spec(), spec(example={"x": 1})),
]
