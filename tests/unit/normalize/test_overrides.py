"""Overrides: RFC 6902 with a test, last, recorded, loud when stale."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from runcomfy_codegen.errors import Problem
from runcomfy_codegen.jsontypes import Json, JsonObject
from runcomfy_codegen.normalize import replay
from runcomfy_codegen.normalize.overrides import apply_override, read_override

SIZE = "/input_schema/properties/size"


def document() -> JsonObject:
    return {"input_schema": {"properties": {"size": {"type": "integer", "maximum": 9}}}}


def write(folder: Path, operations: Json) -> Path:
    file = folder / "override.json"
    file.write_text(json.dumps(operations), encoding="utf-8")
    return file


def test_an_absent_file_has_no_operations(tmp_path: Path) -> None:
    assert read_override(tmp_path / "none.json") == []


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("{", "override-broken"),
        ('[{"op": "test"}]', "override-broken"),
        ('[{"op": "replace", "path": "/a", "value": 1}]', "override-form"),
        (
            '[{"op": "test", "path": "/a", "value": 1}, {"op": "move", "from": "/a", "path": "/b"}]',
            "override-form",
        ),
        ("[]", "override-form"),
        ("{}", "override-broken"),
    ],
)
def test_what_is_no_tested_patch_is_refused_with_the_file(
    tmp_path: Path, text: str, code: str
) -> None:
    file = tmp_path / "override.json"
    file.write_text(text, encoding="utf-8")
    found = read_override(file)

    assert isinstance(found, Problem)
    assert (found.code, found.where) == (code, str(file))


def test_edits_are_made_and_recorded_as_fixes(tmp_path: Path) -> None:
    operations = read_override(
        write(
            tmp_path,
            [
                {"op": "test", "path": f"{SIZE}/maximum", "value": 9},
                {"op": "replace", "path": f"{SIZE}/maximum", "value": 12, "reason": "Asked them."},
                {"op": "add", "path": f"{SIZE}/minimum", "value": 1},
                {"op": "remove", "path": f"{SIZE}/type"},
            ],
        )
    )
    assert isinstance(operations, list)
    edited = document()
    fixes, problems = apply_override(edited, operations, "override.json")

    assert problems == []
    assert edited == {"input_schema": {"properties": {"size": {"maximum": 12, "minimum": 1}}}}
    assert replay(document(), fixes) == edited
    assert [fix.rule for fix in fixes] == ["override"] * 3
    assert fixes[0].reason == "Asked them."


def test_a_stale_override_changes_nothing_and_shows_the_drift() -> None:
    operations: list[JsonObject] = [
        {"op": "replace", "path": f"{SIZE}/type", "value": "number"},
        {"op": "test", "path": f"{SIZE}/maximum", "value": 7},
    ]
    edited = document()
    fixes, [problem] = apply_override(edited, operations, "override.json")

    assert (edited, fixes) == (document(), [])
    assert problem.where == f"override.json#{SIZE}/maximum"
    assert "expects 7" in problem.message
    assert "now has 9" in problem.message


def test_an_override_of_a_member_that_is_gone_is_stale() -> None:
    operations: list[JsonObject] = [{"op": "remove", "path": f"{SIZE}/enum"}]
    _, problems = apply_override(document(), operations, "override.json")

    assert [problem.code for problem in problems] == ["override-stale"]
