"""Whole modules, for texts that are not made of fragments."""

from __future__ import annotations

import black
from black.mode import TargetVersion
from black.parsing import InvalidInput

__all__ = ["MODE", "format_python"]

MODE = black.Mode(line_length=100, target_versions={TargetVersion.PY311})


def format_python(source: str) -> str:
    """Return ``source`` as black prints it.

    Raises:
        ValueError: The source is not Python.
    """
    try:
        return black.format_str(source, mode=MODE)
    except InvalidInput as error:
        raise ValueError(str(error)) from error
