"""Save the files of a finished job: the door through which a batch does it, and the plain way."""

from __future__ import annotations

import hashlib
import os
import re
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from .._async.files import AsyncMediaOutput
    from .records import JobRecord

__all__ = ["FolderSaver", "Saver", "folder_of"]


class Saver(Protocol):
    """Saves the files of a job as soon as it has succeeded; the batch calls it in an event loop of its own.

    It may be called again for the same job, by another process, after a crash: what it saved before is to be replaced,
    not doubled.
    """

    async def save(self, job: JobRecord, output: AsyncMediaOutput) -> Sequence[str]:
        """Save all files and return where they are, in the output's order.

        Raises:
            DownloadFailed: If one cannot be fetched (``retryable``, ``expired``) or stored (``cannot_write``).
        """
        ...


class FolderSaver:
    """Saves files as ``FOLDER/<key>/<number><suffix>``."""

    def __init__(self, folder: str | os.PathLike[str]) -> None:
        """Save below ``folder``, which is made when it is needed."""
        self.folder = Path(folder)

    async def save(self, job: JobRecord, output: AsyncMediaOutput) -> Sequence[str]:
        """Save all files; see `Saver`."""
        place = self.folder / folder_of(job.key)
        return [
            str(await file.save(place, name="{index:03}{suffix}", overwrite=True))
            for file in output.files
        ]


def folder_of(key: str) -> str:
    """Return a folder name for ``key``: itself where that is safe, else cleaned and told apart by a hash."""
    clean = re.sub(r"[^A-Za-z0-9._-]", "_", key)[:80].strip(".")
    if clean == key and clean.lower() == clean:
        return key
    return f"{clean or 'job'}-{hashlib.sha256(key.encode()).hexdigest()[:12]}"
