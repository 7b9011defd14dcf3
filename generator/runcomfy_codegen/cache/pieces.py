"""The parts of files about the whole release that follow from one model each; a run renders the changed ones only."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

from runcomfy_codegen.cache import cache_folder
from runcomfy_codegen.cache.fingerprint import digest_of, generator_fingerprint

__all__ = ["Pieces"]

NAME = "pieces.sqlite"


class Pieces:
    """Texts by the hash of what they were made from.

    Args:
        specs: The specs folder whose cache holds the texts of earlier runs; None for no cache.
        keep: Whether this run may write there.
    """

    def __init__(self, specs: Path | None = None, *, keep: bool = True) -> None:
        self._keep = keep
        self._file = None if specs is None else cache_folder(specs) / NAME
        self._kept = _read(self._file) if self._file else dict[str, str]()
        self._used: dict[str, str] = {}

    def get(self, facts: str, make: Callable[[], str]) -> str:
        """Return the text that ``make`` returns, which depends on ``facts`` and the generator alone."""
        key = digest_of(generator_fingerprint(), facts)
        text = self._kept.get(key)
        self._used[key] = make() if text is None else text
        return self._used[key]

    def save(self) -> None:
        """Keep the texts that this run used, if it made one, and no others."""
        fresh = self._used.keys() - self._kept.keys()
        if not (fresh and self._keep) or self._file is None:
            return
        gone = self._kept.keys() - self._used.keys()
        try:
            self._file.parent.mkdir(parents=True, exist_ok=True)
            with closing(_connect(self._file)) as store, store:
                store.executemany("DELETE FROM pieces WHERE key = ?", [(key,) for key in gone])
                store.executemany(
                    "INSERT OR REPLACE INTO pieces VALUES (?, ?)",
                    [(key, self._used[key]) for key in sorted(fresh)],
                )
        except (sqlite3.Error, OSError):
            self._file.unlink(missing_ok=True)


def _read(file: Path) -> dict[str, str]:
    if not file.exists():
        return {}
    try:
        with closing(_connect(file)) as store:
            return dict(store.execute("SELECT key, text FROM pieces"))
    except sqlite3.Error:
        file.unlink(missing_ok=True)
        return {}


def _connect(file: Path) -> sqlite3.Connection:
    store = sqlite3.connect(file)
    store.execute("PRAGMA synchronous = OFF")
    store.execute("CREATE TABLE IF NOT EXISTS pieces (key TEXT PRIMARY KEY, text TEXT NOT NULL)")
    return store
