"""What holds for every pair of specs, whatever changed."""

from __future__ import annotations

import json
from collections import Counter

from hypothesis import assume, example, given, settings
from hypothesis import strategies as st
from runcomfy_codegen.diff import Finding, diff_specs
from runcomfy_codegen.diff.facts import facts, value_key
from runcomfy_codegen.jsontypes import Json, JsonObject
from runcomfy_codegen.spec import SPEC_VERSION, ModelSpec
from runcomfy_codegen.validator import refusals
from support.documents import reverse_keys

from .strategies import instances, schema_pairs, schemas

_OPPOSITES = (
    ("narrowed", "widened"),
    ("tightened", "loosened"),
    ("added", "removed"),
    ("constrained", "freed"),
)
_NOTHING: JsonObject = {"type": "object", "properties": {}}


def spec(schema: JsonObject, side: str = "input", title: str = "Paint") -> ModelSpec:
    document: JsonObject = {
        "spec_version": SPEC_VERSION,
        "model_id": "acme/paint",
        "title": title,
        "summary": "",
        "task": "text-to-image",
        "input_schema": _NOTHING,
        "output_schema": _NOTHING,
        "example": {},
        "sources": [],
        "fixes": [],
        "open": [],
    }
    document[f"{side}_schema"] = {"type": "object", "properties": {"x": schema}}
    return ModelSpec(document)


def swapped(rule: str) -> str:
    """Return the id of the change that takes ``rule`` back."""
    for one, other in _OPPOSITES:
        for left, right in ((one, other), (other, one)):
            if rule.endswith(f"-{left}"):
                return f"{rule.removesuffix(left)}{right}"
    return rule


def kind(finding: Finding, *, back: bool = False) -> str:
    """Return the rule; a required property that comes and goes counts as a property, for it goes as one."""
    rule = finding.rule
    if rule == "required-added" and not finding.pointer.endswith("/required"):
        rule = "input-property-added"
    return swapped(rule) if back else rule


@settings(max_examples=200)
@given(schema_pairs, st.sampled_from(["input", "output"]), st.sampled_from(["Paint", "Paint 2"]))
def test_nothing_is_found_exactly_when_facts_and_texts_are_equal(
    pair: tuple[JsonObject, JsonObject], side: str, title: str
) -> None:
    old, new = spec(pair[0], side), spec(pair[1], side, title)
    equal = value_key(facts(old)) == value_key(facts(new))

    assert (not diff_specs([old], [new])) == equal


@settings(max_examples=200)
@given(schema_pairs, st.sampled_from(["input", "output"]))
def test_the_way_back_turns_each_finding_round(
    pair: tuple[JsonObject, JsonObject], side: str
) -> None:
    old, new = (spec(schema, side) for schema in pair)
    forth, back = diff_specs([old], [new]), diff_specs([new], [old])

    assert Counter(map(kind, forth)) == Counter(kind(finding, back=True) for finding in back)


@settings(max_examples=200)
@given(schema_pairs, instances)
@example(({"type": "string"}, {"type": ["string", "array"], "items": {"not": {}}}), "a")
@example(({"type": "string"}, {"anyOf": [{"type": "string"}, {"type": "null"}]}), "a")
def test_what_is_said_to_break_nothing_refuses_no_value_that_was_taken(
    pair: tuple[JsonObject, JsonObject], value: Json
) -> None:
    old, new = pair
    assume(not refusals(old, value))
    levels = {finding.level for finding in diff_specs([spec(old)], [spec(new)])}

    assert "breaking" in levels or not refusals(new, value)


@given(schemas, schemas)
def test_key_order_makes_no_difference(old: JsonObject, new: JsonObject) -> None:
    turned = reverse_keys(old), reverse_keys(new)
    assert isinstance(turned[0], dict)
    assert isinstance(turned[1], dict)

    plain = diff_specs([spec(old)], [spec(new)])
    reverse = diff_specs([spec(turned[0])], [spec(turned[1])])
    assert [json.dumps(f.to_json(), sort_keys=True) for f in plain] == [
        json.dumps(f.to_json(), sort_keys=True) for f in reverse
    ]
