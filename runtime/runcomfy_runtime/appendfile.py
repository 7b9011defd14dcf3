"""A file that only grows, shared by threads and processes: what was appended is on disk, whole lines or none."""

from __future__ import annotations

import os
import sys
from collections import deque
from collections.abc import Callable, Generator
from contextlib import contextmanager
from pathlib import Path
from threading import Lock

__all__ = ["AppendFile"]


class AppendFile:
    """A file of lines.

    Writers hold a lock on the file. Who replaces it holds that lock too, and a writer that waited for the old file goes
    to the new one.
    """

    def __init__(self, path: Path) -> None:
        """Name the file; it is made, with its folder, by the first line.

        Args:
            path: The file.
        """
        self.path = path
        self._process = os.getpid()
        self._writing = Lock()
        self._waiting: deque[_Line] = deque()

    def read(self) -> bytes:
        """Return the content; nothing where there is no file.

        Raises:
            OSError: If it cannot be read.
        """
        try:
            return self.path.read_bytes()
        except FileNotFoundError:
            return b""

    def append(self, content: bytes) -> None:
        """Write a line and return when it is on disk; lines of several threads share one sync.

        Args:
            content: The line with its end.

        Raises:
            OSError: If it cannot be written.
        """
        if self._process != os.getpid():
            self._process, self._writing, self._waiting = os.getpid(), Lock(), deque()
        line = _Line(content)
        self._waiting.append(line)
        with self._writing:
            if not line.settled:
                self._write_waiting()
        if line.error is not None:
            raise OSError(line.error.errno, line.error.strerror)

    def rewrite(self, edit: Callable[[bytes], bytes]) -> None:
        """Put what ``edit`` makes of the content in its place, in one step, while no other process writes.

        Raises:
            OSError: If it cannot be read or replaced.
        """
        if not self.path.exists():
            return
        draft = self.path.with_name(f"{self.path.name}.new")
        with self._opened():
            before = self.read()
            after = edit(before)
            if after != before:
                _write_file(draft, after)
                os.replace(draft, self.path)
                _sync_folder(self.path.parent)

    def _write_waiting(self) -> None:
        lines: list[_Line] = []
        while self._waiting:
            lines.append(self._waiting.popleft())
        failure: OSError | None = None
        try:
            self._write(b"".join(line.content for line in lines))
        except OSError as error:
            failure = error
        except BaseException:
            self._waiting.extendleft(reversed(lines))
            raise
        for line in lines:
            line.error, line.settled = failure, True

    def _write(self, content: bytes) -> None:
        self.path.parent.mkdir(parents=True, exist_ok=True)
        created = not self.path.exists()
        with self._opened() as descriptor:
            size = os.fstat(descriptor).st_size
            if size and _last_byte(descriptor, size) != b"\n":
                content = b"\n" + content
            _write_all(descriptor, content)
            os.fsync(descriptor)
        if created:
            _sync_folder(self.path.parent)

    @contextmanager
    def _opened(self) -> Generator[int]:
        """Open and lock the file that has the journal's name once the lock is held."""
        while True:
            descriptor = os.open(self.path, os.O_RDWR | os.O_APPEND | os.O_CREAT, 0o600)
            try:
                with _locked(descriptor):
                    if _is_at(descriptor, self.path):
                        yield descriptor
                        return
            finally:
                os.close(descriptor)


class _Line:
    """A line on its way to the file."""

    def __init__(self, content: bytes) -> None:
        self.content = content
        self.settled = False
        self.error: OSError | None = None


def _is_at(descriptor: int, path: Path) -> bool:
    """Tell whether the open file is still the one of this name."""
    try:
        return os.path.samestat(os.fstat(descriptor), os.stat(path))
    except FileNotFoundError:
        return False


def _write_file(path: Path, content: bytes) -> None:
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    try:
        _write_all(descriptor, content)
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _write_all(descriptor: int, content: bytes) -> None:
    view = memoryview(content)
    while view:
        view = view[os.write(descriptor, view) :]


def _last_byte(descriptor: int, size: int) -> bytes:
    os.lseek(descriptor, size - 1, os.SEEK_SET)
    return os.read(descriptor, 1)


def _sync_folder(folder: Path) -> None:
    if sys.platform == "win32":
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


if sys.platform == "win32":
    import msvcrt

    @contextmanager
    def _locked(descriptor: int) -> Generator[None]:
        os.lseek(descriptor, 0, os.SEEK_SET)
        msvcrt.locking(descriptor, msvcrt.LK_LOCK, 1)
        try:
            yield
        finally:
            os.lseek(descriptor, 0, os.SEEK_SET)
            msvcrt.locking(descriptor, msvcrt.LK_UNLCK, 1)

else:
    import fcntl

    @contextmanager
    def _locked(descriptor: int) -> Generator[None]:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        try:
            yield
        finally:
            fcntl.flock(descriptor, fcntl.LOCK_UN)
