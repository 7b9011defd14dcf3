"""Many requests at a time, over real sockets, in both shells."""

from __future__ import annotations

import asyncio
import itertools
import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Iterator
from contextlib import aclosing
from pathlib import Path
from typing import Any

import pytest
import runcomfy_runtime as runtime

from .conftest import TOKEN, Answer, Loopback, Shell
from .raw_service import Call, RawService, reply

NOTHING: list[dict[str, Any]] = [{}]


class Queue:
    """A service whose jobs do what their prompt says, each with an id of its own."""

    def __init__(self) -> None:
        self.service = RawService(self.answer)
        self.cancelled: list[str] = []
        self.times: list[float] = []
        self.refusals = 0
        self._ids = itertools.count()
        self._prompts: dict[str, dict[str, Any]] = {}
        self._lock = threading.Lock()

    def answer(self, call: Call, connection: object) -> bytes | None:
        parts = call.line.split()[1].split("/")
        if parts[2] == "models":
            return self._submit(json.loads(call.body))
        request_id = parts[3]
        prompt = self._prompts[request_id]
        if parts[-1] == "cancel":
            self.cancelled.append(request_id)
            if prompt.get("runs"):
                return reply({"outcome": "not_cancellable", "status": "in_progress"})
            return reply({"outcome": "cancelled", "status": "cancelled"})
        if request_id in self.cancelled and not prompt.get("runs"):
            return reply({"status": "cancelled"})
        if time.monotonic() < prompt["end"]:
            return reply({"status": "in_progress" if prompt.get("runs") else "in_queue"})
        if parts[-1] == "status":
            return reply({"status": "completed"})
        state = prompt.get("state", "succeeded")
        return reply({"status": state, "output": {"n": prompt["n"]}, "error": "no"})

    def _submit(self, prompt: dict[str, Any]) -> bytes | None:
        with self._lock:
            self.times.append(time.monotonic())
            if self.refusals:
                self.refusals -= 1
                return reply({}, "Retry-After: 1", status="429 Slow Down")
        if prompt.get("lost"):
            return None
        request_id = f"R{next(self._ids)}"
        prompt["end"] = time.monotonic() + prompt.get("seconds", 0.0)
        self._prompts[request_id] = prompt
        return reply({"request_id": request_id})


@pytest.fixture
def queue() -> Iterator[Queue]:
    queue = Queue()
    yield queue
    queue.service.close()


@pytest.fixture
def client(shell: Shell, queue: Queue) -> Any:
    return shell.client(base_url=queue.service.url)


def prompts(client: Any, *fields: dict[str, Any]) -> list[Any]:
    return [client.model("a/b").prepare({"n": n, **extra}) for n, extra in enumerate(fields)]


