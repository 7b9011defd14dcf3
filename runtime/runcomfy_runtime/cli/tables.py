"""Tables for people, at any width: columns where they fit, else each row as a block of lines."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Sequence
from textwrap import wrap

from rich.cells import cell_len, set_cell_size

from .output import emit_lines

__all__ = ["emit_table", "one_line", "table_lines"]

_GAP = "  "
_NARROWEST = 10
"""Cells that a column keeps, however narrow the terminal."""


def emit_table(header: Sequence[str], rows: Sequence[Sequence[str]], whole: int = 1) -> None:
    """Write rows to standard output: fitted and with a header on a terminal, elsewhere whole and without.

    Args:
        header: Names of the columns.
        rows: The cells.
        whole: How many columns, from the first on, are never cut.
    """
    if not sys.stdout.isatty():
        emit_lines(table_lines(None, rows, None))
    elif rows:
        width = shutil.get_terminal_size().columns
        emit_lines(table_lines(header, rows, width - (os.name == "nt"), whole))


def table_lines(
    header: Sequence[str] | None,
    rows: Sequence[Sequence[str]],
    width: int | None,
    whole: int = 1,
) -> list[str]:
    """Return the lines of a table.

    The first cell of a row, which people copy, is never cut; the others are, to fit. Where that is not enough, each row
    is its first cell and a line below it for each of the others.

    Args:
        header: Names of the columns; None for none.
        rows: The cells, as many a row as there are columns.
        width: Cells of the terminal; None for no limit.
        whole: How many columns, from the first on, are never cut.
    """
    cleaned = [[one_line(cell) for cell in row] for row in rows]
    lines = [[name.upper() for name in header], *cleaned] if header else cleaned
    if not cleaned:
        return []
    widths = [max(cell_len(row[column]) for row in lines) for column in range(len(lines[0]))]
    if width is not None:
        fitted = _fitted(widths, width, whole)
        if fitted is None:
            return [line for row in cleaned for line in _block(header or (), row, width)]
        widths = fitted
    return [_row(row, widths) for row in lines]


def one_line(text: str) -> str:
    """Return ``text`` on one line, without what a terminal takes for a command."""
    words = " ".join(text.split())
    return "".join(
        letter if letter.isprintable() else "\N{REPLACEMENT CHARACTER}" for letter in words
    )


def _fitted(widths: Sequence[int], limit: int, whole: int) -> list[int] | None:
    """Return widths that fit into ``limit``, taken from the widest that may be cut; None if there are none."""
    fitted = list(widths)
    excess = sum(fitted) + len(_GAP) * (len(fitted) - 1) - limit
    while excess > 0:
        widest = max(range(whole, len(fitted)), key=fitted.__getitem__, default=None)
        if widest is None or fitted[widest] <= _NARROWEST:
            return None
        fitted[widest] -= 1
        excess -= 1
    return fitted


def _row(cells: Sequence[str], widths: Sequence[int]) -> str:
    sized = [_cut(cell, width) for cell, width in zip(cells, widths, strict=True)]
    return _GAP.join(sized).rstrip()


def _cut(text: str, width: int) -> str:
    """Return ``text`` in exactly ``width`` cells."""
    if cell_len(text) <= width:
        return text + " " * (width - cell_len(text))
    return f"{set_cell_size(text, width - 1)}…"


def _block(header: Sequence[str], cells: Sequence[str], width: int) -> list[str]:
    """Return a row as its first cell and, below it, whatever the others hold, under their columns' names."""
    names = [*header, *[""] * len(cells)]
    rest = [
        f"{name}: {cell}".removeprefix(": ")
        for name, cell in zip(names, cells, strict=False)
        if cell
    ]
    return [
        cells[0],
        *(
            line
            for text in rest[1:]
            for line in wrap(
                text, max(width, _NARROWEST), initial_indent=_GAP, subsequent_indent=_GAP * 2
            )
        ),
    ]
