"""Compare a planned tree with the one on disk, and bring it there, or only say what would change."""

from __future__ import annotations

import difflib
import glob
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from runcomfy_codegen.atomic import write_atomically
from runcomfy_codegen.cache.hashes import Hashes
from runcomfy_codegen.mode import Mode
from runcomfy_codegen.write.manifest import NAME, Entry, Manifest, hash_text, pending_name

__all__ = [
    "Change",
    "Mode",
    "apply_changes",
    "compare",
    "compare_manifest",
    "compare_record",
    "delete_file",
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


def is_current(folder: Path, path: str, key: str, manifest: Manifest, hashes: Hashes) -> bool:
    """Tell whether the file was made from the same things and still has the bytes that were written."""
    entry = manifest.files.get(path)
    if entry is None or entry.key != key:
        return False
    try:
        return hashes.of(folder / path) == entry.sha256
    except (FileNotFoundError, NotADirectoryError):
        return False


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
        if old is None:
            yield Change("add", path, False, "", text)
        elif old != text:
            yield Change("update", path, not manifest.wrote(path, hash_text(old)), old, text)
    for path in sorted({*manifest.files, *manifest.pending} - planned):
        old = _read(folder / path)
        if old is not None:
            yield Change("delete", path, not manifest.wrote(path, hash_text(old)), old, "")


def compare_manifest(folder: Path, entries: Mapping[str, Entry]) -> Iterator[Change]:
    """Yield the change of the manifest itself, if its record is not ``entries``."""
    yield from compare_record(folder, NAME, Manifest(dict(sorted(entries.items()))).to_text())


def compare_record(folder: Path, name: str, text: str) -> Iterator[Change]:
    """Yield the change of the file ``name`` that records what was written, if it is not ``text``."""
    old = _read(folder / name)
    if old != text:
        yield Change("add" if old is None else "update", name, False, old or "", text)


def apply_changes(folder: Path, changes: Iterable[Change], record: str) -> None:
    """Make ``changes`` one file at a time, in an order in which no file refers to one that is not there.

    Before the first of them, what will be the record is put beside the record; after a crash the next run knows by it
    which files are its own work, old or new.
    """
    ordered = sorted(changes, key=_turn)
    coming = next((change.new for change in ordered if change.path == record), None)
    if coming is not None:
        write_atomically(folder / pending_name(record), coming)
    for change in ordered:
        if change.path == record:
            continue
        if change.kind == "delete":
            delete_file(folder, change.path)
        else:
            write_atomically(folder / change.path, change.new)
    if coming is not None:
        (folder / pending_name(record)).replace(folder / record)


def delete_file(folder: Path, path: str) -> None:
    """Delete the file ``path`` below ``folder``, what Python compiled from it, and folders that this leaves empty."""
    (folder / path).unlink(missing_ok=True)
    _remove_compiled(folder / path)
    _remove_empty_parents(folder, (folder / path).parent)


def _turn(change: Change) -> tuple[int, int, bool, str]:
    """Order new files before changed ones and those before deleted ones; inside, what lies deep comes first."""
    kinds = {"add": 0, "update": 1, "delete": 2}
    is_index = change.path.endswith("__init__.py")
    return kinds[change.kind], -change.path.count("/"), is_index, change.path


def _read(path: Path) -> str | None:
    try:
        return path.read_bytes().decode("utf-8")
    except (FileNotFoundError, NotADirectoryError):
        return None
    except UnicodeDecodeError:
        return path.read_bytes().decode("latin-1")


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
