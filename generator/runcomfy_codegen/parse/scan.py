"""Linear-time scans for JSON objects inside prose."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterator
from dataclasses import dataclass

from runcomfy_codegen.jsontypes import Json, JsonObject

__all__ = ["MAX_DEPTH", "BrokenObject", "FoundObject", "read_object", "scan_objects"]

MAX_DEPTH = 40
"""Nesting beyond this is no model schema; real pages stay below 12."""

MAX_BROKEN = 500
"""So many objects that begin and do not end are noise; every one costs a look at the text before it."""

_SURROGATE = re.compile(r"\\u[dD][89a-fA-F]")
_BEGINNING = re.compile(r'\{\s*(?:["}]|\Z)')


@dataclass(frozen=True, slots=True)
class FoundObject:
    """A complete JSON object and where it stands in the text."""

    value: JsonObject
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class BrokenObject:
    """Something that begins like a JSON object and cannot be read to its end."""

    reason: str
    start: int
    stopped_at: int


class _RefusedError(ValueError):
    """The JSON text is well formed but says something twice, or a number that JSON has not."""


def _unique_members(pairs: list[tuple[str, Json]]) -> JsonObject:
    members: JsonObject = {}
    for name, value in pairs:
        if name in members and members[name] != value:
            raise _RefusedError(
                f"the name {name[:80]!r} stands twice in one object with different values"
            )
        members[name] = value
    return members


def _finite(text: str) -> float:
    number = float(text)
    if not math.isfinite(number):
        raise _RefusedError(f"the number {text[:40]} is out of range")
    return number


def _no_constant(text: str) -> Json:
    raise _RefusedError(f"{text} is not JSON")


_DECODER = json.JSONDecoder(
    object_pairs_hook=_unique_members, parse_float=_finite, parse_constant=_no_constant
)


def scan_objects(text: str, start: int = 0) -> Iterator[FoundObject | BrokenObject]:
    """Yield the outermost JSON objects of ``text`` from ``start`` on, in order.

    After a failed attempt the scan goes on behind the point of failure, so the whole text is read at most twice.
    A brace in prose is passed over, or yielded as a broken object of no length if it is the first. After
    ``MAX_BROKEN`` failures the rest of the text is one broken object.
    """
    position, failures = text.find("{", start), 0
    while position != -1:
        found = _decode(text, position)
        if isinstance(found, BrokenObject):
            failures += 1
            if failures > MAX_BROKEN:
                found = BrokenObject(f"over {MAX_BROKEN} objects do not end", position, len(text))
        yield found
        behind = found.end if isinstance(found, FoundObject) else found.stopped_at
        following = _BEGINNING.search(text, max(behind, position + 1))
        position = following.start() if following else -1


def read_object(data: bytes) -> JsonObject | str:
    """Return the JSON object that a whole file holds, or the reason why it holds none."""
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        return f"it is not UTF-8 text ({error.reason} at byte {error.start})"
    start = len(text) - len(text.lstrip())
    if text[start : start + 1] != "{":
        return "it does not begin with an object"
    found = _decode(text, start)
    if isinstance(found, BrokenObject):
        return found.reason
    return "there is more text behind the object" if text[found.end :].strip() else found.value


def _decode(text: str, position: int) -> FoundObject | BrokenObject:
    if not _BEGINNING.match(text, position):
        return BrokenObject("no name in double quotes follows the brace", position, position + 1)
    try:
        value, end = _DECODER.raw_decode(text, position)
    except json.JSONDecodeError as error:
        reason = f"{error.msg.lower()} in line {error.lineno}"
        return BrokenObject(reason, position, error.pos)
    except RecursionError:
        return BrokenObject(f"nested deeper than {MAX_DEPTH} levels", position, len(text))
    except ValueError as error:
        return BrokenObject(str(error), position, len(text))
    if _deeper_than(value, MAX_DEPTH):
        return BrokenObject(f"nested deeper than {MAX_DEPTH} levels", position, end)
    if _SURROGATE.search(text, position, end) and not _is_unicode(value):
        return BrokenObject("it holds half a character (a lone surrogate)", position, end)
    return FoundObject(value, position, end)


def _is_unicode(value: Json) -> bool:
    try:
        json.dumps(value, ensure_ascii=False).encode("utf-8")
    except UnicodeEncodeError:
        return False
    return True


def _deeper_than(value: Json, limit: int) -> bool:
    level: list[Json] = [value]
    for _ in range(limit):
        level = [
            member
            for item in level
            if isinstance(item, (dict, list))
            for member in (item.values() if isinstance(item, dict) else item)
        ]
        if not level:
            return False
    return True