class TestOutcomes:
    def test_each_end_is_an_outcome_and_harms_no_other(self, shell: Shell, client: Any) -> None:
        requests = prompts(
            client, {}, {"lost": True}, {"state": "failed"}, {"state": "cancelled"}, {}
        )
        outcomes = shell.do(lambda: client.map(requests, concurrency=5))
        kinds = [type(outcome.error).__name__ for outcome in outcomes]
        assert kinds == ["NoneType", "SubmitUnknown", "JobFailed", "JobCancelled", "NoneType"]
        assert [outcome.index for outcome in outcomes] == [0, 1, 2, 3, 4]
        assert [outcome.request for outcome in outcomes] == requests
        assert outcomes[4].unwrap().raw == {"n": 4}
        assert [outcome.job is None for outcome in outcomes] == [False, True, False, False, False]
        assert outcomes[4].job.request_id == outcomes[4].output.request_id
        with pytest.raises(runtime.JobFailed):
            outcomes[2].unwrap()

    def test_a_lost_submit_is_sent_once(self, shell: Shell, client: Any, queue: Queue) -> None:
        shell.do(lambda: client.map(prompts(client, *[{"lost": True}] * 6), concurrency=3))
        assert queue.service.submits() == 6

    def test_a_broken_callback_is_the_outcome_of_its_request_only(
        self, shell: Shell, client: Any
    ) -> None:
        def broken(status: runtime.JobStatus) -> None:
            raise ZeroDivisionError("callback")

        model = client.model("a/b")
        options = runtime.Options(on_update=broken)
        requests = [model.prepare({"n": 0}, options=options), model.prepare({"n": 1})]
        first, second = shell.do(lambda: client.map(requests))
        assert isinstance(first.error, ZeroDivisionError)
        assert second.unwrap().raw == {"n": 1}

    def test_a_timeout_is_an_outcome_with_its_job(self, shell: Shell, client: Any) -> None:
        options = runtime.Options(timeout=0.3, on_timeout="detach")
        request = client.model("a/b").prepare({"n": 0, "seconds": 60}, options=options)
        (outcome,) = shell.do(lambda: client.map([request]))
        assert isinstance(outcome.error, runtime.JobTimeout)
        assert outcome.job.request_id == "R0"

    def test_order_is_kept_though_later_ones_end_first(self, shell: Shell, client: Any) -> None:
        requests = prompts(client, *({"seconds": 0.8 - n / 10} for n in range(8)))
        kept = shell.do(lambda: client.map(requests, concurrency=8))
        assert [outcome.output.raw["n"] for outcome in kept] == list(range(8))

    def test_progress_is_told_and_its_errors_harm_nothing(self, shell: Shell, client: Any) -> None:
        seen: list[runtime.MapProgress] = []

        def progress(now: runtime.MapProgress) -> None:
            seen.append(now)
            raise RuntimeError("progress")

        requests = prompts(client, {}, {"state": "failed"}, {})
        shell.do(lambda: client.map(requests, concurrency=1, on_progress=progress))
        assert [(now.done, now.failed) for now in seen] == [(1, 0), (2, 1), (3, 1)]

    def test_concurrency_below_one_is_refused(self, client: Any) -> None:
        with pytest.raises(ValueError, match="concurrency is 0; give 1 or more"):
            client.map([], concurrency=0)


class TestSources:
    def test_requests_are_taken_only_as_places_become_free(self, shell: Shell, client: Any) -> None:
        """The first job lasts, so that the results behind it pile up: 8 a place, then nothing more is taken."""
        model, taken = client.model("a/b"), 0

        def requests() -> Iterator[Any]:
            nonlocal taken
            for n in range(1000):
                taken += 1
                yield model.prepare({"n": n, "seconds": 3 if n == 0 else 0})

        async def first(outcomes: AsyncGenerator[Any]) -> Any:
            async with aclosing(outcomes):
                return await anext(outcomes)

        outcomes = client.map(requests(), concurrency=3)
        outcome = next(outcomes) if shell.name == "sync" else asyncio.run(first(outcomes))
        assert outcome.index == 0
        assert 20 <= taken <= 3 * 8 + 3
        if shell.name == "sync":
            outcomes.close()

    def test_an_error_of_the_source_loses_no_job(self, shell: Shell, client: Any) -> None:
        found: list[Any] = []
        model = client.model("a/b")

        def requests() -> Iterator[Any]:
            yield model.prepare({"n": 0, "seconds": 0.5})
            yield model.prepare({"n": 1})
            raise KeyError("the user's own")

        async def collect() -> None:
            async for outcome in client.map(requests(), concurrency=5):
                found.append(outcome)

        def work() -> Any:
            if shell.name == "async":
                return collect()
            for outcome in client.map(requests(), concurrency=5):
                found.append(outcome)
            return iter(())

        with pytest.raises(KeyError, match="the user's own"):
            shell.do(work)
        assert [outcome.unwrap().raw["n"] for outcome in found] == [0, 1]

    def test_an_asynchronous_source_holds_up_no_result(self, queue: Queue) -> None:
        async def work() -> list[float]:
            async with runtime.AsyncClient(TOKEN, base_url=queue.service.url) as client:

                async def requests() -> AsyncIterator[runtime.AsyncRequest[Any]]:
                    for n in range(3):
                        yield client.model("a/b").prepare({"n": n})
                        await asyncio.sleep(1.0)

                began = time.monotonic()
                return [time.monotonic() - began async for _ in client.map(requests())]

        first, second, third = asyncio.run(work())
        assert first < 0.9
        assert second < 1.9
        assert third < 2.9


