"""The command ``diff``, and the report that ``regenerate`` prints."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path
from typing import Literal

from runcomfy_codegen.diff.advice import Advice, Bump, bump_of
from runcomfy_codegen.diff.engine import diff_specs
from runcomfy_codegen.diff.report import as_changelog, as_json, as_markdown, as_text
from runcomfy_codegen.errors import CodegenError
from runcomfy_codegen.plan.lock import read_lock
from runcomfy_codegen.reporting import Reporter
from runcomfy_codegen.spec import ModelSpec, load_specs

__all__ = ["Form", "report_changes", "run_diff"]

Form = Literal["text", "markdown", "json", "changelog"]
_LOCK = "names.lock.json"


def run_diff(
    old: Path,
    new: Path,
    form: Form,
    *,
    templates: Bump = "none",
    runtime: Bump = "none",
    fail_on_breaking: bool = False,
) -> int:
    """Print the changes from the specs in ``old`` to those in ``new`` to stdout.

    Returns:
        1 with ``fail_on_breaking`` when a change breaks, else 0.

    Raises:
        CodegenError: A folder holds no specs, or a file in it is damaged.
    """
    findings = diff_specs(_load(old), _load(new), _paths(old), _paths(new))
    advice = Advice(bump_of(findings), templates, runtime)
    if form == "changelog":
        text = as_changelog(findings)
    else:
        write = {"text": as_text, "markdown": as_markdown, "json": as_json}[form]
        text = write(findings, advice)
    encoding = sys.stdout.encoding
    sys.stdout.write(text.encode(encoding, "backslashreplace").decode(encoding))
    return int(fail_on_breaking and advice.specs == "major")


def report_changes(old: Iterable[ModelSpec], new: Iterable[ModelSpec], reporter: Reporter) -> None:
    """Print the changes from ``old`` to ``new`` to stderr; nothing when nothing changed or there was nothing yet."""
    known = list(old)
    findings = diff_specs(known, new) if known else ()
    if findings:
        reporter.finish()
        reporter.line(as_text(findings, Advice(bump_of(findings))).rstrip("\n"))


def _paths(folder: Path) -> dict[str, str]:
    return {model_id: names.path for model_id, names in read_lock(folder / _LOCK).models.items()}


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
