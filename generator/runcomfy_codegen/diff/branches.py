"""Pair the branches of two ``anyOf``, so that only what truly differs is compared."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from runcomfy_codegen.diff.facts import value_key
from runcomfy_codegen.jsontypes import Json, JsonObject
from runcomfy_codegen.normalize.nodes import type_names

__all__ = ["Paired", "lift", "pair_branches"]

_ANNOTATIONS = frozenset(
    {"title", "description", "default", "examples", "x-widget", "x-validations"}
)


@dataclass(frozen=True, slots=True)
class Paired:
    """Indices of branches: those that belong together as (old, new), and those of one side only."""

    pairs: tuple[tuple[int, int], ...]
    removed: tuple[int, ...]
    added: tuple[int, ...]

    @property
    def reordered(self) -> bool:
        """Whether branches that belong together stand in another order."""
        places = [j for _, j in self.pairs]
        return places != sorted(places)


def lift(old: JsonObject, new: JsonObject) -> tuple[JsonObject, JsonObject, bool]:
    """Make a plain schema the one branch of an ``anyOf`` when only the other side has branches.

    Returns:
        Both schemas, and whether one was changed. A schema that constrains more than its branches do stays apart.
    """
    if "anyOf" in new and "anyOf" not in old and _only_branches(new):
        return _wrap(old), new, True
    if "anyOf" in old and "anyOf" not in new and _only_branches(old):
        return old, _wrap(new), True
    return old, new, False


def pair_branches(old: list[Json], new: list[Json]) -> Paired:
    """Pair equal branches first, then those of equal type in their order, then the last one of each side."""
    left, right = list(range(len(old))), list(range(len(new)))
    pairs: list[tuple[int, int]] = []
    by: tuple[Callable[[Json], str], ...] = (value_key, _type_key)
    for key in by:
        for i in list(left):
            j = next((j for j in right if key(old[i]) == key(new[j])), None)
            if j is not None:
                pairs.append((i, j))
                left.remove(i)
                right.remove(j)
    if len(left) == len(right) == 1:
        pairs.append((left.pop(), right.pop()))
    return Paired(tuple(sorted(pairs)), tuple(left), tuple(right))


def _type_key(branch: Json) -> str:
    return ",".join(sorted(type_names(branch))) if isinstance(branch, dict) else "boolean schema"


def _only_branches(schema: JsonObject) -> bool:
    return set(schema) <= _ANNOTATIONS | {"anyOf"}


def _wrap(schema: JsonObject) -> JsonObject:
    said = {name: value for name, value in schema.items() if name in _ANNOTATIONS}
    rest = {name: value for name, value in schema.items() if name not in _ANNOTATIONS}
    return {**said, "anyOf": [rest]}
