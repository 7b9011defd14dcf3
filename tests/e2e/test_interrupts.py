"""Real processes, real signals, a real emulator: who creates a job cleans it up, once, and says what became of it."""

from __future__ import annotations

import asyncio
import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import runcomfy_runtime as runtime
from runcomfy_runtime.testing import Emulator

MODEL = "stepfun-ai/stepx-edit2"
FIELDS = {"prompt": "make it blue", "image_url": "https://example.org/in.png"}
ON_TERM = "signal.signal(signal.SIGTERM, signal.default_int_handler)"
ON_TERM_EXIT = "signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))"
ON_TERM_LOOP = (
    "asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, asyncio.current_task().cancel)"
)
SYNC = """
import signal, sys, runcomfy_runtime as r
{setup}
client = r.Client("token", base_url={base_url!r})
client.model({model!r}).run({fields!r})
"""
ASYNC = """
import asyncio, signal, sys, runcomfy_runtime as r
async def main():
    {setup}
    async with r.AsyncClient("token", base_url={base_url!r}) as client:
        await client.model({model!r}).run({fields!r})
asyncio.run(main())
"""


@pytest.fixture(scope="module")
def running() -> Iterator[Emulator]:
    specs = Path(__file__).parents[2] / "specs"
    with Emulator(specs, queue_seconds=0.0, run_seconds=0.1, token="token") as emulator:
        yield emulator


@pytest.fixture
def emulator(running: Emulator) -> Emulator:
    running.clear()
    return running


def start(
    emulator: Emulator, script: str, setup: str = "pass", **settings: object
) -> subprocess.Popen[str]:
    text = script.format(setup=setup, base_url=emulator.base_url, model=MODEL, fields=FIELDS)
    return subprocess.Popen(
        [sys.executable, "-c", text],
        env={"PYTHONPATH": str(Path(runtime.__file__).parents[1]), "HOME": "/nonexistent"},
        stderr=subprocess.PIPE,
        text=True,
    )


