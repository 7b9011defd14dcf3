"""JSON values as YAML: block style, so that a schema reads well. No library is needed to write this much of it."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Final

from ..fields import Json, is_list, is_object

__all__ = ["to_yaml"]

_PLAIN: Final = re.compile(r"[A-Za-z_][A-Za-z0-9_/-]*( [A-Za-z0-9_/()-]+)*")
_RESERVED: Final = frozenset({"true", "false", "yes", "no", "on", "off", "y", "n", "null", "none"})
_UNSAFE: Final = re.compile(
    "[^\n -~\xa0-\u2027\u202a-\ud7ff\ue000-\ufefe\uff00-\ufffd\U00010000-\U0010ffff]"
)


def to_yaml(value: Json) -> str:
    """Return ``value`` as YAML that 1.1 and 1.2 readers read alike, without the last line's end."""
    return "\n".join(_lines(value))


def _lines(value: Json) -> Iterator[str]:
    if is_object(value) and value:
        for key, item in value.items():
            yield from _member(f"{_scalar(key)}:", item)
    elif is_list(value) and value:
        for item in value:
            first, *rest = _lines(item)
            yield f"- {first}"
            yield from (f"  {line}" for line in rest)
    else:
        yield _scalar(value)


def _member(head: str, value: Json) -> Iterator[str]:
    if value and (is_object(value) or is_list(value)):
        yield head
        yield from (f"  {line}" for line in _lines(value))
    else:
        yield f"{head} {_scalar(value)}"


def _scalar(value: Json) -> str:
    if isinstance(value, float):
        mantissa, exponent, power = json.dumps(value).partition("e")
        return f"{mantissa}{'' if '.' in mantissa else '.0'}{exponent}{power}"
    if not isinstance(value, str):
        return json.dumps(value)
    if _PLAIN.fullmatch(value) and value.lower() not in _RESERVED:
        return value
    return _UNSAFE.sub(_escape, json.dumps(value, ensure_ascii=False))


def _escape(found: re.Match[str]) -> str:
    code = ord(found[0])
    return f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"
