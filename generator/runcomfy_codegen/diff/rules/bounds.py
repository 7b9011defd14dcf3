"""Limits of numbers, lengths, counts and patterns, and rules for files."""

from __future__ import annotations

from runcomfy_codegen.diff.delta import Delta
from runcomfy_codegen.diff.facts import value_key
from runcomfy_codegen.diff.limits import LIMITS, compare_limit
from runcomfy_codegen.diff.registry import change_rule
from runcomfy_codegen.diff.words import instead, listed, shown
from runcomfy_codegen.jsontypes import Json
from runcomfy_codegen.pointer import Absent


@change_rule(
    "bound-tightened",
    "breaking",
    "A value that was taken is refused now.",
    parts=("input",),
    on=LIMITS,
)
@change_rule(
    "output-bound-tightened",
    "compatible",
    "A reader is promised more than before.",
    parts=("output",),
    on=LIMITS,
)
def tighten_bound(delta: Delta) -> str | None:
    """A limit came or refuses more than before."""
    return _limit_words(delta) if compare_limit(delta) == "tighter" else None


@change_rule(
    "bound-loosened",
    "compatible",
    "All values that were taken still are.",
    parts=("input",),
    on=LIMITS,
)
@change_rule(
    "output-bound-loosened",
    "breaking",
    "A reader meets values that it was not told of.",
    parts=("output",),
    on=LIMITS,
)
def loosen_bound(delta: Delta) -> str | None:
    """A limit went or refuses less than before."""
    return _limit_words(delta) if compare_limit(delta) == "looser" else None


@change_rule(
    "bound-changed",
    "breaking",
    "Some values that were taken are refused now.",
    parts=("input",),
    on=LIMITS,
)
@change_rule(
    "output-bound-changed",
    "breaking",
    "A reader meets values that it was not told of.",
    parts=("output",),
    on=LIMITS,
)
def change_bound(delta: Delta) -> str | None:
    """A limit refuses other values than before, such as another pattern does."""
    return _limit_words(delta) if compare_limit(delta) == "other" else None


def _limit_words(delta: Delta) -> str:
    if delta.added:
        return f"new limit: {delta.keyword} {shown(delta.after)}"
    if delta.removed:
        return f"no longer limited by {delta.keyword} {shown(delta.before)}"
    return f"{delta.keyword} is {instead(delta.before, delta.after)}"


@change_rule(
    "validations-added",
    "breaking",
    "A file that was taken may be refused now.",
    parts=("input", "output"),
    on=("x-validations",),
)
def add_validations(delta: Delta) -> str | None:
    """There are rules for files that were not there before."""
    came = _entries_beside(delta.after, delta.before)
    return f"new rules for files: {listed(came)}" if came else None


@change_rule(
    "validations-removed",
    "compatible",
    "All files that were taken still are.",
    parts=("input", "output"),
    on=("x-validations",),
)
def remove_validations(delta: Delta) -> str | None:
    """Rules for files are gone."""
    gone = _entries_beside(delta.before, delta.after)
    return f"rules for files are gone: {listed(gone)}" if gone else None


def _entries_beside(value: Json | Absent, other: Json | Absent) -> list[Json]:
    known = {value_key(entry) for entry in _entries(other)}
    return [entry for entry in _entries(value) if value_key(entry) not in known]


def _entries(value: Json | Absent) -> list[Json]:
    if isinstance(value, Absent):
        return []
    return value if isinstance(value, list) else [value]
