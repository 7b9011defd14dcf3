"""Batches as people and scripts run them: real processes, a real store, and the emulator over real sockets."""

from __future__ import annotations

import csv
import json
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from runcomfy_runtime.testing import Emulator

from .test_cli import MODEL, PNG, TOKEN, URL, environment

pytest.importorskip("dbos", reason="batches need the extra 'batch'")


@pytest.fixture
def emulator() -> Iterator[Emulator]:
    with Emulator(queue_seconds=0.1, run_seconds=0.3, token=TOKEN) as running:
        yield running


class Desk:
    """A folder in which commands about batches are run."""

    def __init__(self, folder: Path, emulator: Emulator) -> None:
        self.folder = folder
        self.environment = environment(folder / "home", emulator)

    def start(self, *arguments: str) -> subprocess.Popen[str]:
        return subprocess.Popen(
            [sys.executable, "-m", "runcomfy_sdk", "batch", *arguments],
            cwd=self.folder,
            env=self.environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            encoding="utf-8",
        )

    def run(self, *arguments: str) -> tuple[int, str, str]:
        process = self.start(*arguments)
        out, err = process.communicate(timeout=240)
        assert "Traceback" not in err
        return process.returncode, out, err

    def json(self, *arguments: str) -> dict[str, Any]:
        code, out, err = self.run(*arguments)
        assert code == 0, err
        record: dict[str, Any] = json.loads(out)
        return record

    def table(self, count: int, name: str = "t.csv") -> str:
        with (self.folder / name).open("w", newline="") as file:
            writer = csv.writer(file)
            writer.writerow(["id", "prompt", "image_url", "seed"])
            writer.writerows([f"k{number}", "a fox", URL, number] for number in range(count))
        return name


@pytest.fixture
def desk(tmp_path: Path, emulator: Emulator) -> Desk:
    return Desk(tmp_path, emulator)


def test_a_table_becomes_files_and_results(desk: Desk, emulator: Emulator) -> None:
    (desk.folder / "in.png").write_bytes(PNG)
    (desk.folder / "t.jsonl").write_text(
        json.dumps({"id": "../a b", "prompt": "x", "image_url": "in.png"})
        + "\n"
        + json.dumps({"id": "plain", "model": MODEL, "prompt": "x", "image_url": URL})
    )
    run = ("run", "shots", "t.jsonl", "--model", MODEL, "-o", "out", "--layout", "{key}{suffix}")
    code, out, err = desk.run(*run)
    assert code == 0, err
    assert "2 x stepfun-ai/stepx-edit2: about $0.08 (list price per output; no quote)" in err
    record = json.loads(out)
    assert record["counts"] == {"succeeded": 2}
    assert record["cost_usd"] == 0.08
    names = sorted(path.name for path in (desk.folder / "out").iterdir())
    assert len(names) == 2
    assert names[0].startswith("_a b-")
    assert names[1] == "plain.png"
    assert (desk.folder / "out" / "plain.png").read_bytes().startswith(b"\x89PNG")
    assert desk.json("export", "shots", "r.csv") == {"exported": 2, "file": "r.csv"}
    with (desk.folder / "r.csv").open(newline="") as file:
        rows = list(csv.DictReader(file))
    assert [row["key"] for row in rows] == ["../a b", "plain"]
    assert json.loads(rows[1]["files"]) == [str(desk.folder / "out" / "plain.png")]

    for file in desk.folder.glob("shots.db*"):
        assert TOKEN.encode() not in file.read_bytes()

    again = desk.run(*run)
    assert again[0] == 0
    assert "0 queued, 2 in the batch already" in again[2]
    assert emulator.count("submit") == 2


def test_bad_rows_are_told_and_nothing_is_queued(desk: Desk) -> None:
    (desk.folder / "t.csv").write_text(
        f"id,prompt,image_url,seed\na,x,{URL},1\nb,x,gone.png,2\nb,,{URL},x\n"
    )
    code, out, err = desk.run("run", "shots", "t.csv", "--model", MODEL, "--report", "f.jsonl")
    assert (code, out) == (65, "")
    assert "t.csv: 2 of 3 rows cannot be run; nothing was queued" in err
    assert "row 2 (line 3) /image_url: does not exist" in err
    assert "all of them are in f.jsonl; --skip-invalid queues the 1 good rows" in err
    faults = [json.loads(line) for line in (desk.folder / "f.jsonl").read_text().splitlines()]
    assert [(fault["row"], fault["path"]) for fault in faults] == [
        (2, "/image_url"),
        (3, "/prompt"),
        (3, "/seed"),
    ]
    assert desk.json("status", "shots")["total"] == 0
    added = desk.json("add", "shots", "t.csv", "--model", MODEL, "--skip-invalid")
    assert added == {"queued": 1, "same": 0, "changed": 0, "invalid": 2}


