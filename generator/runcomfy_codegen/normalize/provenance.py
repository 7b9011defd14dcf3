"""Recorded edits, and running them forwards and backwards."""

from __future__ import annotations

import copy
from collections.abc import Sequence
from dataclasses import dataclass

from runcomfy_codegen.jsontypes import Json, JsonObject
from runcomfy_codegen.pointer import ABSENT, Absent, assign, lookup, remove

__all__ = ["Fix", "replay", "reverse"]


@dataclass(frozen=True, slots=True)
class Fix:
    """One edit that was made: ``before`` or ``after`` is ABSENT where the member was or is not there."""

    rule: str
    pointer: str
    before: Json | Absent
    after: Json | Absent
    reason: str

    def to_json(self) -> JsonObject:
        """Return the entry for the spec file; an absent side is left out."""
        entry: JsonObject = {"rule": self.rule, "pointer": self.pointer, "reason": self.reason}
        if not isinstance(self.before, Absent):
            entry["before"] = self.before
        if not isinstance(self.after, Absent):
            entry["after"] = self.after
        return entry

    @classmethod
    def from_json(cls, entry: JsonObject) -> Fix:
        """Return the fix that :meth:`to_json` wrote."""
        return cls(
            str(entry["rule"]),
            str(entry["pointer"]),
            entry.get("before", ABSENT),
            entry.get("after", ABSENT),
            str(entry["reason"]),
        )


def replay(raw: JsonObject, fixes: Sequence[Fix]) -> JsonObject:
    """Return ``raw`` with all ``fixes`` made, in order.

    Raises:
        ValueError: A fix does not find what it recorded as ``before``.
    """
    document = copy.deepcopy(raw)
    for fix in fixes:
        _swap(document, fix.pointer, fix.before, fix.after)
    return document


def reverse(normalized: JsonObject, fixes: Sequence[Fix]) -> JsonObject:
    """Return the raw document that ``fixes`` turned into ``normalized``.

    Raises:
        ValueError: A fix does not find what it recorded as ``after``.
    """
    document = copy.deepcopy(normalized)
    for fix in reversed(fixes):
        _swap(document, fix.pointer, fix.after, fix.before)
    return document


def _swap(
    document: JsonObject, pointer: str, expected: Json | Absent, value: Json | Absent
) -> None:
    if lookup(document, pointer) != expected:
        raise ValueError(f"the document does not hold at {pointer} what the fix recorded")
    if isinstance(value, Absent):
        remove(document, pointer)
    else:
        assign(document, pointer, copy.deepcopy(value))
