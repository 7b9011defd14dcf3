"""Remember the keys of a table of any length, in a file that is gone afterwards instead of in memory."""

from __future__ import annotations

import sqlite3
from types import TracebackType
from typing import Final, Self

__all__ = ["SeenKeys"]

_CACHE_KIB: Final = 32 * 1024


class SeenKeys:
    """The keys seen so far, and the row that had each first."""

    def __init__(self) -> None:
        self._file = sqlite3.connect("", isolation_level=None, check_same_thread=False)
        self._file.execute(f"pragma cache_size = -{_CACHE_KIB}")
        self._file.execute(
            "create table seen (key text primary key, row integer, times integer) without rowid"
        )
        self._file.execute("begin")

    def add(self, key: str, row: int) -> tuple[int, int]:
        """Note a key and return the row that had it first, and how often it was seen, this time included."""
        first, times = self._file.execute(
            "insert into seen values (?, ?, 1) on conflict do update set times = times + 1 "
            "returning row, times",
            (key, row),
        ).fetchone()
        return first, times

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._file.close()
