"""A page and a catalogue of one model: what agrees, what the catalogue adds, and what it overrules."""

from __future__ import annotations

import pytest
from runcomfy_codegen.jsontypes import Json, JsonObject
from runcomfy_codegen.normalize import Merged, merge_models, replay, reverse
from runcomfy_codegen.parse import RawModel
from runcomfy_codegen.pointer import lookup
from support.documents import raw_document

PAGE: dict[str, Json] = {
    "prompt": {"type": "string", "default": "a cat"},
    "steps": {"type": "integer", "minimum": 1, "maximum": 30, "default": 20},
    "image_url": {"type": "string", "default": "https://x.example/a.png"},
}


def page(properties: dict[str, Json], name: str = "p.txt") -> RawModel:
    document = raw_document(properties, required=["prompt"], example={"prompt": "a cat"})
    return RawModel(document, {"page": name, "sha256": "0", "locale": "en"})


def catalogue(
    properties: dict[str, Json], retrieved: str | None = None, name: str = "c.json"
) -> RawModel:
    raw = raw_document(properties, required=["prompt"])
    document: JsonObject = {key: raw[key] for key in ("model_id", "input_schema")}
    return RawModel(document, {"catalogue": name, "sha256": "0", "retrieved": retrieved})


def merged(*models: RawModel) -> Merged:
    found = merge_models(models)
    document, fixes = found.normalized.document, found.normalized.fixes
    assert replay(found.sources[0].document, fixes) == document
    assert reverse(document, fixes) == found.sources[0].document
    return found


def test_sources_that_agree_say_nothing() -> None:
    same: dict[str, Json] = {**PAGE, "image_url": {"type": "string", "format": "image_uri"}}
    found = merged(catalogue(same), page(PAGE))

    assert found.sources[0].name == "p.txt"
    assert found.normalized.problems == ()
    assert not any(fix.rule == "catalogue-newer" for fix in found.normalized.fixes)


def test_the_catalogue_overrules_a_page_and_both_values_are_told() -> None:
    newer: dict[str, Json] = {
        **PAGE,
        "steps": {"type": "integer", "minimum": 1, "maximum": 50, "default": 20},
    }
    found = merged(page(PAGE), catalogue(newer))

    assert lookup(found.normalized.document, "/input_schema/properties/steps/maximum") == 50
    (problem,) = found.normalized.problems
    assert problem.level == "warning"
    assert "p.txt says 30, c.json says 50" in problem.message
    assert problem.where == "p.txt#/input_schema/properties/steps/maximum"


def test_what_only_the_catalogue_says_is_added_without_a_conflict() -> None:
    rules: list[Json] = [{"validation_rule": "file_size_mb<", "validation_value": 16}]
    newer: dict[str, Json] = {
        **PAGE,
        "image_url": {"type": "string", "format": "image_uri", "validations": rules},
    }
    found = merged(page(PAGE), catalogue(newer))

    assert found.normalized.problems == ()
    assert (
        lookup(
            found.normalized.document, "/input_schema/properties/image_url/x-validations/0/value"
        )
        == 16
    )


def test_media_that_only_the_page_shows_stays() -> None:
    newer: dict[str, Json] = {**PAGE, "source": {"type": "string"}}
    older: dict[str, Json] = {
        **PAGE,
        "source": {"type": "string", "default": "https://x.example/a.mp4"},
    }
    found = merged(page(older), catalogue(newer))

    assert lookup(found.normalized.document, "/input_schema/properties/source/x-media") == "video"


def test_an_example_that_the_newer_schema_refuses_is_replaced() -> None:
    newer: dict[str, Json] = {"prompt": {"type": "string", "enum": ["dog", "bird"]}}
    found = merged(page({"prompt": {"type": "string", "default": "a cat"}}), catalogue(newer))

    assert found.normalized.document["example"] == {"prompt": "dog"}


def test_the_newest_of_several_catalogues_counts() -> None:
    old = catalogue(
        {**PAGE, "steps": {"type": "integer", "maximum": 40}},
        "2026-01-01T00:00:00+00:00",
        "old.json",
    )
    new = catalogue(
        {**PAGE, "steps": {"type": "integer", "maximum": 60}},
        "2026-02-01T00:00:00+00:00",
        "new.json",
    )

    for order in ((old, new), (new, old)):
        assert (
            lookup(merged(*order).normalized.document, "/input_schema/properties/steps/maximum")
            == 60
        )
        with_page = merged(*order, page(PAGE))
        assert lookup(with_page.normalized.document, "/input_schema/properties/steps/maximum") == 60


@pytest.mark.parametrize("locale", ["en", "und-Latn"])
def test_two_pages_that_disagree_are_an_error_that_names_both(locale: str) -> None:
    other = page({**PAGE, "steps": {"type": "integer", "maximum": 30, "default": 20}}, "q.txt")
    other.source["locale"] = locale
    found = merge_models([page(PAGE), other])

    (problem,) = found.normalized.problems
    assert problem.level == "error"
    assert "p.txt" in problem.message
    assert "q.txt" in problem.message
    assert problem.where.endswith("#/input_schema/properties/steps/minimum")
