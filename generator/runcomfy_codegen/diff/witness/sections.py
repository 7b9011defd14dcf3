"""The verdict of the second witness as a section of each report."""

from __future__ import annotations

from collections.abc import Iterator

from runcomfy_codegen.diff.witness.verdict import Verdict
from runcomfy_codegen.errors import visible
from runcomfy_codegen.jsontypes import JsonObject

__all__ = ["json_section", "markdown_section", "text_section"]

_NOT_ASKED = "not asked for; --type-check checks the old release's programs against the new tree"


def text_section(verdict: Verdict | None) -> list[str]:
    """Return the lines for a report as text; ``verdict`` is None when the witness was not asked for."""
    if verdict is None:
        return [f"second witness: {_NOT_ASKED}"]
    lines = [f"second witness: {_summary(verdict)}"]
    for failure in verdict.failures:
        lines += [
            f"  ⚠ {failure.model_id}  {failure.kind} {failure.path}:{failure.line}: {visible(failure.source)}",
            f"      {visible(failure.message)}  [{failure.code}]",
        ]
    return [*lines, *(f"⚠ {sentence}" for sentence in _disagreements(verdict))]


def markdown_section(verdict: Verdict | None) -> list[str]:
    """Return the lines for a report as Markdown."""
    from runcomfy_codegen.render.env import md, span

    said = _NOT_ASKED if verdict is None else _summary(verdict)
    lines = ["## Second witness", "", f"{said[0].upper()}{said[1:]}.", ""]
    if verdict is None:
        return lines
    for sentence in _disagreements(verdict):
        lines += [f"> ⚠ **{md(sentence)}**", ""]
    for failure in verdict.failures:
        place = span(f"{failure.path}:{failure.line}")
        lines += [
            f"- ⚠ **breaking** {md(failure.model_id)}, {failure.kind} {place}: {span(failure.source)}<br>",
            f"  {md(failure.message)} ({span(failure.code)})",
        ]
    return [*lines, ""] if verdict.failures else lines


def json_section(verdict: Verdict | None) -> JsonObject:
    """Return the member of a report as JSON; ``asked`` tells whether there is a verdict."""
    if verdict is None:
        return {"asked": False, "how": "--type-check"}
    return {"asked": True, **verdict.to_json()}


def _summary(verdict: Verdict) -> str:
    if not verdict.programs:
        return "no model of the old release changed, so there was nothing to type-check"
    failed = len({failure.path for failure in verdict.failures})
    programs = f"{verdict.programs} old program{'' if verdict.programs == 1 else 's'}"
    models = f"{verdict.models} model{'' if verdict.models == 1 else 's'}"
    text = f"{failed or 'none'} of {programs} of {models} {'fail' if failed > 1 else 'fails'} against the new tree"
    if verdict.before:
        text += f"; {verdict.before} more errors, which the old tree gives too, are left out"
    return text


def _disagreements(verdict: Verdict) -> Iterator[str]:
    for model_id, level in verdict.disagreements:
        yield (
            f"the two witnesses disagree on {model_id}: the rules found no more than {level} changes, "
            "yet old programs fail; read it as breaking, and add the rule that is missing"
        )
