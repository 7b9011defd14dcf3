"""Append-only record of paid submits, so that a crash loses no job and no result.

The file holds one JSON object a line. The first line of a submit is its intent, synced before the submit leaves::

    {"entry":"5f0c…","state":"intent","time":1750000000.0,"model_id":"a/b","base_url":"https://…","payload_sha256":"…"}

Every later line names the entry and what became of it::

    {"entry":"5f0c…","state":"submitted","request_id":"8a3f…"}
    {"entry":"5f0c…","state":"finished","time":1750000060.0,"files":["91c2…","07aa…"]}
    {"entry":"5f0c…","saved":"91c2…"}

An entry only moves forward: ``intent``, then ``unknown`` or ``rejected``, or ``submitted``, then ``finished``, then
``collected`` or ``ended``. A finished one whose ``files`` (hashes of their addresses) are all ``saved`` counts as
collected. Readers skip lines that a crash cut off, and keys, states and lines that they do not know.

Lines are appended under a file lock and synced, so that several threads and processes can share one journal. `prune`
writes a shorter file beside it and puts that in its place; a writer that waited for the old file notices and goes to
the new one.
"""

from __future__ import annotations

import hashlib
import json
import os
import time
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, Literal, cast

from .appendfile import AppendFile
from .errors import JournalError

__all__ = ["RETENTION_SECONDS", "EntryState", "Journal", "JournalEntry", "default_journal_path"]

EntryState = Literal["intent", "unknown", "rejected", "submitted", "finished", "collected", "ended"]
"""What is known of a submit.

``intent``: left or about to leave, no id known; ``unknown``: left, outcome unknown; ``rejected``: definitely made no
job; ``submitted``: id known, end not seen; ``finished``: succeeded, its files not all saved; ``collected``: nothing is
left to save; ``ended``: failed, cancelled or expired.
"""

RETENTION_SECONDS: Final = 7 * 24 * 3600.0
"""How long the service is taken to keep a result."""

_RANKS: Final[Mapping[str, int]] = {
    "intent": 0,
    "unknown": 1,
    "rejected": 1,
    "submitted": 2,
    "finished": 3,
    "collected": 4,
    "ended": 4,
}


