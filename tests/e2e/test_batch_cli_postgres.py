"""Commands about batches on Postgres, as several machines run them: workers, exit codes, and a password not told."""

from __future__ import annotations

import csv
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from runcomfy_runtime.testing import Emulator
from support.postgres import Postgres, programs

from .test_cli import MODEL, TOKEN, URL, environment

pytest.importorskip("dbos", reason="batches need the extra 'batch'")

PASSWORD = "hunter2-not-to-be-seen"


@pytest.fixture
def emulator() -> Iterator[Emulator]:
    with Emulator(queue_seconds=0.1, run_seconds=0.4, token=TOKEN) as running:
        yield running


class Site:
    """Machines that share a store, each with a folder of its own; all that they say is kept."""

    def __init__(self, folder: Path, emulator: Emulator, store: str) -> None:
        self.folder = folder
        self.store = store.replace("postgres@", f"postgres:{PASSWORD}@")
        self.environment = environment(folder / "home", emulator)
        self.said = ""

    def start(self, *arguments: str, store: str | None = None) -> subprocess.Popen[str]:
        chosen = [] if store == "" else ["--store", store or self.store]
        return subprocess.Popen(
            [sys.executable, "-m", "runcomfy_sdk", "batch", *arguments, *chosen],
            cwd=self.folder,
            env=self.environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def end(self, process: subprocess.Popen[str]) -> tuple[int, str, str]:
        out, err = process.communicate(timeout=240)
        self.said += out + err
        assert "Traceback" not in err
        return process.returncode, out, err

    def run(self, *arguments: str, store: str | None = None) -> tuple[int, str, str]:
        return self.end(self.start(*arguments, store=store))

    def counts(self) -> dict[str, int]:
        code, out, err = self.run("status", "shots")
        assert code == 0, err
        found: dict[str, int] = json.loads(out)["counts"]
        return found

    def table(self, count: int) -> str:
        with (self.folder / "t.csv").open("w", newline="") as file:
            writer = csv.writer(file)
            writer.writerow(["id", "prompt", "image_url"])
            writer.writerows([f"k{number}", "a fox", URL] for number in range(count))
        return "t.csv"


@pytest.fixture
def site(tmp_path: Path, emulator: Emulator, postgres: Postgres) -> Iterator[Site]:
    made = Site(tmp_path, emulator, postgres.fresh())
    yield made
    assert PASSWORD not in made.said
    assert TOKEN not in made.said


def wait_for_submits(emulator: Emulator, count: int) -> None:
    deadline = time.monotonic() + 60
    while emulator.count("submit") < count:
        assert time.monotonic() < deadline
        time.sleep(0.05)


def test_workers_share_a_batch_and_one_that_dies_is_replaced(
    site: Site, emulator: Emulator
) -> None:
    assert site.run("add", "shots", site.table(40), "--model", MODEL)[0] == 0
    first = site.start("run", "shots", "--in-flight", "6")
    victim = site.start("worker", "shots")
    wait_for_submits(emulator, 15)
    victim.send_signal(signal.SIGKILL)
    victim.communicate()
    late = site.start("worker", "shots")
    codes = {site.end(process)[0] for process in (first, late)}
    counts = site.counts()
    assert counts.get("succeeded", 0) + counts.get("unknown", 0) == 40
    assert codes == ({74} if counts.get("unknown") else {0})
    assert emulator.count("submit") <= 40


def test_a_worker_that_is_interrupted_leaves_the_rest_to_the_others(
    site: Site, emulator: Emulator
) -> None:
    assert site.run("add", "shots", site.table(24), "--model", MODEL)[0] == 0
    leaver = site.start("worker", "shots", "--in-flight", "4")
    wait_for_submits(emulator, 4)
    leaver.send_signal(signal.SIGINT)
    code, _, err = site.end(leaver)
    assert code == 130
    assert "SIGINT came; run the batch again to go on" in err
    assert set(site.counts()) == {"queued", "succeeded"}
    assert site.run("run", "shots")[0] == 0
    assert site.counts() == {"succeeded": 24}
    assert emulator.count("submit") == 24


def test_a_worker_that_waits_takes_rows_that_come_later(site: Site, emulator: Emulator) -> None:
    assert site.run("add", "shots", site.table(2), "--model", MODEL)[0] == 0
    waiting = site.start("worker", "shots", "--wait")
    wait_for_submits(emulator, 2)
    assert site.run("add", "shots", site.table(5), "--model", MODEL)[0] == 0
    wait_for_submits(emulator, 5)
    waiting.send_signal(signal.SIGTERM)
    assert site.end(waiting)[0] == 130
    assert site.counts() == {"succeeded": 5}


def test_the_store_is_named_in_the_environment_and_as_hosters_name_it(site: Site) -> None:
    short = site.store.replace("postgresql+psycopg://", "postgres://")
    site.environment["RUNCOMFY_BATCH_STORE"] = short
    assert site.run("add", "shots", site.table(1), "--model", MODEL, store="")[0] == 0
    assert site.run("run", "shots", store="")[0] == 0
    assert site.counts() == {"succeeded": 1}


def test_no_password_is_told_whatever_is_wrong(
    site: Site,
) -> None:
    faults = {
        site.store.replace("/batch", "/nosuch"): (65, 'database "nosuch'),
        site.store.replace("127.0.0.1", "nosuch.invalid"): (65, "nosuch.invalid"),
        f"{site.store}?sslmode=wrong&password={PASSWORD}": (65, "cannot be opened"),
        site.store.replace(PASSWORD, f"p@{PASSWORD}/x"): (65, "write it as %40"),
        site.store.replace("psycopg", "asyncpg"): (65, "is not supported"),
        f"nonsense:{PASSWORD}@x": (65, "is no store"),
        f"mysql://u:{PASSWORD}@h/d": (65, "is not supported"),
    }
    for store, (code, words) in faults.items():
        found, out, err = site.run("status", "shots", store=store)
        assert (found, out) == (code, ""), (store, err)
        assert words in err, store
    assert site.run("status", "shots")[0] == 66
    assert "There is no batch 'shots' in postgresql+psycopg://postgres:***@127.0.0.1" in site.said


def test_nothing_in_the_database_tells_token_or_password(site: Site) -> None:
    assert site.run("run", "shots", site.table(3), "--model", MODEL)[0] == 0
    program = programs()
    assert program is not None
    url = site.store.replace("+psycopg", "")
    dumped = subprocess.run(
        [str(program / "pg_dump"), url], capture_output=True, env=os.environ, check=True
    ).stdout
    assert b"runcomfy_jobs" in dumped
    assert TOKEN.encode() not in dumped
    assert PASSWORD.encode() not in dumped
