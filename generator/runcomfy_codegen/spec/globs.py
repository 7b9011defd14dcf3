"""Choose models by globs over their ids."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from difflib import SequenceMatcher

from runcomfy_codegen.errors import CodegenError, Problem

__all__ = ["nearest_ids", "select", "to_pattern"]

_TOKEN = re.compile(r"\*\*/|\*\*|\*|\?|\[!?[^\]/]+\]|.", re.DOTALL)
_WILD = {"**/": "(?:[^/]+/)*", "**": ".*", "*": "[^/]*", "?": "[^/]"}


def to_pattern(glob: str) -> re.Pattern[str]:
    """Return ``glob`` as a pattern for whole ids: ``*`` and ``?`` stay inside a segment, ``**`` crosses slashes."""
    return re.compile("".join(map(_translate, _TOKEN.findall(glob))), re.DOTALL)


def _translate(token: str) -> str:
    if token in _WILD:
        return _WILD[token]
    if len(token) > 1:
        inner = token[1:-1]
        negated, members = inner[:1] == "!", inner.removeprefix("!")
        escaped = re.sub(r"[\\^&~|\[]", r"\\\g<0>", members)
        return f"[{'^/' if negated else ''}{escaped}]"
    return re.escape(token)


def select(model_ids: Iterable[str], globs: Sequence[str], hint: str = "") -> list[str]:
    """Return the ids that match one of ``globs``, sorted.

    Args:
        model_ids: All ids.
        globs: The globs.
        hint: What else to say of a glob that matches nothing.

    Raises:
        CodegenError: A glob matches nothing, or is none; each is named with the nearest ids.
    """
    known = sorted(model_ids)
    chosen: set[str] = set()
    problems: list[Problem] = []
    for glob in globs:
        try:
            pattern = to_pattern(glob)
        except re.error as error:
            problems.append(
                Problem(
                    "error", "bad-glob", glob, f"not a glob: {error}", "write ** for all models"
                )
            )
            continue
        found = {model_id for model_id in known if pattern.fullmatch(model_id)}
        chosen |= found
        if not found:
            near = " or ".join(nearest_ids(glob, known))
            problems.append(
                Problem(
                    "error",
                    "unknown-model",
                    glob,
                    "no model's id matches",
                    f"did you mean {near}? ** crosses slashes, * does not{hint}",
                )
            )
    if problems:
        raise CodegenError(*problems)
    return sorted(chosen)


def nearest_ids(glob: str, model_ids: Iterable[str], count: int = 3) -> list[str]:
    """Return the ids that look most like ``glob``, as a whole or in their first segments, best first."""
    wanted = re.sub(r"[*?\[\]!]", "", glob).strip("/").lower()

    def likeness(model_id: str) -> float:
        segments = model_id.lower().split("/")
        starts = ("/".join(segments[:depth]) for depth in range(1, len(segments) + 1))
        return max(SequenceMatcher(None, wanted, start).ratio() for start in starts)

    return sorted(model_ids, key=lambda model_id: (-likeness(model_id), model_id))[:count]
