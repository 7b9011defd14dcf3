"""Batches whose processes, and whose database, are killed, frozen and interrupted."""

from __future__ import annotations

import signal
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from runcomfy_runtime.batch import Batch
from support.batch_trial import Service, Trial, Verdict, rows
from support.postgres import Postgres

pytest.importorskip("dbos", reason='the extra "batch" is not installed')

IN_FLIGHT = 20


MakeTrial = Callable[[str], Trial]


@pytest.fixture
def make_trial(
    service: Service, tmp_path: Path, request: pytest.FixtureRequest
) -> Iterator[MakeTrial]:
    made: list[Trial] = []

    def make(kind: str) -> Trial:
        store = f"sqlite:///{tmp_path}/b.db"
        if kind == "postgres":
            store = request.getfixturevalue("postgres").fresh()
        made.append(Trial(store, service, tmp_path / "files", IN_FLIGHT))
        return made[-1]

    yield make
    for trial in made:
        trial.close()


def fill(trial: Trial, count: int, shortest: float = 0.2, longest: float = 0.6) -> None:
    with trial.open() as batch:
        assert batch.add(rows(count, shortest, longest)).new == count


def check(verdict: Verdict, count: int) -> None:
    """Nothing was paid twice, nothing paid is lost, and the limit was kept."""
    assert verdict.twice == []
    assert verdict.lost == []
    assert verdict.wrong == []
    assert verdict.missing == []
    assert verdict.counts.get("succeeded", 0) + len(verdict.unknown) == count
    assert verdict.most <= IN_FLIGHT


def test_a_killed_process_is_simply_run_again(make_trial: MakeTrial) -> None:
    trial = make_trial("sqlite")
    fill(trial, 150)
    for share in (30, 70, 110):
        worker = trial.start()
        trial.wait_for_posts(share)
        worker.send(signal.SIGKILL)
    trial.start().result()
    check(trial.judge(), 150)


def test_the_others_take_over_from_a_process_that_was_killed(make_trial: MakeTrial) -> None:
    trial = make_trial("postgres")
    fill(trial, 150, 1.0, 2.0)
    workers = [trial.start() for _ in range(2)]
    trial.wait_for_posts(50)
    victim = max(workers, key=lambda worker: trial.held_by(worker.pid))
    assert trial.held_by(victim.pid)
    victim.send(signal.SIGKILL)
    killed_at = time.monotonic()
    while trial.held_by(victim.pid):
        assert time.monotonic() - killed_at < 60
        time.sleep(0.1)
    (other,) = (worker for worker in workers if worker is not victim)
    other.result()
    check(trial.judge(), 150)


def test_taking_over_does_not_wait_for_the_limit_of_submits(make_trial: MakeTrial) -> None:
    trial = make_trial("sqlite")
    fill(trial, 16, 0.1, 0.2)
    worker = trial.start()
    trial.wait_for_posts(16)
    worker.send(signal.SIGKILL)
    with Batch.open("torture", trial.store, per_second=0.01):
        begun = time.monotonic()
        trial.start().result()
    assert time.monotonic() - begun < 90, "jobs that were begun waited for tokens of the bucket"
    check(trial.judge(), 16)


def test_all_processes_and_then_the_database_are_killed(
    make_trial: MakeTrial, postgres: Postgres
) -> None:
    trial = make_trial("postgres")
    fill(trial, 150)
    workers = [trial.start() for _ in range(2)]
    trial.wait_for_posts(40)
    for worker in workers:
        worker.send(signal.SIGKILL)
    workers = [trial.start() for _ in range(2)]
    trial.wait_for_posts(90)
    postgres.kill()
    time.sleep(1.0)
    postgres.start()
    for worker in workers:
        worker.result()
    check(trial.judge(), 150)


def test_a_process_that_was_frozen_and_wakes_owns_nothing_any_more(make_trial: MakeTrial) -> None:
    trial = make_trial("postgres")
    fill(trial, 120, 1.0, 2.0)
    workers = [trial.start() for _ in range(2)]
    trial.wait_for_posts(30)
    victim = max(workers, key=lambda worker: trial.held_by(worker.pid))
    victim.send(signal.SIGSTOP)
    frozen_at = time.monotonic()
    while trial.held_by(victim.pid):
        assert time.monotonic() - frozen_at < 90
        time.sleep(0.2)
    victim.send(signal.SIGCONT)
    for worker in workers:
        worker.result()
    check(trial.judge(), 120)


def test_a_kill_during_downloads_fetches_them_again(
    make_trial: MakeTrial, service: Service
) -> None:
    trial = make_trial("sqlite")
    fill(trial, 60, 0.1, 0.2)
    worker = trial.start()
    begun = time.monotonic()
    while service.ask("ledger")["downloads"] < 20:
        assert time.monotonic() - begun < 60
    worker.send(signal.SIGKILL)
    trial.start().result()
    check(trial.judge(), 60)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_one_signal_drains_and_a_second_leaves_at_once(
    make_trial: MakeTrial, number: signal.Signals
) -> None:
    trial = make_trial("sqlite")
    fill(trial, 60, 1.0, 1.5)
    worker = trial.start()
    trial.wait_for_posts(10)
    worker.send(number)
    said = worker.result()
    assert said["stop"][0] == "interrupted"
    assert set(said["counts"]) == {"queued", "succeeded"}
    with trial.open() as batch:
        batch.add(rows(20, 60.0, 60.0, "slow"))
    worker = trial.start()
    trial.wait_for_posts(61)
    worker.send(number)
    time.sleep(0.5)
    worker.send(number)
    said = worker.result()
    assert said["counts"]["running"] > 0
    assert "unknown" not in said["counts"]
    verdict = trial.judge()
    assert (verdict.twice, verdict.lost, verdict.wrong) == ([], [], [])


def test_a_revoked_token_stops_all_and_a_new_one_goes_on(
    make_trial: MakeTrial, service: Service
) -> None:
    trial = make_trial("sqlite")
    fill(trial, 60)
    worker = trial.start()
    trial.wait_for_posts(20)
    service.ask("set/another")
    said = worker.result()
    assert said["stop"][0] == "auth"
    service.ask("set")
    trial.start().result()
    check(trial.judge(), 60)
