"""Several pages of one model: the best text wins, facts must agree, and an override can settle them."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from runcomfy_codegen.ingest import Ingested, ingest
from runcomfy_codegen.jsontypes import Json, JsonObject
from runcomfy_codegen.normalize import Fix, reverse
from support.sample_pages import SampleLayout, object_schema, render_page


def schema(title: str, description: str, **members: Json) -> JsonObject:
    field: JsonObject = {"title": title, "description": description, "type": "string"}
    return object_schema(
        {"field": {**field, **members}, "prompt": {"type": "string", "default": "x"}}, "prompt"
    )


def page(
    folder: Path, name: str, layout: SampleLayout, raw: JsonObject, language: str = "en"
) -> None:
    text = render_page("acme/paint/edit", raw, layout=layout, language=language)
    file = folder / "pages" / name
    file.parent.mkdir(exist_ok=True)
    file.write_text(text, encoding="utf-8")


def read(folder: Path) -> Ingested:
    return ingest([folder / "pages"], folder / "overrides")


@pytest.mark.parametrize("names", [("a.txt", "b.txt"), ("b.txt", "a.txt")])
def test_the_english_page_is_the_base_whatever_its_name(
    tmp_path: Path, names: tuple[str, str]
) -> None:
    page(tmp_path, names[0], "flat-keys", schema("字段", "这是字段"))
    page(tmp_path, names[1], "headed", schema("Field", "What it is."))
    read_ = read(tmp_path)
    [spec] = read_.specs
    field = spec.input_schema["properties"]

    assert read_.problems == ()
    assert spec.title == "Paint Box"
    assert isinstance(field, dict)
    assert field["field"] == {"type": "string", "title": "Field", "description": "What it is."}
    assert [source["page"] for source in _objects(spec.data["sources"])] == [names[1], names[0]]


def test_a_text_that_the_base_lacks_is_lent_and_recorded(tmp_path: Path) -> None:
    page(tmp_path, "base.txt", "headed", schema("Field", ""))
    page(tmp_path, "other.txt", "flat-words", schema("Feld", "Was es ist."), "de")
    [spec] = read(tmp_path).specs
    lent = [fix for fix in spec.fixes if fix["rule"] == "text-merged"]

    assert [fix["after"] for fix in lent] == ["Was es ist."]
    assert "other.txt" in str(lent[0]["reason"])
    raw = reverse(spec.document, [Fix.from_json(fix) for fix in spec.fixes])
    assert raw["input_schema"] == {**schema("Field", ""), "title": "Input"}


def test_pages_that_disagree_on_a_fact_are_an_error_naming_both(tmp_path: Path) -> None:
    page(tmp_path, "one.txt", "headed", schema("Field", "", enum=["a", "b"]))
    page(tmp_path, "two.txt", "flat-keys", schema("Field", "", enum=["a", "c"]))
    done = read(tmp_path)
    [problem] = done.problems

    assert done.specs == ()
    assert problem.where == "one.txt#/input_schema/properties/field/enum"
    assert 'one.txt says ["a", "b"], two.txt says ["a", "c"]' in problem.message


def test_an_override_settles_pages_that_disagree(tmp_path: Path) -> None:
    page(tmp_path, "one.txt", "headed", schema("Field", "", enum=["a", "b"]))
    page(tmp_path, "two.txt", "flat-keys", schema("Field", "", enum=["a", "c"]))
    override(tmp_path, "/input_schema/properties/field/enum", ["a", "b"], ["a", "b", "c"])
    done = read(tmp_path)

    assert done.problems == ()
    assert '"c"' in done.specs[0].text


def test_an_override_settles_an_oddity_that_no_rule_knows(tmp_path: Path) -> None:
    page(tmp_path, "one.txt", "headed", schema("Field", "", type="hologram"))
    assert [problem.code for problem in read(tmp_path).problems] == ["unknown-oddity"]

    override(tmp_path, "/input_schema/properties/field/type", "hologram", "string")
    done = read(tmp_path)

    assert done.problems == ()
    assert len(done.specs) == 1


def test_an_override_of_something_else_settles_nothing(tmp_path: Path) -> None:
    page(tmp_path, "one.txt", "headed", schema("Field", "", type="hologram"))
    override(tmp_path, "/title", "Paint Box", "Paint")

    assert [problem.code for problem in read(tmp_path).problems] == ["unknown-oddity"]


def test_order_of_sources_does_not_matter(tmp_path: Path) -> None:
    page(tmp_path, "a.txt", "flat-words", schema("Feld", "Was es ist."), "de")
    page(tmp_path, "b.txt", "indented", schema("", ""))
    page(tmp_path, "c.txt", "flat-keys", schema("Field", "0\ufffd?"))
    files = sorted(tmp_path.glob("pages/*.txt"))
    texts = {ingest(order, tmp_path / "overrides").specs[0].text for order in (files, files[::-1])}

    assert len(texts) == 1


def override(folder: Path, pointer: str, today: Json, value: Json) -> None:
    file = folder / "overrides/acme/paint/edit.json"
    file.parent.mkdir(parents=True)
    operations = [
        {"op": "test", "path": pointer, "value": today},
        {"op": "replace", "path": pointer, "value": value},
    ]
    file.write_text(json.dumps(operations), encoding="utf-8")


def _objects(value: Json) -> list[JsonObject]:
    assert isinstance(value, list)
    return [item for item in value if isinstance(item, dict)]
