"""Types that the class generator would give a class of their own are written where they are used."""

from __future__ import annotations

import pytest
from runcomfy_codegen.jsontypes import Json
from runcomfy_codegen.render import render_classes
from support.documents import make_spec, plan_of


def classes_of(properties: dict[str, Json], *model_ids: str) -> dict[str, str]:
    """Return the source of the input classes by model id."""
    ids = model_ids or ("acme/paint",)
    specs = [make_spec(properties, model_id=model_id) for model_id in ids]
    sources, problems = render_classes(plan_of(*specs).models)
    assert problems == []
    return sources


@pytest.mark.parametrize(
    ("schema", "annotation"),
    [
        (
            {"type": "array", "items": {"type": "integer", "minimum": 1}},
            "x: list[Annotated[int, Field(ge=1)]] | None = None",
        ),
        (
            {"anyOf": [{"type": "string", "maxLength": 3}, {"type": "boolean"}]},
            "x: Annotated[str, Field(max_length=3)] | bool | None = None",
        ),
        (
            {"type": ["string", "integer"], "maxLength": 3, "minimum": 2},
            "x: Annotated[str, Field(max_length=3)] | Annotated[int, Field(ge=2)] | None = None",
        ),
    ],
)
def test_constrained_types_stand_inline(schema: Json, annotation: str) -> None:
    (source,) = classes_of({"x": schema}).values()

    assert annotation in source
    assert source.count("class ") == 1


def test_an_inner_object_keeps_its_name_beside_a_type_of_the_same_name() -> None:
    inner: Json = {"type": "object", "properties": {"a": {"type": "string"}}}
    listed: Json = {"type": "array", "items": {"type": "string", "enum": ["b"]}, "minItems": 2}
    (source,) = classes_of({"class": {"anyOf": [listed, inner]}}).values()

    assert "class Class(InputModel):" in source
    assert "| Class | None" in source


def test_ids_that_would_share_a_class_name_are_told_apart() -> None:
    sources = classes_of({"x": {"type": "string"}}, "acme/wan-2-5", "acme/wan2-5")

    names = {source.partition("(")[0] for source in sources.values()}
    assert len(names) == 2
