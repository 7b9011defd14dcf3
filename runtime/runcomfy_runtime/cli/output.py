"""The two streams: data on standard output, words for people on standard error."""

from __future__ import annotations

import codecs
import io
import json
import os
import sys
from collections.abc import Iterable, Mapping
from typing import Any, Final

from .exitcodes import CliError, ExitCode

__all__ = [
    "ReaderGone",
    "close_quietly",
    "emit",
    "emit_lines",
    "prepare_streams",
    "say",
    "to_json",
]

_PLAIN: Final[Mapping[str, str]] = {
    "≥": ">=",
    "≤": "<=",
    "…": "...",
    "’": "'",
    "‘": "'",
    "“": '"',
    "”": '"',
    "—": "-",
    "–": "-",
    "×": "x",
}
"""What stands for characters that a legacy console cannot show."""


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


def prepare_streams() -> None:
    """Make the streams take any text: what a legacy encoding lacks is spelled out, what is closed takes all."""
    codecs.register_error("plain", _spell_out)
    for name in ("stdout", "stderr"):
        stream = getattr(sys, name)
        if stream is None:
            setattr(sys, name, open(os.devnull, "w", encoding="utf-8"))  # noqa: SIM115
        elif isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="plain")


def _spell_out(error: UnicodeError) -> tuple[str | bytes, int]:
    if not isinstance(error, UnicodeEncodeError):
        raise error
    text = "".join(
        _PLAIN.get(letter) or letter.encode("ascii", "backslashreplace").decode("ascii")
        for letter in error.object[error.start : error.end]
    )
    return text, error.end


def emit(record: Mapping[str, Any], *, as_json: bool, text: str | None = None) -> None:
    """Write one record to standard output: one line of JSON, or ``text`` for people (indented JSON without it)."""
    if as_json:
        emit_lines([to_json(record)])
    else:
        emit_lines([to_json(record, indent=2) if text is None else text])


def emit_lines(lines: Iterable[str]) -> None:
    """Write lines to standard output and flush it.

    Raises:
        ReaderGone: If nobody reads it any more.
        CliError: If it cannot be written, as on a full disk.
    """
    try:
        for line in lines:
            sys.stdout.write(f"{line}\n")
        sys.stdout.flush()
    except BrokenPipeError:
        raise ReaderGone from None
    except OSError as error:
        close_quietly()
        reason = error.strerror or error
        raise CliError(
            f"cannot write to standard output: {reason}", ExitCode.CANNOT_WRITE
        ) from None


def say(text: str) -> None:
    """Write a line for people to standard error; a stream that is gone is no reason to stop a job."""
    try:
        sys.stderr.write(f"{text}\n")
        sys.stderr.flush()
    except OSError:
        return


def close_quietly() -> None:
    """Point standard output at nothing if it can take no more, so that the interpreter's last flush is silent."""
    try:
        sys.stdout.flush()
    except (OSError, ValueError):
        quiet = os.open(os.devnull, os.O_WRONLY)
        os.dup2(quiet, sys.stdout.fileno())
        os.close(quiet)
