"""The rules as a table, with what each did to a set of specs."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from runcomfy_codegen.normalize.conflicts import RULE as CATALOGUE_RULE
from runcomfy_codegen.normalize.merge import RULE as MERGE_RULE
from runcomfy_codegen.normalize.overrides import RULE as OVERRIDE_RULE
from runcomfy_codegen.normalize.registry import all_rules

if TYPE_CHECKING:
    from runcomfy_codegen.spec import ModelSpec

__all__ = ["RuleRow", "rule_table"]

_STEPS = (
    (
        MERGE_RULE,
        "fix",
        "Take a readable text from another source.",
        "The base page has no text, a key or another script.",
    ),
    (
        CATALOGUE_RULE,
        "fix",
        "Take a fact from the catalogue.",
        "The catalogue is newer than the page.",
    ),
    (
        OVERRIDE_RULE,
        "fix",
        "Make a correction written by hand.",
        "specs/overrides holds a patch whose tests fit.",
    ),
)
"""Edits that are no rules of the registry but are recorded like theirs."""


@dataclass(frozen=True, slots=True)
class RuleRow:
    """One rule: what it does, why, and how many models it edited or left an open point in."""

    id: str
    level: str
    summary: str
    reason: str
    models: int


def rule_table(specs: Iterable[ModelSpec]) -> list[RuleRow]:
    """Return a row for every rule, in the order in which they run."""
    touched: dict[str, set[str]] = {}
    for spec in specs:
        for entry in (*spec.fixes, *spec.open):
            touched.setdefault(str(entry["rule"]), set()).add(spec.model_id)
    known = [(rule.id, rule.level, rule.summary, rule.reason) for rule in all_rules()]
    rows = (_STEPS[0], *known, *_STEPS[1:])
    return [RuleRow(*row, models=len(touched.get(row[0], ()))) for row in rows]
