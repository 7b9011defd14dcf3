"""The command ``diff``, and the report that ``regenerate`` prints."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Literal

from runcomfy_codegen.diff.advice import Advice, Bump, bump_of
from runcomfy_codegen.diff.engine import diff_specs
from runcomfy_codegen.diff.finding import Finding
from runcomfy_codegen.diff.report import as_changelog, as_json, as_markdown, as_text
from runcomfy_codegen.diff.witness.verdict import Verdict
from runcomfy_codegen.errors import CodegenError
from runcomfy_codegen.plan.lock import Names, read_lock
from runcomfy_codegen.reporting import Reporter
from runcomfy_codegen.spec import ModelSpec, load_specs

__all__ = ["Form", "report_changes", "run_diff"]

Form = Literal["text", "markdown", "json", "changelog"]
_LOCK = "names.lock.json"


def run_diff(
    old: Path,
    new: Path,
    form: Form,
    reporter: Reporter,
    *,
    templates: Bump = "none",
    runtime: Bump = "none",
    fail_on_breaking: bool = False,
    type_check: bool = False,
) -> int:
    """Print the changes from the specs in ``old`` to those in ``new`` to stdout.

    Returns:
        1 with ``fail_on_breaking`` when a change breaks or an old program fails, else 0.

    Raises:
        CodegenError: A folder holds no specs, a file in it is damaged, or there is no type checker to ask.
    """
    if type_check:
        from runcomfy_codegen.diff.witness.checker import require_checker

        require_checker()
    before, after = _load(old), _load(new)
    names = read_lock(old / _LOCK), read_lock(new / _LOCK)
    findings = diff_specs(before, after, *map(_paths, names))
    verdict = _ask_witness(findings, before, after, names, reporter) if type_check else None
    advice = Advice(_bump(findings, verdict), templates, runtime)
    if form == "changelog":
        text = as_changelog(findings)
    else:
        write = {"text": as_text, "markdown": as_markdown, "json": as_json}[form]
        text = write(findings, advice, verdict)
    encoding = sys.stdout.encoding
    sys.stdout.write(text.encode(encoding, "backslashreplace").decode(encoding))
    return int(fail_on_breaking and advice.specs == "major")


def report_changes(
    old: Iterable[ModelSpec],
    new: Iterable[ModelSpec],
    reporter: Reporter,
    lock: Names | None = None,
) -> None:
    """Print the changes from ``old`` to ``new`` to stderr; nothing when nothing changed or there was nothing yet.

    Args:
        old: The specs as they were.
        new: The specs as they are to be.
        reporter: Prints the report.
        lock: The names lock, to have the second witness type-check the old programs; None leaves it out.

    Raises:
        CodegenError: The type checker gave no verdict.
    """
    known, wanted = list(old), list(new)
    findings = diff_specs(known, wanted) if known else ()
    verdict = (
        None if lock is None else _ask_witness(findings, known, wanted, (lock, lock), reporter)
    )
    if findings:
        reporter.finish()
        advice = Advice(_bump(findings, verdict))
        reporter.line(as_text(findings, advice, verdict).rstrip("\n"))


def _ask_witness(
    findings: Sequence[Finding],
    old: Sequence[ModelSpec],
    new: Sequence[ModelSpec],
    names: tuple[Names, Names],
    reporter: Reporter,
) -> Verdict:
    from runcomfy_codegen.diff.witness.examine import examine

    reporter.progress("type-check", 0, 1)
    try:
        return examine(findings, old, new, *names)
    finally:
        reporter.finish()


def _bump(findings: Sequence[Finding], verdict: Verdict | None) -> Bump:
    return "major" if verdict is not None and verdict.failures else bump_of(findings)


def _paths(names: Names) -> dict[str, str]:
    return {model_id: entry.path for model_id, entry in names.models.items()}


def _load(folder: Path) -> list[ModelSpec]:
    try:
        return load_specs(folder)
    except CodegenError as error:
        raise CodegenError(
            *(
                (
                    problem
                    if problem.where == str(folder)
                    else replace(problem, where=f"{folder}/{problem.where}")
                )
                for problem in error.problems
            )
        ) from None
