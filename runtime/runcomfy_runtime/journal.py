"""Append-only record of paid submits, so that a crash loses no job.

One JSON object a line. An ``intent`` is on disk before a submit leaves, what became of it after. Lines are appended
under a file lock and synced, so that several processes can share one journal; a line that a crash cut off is skipped.
"""

from __future__ import annotations

import json
import os
import sys
import time
from collections.abc import Generator, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, cast

from .errors import JournalError

__all__ = ["EntryState", "Journal", "JournalEntry", "default_journal_path"]

EntryState = Literal["intent", "submitted", "unknown", "rejected", "ended"]
"""``intent``: left or about to leave, no id known; ``unknown``: left, outcome unknown; ``submitted``: id known."""


def default_journal_path() -> Path:
    """Return the user's own journal: ``runcomfy/jobs.jsonl`` in the state folder of the platform."""
    state = os.environ.get("XDG_STATE_HOME", "").strip()
    folder = Path(state) if state else Path(os.path.expanduser("~")) / ".local" / "state"
    return folder / "runcomfy" / "jobs.jsonl"


@dataclass(frozen=True, slots=True)
class JournalEntry:
    """One submit as the journal knows it.

    Attributes:
        id: The entry's own id.
        state: What is known of it.
        model_id: The model.
        base_url: The service it was sent to.
        payload_sha256: Hash of the request body.
        time: When the intent was written, seconds since the epoch.
        request_id: The service's id, once known.
    """

    id: str
    state: EntryState
    model_id: str
    base_url: str
    payload_sha256: str
    time: float
    request_id: str | None = None


class Journal:
    """A journal file; safe for several threads and processes."""

    def __init__(self, path: str | os.PathLike[str]) -> None:
        self.path: Path = Path(path)
        self._known: dict[str, str] = {}

    def intend(self, model_id: str, base_url: str, payload_sha256: str) -> str:
        """Write that a submit is about to leave; return the entry's id.

        Raises:
            JournalError: If it cannot be written; then the submit must not be sent.
        """
        entry = os.urandom(16).hex()
        facts = {"model_id": model_id, "base_url": base_url, "payload_sha256": payload_sha256}
        self._append({"entry": entry, "state": "intent", "time": time.time(), **facts})
        return entry

    def submitted(self, entry: str, request_id: str) -> None:
        """Write the id that the service gave.

        Raises:
            JournalError: If it cannot be written.
        """
        self._append({"entry": entry, "state": "submitted", "request_id": request_id})
        self._known[request_id] = entry

    def settle(self, entry: str, state: Literal["unknown", "rejected"]) -> None:
        """Write that a submit brought no id.

        Raises:
            JournalError: If it cannot be written.
        """
        self._append({"entry": entry, "state": state})

    def ended(self, request_id: str) -> None:
        """Write that a job has ended and its result was handed over; does nothing for a job it does not know.

        Raises:
            JournalError: If it cannot be written.
        """
        entry = self._known.pop(request_id, None) or next(
            (known.id for known in self.pending() if known.request_id == request_id), None
        )
        if entry is not None:
            self._append({"entry": entry, "state": "ended"})

    def entries(self) -> list[JournalEntry]:
        """Return every submit, oldest first.

        Raises:
            JournalError: If the file cannot be read.
        """
        found: dict[str, dict[str, Any]] = {}
        for line in self._lines():
            found.setdefault(line["entry"], {}).update(line)
        return [entry for facts in found.values() if (entry := _entry(facts)) is not None]

    def pending(self) -> list[JournalEntry]:
        """Return the submits that are known to have made a job whose end was not recorded."""
        return [entry for entry in self.entries() if entry.state == "submitted"]

    def unknown(self) -> list[JournalEntry]:
        """Return the submits that may or may not have made a job; they are never sent again by the runtime."""
        return [entry for entry in self.entries() if entry.state in ("intent", "unknown")]

    def _lines(self) -> Iterator[dict[str, Any]]:
        try:
            content = self.path.read_bytes()
        except FileNotFoundError:
            return
        except OSError as error:
            raise JournalError(
                f"The journal {self.path} cannot be read: {error.strerror}."
            ) from None
        for line in content.splitlines():
            try:
                value: Any = json.loads(line)
            except ValueError:
                continue
            if isinstance(value, dict) and isinstance(
                cast("dict[str, Any]", value).get("entry"), str
            ):
                yield cast("dict[str, Any]", value)

    def _append(self, record: Mapping[str, Any]) -> None:
        line = json.dumps(record, separators=(",", ":")).encode() + b"\n"
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            created = not self.path.exists()
            descriptor = os.open(self.path, os.O_RDWR | os.O_APPEND | os.O_CREAT, 0o600)
            try:
                with _locked(descriptor):
                    size = os.fstat(descriptor).st_size
                    if size and _last_byte(descriptor, size) != b"\n":
                        line = b"\n" + line
                    _write_all(descriptor, line)
                    os.fsync(descriptor)
            finally:
                os.close(descriptor)
            if created:
                _sync_folder(self.path.parent)
        except OSError as error:
            reason = error.strerror or error
            raise JournalError(f"The journal {self.path} cannot be written: {reason}.") from None


def _entry(facts: Mapping[str, Any]) -> JournalEntry | None:
    try:
        return JournalEntry(
            id=facts["entry"],
            state=facts["state"],
            model_id=facts["model_id"],
            base_url=facts["base_url"],
            payload_sha256=facts["payload_sha256"],
            time=facts["time"],
            request_id=facts.get("request_id"),
        )
    except KeyError:
        return None


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
