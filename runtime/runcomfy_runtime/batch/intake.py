"""Put rows into a batch: fast, in pieces, and once each, whatever cuts it."""

from __future__ import annotations

import hashlib
import json
import time
from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from .records import Added, Changed, Row
from .store import Store
from .tables import jobs

__all__ = ["add_rows"]

PIECE: Final = 5_000
"""Rows of one transaction."""
MOST_TOLD: Final = 1_000
"""Changed rows that are named."""
KEYS_AT_ONCE: Final = 500
LONGEST_KEY: Final = 500


def add_rows(store: Store, batch: str, rows: Iterable[Row]) -> Added:
    """Queue the rows whose key is not in the batch; see `Batch.add`."""
    remaining = iter(rows)
    new = same = count = 0
    changed: list[Changed] = []
    position = _next_position(store, batch)
    while piece := [_values(batch, row) for row in islice(remaining, PIECE)]:
        with store.begin() as connection:
            known = _known(connection, batch, list({values["key"] for values in piece}))
            fresh: list[dict[str, Any]] = []
            for values in piece:
                found = known.get(values["key"])
                if found is None:
                    if values["position"] is None:
                        values["position"] = position
                        position += 1
                    fresh.append(values)
                    known[values["key"]] = ("queued", values["model_id"], values["payload_sha256"])
                elif found[1:] == (values["model_id"], values["payload_sha256"]):
                    same += 1
                else:
                    count += 1
                    if len(changed) < MOST_TOLD:
                        after = values["model_id"], values["payload_sha256"]
                        changed.append(Changed(values["key"], found[0], found[1:], after))
            if fresh:
                connection.execute(_insert(store), fresh)
            new += len(fresh)
    return Added(new, same, tuple(changed), count)


def _values(batch: str, row: Row) -> dict[str, Any]:
    """Return a row as the table keeps it.

    Raises:
        ValueError: If it cannot be kept.
    """
    if not row.key or len(row.key) > LONGEST_KEY or "\x00" in row.key:
        raise ValueError(
            f"key {row.key[:50]!r}: give a text of 1 to {LONGEST_KEY} characters, none of them NUL"
        )
    if not -9 <= row.priority <= 9:
        raise ValueError(f"row {row.key!r}: priority is {row.priority}; give -9 to 9")
    try:
        payload = json.dumps(row.payload, ensure_ascii=False, allow_nan=False, sort_keys=True)
        digest = hashlib.sha256(payload.encode()).hexdigest()
    except (TypeError, ValueError, RecursionError) as error:
        raise ValueError(f"row {row.key!r}: its input is not JSON: {error}") from None
    return {
        "batch": batch,
        "key": row.key,
        "position": row.position,
        "priority": row.priority,
        "model_id": row.model_id,
        "payload": payload,
        "payload_sha256": digest,
        "state": "queued",
        "attempt": 1,
        "handed": 0,
        "cancel_asked": 0,
        "added_at": time.time(),
    }


def _known(
    connection: sa.Connection, batch: str, keys: list[str]
) -> dict[str, tuple[Any, str, str]]:
    """Return state, model and input hash of those of ``keys`` that are in the batch."""
    columns = (jobs.c.key, jobs.c.state, jobs.c.model_id, jobs.c.payload_sha256)
    found: dict[str, tuple[Any, str, str]] = {}
    for some in _pieces(keys, KEYS_AT_ONCE):
        query = sa.select(*columns).where(jobs.c.batch == batch, jobs.c.key.in_(some))
        for key, state, model_id, digest in connection.execute(query):
            found[key] = (state, model_id, digest)
    return found


def _insert(store: Store) -> Any:
    insert = sqlite.insert if store.sqlite else postgresql.insert
    return insert(jobs).on_conflict_do_nothing()


def _next_position(store: Store, batch: str) -> int:
    with store.read() as connection:
        last = connection.scalar(
            sa.select(sa.func.max(jobs.c.position)).where(jobs.c.batch == batch)
        )
    return 0 if last is None else last + 1


def _pieces(items: list[str], size: int) -> Iterator[list[str]]:
    for start in range(0, len(items), size):
        yield items[start : start + size]
