"""Python names for ids and fields: legal, all different, and as they once were."""

from __future__ import annotations

import ast
import keyword
import warnings

import pytest
from hypothesis import given
from hypothesis import strategies as st
from runcomfy_codegen.jsontypes import JsonObject
from runcomfy_codegen.plan import Member, ObjectPlan
from runcomfy_codegen.plan.names import (
    MODULE_LENGTH,
    RESERVED_CLASSES,
    WINDOWS_NAMES,
    attribute_name,
    attribute_path,
    class_name,
    endpoint_class,
    module_name,
    namespace_class,
    parameter_names,
)
from runcomfy_runtime import InputModel
from support.command import REPOSITORY
from support.documents import make_spec, plan_of


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
        ("__init__", "init"),
        ("con", "con_"),
        ("COM1", "com1_"),
        ("str", "str_"),
        ("self", "self_"),
        ("cached-property", "cached_property_"),
        ("max", "max"),
        ("Café", "cafe"),
        ("图片", "u56fe_u7247"),
        ("-", "n"),
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
        assert not name.startswith("_")
        assert not hasattr(InputModel, name)
        assert name not in ("self", "options")


def test_a_plain_name_is_not_lost_to_one_that_only_resembles_it() -> None:
    wires = ["x-y", "x y", "x_y"]

    assert parameter_names(wires) == parameter_names(wires[::-1])
    assert parameter_names(wires)["x_y"] == "x_y"


def test_names_of_absent_fields_are_not_given_again() -> None:
    assert parameter_names(["x y"], {"x-y": "x_y"}) == {"x y": "x_y_2"}
    assert parameter_names(["x_y"], {"x-y": "x_y"}) == {"x_y": "x_y_2"}


def test_no_field_hides_what_pydantic_has() -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        public = [name for name in dir(InputModel) if name[0] != "_"]

    assert len(public) > 20
    assert not set(parameter_names(public).values()) & set(public)


@pytest.mark.parametrize(
    ("model_id", "path"),
    [
        ("acme/paint-box/4K/edit", "acme.paint_box.n4k.edit"),
        *(
            (f"{name}/x", f"{name}_.x")
            for name in ("jobs", "map", "close", "aclose", "class", "nul")
        ),
        ("acme/jobs", "acme.jobs"),
    ],
)
def test_ids_become_paths_of_their_segments(model_id: str, path: str) -> None:
    assert attribute_path(model_id) == path


@given(st.lists(st.text("aA0-_. 图é", min_size=1, max_size=90), min_size=2, max_size=5))
def test_modules_are_file_names_on_every_disk(segments: list[str]) -> None:
    path = attribute_path("/".join(segments)).split(".")
    module = module_name(path)

    assert module.isidentifier()
    assert len(module) <= MODULE_LENGTH
    assert module == module.lower()
    assert module not in WINDOWS_NAMES
    assert module[0] != "_"


def test_long_modules_are_cut_and_stay_different() -> None:
    long = "x" * 190
    names = {module_name(["acme", f"{long}{end}"]) for end in "ab"}

    assert {len(name) for name in names} == {MODULE_LENGTH}
    assert len(names) == 2


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


@pytest.mark.parametrize(
    ("attribute", "name"),
    [
        ("paint", "Paint"),
        ("none", "NoneModel"),
        ("job", "JobModel"),
        ("async_job", "AsyncJobModel"),
    ],
)
def test_classes_hide_nothing_that_modules_need(attribute: str, name: str) -> None:
    assert endpoint_class(["acme", attribute]) == name


@pytest.mark.parametrize(("wire", "name"), [("Path", "PathItem"), ("path", "Path")])
def test_a_class_is_not_called_like_a_field_that_would_hide_it(wire: str, name: str) -> None:
    inner: JsonObject = {"type": "object", "properties": {"a": {"type": "string"}}}
    [model] = plan_of(make_spec({wire: inner}, model_id="acme/paint")).models

    assert [each.name for each in model.objects] == [name]


def test_what_generated_modules_import_is_reserved() -> None:
    imported = {
        alias.asname or alias.name
        for file in (REPOSITORY / "generated" / "runcomfy_sdk" / "models").rglob("*.py")
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8")))
        if isinstance(node, ast.ImportFrom) and (node.level != 1)
        for alias in node.names
    }

    assert "TypedDict" in imported
    assert {name for name in imported if name[0] != "_"} - {
        "annotations",
        "cached_property",
    } <= RESERVED_CLASSES
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


def test_namespaces_are_named_with_their_vendor() -> None:
    assert namespace_class(["acme", "paint_box"]) == "AcmePaintBoxNamespace"
