"""Lay out one line of a generated module as black would, where it stands.

Templates print one statement, parameter or entry a line, with black's quotes and blanks, and end every list that they
spread over lines with a comma. Of such a text black changes only what is wider than a line may be, so only that is
given to it: the line alone, between as much code as tells black what it is.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Literal

from runcomfy_codegen.format.certain import is_unbreakable, lay_out_certain

__all__ = ["WIDTH", "Place", "fit", "fits", "width"]

WIDTH = 100
Place = Literal["entry", "header", "pair", "parameter", "statement"]
_AROUND: Mapping[Place, tuple[str, str]] = {
    "entry": ("_(\n", ")\n"),
    "header": ("", "    pass\n"),
    "pair": ("_ = {\n", "}\n"),
    "parameter": ("def _(\n", "): ...\n"),
    "statement": ("", ""),
}
"""What stands before and after a line to make it a statement; what is in brackets is one step deeper than it."""
_STEP = "    "


@cache
def fit(line: str, indent: int, place: Place = "statement") -> str:
    """Return ``line`` as black lays it out, its first line without the indentation that the template has printed.

    Args:
        line: Source of one statement (of several lines only as black would print it if they fit), of a class or
            function header, of a parameter, or of an entry in brackets or pair in braces, which end with a comma.
        indent: The blanks before it.
        place: What it is.
    """
    first, *others = line.split("\n")
    if not fits(first, WIDTH - indent):
        return lay_out_certain(line, indent, WIDTH) or _ask_black(line, indent, place)
    stays = all(fits(row, WIDTH) or is_unbreakable(row) for row in others)
    return line if stays else _ask_black(line, indent, place)


def fits(text: str, columns: int) -> bool:
    """Tell whether ``text`` is no wider than ``columns``; no letter takes more than two."""
    return 2 * len(text) <= columns or width(text) <= columns


def width(text: str) -> int:
    """Return the columns that black counts for ``text``: two for wide letters, none for those that combine."""
    if text.isascii():
        return len(text)
    from black.strings import str_width

    return str_width(text)


def _ask_black(line: str, indent: int, place: Place) -> str:
    from runcomfy_codegen.format.modules import format_python

    before, after = _AROUND[place]
    inside = place in ("entry", "pair", "parameter")
    depth = indent // len(_STEP) - inside
    outer = "".join(f"{_STEP * level}if _:\n" for level in range(depth))
    pad = _STEP * depth
    source = (
        outer
        + "".join(f"{pad}{row}" for row in before.splitlines(keepends=True))
        + f"{' ' * indent}{line}\n"
        + "".join(f"{pad}{row}" for row in after.splitlines(keepends=True))
    )
    rows = [row for row in format_python(source).splitlines() if row]
    first = depth + before.count("\n")
    last = len(rows) - after.count("\n")
    return "\n".join(rows[first:last]).removeprefix(" " * indent)
