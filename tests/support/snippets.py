"""The code blocks of Markdown pages."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

__all__ = ["NOT_RUN", "Snippet", "code_blocks", "prose"]

NOT_RUN = "# not run here: "
"""First line of a block that the tests leave out, with the reason after it; readers see it too."""
_FENCE = re.compile(
    r"^(?P<ticks>`{3,})(?P<info>[^`\n]*)\n(?P<code>.*?)^(?P=ticks)`*[ \t]*$", re.M | re.S
)


@dataclass(frozen=True)
class Snippet:
    """One fenced block.

    Attributes:
        page: The file it stands in.
        line: Where it begins there.
        language: ``python``, ``sh``, or whatever else stands behind the fence.
        code: The text inside.
    """

    page: Path
    line: int
    language: str
    code: str

    @property
    def why_not_run(self) -> str:
        """The reason for leaving it out, or empty."""
        first = self.code.partition("\n")[0]
        return first.removeprefix(NOT_RUN) if first.startswith(NOT_RUN) else ""

    @property
    def where(self) -> str:
        return f"{self.page}:{self.line}"


def code_blocks(page: Path) -> Iterator[Snippet]:
    """Yield the fenced blocks of ``page``."""
    text = page.read_text(encoding="utf-8")
    for found in _FENCE.finditer(text):
        line = text.count("\n", 0, found.start()) + 1
        yield Snippet(page, line, found["info"].strip(), found["code"])


def prose(page: Path) -> str:
    """Return the text of ``page`` without its fenced blocks."""
    return _FENCE.sub("", page.read_text(encoding="utf-8"))
