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
from runcomfy_codegen.spec import canonical_json

__all__ = ["Entry", "Manifest", "hash_text", "read_manifest"]

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
    """Entries by path relative to the output folder."""

    files: Mapping[str, Entry] = field(default_factory=dict[str, Entry])

    def to_text(self) -> str:
        """Return the file's content."""
        files: dict[str, Json] = {
            path: {"model_id": entry.model_id, "key": entry.key, "sha256": entry.sha256}
            for path, entry in self.files.items()
        }
        return canonical_json({"version": VERSION, "files": files})


def hash_text(text: str) -> str:
    """Return the sha256 of ``text`` as UTF-8."""
    return hashlib.sha256(text.encode("utf-8")).hexdigest()


def read_manifest(folder: Path) -> Manifest:
    """Read the manifest in ``folder``; an absent one owns nothing.

    Raises:
        CodegenError: The file is damaged, so that it cannot be told what is owned.
    """
    file = folder / NAME
    if not file.exists():
        return Manifest()
    try:
        data = cast("Json", json.loads(file.read_text(encoding="utf-8")))
        files = cast("dict[str, dict[str, str]]", cast("dict[str, Json]", data)["files"])
        outside = [path for path in files if path.startswith("/") or ".." in path.split("/")]
        if outside:
            raise ValueError(f"{outside[0]!r} is outside of the folder")
        return Manifest(
            {path: Entry(e["model_id"], e["key"], e["sha256"]) for path, e in files.items()}
        )
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
