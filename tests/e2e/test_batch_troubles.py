"""Batches whose disk is full, whose clocks are wrong, whose database is away: clear states that a run goes on from."""

from __future__ import annotations

import signal
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from runcomfy_runtime.batch import Batch, Row
from runcomfy_runtime.batch.errors import StoreFull
from runcomfy_runtime.batch.liveness import DEAD_AFTER
from support.batch_trial import Service, Trial, Verdict, rows
from support.postgres import Postgres
from support.small_disk import WHY_NO_DISK, can_mount, empty, fill, small_disk

pytest.importorskip("dbos", reason='the extra "batch" is not installed')

IN_FLIGHT = 20


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Path]:
    if not can_mount(tmp_path):
        pytest.skip(WHY_NO_DISK)
    with small_disk(tmp_path / "disk", 8) as folder:
        yield folder


def all_is_well(verdict: Verdict, count: int) -> None:
    """Each job was submitted once and has its result, and the limit was kept."""
    assert (verdict.twice, verdict.lost, verdict.wrong, verdict.missing) == ([], [], [], [])
    assert verdict.counts == {"succeeded": count}
    assert verdict.most <= IN_FLIGHT


def test_a_store_without_room_stops_the_run_which_goes_on_once_there_is(
    service: Service, disk: Path, tmp_path: Path
) -> None:
    trial = Trial(f"sqlite:///{disk}/b.db", service, tmp_path / "files", IN_FLIGHT)
    try:
        with trial.open() as batch:
            batch.add(rows(120, 0.2, 0.6))
        worker = trial.start(patience="2")
        trial.wait_for_posts(40)
        fill(disk)
        said = worker.result()
        assert said["stop"][0] == "disk"
        assert (
            "The disk of the store is full (database or disk is full). Make room" in said["stop"][1]
        )
        empty(disk)
        assert trial.start().result()["stop"] is None
        verdict = trial.judge()
    finally:
        trial.close()
    named = [key for key in verdict.unknown if f"{key}: r" in said["stop"][1]]
    assert (
        len(named) == verdict.really_sent
    ), "a submit that could not be recorded is told with its id"
    verdict.counts["succeeded"] += verdict.counts.pop("unknown", 0)
    all_is_well(verdict, 120)


def test_rows_that_find_no_room_are_told_and_added_later(disk: Path) -> None:
    def many() -> Iterator[Row]:
        return (Row(f"k{n}", "vendor/any", {"prompt": "x" * 900}) for n in range(12_000))

    with Batch.open("b", f"sqlite:///{disk}/b.db") as batch:
        with pytest.raises(StoreFull, match=r"is full .*Make room and do the same again"):
            batch.add(many())
        kept = batch.progress().total
        assert 0 < kept < 12_000
        assert kept % 5_000 == 0, "half a piece was kept"


def test_results_that_find_no_room_leave_the_older_file(disk: Path, tmp_path: Path) -> None:
    with Batch.open("b", f"sqlite:///{tmp_path}/b.db") as batch:
        batch.add(rows(5, 1, 1))
        batch.export(disk / "r.jsonl")
        before = (disk / "r.jsonl").read_bytes()
        fill(disk)
        batch.add(Row(f"more{n}", "vendor/any", {"prompt": "x" * 900}) for n in range(100))
        with pytest.raises(OSError, match="No space left"):
            batch.export(disk / "r.jsonl")
        assert (disk / "r.jsonl").read_bytes() == before
        empty(disk)
        assert [path.name for path in disk.iterdir()] == ["r.jsonl"], "a part of a file was left"
        assert batch.export(disk / "r.jsonl") == 105


def test_files_that_find_no_room_are_saved_by_the_next_run(
    service: Service, disk: Path, tmp_path: Path
) -> None:
    trial = Trial(f"sqlite:///{tmp_path}/b.db", service, disk, IN_FLIGHT)
    try:
        with trial.open() as batch:
            batch.add(rows(80, 0.2, 0.6))
        worker = trial.start()
        trial.wait_for_posts(30)
        fill(disk)
        said = worker.result()
        assert said["stop"][0] == "disk"
        assert said["counts"]["unsaved"]
        assert "No space left on device" in said["stop"][1]
        empty(disk)
        assert trial.start().result()["stop"] is None
        all_is_well(trial.judge(), 80)
    finally:
        trial.close()


def test_clocks_that_jump_or_are_wrong_by_hours_disturb_nothing(
    service: Service, postgres: Postgres, tmp_path: Path
) -> None:
    trial = Trial(postgres.fresh(), service, tmp_path / "files", IN_FLIGHT)
    try:
        with trial.open() as batch:
            batch.add(rows(120, 1.0, 6.0))
        jumping, late = trial.start(clock="10800.."), trial.start(clock="-3600")
        begun = time.monotonic()
        while not (trial.held_by(jumping.pid) and trial.held_by(late.pid)):
            assert time.monotonic() - begun < 60, "a worker with a wrong clock got no job"
            time.sleep(0.1)
        alive = trial.alive()
        assert len(alive) == 2
        time.sleep(DEAD_AFTER + 1.0)
        assert trial.alive() == alive, "a worker with a wrong clock was taken for dead"
        late.send(signal.SIGKILL)
        killed_at = time.monotonic()
        while trial.held_by(late.pid):
            assert time.monotonic() - killed_at < 30, "the jobs of a dead worker are kept for it"
            time.sleep(0.1)
        assert jumping.result()["stop"] is None
        verdict = trial.judge()
    finally:
        trial.close()
    verdict.counts["succeeded"] += verdict.counts.pop("unknown", 0)
    all_is_well(verdict, 120)


def test_a_database_that_was_away_for_longer_than_the_dead_are_makes_nobody_dead(
    service: Service, postgres: Postgres, tmp_path: Path
) -> None:
    trial = Trial(postgres.fresh(), service, tmp_path / "files", IN_FLIGHT)
    try:
        with trial.open() as batch:
            batch.add(rows(120, 0.5, 1.5))
        workers = [trial.start() for _ in range(2)]
        trial.wait_for_posts(40)
        postgres.kill()
        time.sleep(9.0)
        postgres.start()
        for worker in workers:
            assert worker.result()["stop"] is None
        all_is_well(trial.judge(), 120)
    finally:
        trial.close()


def test_a_database_that_stays_away_ends_the_run_and_another_goes_on(
    service: Service, postgres: Postgres, tmp_path: Path
) -> None:
    trial = Trial(postgres.fresh(), service, tmp_path / "files", IN_FLIGHT)
    try:
        with trial.open() as batch:
            batch.add(rows(100, 0.5, 1.5))
        worker = trial.start(patience="2")
        trial.wait_for_posts(40)
        postgres.kill()
        said = worker.result()
        assert said["stop"][0] == "database"
        assert "The store cannot be written: " in said["stop"][1]
        postgres.start()
        assert trial.start().result()["stop"] is None
        verdict = trial.judge()
    finally:
        trial.close()
    named = [key for key in verdict.unknown if f"{key}: r" in said["stop"][1]]
    assert len(named) == verdict.really_sent
    verdict.counts["succeeded"] += verdict.counts.pop("unknown", 0)
    all_is_well(verdict, 100)
