"""The record of what was generated: which file, from what, with which bytes."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import cast

from runcomfy_codegen.errors import CodegenError, Problem
from runcomfy_codegen.jsontypes import Json

__all__ = ["NAME", "Entry", "Manifest", "hash_text", "pending_name", "read_manifest"]

NAME = "manifest.json"
VERSION = 1


@dataclass(frozen=True, slots=True)
class Entry:
    """One generated file: ``key`` hashes everything it was made from, ``sha256`` the bytes that were written."""

    model_id: str
    key: str
    sha256: str


@dataclass(frozen=True, slots=True)
class Manifest:
    """What was generated before.

    Attributes:
        files: Entries by path relative to the output folder.
        pending: The sha256 by path of what a run wrote that did not come to its end.
    """

    files: Mapping[str, Entry] = field(default_factory=dict[str, Entry])
    pending: Mapping[str, str] = field(default_factory=dict[str, str])

    def wrote(self, path: str, sha256: str) -> bool:
        """Tell whether these bytes of a file come from here, and not from an edit by hand."""
        entry = self.files.get(path)
        return (entry is not None and entry.sha256 == sha256) or self.pending.get(path) == sha256

    def to_text(self) -> str:
        """Return the file's content, one line a file."""
        rows = ",\n".join(
            f"    {json.dumps(path)}: "
            f'{{"key": "{entry.key}", "model_id": {json.dumps(entry.model_id)}, "sha256": "{entry.sha256}"}}'
            for path, entry in sorted(self.files.items())
        )
        return f'{{\n  "files": {{\n{rows}\n  }},\n  "version": {VERSION}\n}}\n'


def hash_text(text: str) -> str:
    """Return the sha256 of ``text`` as UTF-8."""
    return hashlib.sha256(text.encode("utf-8")).hexdigest()


def read_manifest(folder: Path) -> Manifest:
    """Read the manifest in ``folder``; an absent one owns nothing.

    Raises:
        CodegenError: The file is damaged, so that it cannot be told what is owned.
    """
    pending = _read_entries(folder / pending_name(NAME))
    return Manifest(
        _read_entries(folder / NAME), {path: entry.sha256 for path, entry in pending.items()}
    )


def pending_name(record: str) -> str:
    """Return the name of the file that holds the coming record while files are replaced one by one."""
    return f".{record}.pending"


def _read_entries(file: Path) -> dict[str, Entry]:
    if not file.exists():
        return {}
    try:
        data = cast("Json", json.loads(file.read_text(encoding="utf-8")))
        files = cast("dict[str, dict[str, str]]", cast("dict[str, Json]", data)["files"])
        outside = [path for path in files if path.startswith("/") or ".." in path.split("/")]
        if outside:
            raise ValueError(f"{outside[0]!r} is outside of the folder")
        return {path: Entry(e["model_id"], e["key"], e["sha256"]) for path, e in files.items()}
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise CodegenError(
            Problem(
                "error",
                "manifest-broken",
                str(file),
                f"the manifest cannot be read: {error!r}",
                "restore it from version control, or delete the generated folder and regenerate",
            )
        ) from None
