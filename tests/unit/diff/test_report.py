"""The report as text, Markdown, JSON and changelog, and the advice under it."""

from __future__ import annotations

import json
from typing import cast

import pytest
from runcomfy_codegen.diff import Advice, Bump, Finding, Level, advise, bump_of
from runcomfy_codegen.diff.report import as_changelog, as_json, as_markdown, as_text
from runcomfy_codegen.diff.witness import Failure, Verdict
from runcomfy_codegen.diff.witness.sections import json_section, markdown_section, text_section
from runcomfy_codegen.pointer import ABSENT

FINDINGS = (
    Finding(
        "model-removed", "acme/old", "", "breaking", "Old", ABSENT, "the model is gone", "Removed"
    ),
    Finding(
        "input-enum-narrowed",
        "acme/paint",
        "/input_schema/properties/size/enum",
        "breaking",
        ["a", "b"],
        ["a"],
        'size: no longer one of the choices: "b"',
        "Changed",
    ),
    Finding(
        "input-property-added",
        "acme/paint",
        "/input_schema/properties/seed",
        "compatible",
        ABSENT,
        {"type": "integer"},
        "seed: a new property",
        "Added",
    ),
    Finding(
        "title-changed", "acme/paint", "/title", "note", "A", "A*", 'the title is "A*"', "Changed"
    ),
)
VERDICT = Verdict(
    4,
    2,
    (
        Failure(
            "acme/paint",
            "example",
            "examples/acme/paint.py",
            5,
            "size='\\x1b[2J`*',",
            'no "*"',
            "arg-type",
        ),
    ),
    2,
    (("acme/paint", "note"),),
)
ADVICE = Advice("major", "patch")
TEXT = """\
acme/old
  ⚠ breaking    model-removed         the model is gone

acme/paint
  ⚠ breaking    input-enum-narrowed   size: no longer one of the choices: "b"
    compatible  input-property-added  seed: a new property
    note        title-changed         the title is "A*"

2 models changed: 2 breaking, 1 compatible, 1 note
advice: major (specs major, templates patch, runtime none); while the version is 0.x: minor
second witness: not asked for; --type-check checks the old release's programs against the new tree
"""
MARKDOWN = """\
# Changes of the specs

2 models changed: 2 breaking, 1 compatible, 1 note.

advice: major (specs major, templates patch, runtime none); while the version is 0.x: minor.

## acme/old

- ⚠ **breaking** `model-removed`: the model is gone

## acme/paint

- ⚠ **breaking** `input-enum-narrowed`: size: no longer one of the choices: "b"
- compatible `input-property-added`: seed: a new property
- note `title-changed`: the title is "A\\*"

## Second witness

Not asked for; --type-check checks the old release's programs against the new tree.
"""
CHANGELOG = """\
## Unreleased

### Added

- `acme/paint`: seed: a new property.

### Changed

- ⚠ `acme/paint`: size: no longer one of the choices: "b".
- `acme/paint`: title changed.

### Removed

- ⚠ `acme/old`: the model is gone.
"""


def test_text_is_grouped_by_model_with_breaking_changes_first() -> None:
    assert as_text(FINDINGS, ADVICE) == TEXT


def test_text_says_when_nothing_changed() -> None:
    text = as_text((), Advice("none"))

    assert text.startswith("no changes\nadvice: none; there is nothing to release\n")


def test_markdown_escapes_what_pages_say() -> None:
    assert as_markdown(FINDINGS, ADVICE) == MARKDOWN


def test_changelog_has_the_sections_of_keep_a_changelog() -> None:
    assert as_changelog(FINDINGS) == CHANGELOG
    assert as_changelog(()) == ""


def test_json_holds_findings_counts_and_advice() -> None:
    data = json.loads(as_json(FINDINGS, ADVICE))

    assert data["counts"] == {"breaking": 2, "compatible": 1, "note": 1}
    assert data["advice"] == {
        "bump": "major",
        "while_0x": "minor",
        "specs": "major",
        "templates": "patch",
        "runtime": "none",
    }
    assert data["findings"][0] == {
        "rule": "model-removed",
        "model_id": "acme/old",
        "pointer": "",
        "level": "breaking",
        "before": "Old",
        "message": "the model is gone",
    }
    assert [finding["model_id"] for finding in data["findings"]] == [
        finding.model_id for finding in FINDINGS
    ]


def test_the_verdict_of_the_second_witness_is_a_section() -> None:
    assert text_section(VERDICT) == [
        "second witness: 1 of 4 old programs of 2 models fails against the new tree; "
        "2 more errors, which the old tree gives too, are left out",
        "  ⚠ acme/paint  example examples/acme/paint.py:5: size='\\x1b[2J`*',",
        '      no "*"  [arg-type]',
        "⚠ the two witnesses disagree on acme/paint: the rules found no more than note changes, "
        "yet old programs fail; read it as breaking, and add the rule that is missing",
    ]
    assert text_section(Verdict(0, 0)) == [
        "second witness: no model of the old release changed, so there was nothing to type-check"
    ]
    assert text_section(Verdict(2, 1)) == [
        "second witness: none of 2 old programs of 1 model fails against the new tree"
    ]


def test_the_verdict_cannot_break_out_of_markdown() -> None:
    assert markdown_section(VERDICT)[-5:] == [
        "> ⚠ **the two witnesses disagree on acme/paint: the rules found no more than note changes, "
        "yet old programs fail; read it as breaking, and add the rule that is missing**",
        "",
        "- ⚠ **breaking** acme/paint, example `examples/acme/paint.py:5`: ``size='\\x1b[2J`*',``<br>",
        '  no "\\*" (`arg-type`)',
        "",
    ]


def test_the_verdict_as_json_marks_where_the_witnesses_disagree() -> None:
    data = json_section(VERDICT)

    assert data["asked"] is True
    assert data["disagreements"] == ["acme/paint"]
    [failure] = cast("list[dict[str, object]]", data["failures"])
    assert (failure["disagrees"], failure["line"], failure["kind"]) == (True, 5, "example")


@pytest.mark.parametrize(
    ("levels", "bump"),
    [
        ((), "none"),
        (("note",), "patch"),
        (("note", "compatible"), "minor"),
        (("compatible", "breaking", "note"), "major"),
    ],
)
def test_the_worst_finding_decides_what_specs_ask_for(
    levels: tuple[Level, ...], bump: Bump
) -> None:
    findings = [Finding("x", "a/b", "", level, 1, 2, "", "Changed") for level in levels]

    assert bump_of(findings) == bump


@pytest.mark.parametrize(
    ("advice", "bump", "before_one"),
    [
        (Advice("none"), "none", "none"),
        (Advice("none", "patch"), "patch", "patch"),
        (Advice("patch", "none", "minor"), "minor", "minor"),
        (Advice("minor", "major", "patch"), "major", "minor"),
    ],
)
def test_the_advice_is_the_greatest_of_three_inputs(
    advice: Advice, bump: Bump, before_one: Bump
) -> None:
    assert (advice.bump, advice.before_one) == (bump, before_one)
    assert advise() == "none"
