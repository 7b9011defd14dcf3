"""Every rule of the semantic diff, before and after, in both directions."""

from __future__ import annotations

import pytest
from runcomfy_codegen.diff import Finding, all_rules, diff_specs
from runcomfy_codegen.jsontypes import JsonObject
from runcomfy_codegen.spec import ModelSpec

from .cases import MODEL, NUMBER, PAIRS, TEXT, spec, with_object, with_property


def found(old: ModelSpec, new: ModelSpec) -> list[Finding]:
    return list(diff_specs([old], [new]))


@pytest.mark.parametrize(
    ("there", "back", "old", "new"), PAIRS, ids=[f"{n}-{pair[0]}" for n, pair in enumerate(PAIRS)]
)
def test_a_change_has_its_rule_and_its_way_back(
    there: str, back: str, old: ModelSpec, new: ModelSpec
) -> None:
    levels = {rule.id: rule.level for rule in all_rules()}
    [forth], [reverse] = found(old, new), found(new, old)

    assert (forth.rule, forth.level) == (there, levels[there])
    assert (reverse.rule, reverse.level) == (back, levels[back])


def test_models_come_and_go() -> None:
    [came], [gone] = diff_specs([], [spec()]), diff_specs([spec()], [])

    assert (came.rule, came.level, came.before, came.after) == (
        "model-added",
        "compatible",
        gone.after,
        "Paint",
    )
    assert (gone.rule, gone.level) == ("model-removed", "breaking")


def test_a_path_that_both_locks_have_must_not_change() -> None:
    [renamed] = diff_specs([spec()], [spec()], {MODEL: "acme.paint"}, {MODEL: "acme.paint_2"})

    assert (renamed.rule, renamed.level) == ("attribute-path-renamed", "breaking")
    assert "acme.paint_2" in renamed.message
    assert not diff_specs([spec()], [spec()], {}, {MODEL: "acme.paint"})


def test_every_rule_has_a_case_and_a_reason() -> None:
    cased = {rule for there, back, *_ in PAIRS for rule in (there, back)}
    cased |= {"model-added", "model-removed", "attribute-path-renamed", "inert-changed"}

    assert cased == {rule.id for rule in all_rules()}
    assert all(rule.reason and rule.summary.endswith(".") for rule in all_rules())


def test_a_keyword_that_comes_with_its_type_breaks_nothing() -> None:
    old = with_property("input", TEXT)
    new = with_property("input", {"type": ["string", "array"], "items": TEXT, "minItems": 1})

    assert [(f.rule, f.level) for f in found(old, new)] == [
        ("type-widened", "compatible"),
        ("inert-changed", "note"),
        ("inert-changed", "note"),
    ]


def test_choices_that_went_and_came_are_two_findings() -> None:
    old = with_property("input", {"type": "string", "enum": ["a", "b"]})
    new = with_property("input", {"type": "string", "enum": ["b", "c"]})

    narrowed, widened = found(old, new)
    assert narrowed.message == 'x: no longer one of the choices: "a"'
    assert widened.message == 'x: new choices: "c"'


def test_nested_places_have_pointer_and_label() -> None:
    def nested(limit: int) -> ModelSpec:
        scale: JsonObject = {"type": "number", "maximum": limit}
        item: JsonObject = {"type": "object", "properties": {"a/b": scale}}
        branch: JsonObject = {"anyOf": [{"type": "null"}, {"type": "array", "items": item}]}
        return with_property("input", branch)

    [finding] = found(nested(4), nested(3))
    assert finding.pointer == ("/input_schema/properties/x/anyOf/1/items/properties/a~1b/maximum")
    assert finding.message == "x[].a/b: maximum is 3 instead of 4"
    assert (finding.before, finding.after) == (4, 3)


def test_a_branch_is_compared_with_the_branch_of_its_type() -> None:
    old = with_property("input", {"anyOf": [{"type": "string", "maxLength": 9}, NUMBER]})
    new = with_property("input", {"anyOf": [NUMBER, {"type": "string", "maxLength": 5}]})

    assert [f.rule for f in found(old, new)] == ["bound-tightened", "schema-rewritten"]


def test_what_has_no_meaning_is_no_change() -> None:
    old = with_object(
        "input",
        {
            "properties": {"a": {"type": ["null", "string"]}, "b": {"const": 1.0}},
            "required": ["b", "a"],
        },
    )
    new = with_object(
        "input",
        {
            "properties": {"a": {"type": ["string", "null"]}, "b": {"enum": [1]}},
            "required": ["a", "b"],
        },
    )
    other_source: JsonObject = {"catalogue": "x", "retrieved": "2026-01-01"}

    assert found(old, new) == []
    assert found(spec(), spec(sources=[other_source])) == []


def test_defaults_are_said_to_be_unsent() -> None:
    old, new = (with_property("input", {"type": "integer", "default": n}) for n in (1, 2))

    [finding] = found(old, new)
    assert finding.message == "x: the default is 2 instead of 1; the SDK sends no defaults"


def test_an_infinite_bound_is_compared_and_printed() -> None:
    old = with_property("input", {"type": "number", "maximum": float("inf")})

    [finding] = found(old, with_property("input", {"type": "number", "maximum": 3}))
    assert finding.rule == "bound-tightened"
    assert finding.to_json()["before"] == "inf"
