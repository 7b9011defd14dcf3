"""The guarded submit in tasks that are run again: plain processes that are killed, and Ray's workers."""

from __future__ import annotations

import os
import signal
import sqlite3
import subprocess
import sys
import textwrap
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from runcomfy_runtime import AuthError, SubmitUnknown
from runcomfy_runtime.testing import Emulator
from runcomfy_sdk import AsyncRunComfy

from .test_cli import MODEL, SOURCES, TOKEN, URL

pytest.importorskip("sqlalchemy", reason="batches need the extra 'batch'")

from runcomfy_runtime.batch import BatchError, FolderSaver, Row
from runcomfy_runtime.batch.guarded import finish, submit_once

ROW = Row("a", MODEL, {"prompt": "x", "image_url": URL})


@pytest.fixture
def emulator() -> Iterator[Emulator]:
    with Emulator(queue_seconds=0.1, run_seconds=0.2, token=TOKEN) as running:
        yield running


@pytest.fixture
def store(tmp_path: Path) -> str:
    return f"sqlite:///{tmp_path / 'jobs.db'}"


def client_of(emulator: Emulator, token: str = TOKEN) -> Callable[[], AsyncRunComfy]:
    return lambda: AsyncRunComfy(token, base_url=emulator.base_url)


def test_run_again_it_returns_the_same_request_id(
    emulator: Emulator, store: str, tmp_path: Path
) -> None:
    ids = {submit_once("tasks", ROW, store=store, client=client_of(emulator)) for _ in range(3)}
    assert len(ids) == 1
    assert emulator.count("submit") == 1
    saver = FolderSaver(tmp_path / "out")
    for _ in range(2):
        record = finish("tasks", "a", store=store, client=client_of(emulator), saver=saver)
        assert (record.state, record.request_id) == ("succeeded", *ids)
        assert Path(record.files[0]).read_bytes().startswith(b"\x89PNG")


def test_a_submit_whose_answer_is_lost_is_never_sent_again(emulator: Emulator, store: str) -> None:
    emulator.script({"submit": "drop_after"})
    for _ in range(3):
        with pytest.raises(SubmitUnknown):
            submit_once("tasks", ROW, store=store, client=client_of(emulator))
    assert emulator.count("submit") == 1


def test_a_process_killed_while_it_submits_leaves_an_unknown_job(
    emulator: Emulator, store: str
) -> None:
    emulator.script({"submit": "hang"})
    program = f"""
        from runcomfy_runtime.batch import Row
        from runcomfy_runtime.batch.guarded import submit_once
        from runcomfy_sdk import AsyncRunComfy
        row = Row("a", {MODEL!r}, {dict(ROW.payload)!r})
        client = lambda: AsyncRunComfy({TOKEN!r}, base_url={emulator.base_url!r})
        submit_once("tasks", row, store={store!r}, client=client)
    """
    path = {"PYTHONPATH": os.pathsep.join([*SOURCES, *sys.path])}
    process = subprocess.Popen(
        [sys.executable, "-c", textwrap.dedent(program)], env={**os.environ, **path}
    )
    deadline = time.monotonic() + 60
    while emulator.count("submit") < 1 and time.monotonic() < deadline:
        time.sleep(0.05)
    process.send_signal(signal.SIGKILL)
    process.wait()
    with pytest.raises(SubmitUnknown, match="The process that sent this job ended before"):
        submit_once("tasks", ROW, store=store, client=client_of(emulator))
    assert emulator.count("submit") == 1


def test_what_was_not_sent_may_be_tried_again(emulator: Emulator, store: str) -> None:
    with pytest.raises(AuthError):
        submit_once("tasks", ROW, store=store, client=client_of(emulator, "wrong"))
    assert submit_once("tasks", ROW, store=store, client=client_of(emulator))


def test_finish_tells_why_there_is_nothing_to_finish(
    emulator: Emulator, store: str, tmp_path: Path
) -> None:
    def end() -> Any:
        return finish(
            "tasks", "a", store=store, client=client_of(emulator), saver=FolderSaver(tmp_path)
        )

    with pytest.raises(BatchError, match=r"has no job 'a'; submit_once\(\) comes first"):
        end()
    emulator.script({"job": {"outcome": "failed", "error": "model refused the prompt"}})
    submit_once("tasks", ROW, store=store, client=client_of(emulator))
    for _ in range(2):
        with pytest.raises(BatchError, match=r"Job 'a' is failed: .*model refused the prompt"):
            end()
    assert emulator.count("submit") == 1


def test_ray_tasks_that_die_after_their_submit_pay_once(
    emulator: Emulator, store: str, tmp_path: Path
) -> None:
    ray = pytest.importorskip("ray", reason="ray is not installed")
    os.environ["PYTHONPATH"] = os.pathsep.join([*SOURCES, os.environ.get("PYTHONPATH", "")])
    ray.init(num_cpus=2, include_dashboard=False, logging_level="ERROR")
    url = emulator.base_url

    @ray.remote(max_retries=-1)
    def generate(key: str) -> str:
        client = lambda: AsyncRunComfy(TOKEN, base_url=url)  # noqa: E731
        row = Row(key, MODEL, dict(ROW.payload))
        submit_once("ray", row, store=store, client=client)
        died = tmp_path / f"{key}.died"
        if not died.exists():
            died.touch()
            os._exit(1)
        saver = FolderSaver(tmp_path / "out")
        return finish("ray", key, store=store, client=client, saver=saver).files[0]

    try:
        files: list[str] = ray.get([generate.remote(f"k{number}") for number in range(4)])
    finally:
        ray.shutdown()
    assert len(list(tmp_path.glob("*.died"))) == 4
    assert emulator.count("submit") == 4
    assert all(Path(file).stat().st_size for file in files)
    with sqlite3.connect(tmp_path / "jobs.db") as database:
        states = database.execute("select distinct state from runcomfy_jobs").fetchall()
    assert states == [("succeeded",)]
