"""Batches against the emulator: what each kind of trouble leaves, and that a run goes on from there."""

from __future__ import annotations

import json
import sqlite3
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest
import runcomfy_runtime as runtime
import sqlalchemy as sa
from runcomfy_runtime.batch import (
    Batch,
    BatchError,
    FolderSaver,
    JobRecord,
    Progress,
    Row,
    runner,
    work,
)
from sqlalchemy import event

pytest.importorskip("dbos", reason='the extra "batch" is not installed')

from runcomfy_runtime.testing import Emulator

MODEL = "stepfun-ai/stepx-edit2"
OTHER = "openai/gpt-image-2/edit"
TOKEN = "sesame-token-of-the-test"
SPECS = Path(__file__).parents[2] / "specs"


@pytest.fixture(scope="module")
def running() -> Iterator[Emulator]:
    with Emulator(SPECS, queue_seconds=0.05, run_seconds=0.05, token=TOKEN) as emulator:
        yield emulator


Opened = Callable[..., Batch]


@pytest.fixture
def opened(running: Emulator, tmp_path: Path) -> Iterator[Opened]:
    running.clear()
    made: list[Batch] = []

    def make(**settings: Any) -> Batch:
        settings.setdefault("in_flight", 8)
        settings.setdefault("saver", FolderSaver(tmp_path / "files"))
        settings.setdefault("client", lambda: runtime.AsyncClient(TOKEN, base_url=running.base_url))
        made.append(Batch.open("b", f"sqlite:///{tmp_path}/b.db", **settings))
        return made[-1]

    yield make
    for batch in made:
        batch.close()


def rows(count: int, prefix: str = "k", model: str = MODEL, priority: int = 0) -> Iterator[Row]:
    for number in range(count):
        fields = {"prompt": f"{prefix} {number}", "image_url": "https://example.org/in.png"}
        yield Row(f"{prefix}{number}", model, fields, priority)


def states(batch: Batch) -> dict[str, str]:
    return {record.key: record.state for record in batch.results()}


def test_a_batch_runs_to_its_end_and_a_second_run_does_nothing(
    running: Emulator, opened: Opened, tmp_path: Path
) -> None:
    batch = opened()
    batch.add(rows(12))
    told: list[Progress] = []
    summary = batch.run(on_progress=told.append)
    assert summary.stop is None
    assert summary.progress.counts == {"succeeded": 12}
    assert summary.progress.cost == pytest.approx(12 * 0.04)
    records = list(batch.results())
    assert [record.key for record in records] == [f"k{number}" for number in range(12)]
    for record in records:
        assert record.request_id is not None
        assert record.cost == pytest.approx(0.04)
        assert record.timings["added"] <= record.timings["submitted"] <= record.timings["ended"]
        assert record.output
        assert record.files
        assert all(Path(file).stat().st_size for file in record.files)
        assert Path(record.files[0]).parent == tmp_path / "files" / record.key
    assert running.count("submit") == 12
    assert batch.run().progress.counts == {"succeeded": 12}
    assert running.count("submit") == 12


def test_the_store_holds_no_token(running: Emulator, opened: Opened, tmp_path: Path) -> None:
    batch = opened()
    batch.add(rows(3))
    running.script({"submit": {"fault": "unauthorized"}})
    batch.run()
    batch.run()
    files = [path for path in tmp_path.iterdir() if path.name.startswith("b.db")]
    assert files
    for path in files:
        assert TOKEN.encode() not in path.read_bytes(), path


def test_the_store_is_read_with_plain_sql(opened: Opened, tmp_path: Path) -> None:
    batch = opened()
    batch.add(rows(3))
    batch.run()
    connection = sqlite3.connect(tmp_path / "b.db")
    found = connection.execute(
        "select key, state, json_extract(payload, '$.prompt'), cost from runcomfy_jobs order by 1"
    ).fetchall()
    connection.close()
    assert found == [(f"k{number}", "succeeded", f"k {number}", 0.04) for number in range(3)]


@pytest.mark.parametrize("fault", ["drop_after", "reset", "no_id", "gateway_timeout"])
def test_a_submit_whose_answer_is_lost_is_listed_and_never_repeated(
    running: Emulator, opened: Opened, fault: str
) -> None:
    batch = opened()
    batch.add(rows(4))
    running.script({"submit": {"fault": fault}})
    summary = batch.run()
    assert summary.progress.counts == {"succeeded": 3, "unknown": 1}
    assert summary.progress.kept == 1, "the place of a job that may run is not kept"
    (lost,) = batch.unknown()
    assert lost.error_type == "SubmitUnknown"
    assert running.count("submit") == 4
    assert batch.run().progress["unknown"] == 1
    assert running.count("submit") == 4
    batch.resolve(lost.key, "resubmit")
    assert batch.run().progress.counts == {"succeeded": 4}
    assert running.count("submit") == 5


