"""What a comparison found, as values in a fixed order."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal, get_args

from runcomfy_codegen.diff.facts import value_key
from runcomfy_codegen.jsontypes import Json, JsonObject
from runcomfy_codegen.pointer import Absent

__all__ = ["LEVELS", "Finding", "Level", "Section", "count_levels", "sort_findings"]

Level = Literal["breaking", "compatible", "note"]
LEVELS: tuple[Level, ...] = get_args(Level)
"""Worst first."""
Section = Literal["Added", "Changed", "Removed"]
"""A heading of a changelog."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One change of one model.

    Attributes:
        rule: The stable id of the rule that claimed the change.
        model_id: The model.
        pointer: Where in the spec's document; in the new one, unless the thing is gone.
        level: What it does to callers.
        before: The old value, or ABSENT.
        after: The new value, or ABSENT.
        message: One sentence for people.
        section: Where it stands in a changelog.
    """

    rule: str
    model_id: str
    pointer: str
    level: Level
    before: Json | Absent
    after: Json | Absent
    message: str
    section: Section

    def to_json(self) -> JsonObject:
        """Return the finding as JSON; a value that is absent is no member."""
        data: JsonObject = {
            "rule": self.rule,
            "model_id": self.model_id,
            "pointer": self.pointer,
            "level": self.level,
            "message": self.message,
        }
        if not isinstance(self.before, Absent):
            data["before"] = self.before
        if not isinstance(self.after, Absent):
            data["after"] = self.after
        return data


def sort_findings(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """Return ``findings`` by model, worst first, then by place and rule."""
    return tuple(
        sorted(
            findings,
            key=lambda f: (
                f.model_id,
                LEVELS.index(f.level),
                f.pointer,
                f.rule,
                value_key(f.before),
                value_key(f.after),
            ),
        )
    )


def count_levels(findings: Iterable[Finding]) -> dict[Level, int]:
    """Return the number of findings of each level, worst first."""
    counts = Counter(finding.level for finding in findings)
    return {level: counts[level] for level in LEVELS}