class TestBackOff:
    def test_429_slows_all_loses_none_and_keeps_the_order(
        self, shell: Shell, client: Any, queue: Queue
    ) -> None:
        queue.refusals = 10
        outcomes = shell.do(lambda: client.map(prompts(client, *NOTHING * 20), concurrency=10))
        assert [outcome.unwrap().raw["n"] for outcome in outcomes] == list(range(20))
        after = [moment - queue.times[0] for moment in queue.times[10:]]
        assert min(after) >= 0.9, "nothing leaves in the second that the service asked for"

    def test_a_refusal_that_outlasts_the_usual_retries_is_waited_for(
        self, shell: Shell, client: Any, queue: Queue
    ) -> None:
        queue.refusals = 8
        outcomes = shell.do(lambda: client.map(prompts(client, {}), concurrency=1))
        assert outcomes[0].error is None
        assert queue.service.submits() == 9


class TestInterrupts:
    def test_task_cancellation_cancels_what_runs_and_says_what_became_of_it(
        self, queue: Queue
    ) -> None:
        async def work() -> list[str]:
            async with runtime.AsyncClient(TOKEN, base_url=queue.service.url) as client:
                requests = prompts(client, {"seconds": 60}, {"seconds": 60, "runs": True})

                async def consume() -> None:
                    async for _ in client.map(requests):
                        pass

                task = asyncio.create_task(consume())
                await asyncio.sleep(0.5)
                task.cancel()
                try:
                    await task
                except asyncio.CancelledError as interrupt:
                    return interrupt.__notes__
            return []

        notes = asyncio.run(work())
        assert sorted(queue.cancelled) == ["R0", "R1"]
        assert len(notes) == 2
        assert any("was cancelled before it ran" in note for note in notes)
        assert any("is running and cannot be cancelled any more" in note for note in notes)

    @pytest.mark.skipif(sys.platform == "win32", reason="signals")
    def test_ctrl_c_cancels_what_runs_and_says_what_became_of_it(
        self, queue: Queue, tmp_path: Path
    ) -> None:
        script = (
            "import sys, runcomfy_runtime as r\n"
            "client = r.Client(base_url=sys.argv[1])\n"
            "model = client.model('a/b')\n"
            "requests = (model.prepare({'n': n, 'seconds': 60 if n else 0}) for n in range(100))\n"
            "for outcome in client.map(requests, concurrency=4):\n"
            "    print('ready', flush=True)\n"
        )
        environment = {
            "PYTHONPATH": str(Path(runtime.__file__).parents[1]),
            "RUNCOMFY_TOKEN": TOKEN,
            "HOME": str(tmp_path),
        }
        process = subprocess.Popen(
            [sys.executable, "-c", script, queue.service.url],
            env=environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
        time.sleep(1.0)
        os.kill(process.pid, signal.SIGINT)
        _, told = process.communicate(timeout=30)
        assert "KeyboardInterrupt" in told
        assert len(set(queue.cancelled)) == len(queue.cancelled) == 4
        for request_id in queue.cancelled:
            assert f"Job {request_id} was cancelled before it ran." in told
        assert TOKEN not in told


def test_a_hundred_thousand_requests_need_no_more_memory_than_a_thousand() -> None:
    """Counts live requests and outcomes instead of bytes: the work itself is stubbed by a platform call."""
    import gc
    import weakref

    from runcomfy_runtime._async.platform import each

    class Item:
        pass

    live: weakref.WeakSet[Item] = weakref.WeakSet()
    most = 0

    async def call(item: Item) -> Item:
        return item

    def items() -> Iterator[Item]:
        for _ in range(100_000):
            item = Item()
            live.add(item)
            yield item

    async def consume() -> int:
        nonlocal most
        count = 0
        async for _ in each(call, items(), 16, True):
            count += 1
            if count % 1000 == 0:
                gc.collect()
                most = max(most, len(live))
        return count

    assert asyncio.run(consume()) == 100_000
    assert most <= 16 * 9 + 2


def test_answers_of_the_loopback_service_still_fit(service: Loopback, shell: Shell) -> None:
    """A mounted httpx transport goes through the same `map`."""
    import httpx

    service.script("submit", Answer(body={"request_id": "R1"}))
    mounted: Callable[[], Any] = (
        httpx.HTTPTransport if shell.name == "sync" else httpx.AsyncHTTPTransport
    )
    client = shell.client(transport=mounted())
    requests = [client.model("a/b").prepare({"n": n}) for n in range(4)]
    outcomes = shell.do(lambda: client.map(requests, concurrency=2))
    assert [outcome.error for outcome in outcomes] == [None] * 4
