"""The registry of changes: one small documented function a kind of change."""

from __future__ import annotations

import importlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache

from runcomfy_codegen.diff.delta import Delta, Part
from runcomfy_codegen.diff.finding import Level, Section

__all__ = ["Judge", "Rule", "all_rules", "change_rule", "claims"]

Judge = Callable[[Delta], str | None]
"""Returns what changed, in words, or None when the rule does not claim the difference."""


@dataclass(frozen=True, slots=True)
class Rule:
    """A kind of change.

    Attributes:
        id: Stable, in kebab case.
        level: What the change does to callers.
        reason: Why it has that level.
        summary: The first line of the function's docstring.
        parts: The parts of a spec of which the rule speaks.
        keywords: The keywords of differences that it is shown; empty for the rule that takes what no other claims.
        section: Where its findings stand in a changelog.
        judge: The function.
    """

    id: str
    level: Level
    reason: str
    summary: str
    parts: tuple[Part, ...]
    keywords: frozenset[str]
    section: Section
    judge: Judge


_RULES: dict[str, Rule] = {}


def change_rule(
    rule_id: str,
    level: Level,
    reason: str,
    *,
    parts: tuple[Part, ...],
    on: tuple[str, ...] = (),
    section: Section = "Changed",
) -> Callable[[Judge], Judge]:
    """Register a rule; one function may serve inputs and outputs under two ids, for their levels differ."""

    def register(function: Judge) -> Judge:
        if rule_id in _RULES:
            raise ValueError(f"two rules are called {rule_id!r}")
        summary = (function.__doc__ or "").strip().split("\n", 1)[0]
        _RULES[rule_id] = Rule(
            rule_id, level, reason, summary, parts, frozenset(on), section, function
        )
        return function

    return register


@cache
def all_rules() -> tuple[Rule, ...]:
    """Return all rules, by id."""
    importlib.import_module("runcomfy_codegen.diff.rules")
    return tuple(sorted(_RULES.values(), key=lambda rule: rule.id))


@cache
def _rules_on(part: Part, keyword: str) -> tuple[Rule, ...]:
    return tuple(rule for rule in all_rules() if part in rule.parts and keyword in rule.keywords)


@cache
def _catch_all() -> Rule:
    return next(rule for rule in all_rules() if not rule.keywords)


def claims(delta: Delta) -> Iterator[tuple[Rule, str]]:
    """Yield each rule that claims ``delta`` with its words; when none does, the one that takes all the rest."""
    found = False
    for rule in _rules_on(delta.place.part, delta.keyword):
        words = rule.judge(delta)
        if words is not None:
            found = True
            yield rule, words
    if not found:
        rule = _catch_all()
        yield rule, rule.judge(delta) or "changed"