def default_journal_path() -> Path:
    """Return the user's own journal: ``runcomfy/jobs.jsonl`` in the state folder of the platform.

    That is ``XDG_STATE_HOME``, on Windows else ``LOCALAPPDATA``, else ``~/.local/state``.
    """
    variables = ("XDG_STATE_HOME", "LOCALAPPDATA") if os.name == "nt" else ("XDG_STATE_HOME",)
    states = [state for name in variables if (state := os.environ.get(name, "").strip())]
    folder = Path(states[0]) if states else Path(os.path.expanduser("~")) / ".local" / "state"
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
        finished_at: When the end was seen, seconds since the epoch; None before.
    """

    id: str
    state: EntryState
    model_id: str
    base_url: str
    payload_sha256: str
    time: float
    request_id: str | None = None
    finished_at: float | None = None

    @property
    def expires_at(self) -> float:
        """When the service is taken to forget the result, in seconds since the epoch: 7 days after the end."""
        return (self.finished_at or self.time) + RETENTION_SECONDS


class Journal:
    """A journal file; safe for several threads and processes."""

    def __init__(self, path: str | os.PathLike[str]) -> None:
        """Name the file; it is made, with its folder, by the first submit.

        Args:
            path: The file.
        """
        self.path: Path = Path(path)
        self._known: dict[str, str] = {}
        self._file = AppendFile(self.path)

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

    def finished(self, request_id: str, urls: Iterable[str]) -> None:
        """Write that a job has succeeded and which files wait to be saved; without any it counts as collected.

        Like all that follow, it does nothing for a job that the journal does not know.

        Raises:
            JournalError: If it cannot be read or written.
        """
        files = [_key(url) for url in urls]
        self._note(request_id, {"state": "finished", "time": time.time(), "files": files})

    def saved(self, request_id: str, url: str) -> None:
        """Write that one file of a job was saved; when all are, the job counts as collected.

        Raises:
            JournalError: If it cannot be read or written.
        """
        self._note(request_id, {"saved": _key(url)})

    def collected(self, request_id: str) -> None:
        """Write that nothing more is wanted of a job.

        Raises:
            JournalError: If it cannot be read or written.
        """
        self._note(request_id, {"state": "collected"})

    def ended(self, request_id: str) -> None:
        """Write that a job has failed or was cancelled.

        Raises:
            JournalError: If it cannot be read or written.
        """
        self._note(request_id, {"state": "ended"})

    def expired(self, request_id: str) -> None:
        """Write that the service knows a job no more; one that it should still know stays as it is.

        Raises:
            JournalError: If it cannot be read or written.
        """
        for entry in self.pending():
            if entry.request_id == request_id and time.time() >= entry.expires_at:
                self._append({"entry": entry.id, "state": "ended"})

    def entries(self) -> list[JournalEntry]:
        """Return every submit, oldest first.

        Raises:
            JournalError: If the file cannot be read.
        """
        entries = _entries(self._read())
        self._known.update({known.request_id: known.id for known in entries if known.request_id})
        return entries

    def pending(self) -> list[JournalEntry]:
        """Return the submits that made a job whose end was not seen, or whose files were not all saved."""
        return [entry for entry in self.entries() if entry.state in ("submitted", "finished")]

    def unknown(self) -> list[JournalEntry]:
        """Return the submits that may or may not have made a job; they are never sent again by the runtime.

        One that another process is sending at this moment is among them.
        """
        return [entry for entry in self.entries() if entry.state in ("intent", "unknown")]

    def prune(self, older_than: float = 4 * RETENTION_SECONDS) -> int:
        """Drop the settled entries (rejected, collected, ended) that are older than this; return how many.

        What is pending or unknown stays, however old. Other processes may write meanwhile.

        Args:
            older_than: Age in seconds, counted from the submit.

        Raises:
            JournalError: If the file cannot be read or replaced.
        """
        settled = ("rejected", "collected", "ended")
        before = time.time() - older_than
        drop: set[str] = set()

        def keep(content: bytes) -> bytes:
            entries = _entries(content)
            drop.update(e.id for e in entries if e.state in settled and e.time < before)
            kept = [line for line in _lines(content) if line["entry"] not in drop]
            return b"".join(map(_dump, kept)) if drop else content

        try:
            self._file.rewrite(keep)
        except OSError as error:
            reason = error.strerror or error
            raise JournalError(f"The journal {self.path} cannot be pruned: {reason}.") from None
        return len(drop)

    def _note(self, request_id: str, facts: Mapping[str, Any]) -> None:
        if request_id not in self._known:
            self.entries()
        entry = self._known.get(request_id)
        if entry is not None:
            self._append({"entry": entry, **facts})

    def _read(self) -> bytes:
        try:
            return self._file.read()
        except OSError as error:
            raise JournalError(
                f"The journal {self.path} cannot be read: {error.strerror}."
            ) from None

    def _append(self, record: Mapping[str, Any]) -> None:
        try:
            self._file.append(_dump(record))
        except OSError as error:
            reason = error.strerror or error
            raise JournalError(f"The journal {self.path} cannot be written: {reason}.") from None

    def __reduce__(self) -> tuple[type[Journal], tuple[Path]]:
        return type(self), (self.path,)


class _Facts:
    """What the lines of one entry say together."""

    def __init__(self) -> None:
        self._values: dict[str, Any] = {}
        self._state = ""
        self._saved: list[str] = []
        self._finished_at: float | None = None

    def add(self, line: Mapping[str, Any]) -> None:
        """Take one line in; a state never goes back."""
        saved, state = line.get("saved"), line.get("state")
        if isinstance(saved, str):
            self._saved.append(saved)
        if not isinstance(state, str) or _RANKS.get(state, -1) < _RANKS.get(self._state, 0):
            return
        if state == "finished":
            self._finished_at = _number(line.get("time"))
            self._values["files"] = line.get("files")
        elif state == "intent":
            self._values |= line
        elif state == "submitted":
            self._values["request_id"] = line.get("request_id")
        self._state = state

    def entry(self, key: str) -> JournalEntry | None:
        """Return the entry; None if its intent is not among the lines."""
        intended_at = _number(self._values.get("time"))
        if intended_at is None:
            return None
        request_id = self._values.get("request_id")
        return JournalEntry(
            id=key,
            state=self._settled_state(),
            model_id=str(self._values.get("model_id")),
            base_url=str(self._values.get("base_url")),
            payload_sha256=str(self._values.get("payload_sha256")),
            time=intended_at,
            request_id=request_id if isinstance(request_id, str) else None,
            finished_at=self._finished_at,
        )

    def _settled_state(self) -> EntryState:
        files = self._values.get("files")
        if self._state == "finished" and isinstance(files, list):
            left = [file for file in cast("list[object]", files) if file not in self._saved]
            return "finished" if left else "collected"
        return cast("EntryState", self._state)


def _entries(content: bytes) -> list[JournalEntry]:
    found: dict[str, _Facts] = {}
    for line in _lines(content):
        found.setdefault(line["entry"], _Facts()).add(line)
    return [entry for key, facts in found.items() if (entry := facts.entry(key)) is not None]


def _lines(content: bytes) -> Iterator[dict[str, Any]]:
    for line in content.splitlines():
        try:
            value: Any = json.loads(line)
        except ValueError:
            continue
        if isinstance(value, dict) and isinstance(cast("dict[str, Any]", value).get("entry"), str):
            yield cast("dict[str, Any]", value)


def _dump(record: Mapping[str, Any]) -> bytes:
    return json.dumps(record, separators=(",", ":")).encode() + b"\n"


def _key(url: str) -> str:
    """Return the short hash that stands for a file's address, which may itself be a secret."""
    return hashlib.sha256(url.encode()).hexdigest()[:16]


def _number(value: object) -> float | None:
    return float(value) if isinstance(value, int | float) else None
