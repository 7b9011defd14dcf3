"""What the second witness saw, as values."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from typing import Literal

from runcomfy_codegen.diff.finding import LEVELS, Finding, Level
from runcomfy_codegen.jsontypes import Json, JsonObject

__all__ = ["Failure", "Kind", "Verdict", "worst_levels"]

Kind = Literal["example", "test"]


@dataclass(frozen=True, slots=True)
class Failure:
    """One line of an old program that the new tree refuses.

    Attributes:
        model_id: The model that the program calls.
        kind: Where the program comes from.
        path: Its path in the release.
        line: The line, from 1.
        source: What stands there, on one line and cut short if it is long.
        message: What the checker says.
        code: The checker's name for the error.
    """

    model_id: str
    kind: Kind
    path: str
    line: int
    source: str
    message: str
    code: str


@dataclass(frozen=True, slots=True)
class Verdict:
    """What became of the old programs.

    Attributes:
        programs: The number that was type-checked.
        models: The number of models that they call.
        failures: The lines that are refused, by model and place.
        before: The number of further lines that the old tree refuses as well; they say nothing of the change.
        disagreements: Models of which a program fails although no rule called a change breaking, with the worst
            level that the rules gave.
    """

    programs: int
    models: int
    failures: tuple[Failure, ...] = ()
    before: int = 0
    disagreements: tuple[tuple[str, Level], ...] = ()

    def to_json(self) -> JsonObject:
        """Return the verdict as JSON."""
        disagree = [model_id for model_id, _ in self.disagreements]
        failures: list[Json] = [
            {**asdict(failure), "disagrees": failure.model_id in disagree}
            for failure in self.failures
        ]
        return {
            "programs": self.programs,
            "models": self.models,
            "failures": failures,
            "failed_before": self.before,
            "disagreements": list[Json](disagree),
        }


def worst_levels(findings: Iterable[Finding]) -> dict[str, Level]:
    """Return the worst level of each model that ``findings`` speak of."""
    worst: dict[str, Level] = {}
    for finding in findings:
        levels: tuple[Level, Level] = worst.get(finding.model_id, "note"), finding.level
        worst[finding.model_id] = min(levels, key=LEVELS.index)
    return worst
