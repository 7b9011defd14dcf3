"""Inputs for the generated tests: valid ones are valid, each violation breaks the schema where it says."""

from __future__ import annotations

import json
from typing import cast

import pytest
from functional.test_equivalence import NODES, objects
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from runcomfy_codegen.jsontypes import Json, JsonObject
from runcomfy_codegen.plan.patterns import matching_texts
from runcomfy_codegen.plan.samples import Samples, plan_samples
from runcomfy_codegen.pointer import lookup
from runcomfy_codegen.validator import refusals
from unit.diff.strategies import schemas

LINK = "https://files.example.com/"


def root(properties: dict[str, Json], *required: str) -> JsonObject:
    return {
        "type": "object",
        "properties": properties,
        "required": [*required],
        "additionalProperties": False,
    }


def samples_of(member: JsonObject, *, example: Json = None) -> Samples:
    """Return the samples of an input with the optional field ``x``."""
    return plan_samples(root({"x": member}), {} if example is None else {"x": example})


def run(samples: Samples, name: str) -> JsonObject:
    return next(sample.payload for sample in samples.runs if sample.name == name)


def violations(samples: Samples) -> dict[str, Json]:
    """Return what each violation puts in the place of ``x``."""
    return {v.name: v.payload["x"] for v in samples.violations if "x" in v.payload}


def check(schema: JsonObject, samples: Samples) -> None:
    for sample in samples.runs:
        assert refusals(schema, sample.payload) == [], sample
    names = [violation.name for violation in samples.violations]
    assert len(set(names)) == len(names)
    for violation in samples.violations:
        refused = {refusal.pointer for refusal in refusals(schema, violation.payload)}
        assert len(refused) == 1, violation
        assert violation.pointer.startswith(refused.pop()), violation


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(objects(NODES))
def test_samples_of_a_random_schema_are_what_they_say(schema: JsonObject) -> None:
    samples = plan_samples(schema, {})

    check(schema, samples)
    made = {sample.name: sample.payload for sample in samples.runs}
    properties = cast("JsonObject", schema["properties"])
    if "minimal" in made:
        assert set(made["minimal"]) == set(cast("list[str]", schema["required"]))
        left_out = {name for name in properties if f"/{name} full" in samples.uncovered}
        assert set(made["full"]) == set(properties) - left_out
    assert json.dumps(plan_samples(schema, {}).violations, default=str) == json.dumps(
        samples.violations, default=str
    )


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.dictionaries(st.sampled_from("xyz"), schemas, max_size=2))
def test_a_schema_that_contradicts_itself_is_no_obstacle(members: dict[str, JsonObject]) -> None:
    schema = root(cast("dict[str, Json]", members))

    check(schema, plan_samples(schema, {}))


@pytest.mark.parametrize(
    ("member", "constraint", "value"),
    [
        ({"type": "integer", "minimum": 3}, "minimum", 2),
        ({"type": "integer", "maximum": 3}, "maximum", 4),
        ({"type": "number", "minimum": 0, "maximum": 1}, "maximum", 1.01),
        ({"type": "number", "exclusiveMinimum": 0}, "exclusiveMinimum", 0),
        ({"type": "number", "exclusiveMaximum": 1}, "exclusiveMaximum", 1),
        ({"type": "integer", "minimum": 64, "multipleOf": 64}, "minimum", 0),
        ({"type": "integer", "minimum": 64, "multipleOf": 64}, "multipleOf", 65),
        ({"type": "integer", "maximum": 2**63 - 1}, "maximum", 2**63),
        ({"type": "string", "enum": ["a", "b"]}, "enum", "a_"),
        ({"type": "integer", "enum": [3, 4, 5]}, "enum", 6),
        ({"type": "string", "const": "a"}, "const", "a_"),
        ({"type": "string", "minLength": 2}, "minLength", "t"),
        ({"type": "string", "maxLength": 3}, "maxLength", "xxxx"),
        ({"type": "string", "pattern": "^#[0-9a-f]{6}$"}, "pattern", "#000000!"),
        ({"type": "array", "items": {"type": "string"}, "minItems": 1}, "minItems", []),
        ({"type": "array", "items": {"type": "string"}, "maxItems": 1}, "maxItems", ["text"] * 2),
        (
            {"type": "array", "items": {"type": "string"}, "uniqueItems": True},
            "uniqueItems",
            ["text", "text"],
        ),
        ({"type": "integer"}, "type: fraction", 1.5),
        ({"type": "integer"}, "type: number text", "1"),
        ({"type": "boolean"}, "type: number", 1),
        ({"type": "string"}, "type: null", None),
        ({"anyOf": [{"type": "string"}, {"type": "integer"}]}, "type: fraction", 0.5),
        (
            {"anyOf": [{"type": "integer", "minimum": 3}, {"type": "string", "enum": ["auto"]}]},
            "anyOf 0 minimum",
            2,
        ),
    ],
)
def test_a_constraint_is_broken_at_its_edge(
    member: JsonObject, constraint: str, value: Json
) -> None:
    samples = samples_of(member)

    assert violations(samples)[f"/x {constraint}"] == value
    assert samples.uncovered == ()


