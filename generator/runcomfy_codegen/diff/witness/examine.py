"""Put the old programs of the models that changed before the type checker."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from textwrap import shorten

from runcomfy_codegen.diff.finding import Finding
from runcomfy_codegen.diff.witness.checker import Complaint, find_complaints
from runcomfy_codegen.diff.witness.programs import Program, programs_of
from runcomfy_codegen.diff.witness.tree import package_files
from runcomfy_codegen.diff.witness.verdict import Failure, Verdict, worst_levels
from runcomfy_codegen.generate import PACKAGE
from runcomfy_codegen.plan import build_plan
from runcomfy_codegen.plan.lock import Names
from runcomfy_codegen.plan.settle import settle_names
from runcomfy_codegen.spec import ModelSpec

__all__ = ["examine"]

_PROBE = f"from {PACKAGE} import RunComfy\n\nRunComfy().no_such_vendor\n"
_WIDTH = 100


def examine(
    findings: Sequence[Finding],
    old: Iterable[ModelSpec],
    new: Iterable[ModelSpec],
    old_names: Names,
    new_names: Names,
) -> Verdict:
    """Type-check the old release's programs for the models that ``findings`` name against the new tree.

    Args:
        findings: What the rules found.
        old: All specs of the old release.
        new: All specs of the new one.
        old_names: The names lock of the old release.
        new_names: That of the new one.

    Raises:
        CodegenError: The checker gave no verdict.
    """
    levels = worst_levels(findings)
    before, after = list(old), list(new)
    old_settled = settle_names(before, old_names).names
    new_settled = settle_names(after, new_names).names
    called = {
        spec.model_id: old_settled.models[spec.model_id].path
        for spec in before
        if spec.model_id in levels
    }
    if not called:
        return Verdict(0, 0)
    programs = programs_of(build_plan(before, old_settled, PACKAGE, called.keys()))
    paths = list(called.values())
    refused = _check(after, new_settled, paths, programs)
    known = set(_check(before, old_settled, paths, programs)) if refused else set[Complaint]()
    failures = tuple(_failures([c for c in refused if c not in known], programs))
    failed = dict.fromkeys(failure.model_id for failure in failures)
    return Verdict(
        sum(1 for program in programs if program.model_id),
        len(called),
        failures,
        len(known.intersection(refused)),
        tuple((each, levels[each]) for each in failed if levels[each] != "breaking"),
    )


def _check(
    specs: Sequence[ModelSpec],
    names: Names,
    paths: Sequence[str],
    programs: Sequence[Program],
) -> list[Complaint]:
    texts = {program.path: program.text for program in programs}
    return find_complaints(package_files(specs, names, paths), texts, _PROBE)


def _failures(complaints: Iterable[Complaint], programs: Iterable[Program]) -> list[Failure]:
    by_path = {program.path: program for program in programs if program.model_id}
    failures: list[Failure] = []
    for complaint in complaints:
        program = by_path.get(complaint.path)
        if program is None:
            continue
        lines = program.text.split("\n")[complaint.line - 1 : complaint.end_line]
        source = shorten(" ".join(line.strip() for line in lines), _WIDTH, placeholder=" …")
        failures.append(
            Failure(
                program.model_id,
                program.kind,
                complaint.path,
                complaint.line,
                source,
                complaint.message,
                complaint.code,
            )
        )
    return sorted(failures, key=lambda f: (f.model_id, f.path, f.line, f.message))
