"""The wide lines that have but one form, so that black need not be asked.

An import is spread over lines, a name each; the head of a method without arguments is opened at its bracket; the
choices of a field are spread in their brackets, and alternatives to them stand a line each in a bracket around all; and
an argument that is one literal stays as wide as it is, for there is nowhere to break it.
"""

from __future__ import annotations

import re

__all__ = ["is_unbreakable", "lay_out_certain"]

_NAME = r"[A-Za-z_][A-Za-z0-9_]*"
_UNBREAKABLE = re.compile(
    rf"""\ *(?:{_NAME}=|"(?:[^"\\]|\\.)*":\ )?(?:"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|-?[0-9.]+|{_NAME}),"""
)
_IMPORT = re.compile(rf"(from \.*[A-Za-z0-9_.]* import) ({_NAME}(?: as {_NAME})?(?:, {_NAME})*)")
_VALUE = r"""(?:"(?:[^"\\]|\\.)*+"|'(?:[^'\\]|\\.)*+'|-?[0-9.]+|[A-Za-z_][A-Za-z0-9_]*+)"""
_CHOICES = re.compile(
    rf"({_NAME}: )Literal\[({_VALUE}(?:, {_VALUE})+)\]((?: \| {_NAME})*)((?: = {_VALUE})?,?)"
)
_EACH = re.compile(_VALUE)
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
    if (found := _CHOICES.fullmatch(line)) and line.isascii():
        return _lay_out_choices(found, indent, width)
    return None


def _lay_out_choices(field: re.Match[str], indent: int, width: int) -> str | None:
    name, choices, others, rest = field.groups()
    whole = f"{name}Literal[{choices}]{others}"
    is_value_moved = "=" in rest and indent + len(f"{whole} = (") <= width
    if is_value_moved or indent + max(len(f"{name}Literal["), len(f"]{rest}")) > width:
        return None
    pad = " " * indent
    if not others:
        return f"{name}{_spread(choices, indent, width)}{rest}"
    deep = f"{pad}    "
    one_line = f"{deep}Literal[{choices}]"
    if len(one_line) + len(others) <= width:
        alternatives = one_line + others
    else:
        first = one_line if len(one_line) <= width else deep + _spread(choices, indent + 4, width)
        alternatives = first + others.replace(" | ", f"\n{deep}| ")
    return f"{name}(\n{alternatives}\n{pad}){rest}"


def _spread(choices: str, indent: int, width: int) -> str:
    """Return the choices between brackets that stand on lines of their own."""
    pad = " " * indent
    row = f"{pad}    {choices}"
    if len(row) > width:
        row = "".join(f"{pad}    {value},\n" for value in _EACH.findall(choices))[:-1]
    return f"Literal[\n{row}\n{pad}]"
