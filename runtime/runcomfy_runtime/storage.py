"""Put a downloaded file on the disk: whole under its name, or not at all; what was cut is kept to go on from."""

from __future__ import annotations

import errno
import json
import os
import threading
import time
from contextlib import suppress
from io import FileIO
from pathlib import Path
from typing import Any, Final

from .filenames import numbered
from .locks import try_lock
from .ranges import Have

__all__ = ["PartFile", "Target"]

_SLOTS: Final = 99
_NOTE_BYTES: Final = 4 * 1024 * 1024
_NOTE_SECONDS: Final = 1.0
"""How much, or how long, may be written before it is synced and noted; a crash loses no more than that."""
_EXISTS: Final = "the file exists; pass overwrite=True to replace it"


class Target:
    """Where a file shall go.

    A path that is a folder, or ends with a slash, takes the file under a name of its own; any other path is the file's
    name.
    """

    def __init__(
        self, to: str | os.PathLike[str], *, overwrite: bool, into_folder: bool = False
    ) -> None:
        text = os.fspath(to)
        self._path = Path(text).expanduser()
        self._is_folder = into_folder or text.endswith(("/", os.sep)) or self._path.is_dir()
        self._overwrite = overwrite

    def prepare(self) -> Path:
        """Make the folder and return it.

        Raises:
            OSError: If it cannot be made, or the file exists and must not be replaced.
        """
        folder = self._path if self._is_folder else self._path.parent
        folder.mkdir(parents=True, exist_ok=True)
        if not self._is_folder and not self._overwrite and os.path.lexists(self._path):
            raise FileExistsError(errno.EEXIST, _EXISTS, str(self._path))
        return folder

    def place(self, part: Path, name: str) -> Path:
        """Give the complete file ``part`` its final name and return it; never replaces a file unless told to.

        Args:
            part: The file.
            name: Its name in a folder; a number is added if another file has it.

        Raises:
            OSError: If it cannot be named so.
        """
        folder = self._path if self._is_folder else self._path.parent
        for wanted in numbered(name) if self._is_folder else iter([self._path.name]):
            final = folder / wanted
            if self._overwrite:
                os.replace(part, final)
            elif not _claim(part, final):
                continue
            _sync_folder(folder)
            return final
        raise FileExistsError(errno.EEXIST, _EXISTS, str(self._path))


