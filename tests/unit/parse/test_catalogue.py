"""Saved catalogues: the whole answer, one entry, and everything that is neither."""

from __future__ import annotations

import json

import pytest
from runcomfy_codegen.jsontypes import Json, JsonObject
from runcomfy_codegen.parse import parse_catalogue

ENTRY: JsonObject = {
    "model_id": "acme/paint/edit",
    "display_name": "Paint",
    "description": "Paints.",
    "categories": ["image-to-image"],
    "base_price_usd": 0.04,
    "price_unit": "output",
    "input_schema": {"type": "object", "required": [], "properties": {"seed": {"type": "integer"}}},
}


def saved(value: Json) -> bytes:
    return json.dumps(value).encode()


@pytest.mark.parametrize(
    "content", [ENTRY, {"models": [ENTRY], "total": 1, "retrieved": "2026-01-02T03:04:05+00:00"}]
)
def test_an_entry_gives_a_raw_model_with_its_source(content: JsonObject) -> None:
    models, problems = parse_catalogue("c.json", saved(content))

    assert problems == []
    assert models[0].document == {
        "model_id": "acme/paint/edit",
        "title": "Paint",
        "summary": "Paints.",
        "input_schema": ENTRY["input_schema"],
    }
    assert models[0].source["catalogue"] == "c.json"
    assert models[0].source["retrieved"] == content.get("retrieved")
    assert models[0].source["base_price_usd"] == 0.04


def test_a_bad_entry_is_reported_and_the_others_go_through() -> None:
    bad: list[Json] = [{"model_id": "../up"}, {"model_id": "a/b"}, {"display_name": "x"}, 7]
    models, problems = parse_catalogue("c.json", saved({"models": [*bad, ENTRY]}))

    assert [model.model_id for model in models] == ["acme/paint/edit"]
    assert len(problems) == 4
    assert all(problem.where.startswith("c.json#/models/") for problem in problems)


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "does not begin with an object"),
        (b"[1]", "does not begin with an object"),
        (b"{}", "neither a list 'models' nor one entry"),
        (b'{"models": 3}', "neither a list 'models' nor one entry"),
        (b'{"models": [', "not JSON"),
        (b'{"models": []} x', "more text behind"),
        (b'{"models": [], "total": NaN}', "NaN is not JSON"),
        (b"\xff\xfe\x00", "not UTF-8"),
    ],
)
def test_what_is_no_catalogue_is_said_so(data: bytes, said: str) -> None:
    models, problems = parse_catalogue("c.json", data)

    assert models == []
    assert said in problems[0].message


def test_an_entry_that_stands_twice_with_other_content_is_an_error() -> None:
    other: JsonObject = {**ENTRY, "input_schema": {"type": "object", "properties": {}}}
    _, problems = parse_catalogue("c.json", saved({"models": [ENTRY, ENTRY, other]}))

    assert ["stands twice" in problem.message for problem in problems] == [True]
