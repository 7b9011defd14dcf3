"""``vendor.lock.json``: what a vendored copy was made from, and the bytes that were written."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import cast

from runcomfy_codegen.errors import CodegenError, Problem
from runcomfy_codegen.jsontypes import Json
from runcomfy_codegen.spec import canonical_json
from runcomfy_codegen.write import Entry, Manifest
from runcomfy_codegen.write.manifest import pending_name

__all__ = ["LOCK", "VendorLock", "read_owned", "read_vendor_lock"]

LOCK = "vendor.lock.json"
VERSION = 1


@dataclass(frozen=True, slots=True)
class VendorLock:
    """The record of one vendored copy.

    Attributes:
        project_version: The version of the project that wrote it.
        include: The globs that chose its models.
        package: The import name that its readme shows.
        with_cli: Whether it holds the command line.
        models: The sha256 of each model's spec by id.
        files: The sha256 of each written file by path.
    """

    project_version: str
    include: tuple[str, ...]
    package: str
    with_cli: bool
    models: Mapping[str, str] = field(default_factory=dict[str, str])
    files: Mapping[str, str] = field(default_factory=dict[str, str])

    def to_text(self) -> str:
        """Return the file's content."""
        return canonical_json(
            {
                "version": VERSION,
                "project": "runcomfy-sdk",
                "project_version": self.project_version,
                "include": list(self.include),
                "package": self.package,
                "with_cli": self.with_cli,
                "models": dict(self.models),
                "files": dict(self.files),
            }
        )


def read_owned(folder: Path) -> Manifest:
    """Return what was written into ``folder`` before, by runs that were killed too.

    Raises:
        CodegenError: A lock is damaged.
    """
    locked, pending = read_vendor_lock(folder), _read_lock(folder / pending_name(LOCK))
    files: Mapping[str, str] = locked.files if locked else {}
    return Manifest(
        {path: Entry("", "", sha256) for path, sha256 in files.items()},
        pending.files if pending else {},
    )


def read_vendor_lock(folder: Path) -> VendorLock | None:
    """Read the lock in ``folder``; None if there is none.

    Raises:
        CodegenError: The file is damaged, so that it cannot be told what is owned.
    """
    return _read_lock(folder / LOCK)


def _read_lock(file: Path) -> VendorLock | None:
    if not file.exists():
        return None
    try:
        data = cast("Json", json.loads(file.read_text(encoding="utf-8")))
        if not isinstance(data, dict) or data["version"] != VERSION:
            raise ValueError(f"it is not a lock of version {VERSION}")
        include = data["include"]
        if not isinstance(include, list) or not include:
            raise ValueError("'include' is no list of globs")
        return VendorLock(
            project_version=_text(data["project_version"]),
            include=tuple(map(_text, include)),
            package=_text(data["package"]),
            with_cli=data["with_cli"] is True,
            models=_texts(data["models"]),
            files={_inside(path): sha256 for path, sha256 in _texts(data["files"]).items()},
        )
    except (OSError, ValueError, KeyError) as error:
        raise CodegenError(
            Problem(
                "error",
                "vendor-lock",
                str(file),
                f"the lock cannot be used: {error!r}",
                "restore it from version control, or delete the folder and vendor again",
            )
        ) from None


def _text(value: Json) -> str:
    if not isinstance(value, str):
        raise ValueError(f"{value!r} is no text")
    return value


def _texts(value: Json) -> dict[str, str]:
    if not isinstance(value, dict):
        raise ValueError(f"{value!r} is no map")
    return {name: _text(text) for name, text in value.items()}


def _inside(path: str) -> str:
    parts = PurePosixPath(path.replace("\\", "/"))
    if parts.is_absolute() or ".." in parts.parts or not parts.parts or ":" in path:
        raise ValueError(f"{path!r} is outside of the folder")
    return path
