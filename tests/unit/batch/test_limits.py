"""The limits of a batch, which are kept where the intent to submit is recorded, whoever asks."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Literal

import pytest
import sqlalchemy as sa
from runcomfy_runtime.batch import Batch, Row, steps
from runcomfy_runtime.batch.intake import add_rows
from runcomfy_runtime.batch.liveness import Identity, sign_off, sign_on
from runcomfy_runtime.batch.store import Store
from runcomfy_runtime.batch.tables import jobs

IN_FLIGHT = 3
ROWS = 12


@pytest.fixture(params=["sqlite", "postgres"])
def store(tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Store]:
    url = f"sqlite:///{tmp_path}/b.db"
    if request.param == "postgres":
        url = request.getfixturevalue("postgres").fresh()
    opened = Store(url)
    opened.open_batch("b", {"in_flight": IN_FLIGHT, "model_limits": '{"slow/one": 1}'})
    models = ["a/b"] * ROWS + ["slow/one"] * 2
    add_rows(opened, "b", [Row(f"k{n}", model, {}) for n, model in enumerate(models)])
    with opened.begin() as connection:  # as if the engine had all of them
        connection.execute(sa.update(jobs).values(handed=1))
    yield opened
    opened.close()


@pytest.fixture
def worker(store: Store) -> str:
    who = Identity.own()
    with store.begin() as connection:
        sign_on(connection, "b", who)
    return who.id


def take(store: Store, key: str, owner: str) -> str | None:
    with store.begin() as connection:
        taken = steps.take(connection, "b", key, owner, f"{owner} {key}")
    return taken.todo if taken else None


def test_of_many_that_ask_at_the_same_time_as_many_get_a_place_as_there_are(
    store: Store, worker: str
) -> None:
    ready = threading.Barrier(ROWS)

    def ask(number: int) -> str | None:
        with store.begin() as connection:
            if not store.sqlite:  # which lets one begin after the other
                ready.wait(10)
            taken = steps.take(connection, "b", f"k{number}", worker, f"c{number}")
        return taken.todo if taken else None

    with ThreadPoolExecutor(ROWS) as threads:
        told = list(threads.map(ask, range(ROWS)))
    assert sorted(map(str, told)) == ["submit"] * IN_FLIGHT + ["wait"] * (ROWS - IN_FLIGHT)


def test_a_place_is_free_when_the_end_of_its_job_is_recorded(store: Store, worker: str) -> None:
    assert [take(store, f"k{n}", worker) for n in range(4)] == ["submit"] * 3 + ["wait"]
    with store.begin() as connection:
        steps.submitted(connection, "b", "k0", f"{worker} k0", "r0")
    assert take(store, "k3", worker) == "wait"
    with store.begin() as connection:
        steps.end(connection, "b", "k0", f"{worker} k0", "succeeded")
    assert take(store, "k3", worker) == "submit"


def test_a_job_that_may_run_unseen_keeps_its_place_until_it_is_given_up(
    store: Store, worker: str
) -> None:
    for number in range(3):
        take(store, f"k{number}", worker)
    with store.begin() as connection:
        steps.end(connection, "b", "k0", f"{worker} k0", "unknown")
    assert take(store, "k3", worker) == "wait"
    with store.begin() as connection:
        sign_off(connection, worker)
    other = Identity.own()
    with store.begin() as connection:
        sign_on(connection, "b", other)
    assert take(store, "k0", other.id) == "hold", "the next process keeps the place of the dead one"
    assert take(store, "k3", other.id) == "wait"
    with store.begin() as connection:
        steps.let_go(connection, "b", "k0", other.id)
    assert take(store, "k0", other.id) is None
    assert take(store, "k3", other.id) == "submit"


@pytest.mark.parametrize("decision", ["abandon", "resubmit"])
def test_who_decides_about_an_unknown_job_gives_its_place_up(
    store: Store, worker: str, decision: Literal["abandon", "resubmit"]
) -> None:
    for number in range(3):
        take(store, f"k{number}", worker)
    with store.begin() as connection:
        steps.end(connection, "b", "k0", f"{worker} k0", "unknown")
    with Batch.open("b", store.url) as batch:
        batch.resolve("k0", decision)
    assert take(store, "k3", worker) == "submit"


def test_a_model_keeps_its_own_limit_and_leaves_the_others_theirs(
    store: Store, worker: str
) -> None:
    assert take(store, f"k{ROWS}", worker) == "submit"
    assert take(store, f"k{ROWS + 1}", worker) == "wait"
    assert take(store, "k0", worker) == "submit"
    with Batch.open("b", store.url, model_limits={"slow/one": 2}):
        assert take(store, f"k{ROWS + 1}", worker) == "submit"


def test_a_worker_that_was_taken_for_dead_submits_nothing_until_it_is_signed_on_again(
    store: Store, worker: str
) -> None:
    with store.begin() as connection:
        sign_off(connection, worker)
    assert take(store, "k0", worker) == "wait"
    with Batch.open("b", store.url) as batch:
        assert next(batch.results()).state == "queued"
