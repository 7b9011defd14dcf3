"""Put a set of changes on disk so that whoever looks, at any moment, sees all of them or none.

A copy of the folder is made beside it, of hard links; the changes are made in the copy, and the two change places in
one step. A run that is killed leaves the old folder or the new one, and beside it a copy that the next run removes.
Where folders cannot change places (other systems than Linux and macOS, mount points), and for changes that do not
depend on each other, each file is replaced by itself, what others refer to before those others.
"""

from __future__ import annotations

import os
import shutil
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path

from runcomfy_codegen.atomic import is_temporary, sync_files
from runcomfy_codegen.write.apply import Change, apply_changes, delete_file
from runcomfy_codegen.write.drafts import Drafts, staging_lead
from runcomfy_codegen.write.exchange import ExchangeError, exchange
from runcomfy_codegen.write.manifest import pending_name

__all__ = ["publish"]


def publish(
    folder: Path, changes: Sequence[Change], record: str, drafts: Drafts | None = None
) -> None:
    """Make ``changes`` in ``folder``.

    Args:
        folder: The output folder; it need not exist.
        changes: What to write and delete, the record of it included.
        record: The name of the record of what was written.
        drafts: What of it is written already, if anything.

    Raises:
        OSError: A file cannot be written; the folder is as it was, or (file by file) the next run completes it.
    """
    target = folder.resolve()
    drafts = drafts or Drafts(target, wanted=False)
    _remove_leftovers(target, drafts.folder if drafts.paths else None)
    if not changes:
        (target / pending_name(record)).unlink(missing_ok=True)
        return
    if _are_independent(changes) or _holds_working_folder(target):
        apply_changes(target, changes, record)
        return
    staged = drafts.folder
    try:
        linked = _stage(target, changes, pending_name(record), drafts)
        if target.exists():
            exchange(staged, target)
            known = {pending_name(record), *(change.path for change in changes)}
            _carry_over(staged, target, linked, known)
        else:
            staged.rename(target)
    except (ExchangeError, PermissionError):
        apply_changes(target, changes, record)
    finally:
        shutil.rmtree(staged, ignore_errors=True)


def _are_independent(changes: Sequence[Change]) -> bool:
    """Tell whether at most one Python module of each top folder changes, so that none waits for another."""
    modules = Counter(
        change.path.partition("/")[0] for change in changes if change.path.endswith(".py")
    )
    return all(count == 1 for count in modules.values())


def _holds_working_folder(target: Path) -> bool:
    """Tell whether the process, and so likely a shell, stands in ``target``, which would move away under it."""
    return Path.cwd().is_relative_to(target)


def _remove_leftovers(target: Path, own: Path | None) -> None:
    """Remove the copies and temporary files of runs that were killed; ``own`` is this run's."""
    for path, entry in list(_walk(target)) if target.is_dir() else ():
        if is_temporary(entry.name):
            (target / path).unlink(missing_ok=True)
    lead = staging_lead(target)
    for copy in target.parent.glob(f"{lead}*") if target.parent.is_dir() else ():
        if copy != own and not _is_running(copy.name.removeprefix(lead)):
            shutil.rmtree(copy, ignore_errors=True)


def _is_running(process: str) -> bool:
    try:
        os.kill(int(process), 0)
    except (ValueError, ProcessLookupError):
        return False
    except PermissionError:
        return True
    return int(process) != os.getpid()


def _stage(
    target: Path, changes: Sequence[Change], left_out: str, drafts: Drafts
) -> dict[str, int]:
    """Make of the drafts the folder as it is to be, and return the inodes of the files that both share."""
    staged = drafts.folder
    staged.mkdir(parents=True, exist_ok=True)
    changed = {left_out, *(change.path for change in changes)}
    for path in drafts.paths - changed:
        (staged / path).unlink()
    linked: dict[str, int] = {}
    for path, entry in _walk(target) if target.exists() else ():
        if entry.is_dir(follow_symlinks=False):
            (staged / path).mkdir(exist_ok=True)
            shutil.copystat(entry, staged / path)
        elif path not in changed:
            os.link(entry, staged / path, follow_symlinks=False)
            linked[path] = entry.inode()
    written = [change for change in changes if change.kind != "delete"]
    for parent in {(staged / change.path).parent for change in written}:
        parent.mkdir(parents=True, exist_ok=True)
    for change in written:
        if change.path not in drafts.paths:
            with (staged / change.path).open("xb") as stream:
                stream.write(change.new.encode("utf-8"))
    sync_files([staged / change.path for change in written])
    for change in changes:
        if change.kind == "delete":
            delete_file(staged, change.path)
    return linked


def _walk(folder: Path, lead: str = "") -> Iterator[tuple[str, os.DirEntry[str]]]:
    """Yield what is below ``folder`` with its path inside it, folders before what they hold."""
    with os.scandir(folder) as entries:
        for entry in entries:
            path = f"{lead}{entry.name}"
            yield path, entry
            if entry.is_dir(follow_symlinks=False):
                yield from _walk(Path(entry.path), f"{path}/")


def _carry_over(old: Path, new: Path, linked: dict[str, int], changed: set[str]) -> None:
    """Move into ``new`` what others have put into ``old`` since it was copied."""
    for path, entry in list(_walk(old)):
        if entry.is_dir(follow_symlinks=False) or path in changed:
            continue
        if linked.get(path) != entry.inode():
            (new / path).parent.mkdir(parents=True, exist_ok=True)
            os.replace(entry, new / path)
