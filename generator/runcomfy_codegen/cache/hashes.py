"""Hashes of files, which are not read again while the system says that they are the same.

As in git's index: a file is the same while its size, inode, and the times of its last change of content and of status
are. The latter no program can set back. A file that was changed within the last moments before it was hashed could
change again at the same time of the clock, so it is not kept and is read again next time.
"""

from __future__ import annotations

import hashlib
import json
import os
import time
from collections.abc import Mapping
from pathlib import Path
from typing import cast

from runcomfy_codegen.cache import cache_folder, save_text

__all__ = ["Hashes", "hash_bytes"]

NAME = "hashes.json"
_SETTLED_NS = 2_000_000_000
"""From this age on, a change of a file shows in its times, whatever their resolution."""
_Known = tuple[int, int, int, int, str]
"""Size, inode, times of content and status in nanoseconds, sha256."""


def hash_bytes(data: bytes) -> str:
    """Return the sha256 of ``data``."""
    return hashlib.sha256(data).hexdigest()


class Hashes:
    """The sha256 of files by path."""

    def __init__(self, known: Mapping[str, _Known] | None = None) -> None:
        self._known: dict[str, _Known] = dict(known or {})
        self._fresh: dict[str, _Known] = {}

    def of(self, path: str | Path) -> str:
        """Return the hash of the file at ``path``.

        Raises:
            OSError: It cannot be read.
        """
        name = os.fspath(path)
        if not os.path.isabs(name):
            name = os.path.abspath(name)
        stat = os.stat(name)
        known = self._known.get(name)
        if (
            known is not None
            and known[3] == stat.st_ctime_ns
            and known[2] == stat.st_mtime_ns
            and known[1] == stat.st_ino
            and known[0] == stat.st_size
        ):
            return known[4]
        with open(name, "rb", buffering=0) as file:
            sha256 = hash_bytes(file.read())
        self._fresh.pop(name, None)
        if _TELLING and time.time_ns() - max(stat.st_mtime_ns, stat.st_ctime_ns) > _SETTLED_NS:
            stamp = (stat.st_size, stat.st_ino, stat.st_mtime_ns, stat.st_ctime_ns)
            self._fresh[name] = (*stamp, sha256)
        return sha256

    def save(self, specs: Path) -> None:
        """Write what was found into the cache of ``specs``, without the files that are gone."""
        if self._fresh:
            both = {**self._known, **self._fresh}
            kept = {path: known for path, known in both.items() if os.path.exists(path)}
            save_text(cache_folder(specs) / NAME, kept)

    @classmethod
    def read(cls, specs: Path) -> Hashes:
        """Return the hashes in the cache of ``specs``; a damaged cache holds none."""
        try:
            data: object = json.loads((cache_folder(specs) / NAME).read_bytes())
        except (OSError, ValueError):
            return cls()
        return cls(cast("dict[str, _Known]", data)) if _is_known(data) else cls()


_TELLING = os.name == "posix"
"""Whether the system keeps the time of the last change of status."""


def _is_known(data: object) -> bool:
    if not isinstance(data, dict):
        return False
    entries = cast("dict[str, list[object]]", data).values()
    return all(len(entry) == 5 and isinstance(entry[4], str) for entry in entries)
