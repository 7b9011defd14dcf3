"""JSON values as Python source: the same values, in black's form."""

from __future__ import annotations

import ast
from typing import cast

from hypothesis import given
from hypothesis import strategies as st
from runcomfy_codegen.format import format_python
from runcomfy_codegen.jsontypes import Json
from runcomfy_codegen.render.literals import source, text_source

TEXTS = st.one_of(
    st.text(),
    st.text(st.sampled_from("'\"\\\n x")),
    st.text(max_size=3).map(lambda text: text + "x" * 60),
)
VALUES = cast(
    "st.SearchStrategy[Json]",
    st.recursive(
        st.one_of(st.none(), st.booleans(), st.integers(), st.floats(allow_nan=False, allow_infinity=False), TEXTS),
        lambda inner: st.lists(inner, max_size=6) | st.dictionaries(TEXTS, inner, max_size=4),
    ),
)  # fmt: skip


@given(VALUES, st.booleans())
def test_source_gives_the_value_back_in_blacks_form(value: Json, short: bool) -> None:
    text = f"x = {source(value, 0, 4, short=short)}\n"

    assert eval(text.removeprefix("x = ")) == value
    assert format_python(text) == text


@given(TEXTS)
def test_a_text_is_one_literal_without_line_breaks(text: str) -> None:
    literal = text_source(text)

    assert ast.literal_eval(literal) == text
    assert len(literal.splitlines()) == 1


def test_quotes_are_chosen_for_the_fewest_backslashes() -> None:
    assert text_source("it's") == '"it\'s"'
    assert text_source('a "b"') == "'a \"b\"'"
    assert text_source("'\"") == '"\'\\""'


def test_long_runs_are_products_only_where_asked_for() -> None:
    assert source(["ab" + "x" * 50], 0, short=True) == '["ab" + "x" * 50]'
    five: list[Json] = ["a"] * 5
    assert source(five, 0, short=True) == '["a"] * 5'
    assert source(five, 0) == '["a", "a", "a", "a", "a"]'


def test_members_are_spread_in_front() -> None:
    assert source({"a": 1}, 0, spread="MINIMAL") == '{**MINIMAL, "a": 1}'
    assert source({"a": 1}, 4, 95, spread="MINIMAL") == (
        '{\n        **MINIMAL,\n        "a": 1,\n    }'
    )
