"""Make texts that match a regular expression, for the few schemas that have one."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, cast

__all__ = ["matching_texts"]

_POOL = "aA0_-. x"
_CATEGORIES = {
    "CATEGORY_DIGIT": "0",
    "CATEGORY_SPACE": " ",
    "CATEGORY_NOT_WORD": "-",
}
_MOST = 20


def matching_texts(pattern: str) -> Iterator[str]:
    """Yield texts that ``pattern`` should match, shortest first.

    Repeats are taken as rarely as allowed, then more often; look-around is not followed, so the texts are guesses to
    be checked. A pattern that is none yields nothing.
    """
    parse: Any = getattr(re, "_parser").parse  # noqa: B009 - not in the typed part of the module
    try:
        nodes: Any = parse(pattern)
    except (re.error, RecursionError, OverflowError):
        return
    for more in range(_MOST):
        yield _text(nodes, more)


def _text(nodes: Any, more: int) -> str:
    """Return one text for a parsed pattern; ``more`` repeats what may be repeated that much more often."""
    return "".join(_node(str(code), argument, more) for code, argument in nodes)


def _node(code: str, argument: Any, more: int) -> str:
    if code == "LITERAL":
        return chr(argument)
    if code == "ANY":
        return "x"
    if code == "NOT_LITERAL":
        return "a" if argument != ord("a") else "b"
    if code == "IN":
        return _member(argument)
    if code == "BRANCH":
        branches = argument[1]
        return _text(branches[more % len(branches)], more)
    if code == "SUBPATTERN":
        return _text(argument[-1], more)
    if code in ("MAX_REPEAT", "MIN_REPEAT", "POSSESSIVE_REPEAT"):
        low, high, inner = cast("tuple[int, int, Any]", argument)
        return _text(inner, more) * min(low + more, int(high))
    return ""


def _member(items: Any) -> str:
    """Return a letter of a class such as ``[a-z_]`` or ``[^"]``."""
    parts = [(str(code), argument) for code, argument in items]
    if parts[0][0] != "NEGATE":
        return _letter(*parts[0])
    source = "".join(_escaped(code, argument) for code, argument in parts[1:])
    return next((letter for letter in _POOL if not re.fullmatch(f"[{source}]", letter)), "")


def _letter(code: str, argument: Any) -> str:
    if code == "RANGE":
        return chr(argument[0])
    if code == "LITERAL":
        return chr(argument)
    return _CATEGORIES.get(str(argument), "a")


def _escaped(code: str, argument: Any) -> str:
    if code == "RANGE":
        low, high = cast("tuple[int, int]", argument)
        return f"{re.escape(chr(low))}-{re.escape(chr(high))}"
    if code == "LITERAL":
        return re.escape(chr(argument))
    name = str(argument).removeprefix("CATEGORY_")
    letter = name.removeprefix("NOT_")[0].lower()
    return f"\\{letter.upper() if name.startswith('NOT_') else letter}"
