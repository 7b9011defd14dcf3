"""Problems found on the way from page to tree, as values, and the one exception that ends a run."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Literal

__all__ = ["CodegenError", "Level", "Problem", "Report", "visible"]

Level = Literal["error", "warning", "note"]
_ORDER: dict[Level, int] = {"error": 0, "warning": 1, "note": 2}


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing a maintainer should know: what, where and how to settle it.

    ``where`` is ``file`` or ``file#/json/pointer``; ``remedy`` is a sentence or a command, empty if there is none.
    """

    level: Level
    code: str
    where: str
    message: str
    remedy: str = ""

    def __str__(self) -> str:
        text = visible(f"{self.level}[{self.code}] {self.where}: {self.message}")
        return f"{text}\n    fix: {visible(self.remedy)}" if self.remedy else text


def visible(text: str) -> str:
    """Return ``text`` with line breaks and control characters escaped, for it may quote a page's own names."""
    return "".join(
        repr(char)[1:-1] if unicodedata.category(char)[0] == "C" or char in "\u2028\u2029" else char
        for char in text
    )


@dataclass(slots=True)
class Report:
    """Problems collected over a whole run, printed together at its end."""

    problems: list[Problem] = field(default_factory=list[Problem])

    def add(self, problems: Iterable[Problem]) -> None:
        """Append problems, dropping exact repeats."""
        self.problems = list(dict.fromkeys([*self.problems, *problems]))

    @property
    def failed(self) -> bool:
        """Whether any problem is an error."""
        return any(problem.level == "error" for problem in self.problems)

    def __iter__(self) -> Iterator[Problem]:
        return iter(sorted(self.problems, key=lambda p: (_ORDER[p.level], p.where, p.code)))


class CodegenError(Exception):
    """A run that cannot go on; carries the problems that say why."""

    def __init__(self, *problems: Problem) -> None:
        super().__init__("\n".join(str(problem) for problem in problems))
        self.problems = problems
