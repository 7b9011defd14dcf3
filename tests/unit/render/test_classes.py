"""The pydantic classes of an input: strict, described, and never Any."""

from __future__ import annotations

import ast

import pytest
from runcomfy_codegen.jsontypes import JsonObject
from runcomfy_codegen.plan import ModelPlan
from runcomfy_codegen.render import render_classes
from runcomfy_codegen.verify.classes import check_classes
from runcomfy_codegen.verify.syntax import check_python
from support.documents import make_spec, plan_of


def plan(properties: JsonObject, *required: str, example: JsonObject | None = None) -> ModelPlan:
    spec = make_spec(properties, required=required, example=example, model_id="acme/paint")
    return plan_of(spec).models[0]


def classes_of(model: ModelPlan) -> str:
    sources, problems = render_classes([model])
    assert problems == []
    return sources[model.spec.model_id]


def fields(source: str, name: str) -> dict[str, str]:
    [found] = [
        node
        for node in ast.parse(source).body
        if isinstance(node, ast.ClassDef) and node.name == name
    ]
    return {
        ast.unparse(node.target): ast.unparse(node.annotation)
        for node in found.body
        if isinstance(node, ast.AnnAssign)
    }


def test_fields_have_types_bounds_choices_and_aliases() -> None:
    source = classes_of(
        plan(
            {
                "strength": {"type": "float", "minimum": 0, "maximum": 1},
                "size": {"type": "string", "enum": ["1:1", "16:9"]},
                "241_text": {"type": "string", "maxLength": 9},
                "loras": {"type": "array", "items": {"path": {"type": "string"}}, "maxItems": 3},
                "seed": {"type": ["int", "null"]},
            },
            "241_text",
            example={"241_text": "x"},
        )
    )
    made = fields(source, "PaintInput")

    assert "float" in made["strength"]
    assert "le=1" in made["strength"]
    assert made["size"] == "Literal['1:1', '16:9'] | None"
    assert "alias='241_text'" in made["field_241_text"]
    assert "max_length=9" in made["field_241_text"]
    assert "LorasItem" in made["loras"]
    assert made["__nullable__"] == "ClassVar[frozenset[str]]"
    assert fields(source, "LorasItem") == {"path": "str | None"}


ODD: list[JsonObject] = [
    {},
    {"type": {"type": "string"}, "items": {"type": "array", "items": {"type": "integer"}}},
    {
        "int": {"type": "integer"},
        "str": {"type": "string"},
        "list": {"type": "array", "items": {"type": "str"}},
    },
    {"Literal": {"type": "string", "enum": ["a"]}, "Field": {"type": "integer", "minimum": 1}},
    {"field": {"type": "object", "properties": {"a": {"type": "integer", "minimum": 1}}}},
    {"nullable": {"type": ["bool", "null"]}, "class": {"type": ["string", "null"]}},
    {"a": {"type": ["string", "array"], "items": {"type": "string"}}},
    {"a": {"type": "array", "items": {"type": "array", "items": {"type": "float"}}}},
    {"a": {"type": "string", "enum": ['x"""\\\n\u2028\'{{ }}']}},
    {"a": {"type": "number", "enum": [0.5, 1]}},
    {"a": {"type": "integer", "minimum": 10**30}},
    {
        "a": {
            "properties": {
                "b": {"properties": {"c": {"type": "array", "items": {"d": {"type": "int"}}}}}
            }
        }
    },
    {
        "图片": {"type": "string"},
        "a b": {"type": "string"},
        "a-b": {"type": "string"},
    },
    {'"); import os #': {"type": "string"}, "x{{ y }}": {"type": "string", "pattern": "^[a-z]+$"}},
]


@pytest.mark.parametrize("properties", ODD, ids=lambda members: ",".join(members)[:30])
def test_odd_inputs_become_sound_classes(properties: JsonObject) -> None:
    model = plan(properties)
    source = classes_of(model)

    assert check_classes(model, source) == []
    assert check_python("module.py", source) == []


def test_texts_of_the_page_stay_inside_docstrings() -> None:
    text = '"""\nimport os\n"""\\'
    model = plan(
        {"a": {"type": "object", "description": text, "properties": {"b": {"type": "string"}}}}
    )
    source = classes_of(model)

    assert {type(node) for node in ast.parse(source).body} == {ast.ClassDef}
    assert check_classes(model, source) == []