def test_nothing_is_broken_that_says_nothing() -> None:
    samples = samples_of(
        {"type": "array", "minItems": 0, "items": {"type": "string", "minLength": 0}}
    )

    assert not {"/x minItems", "/x/0 minLength"} & {v.name for v in samples.violations}
    assert samples.uncovered == ()


def test_null_is_no_violation_where_the_schema_takes_it() -> None:
    assert "/x type: null" not in violations(samples_of({"type": ["integer", "null"]}))


def test_faults_inside_items_and_objects_have_their_own_places() -> None:
    item = root({"path": {"type": "string"}, "scale": {"type": "number", "maximum": 4}}, "path")
    samples = samples_of({"type": "array", "minItems": 2, "items": item})
    good: Json = {"path": "text"}
    made = violations(samples)

    assert made["/x/0/path missing"] == [{}, good]
    assert made["/x/0/not_a_field unknown"] == [{"path": "text", "not_a_field": "text"}, good]
    assert made["/x/0/scale maximum"] == [{"path": "text", "scale": 4.01}, good]
    places = {violation.name: violation.pointer for violation in samples.violations}
    assert places["/x/0/path missing"] == "/x/0/path"


def test_the_docs_own_values_are_preferred() -> None:
    member: JsonObject = {"type": "string", "examples": ["sample"], "default": "given"}

    assert run(samples_of(member, example="docs"), "full") == {"x": "docs"}
    assert run(samples_of(member), "full") == {"x": "sample"}
    assert run(samples_of({"type": "integer", "default": 7}), "full") == {"x": 7}
    assert run(samples_of({"type": "string", "enum": ["b", "a"]}), "full") == {"x": "b"}
    assert run(samples_of({"type": "integer", "minimum": 9}), "full") == {"x": 9}


def test_full_fills_what_the_docs_own_items_leave_out() -> None:
    item = root({"path": {"type": "string"}, "scale": {"type": "number"}})
    samples = samples_of({"type": "array", "items": item}, example=[{"path": "a"}, {"path": "b"}])

    assert run(samples, "full") == {"x": [{"path": "a", "scale": 1}, {"path": "b", "scale": 1}]}
    assert run(samples, "example") == {"x": [{"path": "a"}, {"path": "b"}]}


@pytest.mark.parametrize(("kind", "name"), [("image", "in.png"), ("video", "in.mp4")])
def test_media_are_links_of_their_kind(kind: str, name: str) -> None:
    assert run(samples_of({"type": "string", "x-media": kind}), "full") == {"x": f"{LINK}{name}"}


def test_bare_file_names_of_the_docs_become_links() -> None:
    member: JsonObject = {"type": "array", "items": {"type": "string", "x-media": "image"}}
    samples = samples_of(member, example=["../a b\n#?.png", "https://example.com/c.png"])

    assert run(samples, "example") == {
        "x": [f"{LINK}..%2Fa%20b%0A%23%3F.png", "https://example.com/c.png"]
    }


def test_whole_floats_are_written_as_integers() -> None:
    assert repr(run(samples_of({"type": "integer"}, example=2.0), "example")) == "{'x': 2}"


@pytest.mark.parametrize(
    ("member", "name"),
    [
        ({"type": "string", "maxLength": 10**9}, "/x maxLength"),
        ({"type": "array", "maxItems": 10**9, "items": {"type": "null"}}, "/x maxItems"),
        ({"type": "string", "pattern": ".*"}, "/x pattern"),
        ({"type": "string", "pattern": "(?=b)a"}, "/x full"),
        ({"type": "string", "pattern": r"\p{L}"}, "/x pattern"),
    ],
)
def test_what_cannot_be_made_is_named(member: JsonObject, name: str) -> None:
    samples = samples_of(member)

    assert name in samples.uncovered
    assert name not in {violation.name for violation in samples.violations}


def test_a_docs_example_that_the_schema_refuses_is_named() -> None:
    samples = samples_of({"type": "integer"}, example="text")

    assert samples.uncovered == ("example",)
    assert [sample.name for sample in samples.runs] == ["minimal", "full"]


@pytest.mark.parametrize(
    "pattern",
    [
        "^#[0-9a-fA-F]{6}$", "^\\d+:\\d+$", "^(auto|[1-9]\\d*x[1-9]\\d*)$", "[^a-z ]", "^[^\"]+$", "^\\S{3,5}$",
        "^(?:https?|s3)://", "\\W", "^[\\w.-]+@[\\w.-]+\\.[a-z]{2,}$", "^.{12}$", "(?i)^ab?c$", "^[^\\d]x$",
    ],
)  # fmt: skip
def test_texts_match_their_pattern(pattern: str) -> None:
    full = run(samples_of({"type": "string", "pattern": pattern}), "full")

    assert isinstance(lookup(full, "/x"), str)


def test_a_broken_pattern_gives_no_text() -> None:
    assert list(matching_texts("(")) == []