def test_a_changed_row_is_told_and_stays(desk: Desk) -> None:
    table = desk.table(2)
    desk.json("add", "shots", table, "--model", MODEL)
    text = (desk.folder / table).read_text().replace("a fox,", "a cat,", 1)
    (desk.folder / table).write_text(text)
    code, out, err = desk.run("add", "shots", table, "--model", MODEL)
    assert code == 0
    assert json.loads(out) == {"queued": 0, "same": 1, "changed": 1, "invalid": 0}
    assert "1 rows are in the batch with another input; those in the batch stay:\n  k0" in err


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (("status", "nope"), 66, "There is no store sqlite:///nope.db"),
        (("add", "b", "nope.csv", "--model", MODEL), 66, "no such file: 'nope.csv'"),
        (("add", "b", "t.xls", "--model", MODEL), 65, "tables are read from .csv, .tsv"),
        (("run", "b", "t.csv", "--layout", "x"), 64, "one part must hold {key}"),
        (("run", "b", "t.csv", "--limit", "x"), 64, "write MODEL=COUNT"),
        (("status", "b", "--store", "mysql://x"), 65, "is not supported"),
        (("status", "b", "--store", "postgresql+psycopg://u:pw@127.0.0.1:1/d"), 65, "opened"),
    ],
)
def test_mistakes(desk: Desk, arguments: tuple[str, ...], code: int, words: str) -> None:
    desk.table(1)
    (desk.folder / "t.xls").write_text("")
    found, out, err = desk.run(*arguments)
    assert words in err
    assert (found, out) == (code, "")
    assert "pw" not in err


def test_a_failed_and_an_unknown_job_are_told_resolved_and_retried(
    desk: Desk, emulator: Emulator
) -> None:
    emulator.script({"submit": "drop_after"})
    emulator.script({"job": {"outcome": "failed"}})
    table = desk.table(3)
    code, out, err = desk.run("run", "shots", table, "--model", MODEL, "--in-flight", "2")
    counts = json.loads(out)["counts"]
    assert counts == {"succeeded": 1, "failed": 1, "unknown": 1}
    assert code == 74
    assert "1 jobs may have been submitted and charged, and no answer came" in err

    code, out, err = desk.run("unknown", "shots")
    assert code == 74
    key = json.loads(out)["key"]
    assert desk.json("resolve", "shots", key, "resubmit") == {"key": key, "resolved": "resubmit"}
    assert desk.run("resolve", "shots", key, "abandon")[0] == 65
    assert desk.run("resolve", "shots", key)[0] == 64
    assert desk.json("retry", "shots") == {"retried": 1}
    assert desk.run("run", "shots")[0] == 0
    assert desk.json("status", "shots")["counts"] == {"succeeded": 3}


def test_a_spending_limit_stops_the_batch_and_a_higher_one_goes_on(
    desk: Desk, emulator: Emulator
) -> None:
    table = desk.table(9)
    limited = ("run", "shots", "--in-flight", "2", "--spend")
    desk.json("add", "shots", table, "--model", MODEL)
    code, out, err = desk.run(*limited, "0.21")
    record = json.loads(out)
    assert code == 75
    assert record["stopped"]["reason"] == "spending"
    assert record["cost_usd"] < 0.36
    assert "the spending limit of 0.21 dollars is reached" in err
    paid = emulator.count("submit")
    assert desk.run(*limited, "0.01")[0] == 75
    assert emulator.count("submit") == paid
    assert desk.run(*limited, "1")[0] == 0
    assert emulator.count("submit") == 9


def test_cancelled_jobs_are_not_run(desk: Desk, emulator: Emulator) -> None:
    desk.json("add", "shots", desk.table(5), "--model", MODEL)
    assert desk.json("cancel", "shots") == {"cancelled": 5, "in_flight": 0}
    code, _, err = desk.run("run", "shots")
    assert (code, emulator.count("submit")) == (79, 0)
    assert "5 jobs were cancelled" in err


def test_a_worker_joins_and_both_share_the_jobs(desk: Desk, emulator: Emulator) -> None:
    desk.json("add", "shots", desk.table(24), "--model", MODEL)
    one = desk.start("run", "shots", "--in-flight", "6")
    code, _, err = desk.run("worker", "shots")
    one.communicate(timeout=240)
    assert (code, one.returncode) == (0, 0), err
    assert emulator.count("submit") == 24
    assert desk.json("status", "shots")["counts"] == {"succeeded": 24}


def test_a_killed_run_goes_on_and_pays_nothing_twice(desk: Desk, emulator: Emulator) -> None:
    desk.json("add", "shots", desk.table(20), "--model", MODEL)
    process = desk.start("run", "shots", "--in-flight", "5")
    deadline = time.monotonic() + 60
    while emulator.count("submit") < 8 and time.monotonic() < deadline:
        time.sleep(0.05)
    process.send_signal(signal.SIGKILL)
    process.communicate()
    code, out, err = desk.run("run", "shots")
    counts = json.loads(out)["counts"]
    unknown = counts.get("unknown", 0)
    assert code == (74 if unknown else 0), err
    assert counts["succeeded"] + unknown == 20
    assert emulator.count("submit") <= 20


def test_a_killed_enqueue_is_done_again(desk: Desk) -> None:
    table = desk.table(6000)
    process = desk.start("add", "shots", table, "--model", MODEL)
    store = desk.folder / "shots.db"
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline and process.poll() is None and not _rows(store):
        time.sleep(0.02)
    process.kill()
    process.communicate()
    kept = _rows(store)
    added = desk.json("add", "shots", table, "--model", MODEL)
    assert added["queued"] + added["same"] == 6000
    assert added["same"] >= kept
    assert _rows(store) == 6000


def _rows(store: Path) -> int:
    try:
        with sqlite3.connect(f"file:{store}?mode=ro", uri=True) as database:
            (count,) = database.execute("select count(*) from runcomfy_jobs").fetchone()
            return int(count)
    except sqlite3.Error:
        return 0
