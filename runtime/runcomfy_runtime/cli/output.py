"""The two streams: data on standard output, words for people on standard error."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterable, Mapping
from typing import Any

__all__ = ["ReaderGone", "close_quietly", "emit", "emit_lines", "say", "to_json"]


class ReaderGone(Exception):  # noqa: N818 - it is no error: nobody listens any more
    """Whoever read standard output has left, as ``head`` does."""


def to_json(value: Any, *, indent: int | None = None) -> str:
    """Return ``value`` as JSON text, compact unless ``indent`` is given; paths become strings.

    Characters beyond ASCII stand as they are where standard output is UTF-8, and as JSON escapes elsewhere.
    """
    return json.dumps(
        value,
        ensure_ascii=(sys.stdout.encoding or "").lower().replace("-", "") != "utf8",
        indent=indent,
        separators=(",", ":") if indent is None else None,
        default=str,
    )


def emit(record: Mapping[str, Any], *, as_json: bool, text: str | None = None) -> None:
    """Write one record to standard output: one line of JSON, or ``text`` for people (indented JSON without it)."""
    if as_json:
        emit_lines([to_json(record)])
    else:
        emit_lines([to_json(record, indent=2) if text is None else text])


def emit_lines(lines: Iterable[str]) -> None:
    """Write lines to standard output and flush it; characters that it cannot show are escaped.

    Raises:
        ReaderGone: If nobody reads it any more.
    """
    encoding = sys.stdout.encoding or "ascii"
    try:
        for line in lines:
            shown = line.encode(encoding, "backslashreplace").decode(encoding)
            sys.stdout.write(f"{shown}\n")
        sys.stdout.flush()
    except BrokenPipeError:
        raise ReaderGone from None


def say(text: str) -> None:
    """Write a line for people to standard error; a stream that is gone is no reason to stop a job."""
    try:
        encoding = sys.stderr.encoding or "ascii"
        sys.stderr.write(f"{text.encode(encoding, 'backslashreplace').decode(encoding)}\n")
        sys.stderr.flush()
    except OSError:
        return


def close_quietly() -> None:
    """Point standard output at nothing after its reader has gone, so that the interpreter's last flush is silent."""
    quiet = os.open(os.devnull, os.O_WRONLY)
    os.dup2(quiet, sys.stdout.fileno())
    os.close(quiet)
