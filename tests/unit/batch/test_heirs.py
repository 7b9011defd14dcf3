"""Jobs that count as handed over, though nobody runs them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, cast

import pytest
import sqlalchemy as sa
from runcomfy_runtime.batch import Row, steps
from runcomfy_runtime.batch.heirs import Heirs
from runcomfy_runtime.batch.intake import add_rows
from runcomfy_runtime.batch.liveness import Identity, sign_on
from runcomfy_runtime.batch.store import Store
from runcomfy_runtime.batch.tables import jobs

if TYPE_CHECKING:
    from runcomfy_runtime.batch.engine import Engine


class _IdleEngine:
    """An engine that has nothing queued and nothing running."""

    def running(self) -> list[tuple[str, str, str]]:
        return []


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    opened = Store(f"sqlite:///{tmp_path}/b.db")
    opened.open_batch("b", {})
    add_rows(opened, "b", [Row(key, "a/b", {}) for key in ("mine", "other", "nobody")])
    yield opened
    opened.close()


def handed(store: Store) -> set[str]:
    with store.read() as connection:
        return set(connection.scalars(sa.select(jobs.c.key).where(jobs.c.handed == 1)))


def test_only_jobs_that_no_living_worker_runs_are_freed(store: Store) -> None:
    own = Identity.own()
    heirs = Heirs(store, cast("Engine", _IdleEngine()), "b", own)
    with store.begin() as connection:
        sign_on(connection, "b", own)
        for key, owner in (("mine", own.id), ("other", "dead"), ("nobody", "dead")):
            steps.take(connection, "b", key, owner, f"claim of {key}", limited=False)
        steps.give_back(connection, "b", "nobody", "claim of nobody")
        connection.execute(sa.update(jobs).values(handed=1))

    assert heirs.held() == {"mine"}
    heirs.free_orphans()
    assert handed(store) == {"mine"}
    heirs.free_orphans(["mine"])
    assert handed(store) == set()
