"""Python names for ids and fields: legal, all different, and as they once were."""

from __future__ import annotations

import ast
import json
import keyword
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from runcomfy_codegen.errors import CodegenError
from runcomfy_codegen.jsontypes import JsonObject
from runcomfy_codegen.plan import Member, ObjectPlan, build_plan
from runcomfy_codegen.plan.names import (
    RESERVED_CLASSES,
    attribute_name,
    class_name,
    lock_names,
    lock_text,
    parameter_names,
    read_lock,
)
from support.command import REPOSITORY
from support.documents import make_spec


@pytest.mark.parametrize(
    ("segment", "attribute"),
    [
        ("flux-1-kontext", "flux_1_kontext"),
        ("Hailuo Video 01 Live", "hailuo_video_01_live"),
        ("v5.5", "v5_5"),
        ("4K", "n4k"),
        ("class", "class_"),
        ("match", "match_"),
        ("run", "run_"),
        ("submit", "submit_"),
        ("prepare", "prepare_"),
        ("model", "model_"),
        ("a--b__c", "a_b_c"),
        ("str", "str_"),
        ("self", "self_"),
        ("cached-property", "cached_property_"),
    ],
)
def test_segments_become_attributes(segment: str, attribute: str) -> None:
    assert attribute_name(segment) == attribute


@given(st.text(min_size=1, max_size=30))
def test_any_segment_becomes_an_identifier(segment: str) -> None:
    attribute = attribute_name(segment)

    assert attribute.isidentifier()
    assert attribute.isascii()
    assert not keyword.iskeyword(attribute)


@pytest.mark.parametrize(
    ("wire", "name"),
    [
        ("prompt", "prompt"),
        ("promptImage", "promptImage"),
        ("241_positive_prompt", "field_241_positive_prompt"),
        ("image_url_1", "image_url_1"),
        ("class", "class_"),
        ("options", "options_"),
        ("self", "self_"),
        ("json", "json_"),
        ("int", "int_"),
        ("cached_property", "cached_property_"),
        ("model_name", "model_name_"),
        ("a b-c", "a_b_c"),
        ("_hidden", "field_hidden"),
        ("__class__", "field_class__"),
        ("图片", "图片"),
        ("", "field_"),
        ("…", "field_"),
    ],
)
def test_fields_become_parameters(wire: str, name: str) -> None:
    assert parameter_names([wire]) == {wire: name}


@given(st.lists(st.text(max_size=8), unique=True, max_size=12))
def test_fields_of_one_object_have_different_legal_parameters(wires: list[str]) -> None:
    names = parameter_names(wires)

    assert list(names) != [] or wires == []
    assert set(names) == set(wires)
    assert len(set(names.values())) == len(wires)
    for name in names.values():
        assert name.isidentifier()
        assert not keyword.iskeyword(name)
        assert not name.startswith(("_", "model_"))
        assert name not in ("self", "options")


def test_a_plain_name_is_not_lost_to_one_that_only_resembles_it() -> None:
    wires = ["x-y", "x y", "x_y"]

    assert parameter_names(wires) == parameter_names(wires[::-1])
    assert parameter_names(wires)["x_y"] == "x_y"


def test_ids_become_paths_of_their_segments() -> None:
    assert lock_names(["acme/paint-box/4K/edit"], {}) == {
        "acme/paint-box/4K/edit": "acme.paint_box.n4k.edit"
    }


@pytest.mark.parametrize("order", [1, -1])
def test_colliding_ids_have_different_paths_whatever_their_order(order: int) -> None:
    ids = ["acme/wan-2.7/edit", "acme/wan-2-7/edit", "acme/Wan 2 7/edit"][::order]

    assert lock_names(ids, {}) == {
        "acme/Wan 2 7/edit": "acme.wan_2_7.edit",
        "acme/wan-2-7/edit": "acme.wan_2_7.edit_2",
        "acme/wan-2.7/edit": "acme.wan_2_7.edit_3",
    }


def test_locked_paths_stay_and_absent_models_keep_theirs() -> None:
    lock = {"acme/wan-2.7/edit": "acme.wan_2_7.edit", "acme/gone": "acme.gone"}
    names = lock_names(["acme/wan-2-7/edit", "acme/wan-2.7/edit", "acme/GONE"], lock)

    assert names == {
        **lock,
        "acme/wan-2-7/edit": "acme.wan_2_7.edit_2",
        "acme/GONE": "acme.gone_2",
    }


@pytest.mark.parametrize("vendor", ["jobs", "model", "map", "close", "aclose"])
def test_a_vendor_does_not_hide_what_the_client_has_itself(vendor: str) -> None:
    [path] = lock_names([f"{vendor}/x"], {}).values()

    assert path.split(".")[0] == f"{vendor}_"


def test_the_lock_survives_its_file(tmp_path: Path) -> None:
    names = lock_names(["acme/b", "acme/a"], {})
    file = tmp_path / "names.lock.json"
    file.write_text(lock_text(names), encoding="utf-8")

    assert read_lock(file) == names
    assert read_lock(tmp_path / "absent.json") == {}


