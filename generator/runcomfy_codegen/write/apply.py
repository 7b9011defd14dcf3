"""Compare a planned tree with the one on disk, and bring it there, or only say what would change."""

from __future__ import annotations

import difflib
import glob
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from runcomfy_codegen.mode import Mode
from runcomfy_codegen.write.atomic import write_atomically
from runcomfy_codegen.write.manifest import NAME, Entry, Manifest, hash_text

__all__ = [
    "Change",
    "Mode",
    "apply_changes",
    "compare",
    "compare_manifest",
    "compare_record",
    "is_current",
]


@dataclass(frozen=True, slots=True)
class Change:
    """One file that is not as planned.

    ``edited`` means that its bytes are not those that the manifest recorded, so someone changed it by hand.
    """

    kind: Literal["add", "update", "delete"]
    path: str
    edited: bool
    old: str
    new: str

    def diff(self) -> str:
        """Return the change as a unified diff."""
        return "".join(
            difflib.unified_diff(
                self.old.splitlines(keepends=True),
                self.new.splitlines(keepends=True),
                f"a/{self.path}",
                f"b/{self.path}",
            )
        )


def is_current(folder: Path, path: str, key: str, manifest: Manifest) -> bool:
    """Tell whether the file was made from the same things and still has the bytes that were written."""
    entry = manifest.files.get(path)
    return entry is not None and entry.key == key and _read_hash(folder / path) == entry.sha256


def compare(
    folder: Path, texts: Mapping[str, str], planned: set[str], manifest: Manifest
) -> Iterator[Change]:
    """Yield the changes that bring ``folder`` to the plan.

    Args:
        folder: The output folder.
        texts: The texts of the files that were rendered; current ones are not among them.
        planned: All paths of the plan.
        manifest: What was generated before. Files it does not own are never deleted.
    """
    for path, text in sorted(texts.items()):
        old = _read(folder / path)
        entry = manifest.files.get(path)
        if old is None:
            yield Change("add", path, False, "", text)
        elif old != text:
            edited = entry is None or hash_text(old) != entry.sha256
            yield Change("update", path, edited, old, text)
    for path in sorted(set(manifest.files) - planned):
        old = _read(folder / path)
        if old is not None:
            yield Change("delete", path, hash_text(old) != manifest.files[path].sha256, old, "")


def compare_manifest(folder: Path, entries: Mapping[str, Entry]) -> Iterator[Change]:
    """Yield the change of the manifest itself, if its record is not ``entries``."""
    yield from compare_record(folder, NAME, Manifest(dict(sorted(entries.items()))).to_text())


def compare_record(folder: Path, name: str, text: str) -> Iterator[Change]:
    """Yield the change of the file ``name`` that records what was written, if it is not ``text``."""
    old = _read(folder / name)
    if old != text:
        yield Change("add" if old is None else "update", name, False, old or "", text)


def apply_changes(folder: Path, changes: Iterable[Change], record: str = NAME) -> None:
    """Make ``changes``: what is written first, then what is deleted, the record of it last.

    A crash in between leaves files that the next run compares and completes: until the end, the record owns all
    that is yet to be deleted.
    """
    for change in sorted(
        changes, key=lambda change: (change.path == record, change.kind == "delete")
    ):
        if change.kind == "delete":
            (folder / change.path).unlink(missing_ok=True)
            _remove_compiled(folder / change.path)
            _remove_empty_parents(folder, (folder / change.path).parent)
        else:
            write_atomically(folder / change.path, change.new)


def _read(path: Path) -> str | None:
    try:
        return path.read_bytes().decode("utf-8")
    except (FileNotFoundError, NotADirectoryError):
        return None
    except UnicodeDecodeError:
        return path.read_bytes().decode("latin-1")


def _read_hash(path: Path) -> str | None:
    text = _read(path)
    return None if text is None else hash_text(text)


def _remove_compiled(source: Path) -> None:
    """Remove what Python compiled from ``source``, which would keep its folder alive."""
    cache = source.parent / "__pycache__"
    for compiled in cache.glob(f"{glob.escape(source.stem)}.*.pyc"):
        compiled.unlink(missing_ok=True)
    if cache.is_dir() and not any(cache.iterdir()):
        cache.rmdir()


def _remove_empty_parents(root: Path, folder: Path) -> None:
    while folder != root and folder.is_dir() and not any(folder.iterdir()):
        folder.rmdir()
        folder = folder.parent
