"""Spec files: their paths cannot leave the folder or meet on any disk, and broken ones are named."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path, PurePosixPath

import pytest
from hypothesis import given
from hypothesis import strategies as st
from runcomfy_codegen.errors import CodegenError, Problem
from runcomfy_codegen.jsontypes import Json, JsonObject
from runcomfy_codegen.parse.model_id import check_model_id
from runcomfy_codegen.spec import ModelSpec, canonical_json, check_spec, load_specs, spec_path
from runcomfy_codegen.spec.store import catalog_entries
from support.documents import make_spec

RESERVED = {"con", "prn", "aux", "nul", *(f"{p}{n}" for p in ("com", "lpt") for n in range(1, 10))}


@pytest.mark.parametrize(
    ("model_id", "path"),
    [
        ("acme/paint", "models/acme/paint.json"),
        ("acme/v1.5/edit", "models/acme/v1.5/edit.json"),
        ("kling/o3/4K/x", "models/kling/o3/4%4B/x.json"),
        ("minimax/Hailuo Video", "models/minimax/%48ailuo%20%56ideo.json"),
        ("con/aux.txt/com1", "models/%63on/%61ux.txt/%63om1.json"),
    ],
)
def test_ids_become_paths(model_id: str, path: str) -> None:
    assert spec_path(model_id) == PurePosixPath(path)


@given(st.lists(st.from_regex(r"[A-Za-z0-9_. /-]{3,20}", fullmatch=True), min_size=2, max_size=5))
def test_paths_of_different_ids_differ_on_every_disk_and_stay_inside(ids: list[str]) -> None:
    good = sorted({each for each in ids if not isinstance(check_model_id(each, "p"), Problem)})
    paths = [spec_path(each) for each in good]

    assert len({str(path).lower() for path in paths}) == len(good)
    for path in paths:
        assert path.parts[0] == "models"
        assert ".." not in path.parts
        assert not {part.partition(".")[0].lower() for part in path.parts} & RESERVED


def test_ids_that_differ_only_in_case_have_paths_that_differ_in_more() -> None:
    assert str(spec_path("acme/4k")).lower() != str(spec_path("acme/4K")).lower()


def save(
    folder: Path, spec: ModelSpec, change: Callable[[JsonObject], Json] = lambda data: data
) -> Path:
    file = folder / spec_path(spec.model_id)
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(canonical_json(change(json.loads(spec.text))), encoding="utf-8")
    return file


def test_specs_survive_their_files(tmp_path: Path) -> None:
    specs = [make_spec({"a": {"type": "float"}}, model_id=each) for each in ("b/B b", "a/a")]
    for spec in specs:
        save(tmp_path, spec)
    loaded = load_specs(tmp_path)

    assert [spec.model_id for spec in loaded] == ["a/a", "b/B b"]
    assert [spec.text for spec in loaded] == [specs[1].text, specs[0].text]
    assert catalog_entries(specs) == catalog_entries(loaded)


def without(*path: str) -> Callable[[JsonObject], Json]:
    def change(data: JsonObject) -> Json:
        inner: Json = data
        for key in path[:-1]:
            assert isinstance(inner, dict)
            inner = inner[key]
        assert isinstance(inner, dict)
        del inner[path[-1]]
        return data

    return change


def whole(value: Json) -> Callable[[JsonObject], Json]:
    return lambda data: value


def put(value: Json, *path: str) -> Callable[[JsonObject], Json]:
    def change(data: JsonObject) -> Json:
        inner: Json = data
        for key in path[:-1]:
            assert isinstance(inner, dict)
            inner = inner[key]
        assert isinstance(inner, dict)
        inner[path[-1]] = value
        return data

    return change


PROPERTIES = ("input_schema", "properties")


@pytest.mark.parametrize(
    ("change", "pointer"),
    [
        (whole([]), ""),
        (whole(None), ""),
        (without("title"), ""),
        (put(2, "spec_version"), "/spec_version"),
        (put("x", "extra"), ""),
        (put("../x/y", "model_id"), "/model_id"),
        (put("array", "input_schema", "type"), "/input_schema/type"),
        (put(-1, *PROPERTIES, "list", "minItems"), "/input_schema/properties/list/minItems"),
        (without(*PROPERTIES, "list", "items"), "/input_schema/properties/list/items"),
        (without(*PROPERTIES, "size", "type"), "/input_schema/properties/size/type"),
        (put("float", *PROPERTIES, "size", "type"), "/input_schema/properties/size/type"),
        (put(["gone"], "input_schema", "required"), "/input_schema/required"),
        (put("#", *PROPERTIES, "size", "$ref"), "/input_schema/properties/size/$ref"),
    ],
)
def test_a_broken_spec_is_named_with_file_and_pointer(
    tmp_path: Path, change: Callable[[JsonObject], Json], pointer: str
) -> None:
    spec = make_spec(
        {"size": {"type": "integer"}, "list": {"type": "array", "items": {"type": "string"}}}
    )
    save(tmp_path, spec, change)
    with pytest.raises(CodegenError) as caught:
        load_specs(tmp_path)

    wheres = [problem.where for problem in caught.value.problems]
    assert f"models/acme/paint/text-to-image.json#{pointer}" in wheres


def test_a_spec_in_the_wrong_place_is_named(tmp_path: Path) -> None:
    save(tmp_path, make_spec({}), put("acme/other", "model_id"))
    with pytest.raises(CodegenError, match=r"belongs in models/acme/other\.json"):
        load_specs(tmp_path)


def test_text_that_is_no_json_and_an_empty_folder_are_named(tmp_path: Path) -> None:
    with pytest.raises(CodegenError, match="there are no specs"):
        load_specs(tmp_path)
    save(tmp_path, make_spec({})).write_text("{" * 100_000, encoding="utf-8")
    with pytest.raises(CodegenError, match=r"text-to-image\.json"):
        load_specs(tmp_path)


@pytest.mark.parametrize(
    ("change", "code", "pointer"),
    [
        (put({"size": "x"}, "example"), "example-refused", "/example/size"),
        (put({"gone": 1}, "example"), "example-refused", "/example"),
        (
            put(99, *PROPERTIES, "size", "default"),
            "value-refused",
            "/input_schema/properties/size/default",
        ),
        (
            put(["x"], *PROPERTIES, "size", "examples"),
            "value-refused",
            "/input_schema/properties/size/examples/0",
        ),
        (put("(", *PROPERTIES, "name", "pattern"), "schema-broken", "/input_schema"),
    ],
)
def test_values_that_their_schema_refuses_are_problems(
    change: Callable[[JsonObject], Json], code: str, pointer: str
) -> None:
    spec = make_spec(
        {"size": {"type": "integer", "maximum": 9}, "name": {"type": "string"}},
        required=["name"],
        example={"name": "n"},
    )
    data = change(json.loads(spec.text))
    assert isinstance(data, dict)
    problems = check_spec(ModelSpec(data), "page.txt")

    assert (code, f"page.txt#{pointer}") in [(each.code, each.where) for each in problems]


def test_canonical_json_is_sorted_and_refuses_what_json_has_not() -> None:
    assert canonical_json({"b": "ü", "a": [1]}) == '{\n  "a": [\n    1\n  ],\n  "b": "ü"\n}\n'
    with pytest.raises(ValueError, match="JSON compliant"):
        canonical_json(float("nan"))


def test_long_ids_have_files_that_disks_allow(tmp_path: Path) -> None:
    ids = [f"acme/{'X' * 180}{end}" for end in "ab"]
    paths = [spec_path(model_id) for model_id in ids]
    for path in paths:
        file = tmp_path / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.touch()

    assert len(set(paths)) == 2
