"""Findings as text, Markdown, JSON and as a changelog section."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby

from runcomfy_codegen.diff.advice import Advice
from runcomfy_codegen.diff.finding import Finding, Section, count_levels
from runcomfy_codegen.diff.witness.sections import json_section, markdown_section, text_section
from runcomfy_codegen.diff.witness.verdict import Verdict
from runcomfy_codegen.jsontypes import Json
from runcomfy_codegen.spec import canonical_json

__all__ = ["as_changelog", "as_json", "as_markdown", "as_text"]

WARNING = "⚠"
_SECTIONS: tuple[Section, ...] = ("Added", "Changed", "Removed")
_SPECIAL = re.compile(r"([\\`*_{}\[\]<>#|~&])")


def as_text(findings: Sequence[Finding], advice: Advice, verdict: Verdict | None = None) -> str:
    """Return a report for people: per model, breaking changes first, and what the second witness says."""
    lines: list[str] = []
    width = max((len(finding.rule) for finding in findings), default=0)
    for model_id, group in _by_model(findings):
        lines.append(model_id)
        for finding in group:
            mark = WARNING if finding.level == "breaking" else " "
            lines.append(
                f"  {mark} {finding.level:<10}  {finding.rule:<{width}}  {finding.message}"
            )
        lines.append("")
    lines += [_summary(findings), advice.sentence, *text_section(verdict)]
    return "\n".join(lines) + "\n"


def as_markdown(findings: Sequence[Finding], advice: Advice, verdict: Verdict | None = None) -> str:
    """Return the report as Markdown, for a pull request."""
    lines = ["# Changes of the specs", "", f"{_summary(findings)}.", "", f"{advice.sentence}.", ""]
    for model_id, group in _by_model(findings):
        lines += [f"## {_escape(model_id)}", ""]
        for finding in group:
            mark = f"{WARNING} **breaking**" if finding.level == "breaking" else finding.level
            lines.append(f"- {mark} `{finding.rule}`: {_escape(finding.message)}")
        lines.append("")
    return "\n".join([*lines, *markdown_section(verdict)]).rstrip("\n") + "\n"


def as_json(findings: Sequence[Finding], advice: Advice, verdict: Verdict | None = None) -> str:
    """Return findings, counts, advice and the second witness's verdict as JSON."""
    listed: list[Json] = [finding.to_json() for finding in findings]
    counts: dict[str, Json] = dict(count_levels(findings).items())
    return canonical_json(
        {
            "findings": listed,
            "counts": counts,
            "advice": advice.to_json(),
            "second_witness": json_section(verdict),
        }
    )


def as_changelog(findings: Sequence[Finding]) -> str:
    """Return a section in the form of keepachangelog.com; an empty text when nothing changed.

    Notes of one model share a line, for users of a release need not read each.
    """
    if not findings:
        return ""
    lines = ["## Unreleased", ""]
    for section in _SECTIONS:
        entries = [
            f"- {WARNING if finding.level == 'breaking' else ''} `{finding.model_id}`: "
            f"{_escape(finding.message)}.".replace("-  ", "- ", 1)
            for finding in findings
            if finding.section == section and finding.level != "note"
        ]
        if section == "Changed":
            entries += _note_lines(findings)
        if entries:
            lines += [f"### {section}", "", *entries, ""]
    return "\n".join(lines).rstrip("\n") + "\n"


def _note_lines(findings: Iterable[Finding]) -> Iterator[str]:
    for model_id, group in _by_model(finding for finding in findings if finding.level == "note"):
        kinds = sorted({finding.rule.replace("-", " ") for finding in group})
        yield f"- `{model_id}`: {', '.join(kinds)}."


def _by_model(findings: Iterable[Finding]) -> Iterator[tuple[str, list[Finding]]]:
    for model_id, group in groupby(findings, key=lambda finding: finding.model_id):
        yield model_id, list(group)


def _summary(findings: Sequence[Finding]) -> str:
    if not findings:
        return "no changes"
    models = len({finding.model_id for finding in findings})
    counts = count_levels(findings)
    return (
        f"{models} model{'' if models == 1 else 's'} changed: {counts['breaking']} breaking, "
        f"{counts['compatible']} compatible, {counts['note']} note{'' if counts['note'] == 1 else 's'}"
    )


def _escape(text: str) -> str:
    return _SPECIAL.sub(r"\\\1", text)
