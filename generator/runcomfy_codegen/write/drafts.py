"""Write texts beside the folder that they are to be part of, while others are still being made."""

from __future__ import annotations

import os
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Self

__all__ = ["Drafts", "staging_folder", "staging_lead"]


def staging_lead(target: Path) -> str:
    """Return what the names of all folders begin with in which a new ``target`` is made."""
    return f".{target.name}.staged-"


def staging_folder(target: Path) -> Path:
    """Return the folder in which this process makes a new ``target``."""
    return target.with_name(f"{staging_lead(target)}{os.getpid()}")


class Drafts:
    """Texts that are on disk where a new tree will be staged; the tree itself is untouched.

    A context manager, at the end of which all are gone that were not published.

    Attributes:
        paths: Where in the tree they belong.
    """

    def __init__(self, folder: Path, *, wanted: bool) -> None:
        """Prepare to write nothing, unless drafts are ``wanted`` of what will be in ``folder``."""
        self._target = folder.resolve()
        self._wanted = wanted
        self.folder = staging_folder(self._target)
        self.paths: set[str] = set()

    def __enter__(self) -> Self:
        if self._wanted:
            shutil.rmtree(self.folder, ignore_errors=True)
        return self

    def __exit__(self, *_: object) -> None:
        if self._wanted:
            shutil.rmtree(self.folder, ignore_errors=True)

    def add(self, texts: Mapping[str, str]) -> None:
        """Write those of ``texts`` that the tree does not have, by path."""
        if not self._wanted:
            return
        for path, text in texts.items():
            content = text.encode("utf-8")
            if _holds(self._target / path, content):
                continue
            draft = self.folder / path
            draft.parent.mkdir(parents=True, exist_ok=True)
            draft.write_bytes(content)
            self.paths.add(path)


def _holds(file: Path, content: bytes) -> bool:
    try:
        return file.read_bytes() == content
    except OSError:
        return False
