"""Where the generator's own files are."""

from __future__ import annotations

from functools import cache
from pathlib import Path

__all__ = ["PATCH", "package_folder", "templates_folder"]

PATCH = "_patch.py"
"""The file beside generated modules that is its user's own."""


def package_folder() -> Path:
    """Return the folder of the generator's source."""
    return Path(__file__).resolve().parent


@cache
def templates_folder() -> Path:
    """Return the templates: those of the source tree if this is one, else those inside the installed package."""
    package = package_folder()
    source_tree = package.parents[1] / "templates"
    return source_tree if source_tree.is_dir() else package / "_data" / "templates"
