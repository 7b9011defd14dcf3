"""Globs over model ids."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from runcomfy_codegen.errors import CodegenError
from runcomfy_codegen.spec.globs import nearest_ids, select, to_pattern

IDS = ["acme/max", "acme/max/edit", "acme/wan2.5/edit/lora", "umbra/Draw Now/4K"]


@pytest.mark.parametrize(
    ("glob", "wanted"),
    [
        ("**", IDS),
        ("acme/**", IDS[:3]),
        ("acme/*", IDS[:1]),
        ("*/*/*", ["acme/max/edit", "umbra/Draw Now/4K"]),
        ("**/edit", ["acme/max/edit"]),
        ("**/edit/**", ["acme/wan2.5/edit/lora"]),
        ("acme/**/edit", ["acme/max/edit"]),
        ("acme/**/max", ["acme/max"]),
        ("acme/wan[23].5/**", ["acme/wan2.5/edit/lora"]),
        ("acme/wan[!23].5/**", []),
        ("acme/wan2?5/**", ["acme/wan2.5/edit/lora"]),
        ("acme?max", []),
        ("umbra/Draw Now/4K", ["umbra/Draw Now/4K"]),
        ("ACME/**", []),
        ("wan2.5", []),
    ],
)
def test_stars_stay_in_a_segment_and_double_stars_cross(glob: str, wanted: list[str]) -> None:
    assert [model_id for model_id in IDS if to_pattern(glob).fullmatch(model_id)] == wanted


@given(st.text(alphabet="ab/.+()|^$\\{}", min_size=1))
def test_other_characters_stand_for_themselves(text: str) -> None:
    assert to_pattern(text).fullmatch(text)
    assert not to_pattern(text).fullmatch(f"{text}x")


def test_several_globs_give_each_id_once_and_sorted() -> None:
    assert select(reversed(IDS), ["acme/max/*", "**/edit", "acme/*"]) == IDS[:2]


def test_every_glob_without_a_match_is_reported() -> None:
    with pytest.raises(CodegenError) as caught:
        select(IDS, ["acme/**", "acne/max", "umbrella/**"])

    assert [problem.where for problem in caught.value.problems] == ["acne/max", "umbrella/**"]


@pytest.mark.parametrize("glob", ["acme/[b-a]", "acme/[z-a]x"])
def test_a_glob_that_is_none_is_an_error(glob: str) -> None:
    with pytest.raises(CodegenError, match="not a glob"):
        select(IDS, [glob])


@pytest.mark.parametrize(
    ("glob", "first"),
    [
        ("acme/mx", "acme/max"),
        ("umbr/**", "umbra/Draw Now/4K"),
        ("acme/max/edits", "acme/max/edit"),
    ],
)
def test_the_nearest_id_comes_first(glob: str, first: str) -> None:
    assert nearest_ids(glob, IDS)[0] == first
