"""The rule registry: one small documented function a rule."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Literal

from runcomfy_codegen.jsontypes import Json, JsonObject
from runcomfy_codegen.normalize.nodes import SchemaNode
from runcomfy_codegen.pointer import ABSENT, Absent

__all__ = ["Edit", "Finding", "Rule", "RuleLevel", "all_rules", "document_rule", "schema_rule"]


@dataclass(frozen=True, slots=True)
class Edit:
    """Set the value at ``pointer`` to ``after``, or remove it when ``after`` is ABSENT.

    ``reason`` replaces the rule's own reason where the case at hand says more.
    """

    pointer: str
    after: Json | Absent = ABSENT
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Finding:
    """Something a rule saw and must not or cannot repair; it becomes an entry of the spec's ``open``."""

    pointer: str
    message: str


Change = Edit | Finding
RuleLevel = Literal["fix", "derive", "note"]
OfDocument = Callable[[JsonObject], Iterator[Change]]
OfNode = Callable[[SchemaNode], Iterator[Change]]


@dataclass(frozen=True, slots=True)
class Rule:
    """A named rule. ``summary`` is the first line of its docstring.

    Its level says how far it goes: ``fix`` writes in another form what the source says, ``derive`` concludes what the
    source does not say, ``note`` only reports. ``apply`` is given the document and all schema nodes of its input.
    """

    id: str
    level: RuleLevel
    reason: str
    summary: str
    apply: Callable[[JsonObject, Sequence[SchemaNode]], Iterator[Change]]


_RULES: dict[str, Rule] = {}


def document_rule(
    rule_id: str, reason: str, level: RuleLevel = "fix"
) -> Callable[[OfDocument], OfDocument]:
    """Register a rule that looks at the whole document."""

    def register(function: OfDocument) -> OfDocument:
        def apply(document: JsonObject, _nodes: Sequence[SchemaNode]) -> Iterator[Change]:
            return function(document)

        _add(Rule(rule_id, level, reason, _summary(function), apply))
        return function

    return register


def schema_rule(rule_id: str, reason: str, level: RuleLevel = "fix") -> Callable[[OfNode], OfNode]:
    """Register a rule that looks at one schema node of the input at a time."""

    def register(function: OfNode) -> OfNode:
        def apply(_document: JsonObject, nodes: Sequence[SchemaNode]) -> Iterator[Change]:
            for node in nodes:
                yield from function(node)

        _add(Rule(rule_id, level, reason, _summary(function), apply))
        return function

    return register


def _add(rule: Rule) -> None:
    if rule.id in _RULES:
        raise ValueError(f"two rules are called {rule.id!r}")
    _RULES[rule.id] = rule


def _summary(function: object) -> str:
    return (function.__doc__ or "").strip().split("\n", 1)[0]


@cache
def all_rules() -> tuple[Rule, ...]:
    """Return all rules in the order in which they run: that of their modules' ``ORDER``, then of definition."""
    from runcomfy_codegen.normalize import rules

    for module in rules.ORDER:
        importlib.import_module(f"{rules.__name__}.{module}")
    unlisted = {info.name for info in pkgutil.iter_modules(rules.__path__)} - set(rules.ORDER)
    if unlisted:
        raise ValueError(f"rule modules missing from ORDER: {sorted(unlisted)}")
    return tuple(_RULES.values())
