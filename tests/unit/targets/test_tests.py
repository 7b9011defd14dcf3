"""The files of generated tests: their form, whatever a page says."""

from __future__ import annotations

import ast
from typing import Any

from runcomfy_codegen.format import format_python
from runcomfy_codegen.render import Renderer, environment, templates_folder
from runcomfy_codegen.spec import ModelSpec
from runcomfy_codegen.targets import tests
from support.documents import make_spec, plan_of

HOSTILE = '"""\'\\\n{{ 7*7 }} {% raw %} \u2028 \x85 \\N{BULLET} %s'
PROPERTIES: dict[str, Any] = {
    "prompt": {"type": "string", "default": HOSTILE, "maxLength": 300},
    'a"b; import os': {"type": "string", "enum": ['"', "'", HOSTILE]},
    "images": {"type": "list", "items": {"type": "string", "format": "image_uri"}, "maxItems": 20},
    "loras": {
        "type": "array",
        "items": {
            "path": {"type": "string"},
            "weight of the adapter": {"type": "float", "maximum": 4},
        },
    },
}


def texts_of(*specs: ModelSpec) -> dict[str, str]:
    plan = plan_of(*specs, package="runcomfy_sdk")
    renderer = Renderer(environment(templates_folder()))
    return {unit.path: unit.render(renderer) for unit in tests.units(plan)}


def test_texts_are_in_blacks_form_already() -> None:
    spec = make_spec(PROPERTIES, required=["prompt"], example={"prompt": HOSTILE})
    for path, text in texts_of(spec, make_spec({}, model_id="acme/none")).items():
        if path.endswith(".py"):
            assert format_python(text) == text


def test_page_texts_stay_inside_their_literals() -> None:
    spec = make_spec(PROPERTIES, required=["prompt"], example={"prompt": HOSTILE})
    tree = ast.parse(texts_of(spec)["tests/acme/test_paint__text_to_image.py"])

    assert {type(statement).__name__ for statement in tree.body} == {
        "AnnAssign", "Expr", "FunctionDef", "Import", "ImportFrom",
    }  # fmt: skip
    names = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}
    assert "os" not in names
    texts = {node.value for node in ast.walk(tree) if isinstance(node, ast.Constant)}
    assert HOSTILE in texts


def test_an_input_that_cannot_be_made_has_no_test_and_is_named() -> None:
    spec = make_spec({"prompt": {"type": "string", "maxLength": 10**9}})
    text = texts_of(spec)["tests/acme/test_paint__text_to_image.py"]

    assert 'NOT_COVERED: Final[list[str]] = ["/prompt maxLength"]' in text


def test_vendors_with_models_of_one_name_have_files_of_their_own() -> None:
    paths = set(texts_of(make_spec({}, model_id="a/edit"), make_spec({}, model_id="b/edit")))

    assert paths == {
        "tests/conftest.py",
        "tests/pytest.ini",
        "tests/a/test_edit.py",
        "tests/b/test_edit.py",
    }
