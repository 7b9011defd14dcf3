"""Compare limits: numbers, lengths, counts and patterns."""

from __future__ import annotations

import math
from fractions import Fraction
from typing import Literal

from runcomfy_codegen.diff.delta import Delta
from runcomfy_codegen.jsontypes import Json, JsonObject
from runcomfy_codegen.pointer import ABSENT, Absent

__all__ = ["LIMITS", "Strictness", "compare_limit"]

LIMITS = (
    "minimum",
    "exclusiveMinimum",
    "maximum",
    "exclusiveMaximum",
    "multipleOf",
    "minLength",
    "maxLength",
    "pattern",
    "minItems",
    "maxItems",
    "uniqueItems",
    "minProperties",
    "maxProperties",
)
Strictness = Literal["tighter", "looser", "equal", "other"]
"""How the new limit stands to the old; ``other`` where each lets through what the other refuses."""

_Rank = tuple[int | float, int]


def compare_limit(delta: Delta) -> Strictness:
    """Return how the limit changed."""
    if delta.keyword == "multipleOf":
        return _compare_steps(delta.before, delta.after)
    if delta.keyword == "pattern":
        return "tighter" if delta.added else "looser" if delta.removed else "other"
    old = _rank(delta.place.old, delta.keyword)
    new = _rank(delta.place.new, delta.keyword)
    return "equal" if old == new else "tighter" if new > old else "looser"


def _rank(schema: JsonObject, keyword: str) -> _Rank:
    """Return a value that is the greater the more the limit refuses."""
    if keyword in ("minimum", "exclusiveMinimum"):
        return max(
            _bound(schema.get("minimum"), 1, 0),
            _bound(schema.get("exclusiveMinimum"), 1, 1),
        )
    if keyword in ("maximum", "exclusiveMaximum"):
        return max(
            _bound(schema.get("maximum"), -1, 0),
            _bound(schema.get("exclusiveMaximum"), -1, 1),
        )
    value = schema.get(keyword)
    if keyword.startswith("max"):
        return _bound(value, -1, 0)
    return (value if isinstance(value, (int, float)) else 0, 0)


def _bound(value: Json, sign: int, exclusive: int) -> _Rank:
    return (sign * value, exclusive) if isinstance(value, (int, float)) else (-math.inf, 0)


def _compare_steps(before: Json | Absent, after: Json | Absent) -> Strictness:
    old, new = _step(before), _step(after)
    if old is None or new is None:
        return "looser" if after is ABSENT else "tighter" if before is ABSENT else "other"
    if old == new:
        return "equal"
    if new % old == 0:
        return "tighter"
    return "looser" if old % new == 0 else "other"


def _step(value: Json | Absent) -> Fraction | None:
    """Return the step as the decimal that was written, so that 0.3 is a multiple of 0.1."""
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not math.isfinite(value):
        return None
    return Fraction(repr(value)) or None