class PartFile:
    """A file that grows under a hidden name; it may be left behind by a crash and gone on with later.

    Beside it stands a locked note of what is safely on the disk. Two downloads of the same file never share one.

    Attributes:
        have: What is here, by the note.
        path: The hidden file.
    """

    def __init__(self, folder: Path, identity: str) -> None:
        """Open what is here of a file, or begin it.

        Args:
            folder: Where the file will be.
            identity: What tells it from other files; part of the hidden name.

        Raises:
            OSError: If it cannot be opened.
        """
        self._lock = threading.Lock()
        self._closed = False
        path, self._note_path, note = _free_slot(folder, identity)
        self.path: Path = path
        self._note = note
        try:
            self.have: Have = self._read_note()
            self._file = open(  # noqa: SIM115 - closed by close
                self.path, "r+b" if self.have.size else "wb"
            )
            self._file.truncate(self.have.size)
            self._file.seek(self.have.size)
        except BaseException:
            note.close()
            raise
        self._noted_size, self._noted_at = self.have.size, time.monotonic()

    def begin(self, offset: int, validator: str | None, total: int | None) -> None:
        """Go on at ``offset``, where what comes belongs to the version of the file that ``validator`` tells."""
        with self._lock:
            self._file.truncate(offset)
            self._file.seek(offset)
            self.have = Have(offset, validator, total)
            self._write_note()

    def write(self, chunk: bytes) -> None:
        """Append ``chunk``; does nothing once the file is closed."""
        with self._lock:
            if self._closed:
                return
            self._file.write(chunk)
            self.have.size += len(chunk)
            grown = self.have.size - self._noted_size
            if grown >= _NOTE_BYTES or time.monotonic() - self._noted_at >= _NOTE_SECONDS:
                self._write_note()

    def head(self, size: int) -> bytes:
        """Return the first bytes."""
        with self._lock:
            self._file.flush()
            with open(self.path, "rb") as file:
                return file.read(size)

    def finish(self) -> None:
        """Bring everything to the disk and close the file; its note stays locked until `close`."""
        with self._lock:
            self._write_note()
            self._file.close()

    def close(self, *, keep: bool) -> None:
        """Let go of the file.

        Args:
            keep: Leave what is here for the next try, if it can be gone on with.
        """
        with self._lock:
            if self._closed:
                return
            self._closed = True
            kept = keep and self.have.validator is not None and self.have.size > 0
            if kept and not self._file.closed:
                with suppress(OSError):
                    self._write_note()
            with suppress(OSError):
                self._file.close()
            if not kept:
                self.path.unlink(missing_ok=True)
            if not kept and os.name != "nt":
                self._note_path.unlink(missing_ok=True)
            self._note.close()
            if not kept and os.name == "nt":
                with suppress(OSError):
                    self._note_path.unlink()

    def _read_note(self) -> Have:
        """Return what the note says, as far as the file bears it out."""
        try:
            facts = os.stat(self.path)
            if (
                facts.st_nlink > 1
            ):  # it got its final name just before a crash: that file must not be written to
                self.path.unlink()
                return Have()
            here = facts.st_size
            noted: Any = json.loads(self._note.read())
            size, validator, total = noted["size"], noted["validator"], noted["total"]
        except (OSError, ValueError, TypeError, KeyError):
            return Have()
        sound = isinstance(validator, str) and type(size) is int and 0 < size <= here
        if not sound or not (total is None or (type(total) is int and total >= size)):
            return Have()
        return Have(size, validator, total)

    def _write_note(self) -> None:
        """Bring what was written to the disk, then note it."""
        if not self._file.closed:
            self._file.flush()
            os.fsync(self._file.fileno())
        have = self.have
        facts = {"size": have.size, "validator": have.validator, "total": have.total}
        self._note.seek(0)
        self._note.truncate()
        self._note.write(json.dumps(facts).encode())
        self._noted_size, self._noted_at = have.size, time.monotonic()


def _free_slot(folder: Path, identity: str) -> tuple[Path, Path, FileIO]:
    """Return the paths of a part and its note that no other download holds, and the note, locked."""
    slot = 0
    while True:
        alone = slot == _SLOTS
        name = f".{identity}-{os.urandom(16).hex() if alone else slot}"
        part, note = folder / f"{name}.part", folder / f"{name}.note"
        opened = _locked_note(note, alone=alone)
        if opened is not None:
            return part, note, opened
        slot += 1


def _locked_note(path: Path, *, alone: bool) -> FileIO | None:
    """Return the open, locked note; None if it cannot be locked, unless its name makes it ``alone`` anyway."""
    while True:
        note = FileIO(
            os.open(path, os.O_RDWR | os.O_CREAT | getattr(os, "O_BINARY", 0), 0o600), "r+"
        )
        try:
            if not try_lock(note.fileno()) and not alone:
                note.close()
                return None
            if os.path.samestat(os.fstat(note.fileno()), os.stat(path)):
                return note
        except FileNotFoundError:  # its last owner removed it meanwhile
            pass
        except BaseException:
            note.close()
            raise
        note.close()


def _claim(part: Path, final: Path) -> bool:
    """Name ``part`` ``final`` if that name is free; tell whether it was."""
    if os.name == "nt":
        try:
            os.rename(part, final)  # which never replaces there
        except FileExistsError:
            return False
        return True
    try:
        os.link(part, final)
    except FileExistsError:
        return False
    except OSError:  # a file system without hard links
        if os.path.lexists(final):
            return False
        os.replace(part, final)
    return True


def _sync_folder(folder: Path) -> None:
    """Bring the new name to the disk, where the system lets folders be synced."""
    with suppress(OSError):
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