def until(met: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 30
    while not met():
        assert time.monotonic() < deadline
        time.sleep(0.005)


def jobs_made(emulator: Emulator) -> int:
    return sum(call.created is not None for call in emulator.calls)


@pytest.mark.parametrize("moment", ["submit", "status"])
@pytest.mark.parametrize(
    ("script", "setup", "sent"),
    [
        (SYNC, "pass", signal.SIGINT),
        (SYNC, ON_TERM, signal.SIGTERM),
        (SYNC, ON_TERM_EXIT, signal.SIGTERM),
        (ASYNC, "pass", signal.SIGINT),
        (ASYNC, ON_TERM_LOOP, signal.SIGTERM),
    ],
    ids=["sync-int", "sync-term", "sync-term-exit", "async-int", "async-term"],
)
def test_a_signal_cancels_the_job_once(
    emulator: Emulator, moment: str, script: str, setup: str, sent: signal.Signals
) -> None:
    step = {"submit": {"delay": 0.5}} if moment == "submit" else {}
    emulator.script({"job": {"stuck": "in_queue"}, **step})
    child = start(emulator, script, setup)
    until(lambda: emulator.count(moment) > 0)
    child.send_signal(sent)
    _, told = child.communicate(timeout=30)
    assert child.returncode == 143 if setup == ON_TERM_EXIT else child.returncode != 0
    assert setup == ON_TERM_EXIT or "was cancelled before it ran" in told
    assert (emulator.count("submit"), emulator.count("cancel")) == (1, 1)


@pytest.mark.parametrize("script", [SYNC, ASYNC], ids=["sync", "async"])
def test_impatient_users_do_not_stop_the_clean_up(emulator: Emulator, script: str) -> None:
    emulator.script({"job": {"stuck": "in_queue"}, "cancel": {"delay": 1.0}})
    child = start(emulator, script)
    until(lambda: emulator.count("status") > 0)
    child.send_signal(signal.SIGINT)
    until(lambda: emulator.count("cancel") > 0)
    if script is SYNC:
        child.send_signal(signal.SIGINT)
    _, told = child.communicate(timeout=30)
    assert "was cancelled before it ran" in told
    assert emulator.count("cancel") == 1


@pytest.mark.parametrize("script", [SYNC, ASYNC], ids=["sync", "async"])
def test_a_service_that_says_nothing_holds_the_clean_up_5_seconds(
    emulator: Emulator, script: str
) -> None:
    emulator.script({"job": {"stuck": "in_queue"}, "cancel": {"fault": "hang", "times": "always"}})
    child = start(emulator, script)
    until(lambda: emulator.count("status") > 0)
    child.send_signal(signal.SIGINT)
    started = time.monotonic()
    _, told = child.communicate(timeout=30)
    assert time.monotonic() - started < 10
    assert "without a clear answer" in told


@pytest.mark.parametrize("script", [SYNC, ASYNC], ids=["sync", "async"])
def test_a_signal_at_any_moment_leaves_no_job_behind(emulator: Emulator, script: str) -> None:
    """Interrupts spread over the whole call: each job that was made is cancelled once, or had ended."""
    seed = random.Random(7)
    for _ in range(12):
        emulator.clear()
        emulator.script({"job": {"stuck": "in_queue"}, "submit": {"delay": 0.03}})
        child = start(emulator, script)
        until(lambda: emulator.count("submit") > 0)
        time.sleep(seed.uniform(0.0, 0.12))
        child.send_signal(signal.SIGINT)
        _, told = child.communicate(timeout=30)
        assert child.returncode != 0
        assert (
            emulator.count("submit") == jobs_made(emulator) == emulator.count("cancel") == 1
        ), told


@pytest.mark.parametrize("script", [SYNC, ASYNC], ids=["sync", "async"])
def test_an_interrupt_between_two_tries_says_that_no_job_was_made(
    emulator: Emulator, script: str
) -> None:
    emulator.script({"submit": {"fault": "rate_limited", "retry_after": 30, "times": "always"}})
    child = start(emulator, script)
    until(lambda: emulator.count("submit") > 0)
    time.sleep(0.3)
    child.send_signal(signal.SIGINT)
    started = time.monotonic()
    _, told = child.communicate(timeout=30)
    assert time.monotonic() - started < 4
    assert "No job was made, nothing is charged" in told
    assert "may run and be charged" not in told
    assert (emulator.count("submit"), emulator.count("cancel")) == (1, 0)


def test_the_command_line_takes_sigterm_for_ctrl_c(emulator: Emulator, tmp_path: Path) -> None:
    emulator.script({"job": {"stuck": "in_queue"}})
    given = [f"{name}={value}" for name, value in FIELDS.items()]
    child = subprocess.Popen(
        [sys.executable, "-m", "runcomfy_sdk", "run", MODEL, *given],
        cwd=tmp_path,
        env={
            **os.environ,
            "RUNCOMFY_TOKEN": "token",
            "RUNCOMFY_MODEL_API_BASE": emulator.base_url,
            "XDG_STATE_HOME": str(tmp_path),
        },
        stderr=subprocess.PIPE,
        text=True,
    )
    until(lambda: emulator.count("status") > 0)
    child.send_signal(signal.SIGTERM)
    _, told = child.communicate(timeout=30)
    assert child.returncode == 130
    assert "still queued and is cancelled" in told
    assert emulator.count("cancel") == 1


def test_a_cancelled_task_is_cancelled_even_when_its_time_is_up(emulator: Emulator) -> None:
    """The task is cancelled while `run` cleans up after its own timeout: both are told, nothing is swallowed."""
    emulator.script({"job": {"stuck": "in_queue"}, "cancel": {"delay": 0.5}})

    async def work() -> None:
        options = runtime.Options(timeout=0.3)
        async with runtime.AsyncClient("token", base_url=emulator.base_url) as client:
            task = asyncio.ensure_future(client.model(MODEL).run(FIELDS, options=options))
            while not emulator.count("cancel"):  # noqa: ASYNC110 - the other side is a thread
                await asyncio.sleep(0.01)
            task.cancel()
            with pytest.raises(asyncio.CancelledError) as caught:
                await task
            assert "was cancelled before it ran" in caught.value.__notes__[0]

    asyncio.run(work())
    assert emulator.count("cancel") == 1


def test_asyncio_timeout_around_run_cancels_the_job(emulator: Emulator) -> None:
    emulator.script({"job": {"stuck": "in_queue"}})

    async def work() -> None:
        async with runtime.AsyncClient("token", base_url=emulator.base_url) as client:
            with pytest.raises(TimeoutError):
                async with asyncio.timeout(0.5):
                    await client.model(MODEL).run(FIELDS)

    asyncio.run(work())
    assert emulator.count("cancel") == 1


@pytest.mark.parametrize("kind", ["Client", "AsyncClient"])
def test_waiting_only_detaches(emulator: Emulator, kind: str) -> None:
    emulator.script({"job": {"stuck": "in_queue"}})

    async def work() -> None:
        async with runtime.AsyncClient("token", base_url=emulator.base_url) as client:
            job = await client.model(MODEL).submit(FIELDS)
            task = asyncio.ensure_future(job.wait())
            await asyncio.sleep(0.2)
            task.cancel()
            with pytest.raises(asyncio.CancelledError):
                await task

    if kind == "AsyncClient":
        asyncio.run(work())
    else:
        script = SYNC.replace(".run(", ".submit(").replace("{fields!r})", "{fields!r}).wait()")
        child = start(emulator, script)
        until(lambda: emulator.count("status") > 0)
        child.send_signal(signal.SIGINT)
        _, told = child.communicate(timeout=30)
        assert "KeyboardInterrupt" in told
    assert emulator.count("cancel") == 0