@pytest.mark.parametrize(
    "content",
    [
        "{",
        "[]",
        '{"models": []}',
        '{"models": {"acme/a": 1}}',
        '{"models": {"acme/a": "acme.class"}}',
        '{"models": {"acme/a": "acme.a-b"}}',
        '{"models": {"acme/a": "../a"}}',
        '{"models": {"acme/a": "acme"}}',
        '{"models": {"acme/a": "acme.a", "acme/b": "acme.a"}}',
    ],
)
def test_a_damaged_lock_is_an_error_with_file_and_remedy(tmp_path: Path, content: str) -> None:
    file = tmp_path / "names.lock.json"
    file.write_text(content, encoding="utf-8")
    with pytest.raises(CodegenError) as caught:
        read_lock(file)

    [problem] = caught.value.problems
    assert problem.where == str(file)
    assert "version control" in problem.remedy


@pytest.mark.parametrize(
    ("attributes", "name"),
    [
        (("flux_1_kontext", "max", "edit"), "Flux1KontextMaxEdit"),
        (("n4k",), "N4k"),
        (("class_",), "Class"),
    ],
)
def test_attributes_become_class_names(attributes: tuple[str, ...], name: str) -> None:
    assert class_name(attributes) == name


def test_classes_of_one_vendor_are_all_different() -> None:
    ids = [
        *("acme/wan-2-5/a", "acme/wan2-5/a", "acme/wan-25/a"),
        *("acme/paint", "acme/async-paint", "acme/paint/edit"),
        *("acme/options", "acme/job", "acme/sequence"),
    ]
    specs = [make_spec({}, model_id=model_id) for model_id in ids]
    plan = build_plan(specs, lock_names(ids, {}), "toy_sdk")
    names = [model.class_name for model in plan.models]
    names += [namespace.class_name for vendor in plan.vendors for namespace in vendor.namespaces]
    made = [*names, *(f"Async{name}" for name in names)]

    assert sorted(made) == sorted(set(made))
    assert not set(made) & RESERVED_CLASSES


def inner() -> JsonObject:
    return {"type": "object", "properties": {"a": {"type": "string"}}}


@pytest.mark.parametrize(
    "wire",
    [
        "options",
        "job",
        "async_job",
        "field",
        "literal",
        "sequence",
        "paint",
        "type",
        "none",
        "UNSET",
    ],
)
def test_classes_of_inner_objects_hide_nothing(wire: str) -> None:
    spec = make_spec({name: inner() for name in (wire, f"{wire}_dict")}, model_id="acme/paint")
    [model] = build_plan([spec], {"acme/paint": "acme.paint"}, "toy_sdk").models
    made = [name for each in model.objects for name in (each.name, f"{each.name}Dict")]

    assert len(set(made)) == 4
    assert not set(made) & {*RESERVED_CLASSES, "Paint", "PaintInput", "AsyncPaint"}


@pytest.mark.parametrize(("wire", "name"), [("Path", "PathItem"), ("path", "Path")])
def test_a_class_is_not_called_like_a_field_that_would_hide_it(wire: str, name: str) -> None:
    spec = make_spec({wire: inner()}, model_id="acme/paint")
    [model] = build_plan([spec], {"acme/paint": "acme.paint"}, "toy_sdk").models

    assert [each.name for each in model.objects] == [name]


def test_a_namespace_is_not_called_like_what_its_module_imports() -> None:
    spec = make_spec({"prompt": {"type": "string"}}, model_id="async/paint")
    [vendor] = build_plan([spec], {"async/paint": "async_.paint"}, "toy_sdk").vendors

    assert vendor.root.class_name == "AsyncNamespace_2"


def test_what_generated_modules_import_is_reserved() -> None:
    imported = {
        alias.name
        for file in (REPOSITORY / "generated" / "runcomfy_sdk" / "models").rglob("*.py")
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8")))
        if isinstance(node, ast.ImportFrom) and (node.level != 1)
        for alias in node.names
    }

    assert "TypedDict" in imported
    assert imported - {"annotations", "cached_property"} <= RESERVED_CLASSES
    assert parameter_names(["cached_property"]) != {"cached_property": "cached_property"}


@pytest.mark.parametrize(
    ("wires", "class_syntax"),
    [
        (("path", "n"), True),
        (("path", "str"), False),
        (("path", "NotRequired"), False),
        (("path", "__mangled"), False),
        (("path", "class"), False),
    ],
)
def test_a_typed_dict_is_a_class_only_if_its_keys_hide_no_type(
    wires: tuple[str, ...], class_syntax: bool
) -> None:
    members = tuple(Member(wire, "NotRequired[str]") for wire in wires)

    assert ObjectPlan("Item", "", members).class_syntax is class_syntax


def test_lock_text_is_canonical() -> None:
    assert json.loads(lock_text({"b/b": "b.b", "a/a": "a.a"}))["models"] == {
        "a/a": "a.a",
        "b/b": "b.b",
    }
