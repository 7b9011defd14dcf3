"""Whole modules, for texts that are not made of fragments."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from black.mode import Mode

__all__ = ["format_python"]


def format_python(source: str) -> str:
    """Return ``source`` as black prints it.

    Raises:
        ValueError: The source is not Python.
    """
    import black
    from black.parsing import InvalidInput

    try:
        return black.format_str(source, mode=_mode())
    except InvalidInput as error:
        raise ValueError(str(error)) from error


@cache
def _mode() -> Mode:
    from black.mode import Mode, TargetVersion

    return Mode(line_length=100, target_versions={TargetVersion.PY311})
