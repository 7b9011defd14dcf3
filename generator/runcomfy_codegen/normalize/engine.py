"""Run the rules over a document until nothing changes, and record every edit."""

from __future__ import annotations

import copy
from dataclasses import dataclass

from runcomfy_codegen.errors import Problem
from runcomfy_codegen.jsontypes import JsonObject
from runcomfy_codegen.normalize.nodes import walk_schema
from runcomfy_codegen.normalize.provenance import Fix
from runcomfy_codegen.normalize.registry import Edit, Finding, Rule, all_rules
from runcomfy_codegen.normalize.vocabulary import find_unknown
from runcomfy_codegen.pointer import Absent, assign, lookup, remove

__all__ = ["Normalized", "normalize"]

_REMEDY = (
    "write a rule in generator/runcomfy_codegen/normalize/rules, or an override in specs/overrides"
)
MAX_PASSES = 8
"""Rules that feed each other settle in three passes; more means that two undo one another."""


@dataclass(frozen=True, slots=True)
class Normalized:
    """A normalized document with what was done and what was left.

    ``open`` holds entries ``{rule, pointer, message}``; ``problems`` are the errors that keep it from being a spec.
    """

    document: JsonObject
    fixes: tuple[Fix, ...]
    open: tuple[JsonObject, ...]
    problems: tuple[Problem, ...]


def normalize(raw: JsonObject, where: str) -> Normalized:
    """Apply all rules to a copy of ``raw``.

    Args:
        raw: The raw document of one model.
        where: The source's name, for problems.
    """
    document = copy.deepcopy(raw)
    fixes: list[Fix] = []
    problems: list[Problem] = []
    findings: dict[tuple[str, str, str], JsonObject] = {}
    nodes = list(walk_schema(document))
    for _ in range(MAX_PASSES):
        before = len(fixes)
        for rule in all_rules():
            edited = len(fixes)
            for change in list(rule.apply(document, nodes)):
                if isinstance(change, Finding):
                    entry: JsonObject = {
                        "rule": rule.id,
                        "pointer": change.pointer,
                        "message": change.message,
                    }
                    findings[rule.id, change.pointer, change.message] = entry
                else:
                    fixes.extend(_apply(document, rule, change))
            if len(fixes) > edited:
                nodes = list(walk_schema(document))
        if len(fixes) == before:
            break
    else:
        looping = ", ".join(sorted({fix.rule for fix in fixes[-4:]}))
        reason = f"the rules {looping} do not settle in {MAX_PASSES} passes"
        problems.append(Problem("error", "rules-unsettled", where, reason, _REMEDY))
    problems += [
        Problem(
            "error",
            "unknown-oddity",
            f"{where}#{pointer}",
            message,
            _REMEDY,
        )
        for pointer, message in find_unknown(document)
    ]
    return Normalized(document, tuple(fixes), tuple(findings.values()), tuple(problems))


def _apply(document: JsonObject, rule: Rule, edit: Edit) -> list[Fix]:
    """Make one edit; what an earlier edit of the same rule moved away is left to the next pass."""
    if isinstance(lookup(document, edit.pointer.rpartition("/")[0]), Absent):
        return []
    before = lookup(document, edit.pointer)
    if before == edit.after and type(before) is type(edit.after):
        return []
    if isinstance(edit.after, Absent):
        remove(document, edit.pointer)
    else:
        assign(document, edit.pointer, copy.deepcopy(edit.after))
    reason = edit.reason or rule.reason
    return [Fix(rule.id, edit.pointer, copy.deepcopy(before), copy.deepcopy(edit.after), reason)]
