"""Results are written whole or not at all, and hold the same in every form."""

from __future__ import annotations

import csv
import json
import os
import signal
import subprocess
import sys
import textwrap
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
import runcomfy_runtime
from hypothesis import given, settings
from hypothesis import strategies as st
from runcomfy_runtime.batch import JobRecord, TableError
from runcomfy_runtime.batch.export import COLUMNS, export

JOB = JobRecord(
    key="a",
    model_id="v/m",
    state="succeeded",
    position=0,
    priority=0,
    attempt=1,
    request_id="r1",
    error_type=None,
    error=None,
    cost=0.25,
    timings={"added": 1.0, "submitted": 2.5, "ended": 4.0},
    files=("out/a/001.png",),
    input={"prompt": 'a "fox",\nred', "seed": 1},
    output={"image": "https://e.com/x.png"},
)
FAILED = replace(
    JOB, key="б", state="failed", error_type="JobFailed", error="no", cost=None, timings={}
)


def test_jsonl(tmp_path: Path) -> None:
    assert export([JOB, FAILED], tmp_path / "r.jsonl") == 2
    first, second = map(json.loads, (tmp_path / "r.jsonl").read_text("utf-8").splitlines())
    assert tuple(first) == COLUMNS
    assert first["input"] == JOB.input
    assert (first["submitted_at"], first["seconds"]) == ("1970-01-01T00:00:02.500+00:00", 1.5)
    assert (second["key"], second["error"], second["cost"]) == ("б", "no", None)


HOSTILE = [
    "=1+1",
    "+A1",
    "-A1",
    "@SUM(A1)",
    "\t=1",
    "\r=1",
    "\n=1",
    "=cmd|'/c calc'!A0",
    "＝1",
    "-",
]


@pytest.mark.parametrize("text", HOSTILE)
def test_formulas_are_escaped_in_csv_when_asked_for(tmp_path: Path, text: str) -> None:
    job = replace(JOB, key=text, error=text, output=text, cost=-0.5)
    for wanted, before in ((False, ""), (True, "'")):
        export([job], tmp_path / "r.csv", escape_formulas=wanted)
        with (tmp_path / "r.csv").open(encoding="utf-8", newline="") as file:
            (row,) = csv.DictReader(file)
        assert (row["key"], row["error"]) == (before + text, before + text)
        assert json.loads(row["output"]) == text
        assert float(row["cost"]) == -0.5


@pytest.mark.parametrize("text", ["-5", "+0.5", "-1e9", "a=1", "1-2", "'=1"])
def test_numbers_and_other_texts_are_not_escaped(tmp_path: Path, text: str) -> None:
    export([replace(JOB, key=text, output=-5)], tmp_path / "r.csv", escape_formulas=True)
    with (tmp_path / "r.csv").open(encoding="utf-8", newline="") as file:
        (row,) = csv.DictReader(file)
    assert (row["key"], row["output"]) == (text, "-5")


TEXT = st.text(max_size=20)


@settings(deadline=None)
@given(TEXT, TEXT)
def test_csv_is_read_back(tmp_path_factory: pytest.TempPathFactory, key: str, words: str) -> None:
    file = tmp_path_factory.mktemp("csv") / "r.csv"
    export([replace(JOB, key=key, error=words, output=words)], file)
    with file.open(encoding="utf-8", newline="") as text:
        (row,) = csv.DictReader(text)
    assert tuple(row) == COLUMNS
    assert json.loads(row["output"]) == words
    assert json.loads(row["input"]) == JOB.input
    held = words.encode("utf-8", "backslashreplace").decode()
    assert row["error"] == held


def test_parquet(tmp_path: Path) -> None:
    parquet = pytest.importorskip("pyarrow.parquet", reason="Parquet needs pyarrow")
    assert export([JOB, FAILED] * 3000, tmp_path / "r.parquet") == 6000
    table = parquet.read_table(tmp_path / "r.parquet")
    assert tuple(table.column_names) == COLUMNS
    row = table.slice(0, 1).to_pylist()[0]
    assert row["ended_at"].timestamp() == 4.0
    assert (row["files"], json.loads(row["input"])) == (["out/a/001.png"], JOB.input)


def test_an_unknown_form_is_refused_and_the_folder_stays_clean(tmp_path: Path) -> None:
    with pytest.raises(TableError, match=r"written to \.jsonl, \.csv and \.parquet files"):
        export([JOB], tmp_path / "r.xls")
    assert not list(tmp_path.iterdir())


def test_a_failing_export_leaves_the_old_file(tmp_path: Path) -> None:
    def jobs() -> Iterator[JobRecord]:
        yield JOB
        raise OSError("the store is gone")

    target = tmp_path / "r.csv"
    target.write_text("old")
    target.chmod(0o640)
    with pytest.raises(OSError, match="the store is gone"):
        export(jobs(), target)
    assert [entry.name for entry in tmp_path.iterdir()] == ["r.csv"]
    assert target.read_text() == "old"
    export([JOB], target)
    assert target.stat().st_mode & 0o777 == 0o640


@pytest.mark.parametrize("form", ["jsonl", "csv"])
def test_a_killed_export_leaves_the_old_file(tmp_path: Path, form: str) -> None:
    target = tmp_path / f"r.{form}"
    target.write_text("old")
    program = f"""
        import sys, time
        sys.path.insert(0, {str(Path(__file__).parents[2])!r})
        from unit.batch.test_export import JOB
        from runcomfy_runtime.batch.export import export
        def jobs():
            for number in range(100_000_000):
                if number == 20_000:
                    print("under way", flush=True)
                yield JOB
        export(jobs(), {str(target)!r})
    """
    paths = [str(Path(runcomfy_runtime.__path__[0]).parent), *sys.path]
    process = subprocess.Popen(
        [sys.executable, "-c", textwrap.dedent(program)],
        stdout=subprocess.PIPE,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(paths)},
    )
    assert process.stdout is not None
    assert process.stdout.readline() == b"under way\n"
    process.send_signal(signal.SIGKILL)
    process.wait()
    process.stdout.close()
    assert target.read_text() == "old"
