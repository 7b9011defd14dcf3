"""Hashes of all that a run depends on: the generator, its templates, the packages it uses, and folders of input."""

from __future__ import annotations

import hashlib
import os
import sys
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path

from runcomfy_codegen.cache.hashes import Hashes
from runcomfy_codegen.places import package_folder, templates_folder

__all__ = ["Snapshot", "digest_of", "generator_fingerprint", "take_snapshot"]

Snapshot = Mapping[str, str]
"""The sha256 of each file of a folder, by relative path with forward slashes."""
_SKIPPED = "__pycache__"


def digest_of(*parts: str) -> str:
    """Return one hash of several texts, which no other sequence of texts has."""
    digest = hashlib.sha256()
    for part in parts:
        data = part.encode("utf-8", "surrogateescape")
        digest.update(b"%d:" % len(data))
        digest.update(data)
    return digest.hexdigest()


@cache
def generator_fingerprint() -> str:
    """Hash the generator, its templates, the interpreter's version and the versions of all installed packages."""
    parts = [sys.version, *_distributions()]
    for folder in (package_folder(), templates_folder()):
        parts += [f"{path} {sha256}" for path, sha256 in sorted(take_snapshot(folder).items())]
    return digest_of(*parts)


def take_snapshot(folder: Path, hashes: Hashes | None = None) -> Snapshot:
    """Hash every file below ``folder`` but hidden ones and what Python compiled; an unreadable one has no hash."""
    return dict(_hash_all(hashes or Hashes(), os.path.abspath(folder), "", frozenset()))


def _hash_all(
    hashes: Hashes, folder: str, prefix: str, above: frozenset[str]
) -> Iterator[tuple[str, str]]:
    """Yield path and hash; links are followed, but not in circles (``above``: the folders on the way here)."""
    real = os.path.realpath(folder)
    if real in above or not os.path.isdir(folder):
        return
    with os.scandir(folder) as entries:
        for entry in entries:
            if entry.name.startswith(".") or entry.name == _SKIPPED:
                continue
            if entry.is_dir():
                yield from _hash_all(hashes, entry.path, f"{prefix}{entry.name}/", above | {real})
            elif entry.is_file():
                yield f"{prefix}{entry.name}", _hash_file(hashes, entry.path)


def _hash_file(hashes: Hashes, path: str) -> str:
    try:
        return hashes.of(path)
    except OSError:
        return ""


def _distributions() -> list[str]:
    """Return the names of the installed packages' records, which hold their versions."""
    found: set[str] = set()
    for folder in sys.path:
        if os.path.isdir(folder):
            found |= {
                name for name in os.listdir(folder) if name.endswith((".dist-info", ".egg-info"))
            }
    return sorted(found)
