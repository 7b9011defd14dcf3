"""Exactness on the shared corpus, which lies beside the checkout of developers and is not part of the project."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path

import pytest
from runcomfy_codegen.ingest import Ingested, ingest
from runcomfy_codegen.jsontypes import Json, JsonObject
from runcomfy_codegen.normalize import Fix, reverse
from runcomfy_codegen.normalize.nodes import type_names
from runcomfy_codegen.pointer import lookup
from runcomfy_codegen.spec import ModelSpec
from support.command import REPOSITORY

CORPUS = REPOSITORY.parent / "shared" / "corpus"
pytestmark = pytest.mark.skipif(
    not CORPUS.is_dir(), reason="the corpus is not beside this checkout"
)


@cache
def truths() -> list[JsonObject]:
    if not CORPUS.is_dir():
        return []
    found: list[JsonObject] = json.loads((CORPUS / "truth.json").read_text(encoding="utf-8"))
    return found


@cache
def read(source: str) -> Ingested:
    return ingest([CORPUS / source], CORPUS / "no-overrides")


def specs(source: str) -> dict[str, ModelSpec]:
    return {spec.model_id: spec for spec in read(source).specs}


def facts(schema: JsonObject) -> JsonObject:
    """Return the facts of a property in the form of the truth file."""
    names = type_names(schema)
    said: JsonObject = {"type": names[0] if len(names) == 1 else list[Json](names)}
    for key in ("enum", "minimum", "maximum", "minLength", "maxLength", "minItems", "maxItems"):
        if key in schema:
            said[key] = schema[key]
    items = schema.get("items")
    media = schema.get("x-media", items.get("x-media") if isinstance(items, dict) else None)
    if media is not None:
        said["media"] = media
    if isinstance(items, dict):
        members = items.get("properties")
        if isinstance(members, dict):
            said["items"] = {
                name: facts(member) for name, member in members.items() if isinstance(member, dict)
            }
        else:
            said["items_type"] = type_names(items)[0]
    return said


@pytest.mark.parametrize("source", ["pages", "catalogue.json"])
def test_every_source_is_read_without_an_error(source: str) -> None:
    errors = [str(problem) for problem in read(source).problems if problem.level == "error"]

    assert errors == []
    assert set(specs(source)) == {str(truth["model_id"]) for truth in truths()}


@pytest.mark.parametrize("source", ["pages", "catalogue.json"])
@pytest.mark.parametrize("truth", truths(), ids=lambda truth: str(truth["model_id"]))
def test_every_fact_is_recovered(truth: JsonObject, source: str) -> None:
    spec = specs(source)[str(truth["model_id"])]
    properties, wanted = spec.input_schema["properties"], truth["properties"]
    required = spec.input_schema.get("required", [])
    assert isinstance(properties, dict)
    assert isinstance(wanted, dict)
    assert isinstance(required, list)
    made = {name: facts(member) for name, member in properties.items() if isinstance(member, dict)}
    for name, member in wanted.items():
        assert isinstance(member, dict)
        if "items_type" not in member:
            made[name].pop("items_type", None)

    assert made == wanted
    assert sorted(map(str, required)) == sorted(map(str, _list(truth["required"])))


@pytest.mark.parametrize("truth", truths(), ids=lambda truth: str(truth["model_id"]))
def test_page_and_catalogue_give_the_same_facts(truth: JsonObject) -> None:
    model_id = str(truth["model_id"])
    page, catalogue = specs("pages")[model_id], specs("catalogue.json")[model_id]

    assert page.task == catalogue.task
    assert lookup(page.output_schema, "/x-media") == lookup(catalogue.output_schema, "/x-media")
    properties, others = page.input_schema["properties"], catalogue.input_schema["properties"]
    assert isinstance(properties, dict)
    assert isinstance(others, dict)
    assert {n: facts(m) for n, m in properties.items() if isinstance(m, dict)} == {
        n: facts(m) for n, m in others.items() if isinstance(m, dict)
    }


def test_fixes_lead_back_to_the_page() -> None:
    for spec in specs("pages").values():
        raw = reverse(spec.document, [Fix.from_json(fix) for fix in spec.fixes])
        assert raw["model_id"] == spec.model_id
        assert lookup(raw, "/output_schema/output/properties/videos/type") == "array"


def test_every_language_and_layout_of_the_corpus_is_recognised() -> None:
    layouts = {
        "flat_keys": "flat",
        "flat_words": "flat",
        "headed": "headed",
        "indented": "indented",
        "menu": "menu",
    }
    for truth in truths():
        [source] = _list(specs("pages")[str(truth["model_id"])].data["sources"])
        assert isinstance(source, dict)
        assert source["layout"] == layouts[str(truth["layout"])]
        if truth["layout"] == "flat_keys":
            assert source["locale"] == "unresolved"
        elif truth["lang"] == "en":
            assert source["locale"] in ("en", "und-Latn")
        else:
            assert source["locale"] not in ("en", "unresolved")


def _list(value: Json) -> list[Json]:
    assert isinstance(value, list)
    return value


def test_the_corpus_is_not_part_of_the_project() -> None:
    assert not CORPUS.is_relative_to(REPOSITORY)
    assert Path(CORPUS.name) == Path("corpus")
