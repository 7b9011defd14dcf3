"""A program on a real pseudo-terminal."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import cast

import pexpect

__all__ = ["Terminal", "open_terminal", "rest_of"]

Terminal = pexpect.spawn
"""A program that is running on a pseudo-terminal; text goes in and out."""


def open_terminal(
    program: str,
    arguments: Sequence[str],
    *,
    folder: Path,
    variables: Mapping[str, str],
    columns: int = 100,
) -> Terminal[str]:
    """Start a program on a terminal of 50 lines."""
    return pexpect.spawn(
        program,
        list(arguments),
        cwd=str(folder),
        env=cast("None", dict(variables)),  # the stubs want os.environ's own type
        encoding="utf-8",
        dimensions=(50, columns),
        timeout=60,
    )


def rest_of(terminal: Terminal[str]) -> str:
    """Return all that the program still writes before it ends, with the line ends of a file."""
    terminal.expect(pexpect.EOF)
    shown = terminal.before or ""
    terminal.close()
    return shown.replace("\r\n", "\n")
