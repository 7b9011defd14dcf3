"""The wide lines that have but one form, so that black need not be asked.

An import is spread over lines, a name each; the head of a method without arguments is opened at its bracket; and an
argument that is one literal stays as wide as it is, for there is nowhere to break it.
"""

from __future__ import annotations

import re

__all__ = ["is_unbreakable", "lay_out_certain"]

_NAME = r"[A-Za-z_][A-Za-z0-9_]*"
_UNBREAKABLE = re.compile(
    rf"""\ *(?:{_NAME}=|"(?:[^"\\]|\\.)*":\ )?(?:"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|-?[0-9.]+|{_NAME}),"""
)
_IMPORT = re.compile(rf"(from \.*[A-Za-z0-9_.]* import) ({_NAME}(?: as {_NAME})?(?:, {_NAME})*)")
_METHOD = re.compile(rf"(def {_NAME})\(self\) -> ({_NAME}(?:\.{_NAME})*):")


def is_unbreakable(row: str) -> bool:
    """Tell whether ``row``, a line of a bracket's content, is one literal or name with a comma."""
    return _UNBREAKABLE.fullmatch(row) is not None


def lay_out_certain(line: str, indent: int, width: int) -> str | None:
    """Return the form of ``line``, wider than ``width`` where it stands, or None if only black knows it."""
    pad = " " * indent
    if found := _IMPORT.fullmatch(line):
        names = "".join(f"{pad}    {name},\n" for name in found[2].split(", "))
        return f"{found[1]} (\n{names}{pad})"
    if found := _METHOD.fullmatch(line):
        rest = f"{pad}) -> {found[2]}:"
        return f"{found[1]}(\n{pad}    self,\n{rest}" if len(rest) <= width else None
    return None
