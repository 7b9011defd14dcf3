"""The fast validator and the one that is the reference give the same verdicts."""

from __future__ import annotations

from typing import cast

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from runcomfy_codegen.jsontypes import Json, JsonObject
from runcomfy_codegen.validator import Judge, refusals

BOUNDS = st.one_of(
    st.integers(-5, 5),
    st.integers(),
    st.floats(allow_nan=False, allow_infinity=False),
    st.sampled_from([0.1, 0.3, 1.0, 1e300, 2**53 + 1, 2**64, 10**30, -(10**30)]),
)
NAMES = st.sampled_from(["a", "b", "~/", "pattern"])
VALUES = st.recursive(
    BOUNDS | st.text(max_size=4) | st.none() | st.booleans(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(NAMES, inner, max_size=3),
    max_leaves=6,
)
TYPES = ["string", "integer", "number", "boolean", "null", "array", "object"]
NODES: st.SearchStrategy[dict[str, object]] = st.fixed_dictionaries(
    {},
    optional={
        "type": st.sampled_from([*TYPES, ["string", "null"], ["integer", "null"]]),
        "minimum": BOUNDS,
        "exclusiveMaximum": BOUNDS,
        "multipleOf": st.sampled_from([0.1, 0.01, 3, 1e-7]),
        "enum": st.lists(VALUES, min_size=1, max_size=3),
        "const": VALUES,
        "minLength": st.integers(0, 4),
        "maxLength": st.integers(0, 4),
        "pattern": st.sampled_from(["^a", r"\d$", r"^\w+\Z", "(?P<x>a)(?P=x)", "("]),
        "minItems": st.integers(0, 3),
        "maxItems": st.integers(0, 3),
        "uniqueItems": st.booleans(),
    },
)


def around(inner: st.SearchStrategy[dict[str, object]]) -> st.SearchStrategy[dict[str, object]]:
    members: dict[str, st.SearchStrategy[object]] = {
        "type": st.sampled_from(["array", "object"]),
        "items": inner,
        "properties": st.dictionaries(NAMES, inner, max_size=3),
        "required": st.lists(st.sampled_from(["a", "b"]), unique=True),
        "additionalProperties": st.booleans(),
        "anyOf": st.lists(inner, min_size=1, max_size=2),
    }
    return st.fixed_dictionaries({}, optional=members)


SCHEMAS = st.recursive(NODES, around, max_leaves=4)


@settings(deadline=None, max_examples=400)
@given(SCHEMAS, VALUES)
def test_a_judge_says_what_jsonschema_says(given_schema: dict[str, object], value: Json) -> None:
    schema = cast("JsonObject", given_schema)
    judge = Judge(schema)
    try:
        places = {refusal.pointer for refusal in refusals(schema, value)}
    except ValueError:
        assert not judge.accepts(value)
        assert judge.places(value) is None
        return

    assert judge.places(value) == places
    assert judge.accepts(value) == (not places)


@pytest.mark.parametrize(
    ("schema", "value"),
    [
        ({"pattern": "^\\d+$"}, "٣"),
        ({"multipleOf": 0.01}, 0.07),
        ({"properties": {"a": {"pattern": "a$"}}}, {"a": "a\n"}),
    ],
)
def test_where_validators_differ_the_reference_decides(schema: object, value: Json) -> None:
    given_schema = cast("JsonObject", schema)

    assert Judge(given_schema).accepts(value) == (not refusals(given_schema, value))
