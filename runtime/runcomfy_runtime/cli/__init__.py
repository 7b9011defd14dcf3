"""The command line; it needs the extra ``cli`` (click and rich)."""

from __future__ import annotations

import importlib.util
import sys
from collections.abc import Sequence
from typing import NoReturn

__all__ = ["main", "run"]

_MISSING = "the command line needs click and rich: pip install click rich\n"
_USAGE = 64
_INTERRUPTED = 130


def main(package: str) -> NoReturn:
    """Run the command line of a generated package with the process's arguments and exit with its status.

    Args:
        package: Import name of the package, such as ``"runcomfy_sdk"``.
    """
    try:
        sys.exit(run(package, sys.argv[1:]))
    except KeyboardInterrupt:
        sys.exit(_INTERRUPTED)


def run(package: str, arguments: Sequence[str]) -> int:
    """Run one command and return its exit code; no exception of a user's making gets out."""
    if any(importlib.util.find_spec(needed) is None for needed in ("click", "rich")):
        sys.stderr.write(_MISSING)
        return _USAGE
    from .invoke import invoke

    return invoke(package, arguments)
