"""YAML that any reader reads back."""

from __future__ import annotations

from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st
from runcomfy_runtime.cli.catalogue import Catalogue
from runcomfy_runtime.cli.yamltext import to_yaml

TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=200)
VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | TEXTS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXTS, inner, max_size=4),
    max_leaves=20,
)


@given(VALUES)
def test_what_is_written_is_read_back(value: Any) -> None:
    assert yaml.safe_load(to_yaml(value)) == value


@pytest.mark.parametrize(
    "text",
    ["yes", "No", "null", "~", "1", "1.5", "1e3", "0x1f", "2024-01-01", "=", "<<", "a: b", "- a", "#", "x #y",
     " a", "a ", "", "'", '"', "a\nb", "\x85", "\u2028", "\ufeff", "\x7f", "!x", "&x", "*x", "%x", "@x", "`x", "😀"],
)  # fmt: skip
def test_texts_that_look_like_something_else_stay_texts(text: str) -> None:
    assert yaml.safe_load(to_yaml({text: [text]})) == {text: [text]}


def test_nested_blocks_read_well() -> None:
    value: Any = {
        "type": "object",
        "required": ["prompt"],
        "list": [{"a": 1, "b": list[Any]()}, [2, 3]],
        "e": dict[str, Any](),
    }
    assert to_yaml(value) == (
        "type: object\nrequired:\n  - prompt\nlist:\n  - a: 1\n    b: []\n  - - 2\n    - 3\ne: {}"
    )


def test_every_schema_of_this_release_is_read_back() -> None:
    catalogue = Catalogue("runcomfy_sdk")
    for model_id in catalogue.ids:
        document = catalogue.record(model_id).document
        assert yaml.safe_load(to_yaml(document)) == document
