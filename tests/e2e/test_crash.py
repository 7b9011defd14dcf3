"""kill -9 at every step of a job: what the journal knows then, and that nothing is lost or paid twice."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import runcomfy_runtime as runtime
from runcomfy_runtime.testing import Emulator

MODEL = "stepfun-ai/stepx-edit2"
FIELDS = {"prompt": "make it blue", "image_url": "https://example.org/in.png"}

CHILD = """
import asyncio, inspect, os, signal, sys
import runcomfy_runtime as r

step, kind, base_url, journal, folder = sys.argv[1:]

def die(at):
    if at == step:
        os.kill(os.getpid(), signal.SIGKILL)

class Journal(r.Journal):
    def intend(self, *facts):
        entry = super().intend(*facts)
        die("intent written")
        return entry
    def submitted(self, entry, request_id):
        die("before the id is written")
        super().submitted(entry, request_id)
        die("id written")
    def finished(self, request_id, urls):
        die("result read")
        super().finished(request_id, urls)
        die("finish written")
    def saved(self, request_id, url):
        die("file saved")
        super().saved(request_id, url)
        die("saving written")

def watch(event):
    path = str(event.fields.get("path", ""))
    if event.name == "send":
        die("before sending " + (path.rpartition("/")[2] if "/requests/" in path else "submit"))
    if event.name == "update":
        die("state " + str(event.fields["state"]))
    if event.name == "download":
        die("download ended")

client = getattr(r, kind)("token", base_url=base_url, journal=Journal(journal), on_event=watch)

async def work():
    async def do(value):
        return await value if inspect.isawaitable(value) else value
    out = await do(client.model("stepfun-ai/stepx-edit2").run(
        {"prompt": "make it blue", "image_url": "https://example.org/in.png"}))
    die("handed over")
    for file in out.files:
        await do(file.save(folder + "/"))

asyncio.run(work())
"""

STEPS = {
    "intent written": "intent",
    "before sending submit": "intent",
    "before the id is written": "intent",
    "id written": "submitted",
    "before sending status": "submitted",
    "state in_queue": "submitted",
    "state completed": "submitted",
    "before sending result": "submitted",
    "state succeeded": "submitted",
    "result read": "submitted",
    "finish written": "finished",
    "handed over": "finished",
    "download ended": "finished",
    "file saved": "finished",
    "saving written": "collected",
    "never": "collected",
}
"""Where the process dies, and what the journal says of its job then."""


@pytest.fixture(scope="module")
def running() -> Iterator[Emulator]:
    specs = Path(__file__).parents[2] / "specs"
    with Emulator(specs, queue_seconds=0.3, run_seconds=0.1, token="token") as emulator:
        yield emulator


@pytest.mark.parametrize("kind", ["Client", "AsyncClient"])
@pytest.mark.parametrize("step", STEPS)
def test_after_kill_9_the_job_is_found_again_and_nothing_is_paid_twice(
    running: Emulator, tmp_path: Path, step: str, kind: str
) -> None:
    running.clear()
    journal, folder = tmp_path / "jobs.jsonl", tmp_path / "out"
    child = subprocess.run(
        [sys.executable, "-c", CHILD, step, kind, running.base_url, str(journal), str(folder)],
        env={"PYTHONPATH": str(Path(runtime.__file__).parents[1]), "HOME": str(tmp_path)},
        check=False,
        capture_output=True,
        text=True,
    )
    assert child.returncode == (0 if step == "never" else -signal.SIGKILL), child.stderr
    sent = running.count("submit")
    assert sent == (0 if step in ("intent written", "before sending submit") else 1)
    (entry,) = runtime.Journal(journal).entries()
    assert entry.state == STEPS[step]
    assert entry.model_id == MODEL

    with runtime.Client("token", base_url=running.base_url, journal=journal) as client:
        pending, unknown = client.jobs.pending(), client.jobs.unknown()
        if entry.state == "intent":
            assert (pending, [lost.id for lost in unknown]) == ([], [entry.id])
        else:
            assert unknown == []
            assert len(pending) == (0 if entry.state == "collected" else 1)
        for resumed in client.jobs.resume(30):
            assert resumed.error is None
            assert resumed.output is not None
            for file in resumed.output.files:
                file.save(f"{folder}/")
        assert client.jobs.pending() == []
    assert running.count("submit") == sent, "a job was submitted again"
    saved = (
        [path for path in folder.iterdir() if not path.name.endswith(".part")]
        if folder.exists()
        else []
    )
    assert len(saved) >= (0 if entry.state == "intent" else 1)


@pytest.mark.parametrize("kind", ["Client", "AsyncClient"])
def test_resume_yields_what_came_of_each_job(running: Emulator, tmp_path: Path, kind: str) -> None:
    journal = tmp_path / "jobs.jsonl"
    for outcome in ("succeeded", "failed", "cancelled"):
        running.script({"job": {"outcome": outcome}})
        with runtime.Client("token", base_url=running.base_url, journal=journal) as client:
            client.model(MODEL).submit(FIELDS)

    async def collect() -> list[Any]:
        if kind == "Client":
            with runtime.Client("token", base_url=running.base_url, journal=journal) as client:
                return list(client.jobs.resume(30, concurrency=2))
        async with runtime.AsyncClient(
            "token", base_url=running.base_url, journal=journal
        ) as other:
            return [resumed async for resumed in other.jobs.resume(30, concurrency=2)]

    resumed = asyncio.run(collect())
    ends = {type(one.error).__name__ if one.error else "output" for one in resumed}
    assert ends == {"output", "JobFailed", "JobCancelled"}
    assert [one.job.request_id for one in resumed if one.output] == [
        entry.request_id for entry in runtime.Journal(journal).pending()
    ]
    with runtime.Client("token", base_url=running.base_url, journal=journal) as client:
        (left,) = client.jobs.pending()
        left.mark_collected()
        assert client.jobs.pending() == []


def test_the_command_line_resumes_what_a_kill_left_behind(
    running: Emulator, tmp_path: Path
) -> None:
    environment = {
        **os.environ,
        "RUNCOMFY_TOKEN": "token",
        "RUNCOMFY_MODEL_API_BASE": running.base_url,
        "XDG_STATE_HOME": str(tmp_path),
    }
    running.clear()
    running.script({"download": {"fault": "hang", "times": 1}})
    given = ["run", MODEL, *(f"{name}={value}" for name, value in FIELDS.items()), "-o", "out"]
    command = [sys.executable, "-m", "runcomfy_sdk"]
    child = subprocess.Popen([*command, *given], cwd=tmp_path, env=environment)
    while not running.count("download"):
        assert child.poll() is None
    child.kill()
    child.wait()
    resumed = subprocess.run(
        [*command, "jobs", "resume", "-o", "out"],
        cwd=tmp_path,
        env=environment,
        capture_output=True,
        text=True,
        check=True,
    )
    assert "succeeded" in resumed.stdout
    assert len([path for path in (tmp_path / "out").iterdir() if path.suffix != ".part"]) == 1
    assert running.count("submit") == 1
    again = subprocess.run(
        [*command, "jobs", "list", "--pending"], env=environment, capture_output=True, check=True
    )
    assert again.stdout == b""
