"""Emit the synchronous twin of an asynchronous source tree, token by token.

``python -m runcomfy_codegen.twin SOURCE TARGET`` writes TARGET; with ``--check`` it only compares and exits 1 on
drift. ``platform.py`` holds what truly differs (sleeping, locks, shielding); each tree keeps its own.
"""

from __future__ import annotations

import argparse
import io
import re
import sys
import tokenize
from collections.abc import Mapping
from pathlib import Path

import black

__all__ = ["RENAMES", "emit_tree", "to_sync"]

RENAMES: Mapping[str, str] = {
    "__aenter__": "__enter__",
    "__aexit__": "__exit__",
    "__aiter__": "__iter__",
    "__anext__": "__next__",
    "StopAsyncIteration": "StopIteration",
    "_async": "_sync",
    "aclose": "close",
    "aclosing": "closing",
    "aiter_bytes": "iter_bytes",
    "aiter_raw": "iter_raw",
    "head_async": "head",
    "put_async": "put",
    "sign_async": "sign",
    "anext": "next",
    "aread": "read",
    "asynccontextmanager": "contextmanager",
    "handle_async_request": "handle_request",
}
"""Names that lose their asynchronous form by more than the ``Async`` prefix."""

KEPT_BY_HAND = "platform.py"
_HEADER = (
    '# Emitted from {source} by "python -m runcomfy_codegen.twin"; edit that file instead.\n'
    "# ruff: noqa\n"
)
_PREFIXED = re.compile(r"\bAsync(?=[A-Z])")
_PROSE_AWAIT = re.compile(r"\bawait ")


def to_sync(source: str) -> str:
    """Return the synchronous form of one module's source, formatted with black."""
    previous_end = (1, 0)
    out: list[str] = []
    lines = source.splitlines(keepends=True)
    skip_space = False
    for token in tokenize.generate_tokens(io.StringIO(source).readline):
        gap = _between(lines, previous_end, token.start)
        previous_end = token.end
        if token.type == tokenize.NAME and token.string in ("async", "await"):
            out.append(gap)
            skip_space = True
            continue
        out.append("" if skip_space else gap)
        skip_space = False
        out.append(_rename(token))
    return black.format_str("".join(out), mode=black.Mode(line_length=100))


def emit_tree(source: Path, target: Path, *, check: bool = False) -> list[Path]:
    """Write (or with ``check`` only compare) the twin of each module; return the files that differed."""
    differing: list[Path] = []
    wanted = {path.name: path for path in sorted(source.glob("*.py")) if path.name != KEPT_BY_HAND}
    for name, path in wanted.items():
        text = _HEADER.format(source=f"{source.name}/{name}") + to_sync(
            path.read_text(encoding="utf-8")
        )
        twin = target / name
        if not twin.exists() or twin.read_text(encoding="utf-8") != text:
            differing.append(twin)
            if not check:
                target.mkdir(parents=True, exist_ok=True)
                twin.write_text(text, encoding="utf-8", newline="\n")
    for stale in sorted(target.glob("*.py")):
        if stale.name not in wanted and stale.name != KEPT_BY_HAND:
            differing.append(stale)
            if not check:
                stale.unlink()
    return differing


def _rename(token: tokenize.TokenInfo) -> str:
    if token.type == tokenize.NAME:
        return RENAMES.get(token.string) or _PREFIXED.sub("", token.string)
    if token.type in (tokenize.STRING, tokenize.COMMENT):
        return _PROSE_AWAIT.sub("", _PREFIXED.sub("", token.string))
    return token.string


def _between(lines: list[str], start: tuple[int, int], end: tuple[int, int]) -> str:
    if start >= end:
        return ""
    if start[0] == end[0]:
        return lines[start[0] - 1][start[1] : end[1]]
    middle = "".join(lines[start[0] : end[0] - 1])
    last = lines[end[0] - 1][: end[1]] if end[0] <= len(lines) else ""
    return lines[start[0] - 1][start[1] :] + middle + last


def main(argv: list[str] | None = None) -> int:
    """Run the command line; return 0 when the twin is (or was brought) up to date, 1 on drift."""
    parser = argparse.ArgumentParser(prog="python -m runcomfy_codegen.twin", description=__doc__)
    parser.add_argument("source", type=Path)
    parser.add_argument("target", type=Path)
    parser.add_argument("--check", action="store_true", help="compare only; exit 1 on drift")
    arguments = parser.parse_args(argv)
    differing = emit_tree(arguments.source, arguments.target, check=arguments.check)
    for path in differing:
        sys.stderr.write(f"{'differs' if arguments.check else 'wrote'}: {path}\n")
    if differing and arguments.check:
        sys.stderr.write(
            f"repair with: python -m runcomfy_codegen.twin {arguments.source} {arguments.target}\n"
        )
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