def test_a_job_that_may_run_unseen_keeps_its_place_while_the_engine_is_tidied(
    running: Emulator, opened: Opened, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(work, "UNSEEN", 6.0)
    monkeypatch.setattr(runner, "TIDY_EVERY", 0.1)
    batch = opened(in_flight=1)
    batch.add(rows(2))
    running.script({"submit": {"fault": "drop_after"}})
    assert batch.run().progress.counts == {"succeeded": 1, "unknown": 1}
    lost, done = batch.results()
    assert done.timings["submitted"] - lost.timings["ended"] >= 5.9


def test_an_unknown_job_whose_id_was_found_is_waited_for(running: Emulator, opened: Opened) -> None:
    batch = opened()
    batch.add(rows(1))
    running.script({"submit": {"fault": "drop_after"}})
    batch.run()
    batch.resolve("k0", request_id=running.calls[0].created)
    assert batch.run().progress.counts == {"succeeded": 1}
    assert running.count("submit") == 1


@pytest.mark.parametrize(("fault", "reason"), [("unauthorized", "auth"), ("no_balance", "balance")])
def test_a_refused_token_or_an_empty_wallet_stops_the_run_and_it_goes_on_later(
    running: Emulator, opened: Opened, fault: str, reason: str
) -> None:
    batch = opened(in_flight=1)
    batch.add(rows(4))
    running.script({"submit": {"fault": fault}})
    summary = batch.run()
    assert summary.stop is not None
    assert summary.stop.reason == reason
    assert summary.progress["queued"] == 4
    assert batch.run().progress.counts == {"succeeded": 4}


def test_a_token_that_is_revoked_while_a_job_runs_loses_nothing(
    running: Emulator, opened: Opened
) -> None:
    batch = opened(in_flight=1)
    batch.add(rows(2))
    running.script({"status": {"fault": "unauthorized"}})
    summary = batch.run()
    assert summary.stop is not None
    assert summary.stop.reason == "auth"
    assert batch.progress()["running"] == 1
    assert batch.run().progress.counts == {"succeeded": 2}
    assert running.count("submit") == 2


def test_failed_and_refused_jobs_are_told_and_retried(running: Emulator, opened: Opened) -> None:
    batch = opened()
    batch.add(rows(3))
    running.script({"job": {"outcome": "failed", "error": "no luck"}})
    running.script({"submit": {"fault": "invalid"}})
    summary = batch.run()
    assert (summary.progress["failed"], summary.progress["succeeded"]) == (2, 1)
    errors = {record.error_type for record in batch.results(["failed"])}
    assert errors == {"JobFailed", "InvalidInput"}
    assert batch.retry_failed() == 2
    assert batch.run().progress.counts == {"succeeded": 3}
    assert {record.attempt for record in batch.results()} == {1, 2}


def test_a_result_that_has_expired_is_a_clear_failure(running: Emulator, opened: Opened) -> None:
    batch = opened()
    batch.add(rows(1))
    running.script({"status": {"fault": "expired", "times": 50}, "result": "expired"})
    batch.run()
    (record,) = batch.results()
    assert (record.state, record.error_type) == ("failed", "NotFoundOrExpired")
    assert record.request_id


@pytest.mark.parametrize("status", [403, 404, 410])
def test_a_file_that_the_host_no_longer_gives_is_told_and_fetched_later_without_paying_again(
    running: Emulator, opened: Opened, status: int
) -> None:
    batch = opened()
    batch.add(rows(2))
    running.script({"times": 50, "download": {"fault": "missing", "status": status}})
    assert batch.run().progress.counts == {"failed": 2}
    for record in batch.results():
        assert record.error_type == "DownloadFailed"
        assert f"HTTP {status}" in (record.error or "")
        assert record.output, "where the file was is not recorded"
    running.clear()
    assert batch.retry_failed() == 2
    summary = batch.run()
    assert summary.progress.counts == {"succeeded": 2}
    assert running.count("submit") == 0, "a job that has a result was paid again"


class FullDisk:
    """A saver whose disk is full at first."""

    def __init__(self, error: Exception) -> None:
        self.error: Exception | None = error

    async def save(self, job: JobRecord, output: Any) -> Sequence[str]:
        if self.error is not None:
            raise self.error
        return ["saved"]


@pytest.mark.parametrize(
    "error",
    [
        runtime.DownloadFailed("The disk is full.", cannot_write=True),
        OSError(28, "No space left on device"),
    ],
)
def test_a_full_disk_stops_the_run_and_the_files_are_saved_later(
    running: Emulator, opened: Opened, error: Exception
) -> None:
    saver = FullDisk(error)
    batch = opened(in_flight=1, saver=saver)
    batch.add(rows(3))
    summary = batch.run()
    assert summary.stop is not None
    assert summary.stop.reason == "disk"
    assert summary.progress.counts == {"unsaved": 1, "queued": 2}
    (record,) = batch.results(["unsaved"])
    assert record.output
    saver.error = None
    assert batch.run().progress.counts == {"succeeded": 3}
    assert running.count("submit") == 3


def test_a_store_that_cannot_grow_stops_a_run_that_has_nothing_under_way(
    running: Emulator, opened: Opened, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The limit is SQLite's own, on the connections of the batch."""
    made: list[sa.Engine] = []
    create = sa.create_engine

    def create_engine(*arguments: Any, **settings: Any) -> sa.Engine:
        made.append(create(*arguments, **settings))
        return made[-1]

    def limit(connection: Any, _: Any) -> None:
        connection.execute("PRAGMA max_page_count=1")  # no more than there are

    with monkeypatch.context() as patched:
        patched.setattr(sa, "create_engine", create_engine)
        batch = opened()
    batch.add(rows(300))
    (engine,) = made
    event.listen(engine, "connect", limit)
    engine.dispose()
    summary = batch.run()
    assert summary.stop is not None
    assert summary.stop.reason == "disk"
    assert "The disk of the store is full (database or disk is full)" in summary.stop.message
    event.remove(engine, "connect", limit)
    engine.dispose()
    assert batch.run().progress.counts == {"succeeded": 300}
    assert running.count("submit") == 300


def test_whatever_a_saver_raises_ends_its_job_only(running: Emulator, opened: Opened) -> None:
    saver = FullDisk(KeyError("template"))
    batch = opened(saver=saver)
    batch.add(rows(2))
    assert batch.run().progress.counts == {"failed": 2}
    assert "KeyError" in (next(batch.results()).error or "")
    saver.error = None
    batch.retry_failed()
    assert batch.run().progress.counts == {"succeeded": 2}
    assert running.count("submit") == 2, "a job with a result was paid again"


def test_a_spending_limit_stops_the_run(opened: Opened) -> None:
    def enough(progress: Progress) -> str | None:
        return "that is enough" if progress.cost >= 0.08 else None

    batch = opened(in_flight=1, stop_when=enough)
    batch.add(rows(60))
    summary = batch.run()
    assert summary.stop is not None
    assert (summary.stop.reason, summary.stop.message) == ("spending", "that is enough")
    assert 2 <= summary.progress["succeeded"] < 60
    assert summary.progress["queued"] == 60 - summary.progress["succeeded"]


def test_smaller_priorities_are_submitted_earlier(opened: Opened) -> None:
    batch = opened(in_flight=1)
    batch.add(rows(3, "late", priority=5))
    batch.add(rows(3))
    batch.add(rows(3, "soon", priority=-9))
    batch.run()
    order = sorted(batch.results(), key=lambda record: record.timings["submitted"])
    assert [record.key for record in order] == [
        *(f"soon{number}" for number in range(3)),
        *(f"k{number}" for number in range(3)),
        *(f"late{number}" for number in range(3)),
    ]


def test_cancelling_leaves_no_queued_job_and_lets_running_ones_end(
    running: Emulator, opened: Opened
) -> None:
    batch = opened()
    batch.add(rows(5))
    assert batch.cancel() == 5
    assert batch.run().progress.counts == {"cancelled": 5}
    assert running.count("submit") == 0
    assert batch.add(rows(5)).same == 5
    assert batch.prune() == 5
    assert batch.progress().total == 0


def test_jobs_at_the_service_are_cancelled_there_when_asked_for(
    running: Emulator, opened: Opened
) -> None:
    batch = opened(in_flight=3)
    batch.add(rows(6))
    running.script({"times": 6, "job": {"queue_seconds": 60}})

    def cancel_when_running(progress: Progress) -> None:
        if progress["running"] == 3:
            batch.cancel(in_flight="remote")

    summary = batch.run(on_progress=cancel_when_running)
    assert summary.progress.counts == {"cancelled": 6}
    assert running.count("submit") == 3
    assert running.count("cancel") >= 3


def test_a_model_keeps_its_own_limit(running: Emulator, opened: Opened) -> None:
    batch = opened(in_flight=8, model_limits={MODEL: 1})
    batch.add(rows(6))
    most = 0
    over = threading.Event()

    def watch() -> None:
        nonlocal most
        while not over.wait(0.01):
            with sqlite3.connect(batch.store.removeprefix("sqlite:///")) as connection:
                query = (
                    "select count(*) from runcomfy_jobs where state in ('submitting', 'running')"
                )
                most = max(most, connection.execute(query).fetchone()[0])
            connection.close()

    watcher = threading.Thread(target=watch)
    watcher.start()
    try:
        assert batch.run().progress.counts == {"succeeded": 6}
    finally:
        over.set()
        watcher.join()
    assert most == 1


def test_a_batch_whose_jobs_are_at_another_service_is_not_run_here(
    running: Emulator, opened: Opened
) -> None:
    """Its ids would not be found here, and jobs that were paid for count as lost."""
    batch = opened(in_flight=1)
    batch.add(rows(3))
    running.script({"status": {"fault": "unauthorized"}})
    assert batch.run().progress["running"] == 1
    with Emulator(SPECS, queue_seconds=0.05, run_seconds=0.05, token=TOKEN) as other:
        elsewhere = opened(
            client=lambda: runtime.AsyncClient(TOKEN, base_url=other.base_url), in_flight=1
        )
        refusal = f"1 jobs of batch 'b' are at {running.base_url}.*and {other.base_url}.* not know"
        with pytest.raises(BatchError, match=refusal):
            elsewhere.run()
        assert elsewhere.progress().counts == {"running": 1, "queued": 2}
        assert batch.run().progress.counts == {"succeeded": 3}
        batch.add(rows(2, "more"))
        assert elsewhere.run().progress.counts == {"succeeded": 5}
        assert (running.count("submit"), other.count("submit")) == (3, 2)


def test_a_service_that_has_moved_keeps_its_jobs(running: Emulator, opened: Opened) -> None:
    batch = opened(in_flight=1)
    batch.add(rows(1))
    running.script({"status": {"fault": "unauthorized"}})
    batch.run()
    name = running.base_url.replace("127.0.0.1", "localhost")
    moved = opened(client=lambda: runtime.AsyncClient(TOKEN, base_url=name))
    with pytest.raises(BatchError, match=r"say so with moved=True \(--moved\)"):
        moved.run()
    assert moved.run(moved=True).progress.counts == {"succeeded": 1}
    assert running.count("submit") == 1


def test_one_batch_runs_in_a_process_at_a_time(running: Emulator, opened: Opened) -> None:
    batch = opened(in_flight=1)
    batch.add(rows(3))
    refused: list[str] = []

    def run_another(_: Progress) -> None:
        try:
            batch.run()
        except BatchError as error:
            refused.append(str(error))

    running.script({"job": {"run_seconds": 3}})
    assert batch.run(on_progress=run_another).progress.counts == {"succeeded": 3}
    assert refused
    assert "A batch runs in this process already" in refused[0]


def test_a_program_that_runs_dbos_for_itself_is_told(tmp_path: Path) -> None:
    program = f"""
from dbos import DBOS
DBOS(config={{"name": "mine", "system_database_url": "sqlite:///{tmp_path}/mine.db"}})
from runcomfy_runtime.batch import Batch, BatchError
try:
    Batch.open("b", "sqlite:///{tmp_path}/b.db").run()
except BatchError as error:
    print(error)
"""
    path = str(Path(runtime.__file__).parents[1])
    said = subprocess.run(
        [sys.executable, "-c", program],
        env={"PYTHONPATH": path, "RUNCOMFY_TOKEN": "x"},
        capture_output=True,
        text=True,
        check=True,
    )
    assert "This process runs DBOS for itself" in said.stdout


def test_a_batch_goes_on_under_another_version_and_another_copy_of_the_runtime(
    running: Emulator, opened: Opened, tmp_path: Path
) -> None:
    """An update changes the source, and vendoring the package's name; neither may strand a batch."""

    def pause(progress: Progress) -> str | None:
        return "pause" if progress["succeeded"] else None

    batch = opened(in_flight=2, stop_when=pause)
    batch.add(rows(40))
    first = batch.run()
    assert first.stop is not None
    assert first.progress["queued"] > 0
    import shutil

    package = tmp_path / "elsewhere" / "my_copy"
    shutil.copytree(Path(runtime.__file__).parent, package)
    (package / "version.py").write_text(
        (package / "version.py").read_text().replace('VERSION: Final = "', 'VERSION: Final = "9')
    )
    work = package / "batch" / "work.py"
    work.write_text(work.read_text() + "\n# changed\n")
    program = f"""
import json
from my_copy import AsyncClient
from my_copy.version import VERSION
from my_copy.batch import Batch, FolderSaver
assert VERSION.startswith("9")
batch = Batch.open("b", {batch.store!r}, saver=FolderSaver({str(tmp_path / "files")!r}),
    client=lambda: AsyncClient({TOKEN!r}, base_url={running.base_url!r}))
print(json.dumps(dict(batch.run().progress.counts)))
"""
    said = subprocess.run(
        [sys.executable, "-c", program],
        env={"PYTHONPATH": str(package.parent)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert said.returncode == 0, said.stderr
    assert json.loads(said.stdout) == {"succeeded": 40}
    assert running.count("submit") == 40
