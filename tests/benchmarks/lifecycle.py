"""What the job lifecycle costs and survives, measured on the real client against the emulator.

``python tests/benchmarks/lifecycle.py [SCHEDULES]`` prints one table, each row beside the figure to reach, and exits 1
if one is missed. Polls and lateness, and the random fault schedules (10,000 of them), run through the pure state
machine on a clock of numbers; all else goes over real sockets, from real processes, with real signals.
"""

from __future__ import annotations

import asyncio
import json
import logging
import random
import signal
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import runcomfy_runtime as runtime
from runcomfy_runtime.machine import Done, Goal, JobMachine, Send, Sleep, Woke
from runcomfy_runtime.testing import Emulator
from runcomfy_runtime.wire import NoReply, Record, Reply

ROOT = Path(__file__).resolve().parents[2]
MODEL = "stepfun-ai/stepx-edit2"
FIELDS = {"prompt": "make it blue", "image_url": "https://example.org/in.png"}
LATENCY = 0.05
"""Seconds that an answer takes on the clock of numbers."""
HEALTHY_AFTER = 60
"""Faults after which a random schedule's service is well again."""
POLL_FAULTS: dict[str, object] = {
    "500": {"fault": "error", "status": 500},
    "502": "html_502",
    "503": {"fault": "error", "status": 503, "code": None},
    "504": "gateway_timeout",
    "429": "rate_limited",
    "429 + Retry-After": {"fault": "rate_limited", "retry_after": "1"},
    "read timeout": "hang",
    "connect": None,
    "dropped": "reset",
    "HTML 200": {"fault": "html_502", "status": 200},
    "unknown status": {"fault": "state", "word": "warming_up"},
}


@dataclass(frozen=True)
class Row:
    """One line of the table."""

    what: str
    found: str
    aim: str
    met: bool


class RefusedOnce(httpx.BaseTransport):
    """A network on which the first poll finds nobody listening."""

    def __init__(self) -> None:
        self._inner = httpx.HTTPTransport()
        self.refused = 0

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Refuse one connection, then behave."""
        if request.url.path.endswith("/status") and not self.refused:
            self.refused += 1
            raise httpx.ConnectError("[Errno 111] Connection refused", request=request)
        return self._inner.handle_request(request)

    def close(self) -> None:
        """Close all connections."""
        self._inner.close()


def reply(status: int = 200, body: object = None, **headers: str) -> Reply:
    """Return a reply as the machine takes it."""
    content = body if isinstance(body, bytes) else json.dumps(body).encode()
    return Reply(status, {name.replace("_", "-"): text for name, text in headers.items()}, content)


def poll_pace(length: float, draws: int = 400) -> tuple[float, float]:
    """Return the mean requests of a wait, the read of the result included, and the mean seconds it ends after the job.

    The jobs take about ``length`` seconds, and each exchange takes `LATENCY`.
    """
    seed = random.Random(1)
    polls: list[int] = []
    lateness: list[float] = []
    for _ in range(draws):
        ends = length * seed.uniform(0.9, 1.1)
        machine = JobMachine("result", deadline=1e6, request_id="R", jitter=seed.random)
        now, count = 0.0, 0
        action = machine.start(now)[-1]
        while isinstance(action, Send):
            count += 1
            if action.path.endswith("/result"):
                now += LATENCY
                break
            word = "completed" if now + LATENCY / 2 >= ends else "in_progress"
            now += LATENCY
            action = machine.step(reply(body={"status": word}), now)[-1]
            if isinstance(action, Sleep):
                now += action.seconds
                action = machine.step(Woke(), now)[-1]
        polls.append(count)
        lateness.append(now - ends)
    return statistics.mean(polls), statistics.mean(lateness)


class Service:
    """A service of one job, honest about it, behind a network that spoils what it likes.

    Attributes:
        made: Jobs made, that is, paid.
    """

    def __init__(self, seed: random.Random) -> None:
        self._seed = seed
        self._faults_left = seed.randrange(HEALTHY_AFTER)
        self._rate = seed.uniform(0.05, 0.9)
        self._runs_until = seed.uniform(0, 300)
        self.made = 0

    def answer(self, send: Send, now: float) -> tuple[Reply | NoReply, float]:
        """Return what comes of a request, and the seconds it takes."""
        spoilt = self._faults_left > 0 and self._seed.random() < self._rate
        if not spoilt:
            return self._right(send, now), LATENCY
        self._faults_left -= 1
        kind = self._seed.randrange(14)
        if kind == 0:
            return NoReply(False, "refused"), LATENCY
        if kind == 1:
            wait = self._seed.choice(["", "1", "-4", "1e9", "soon"])
            return reply(429, b"", retry_after=wait), LATENCY
        if (
            self._seed.random() < 0.5
        ):  # the service did what was asked, the answer is what gets lost
            self._right(send, now)
        if kind in (2, 3):
            return NoReply(True, "reset"), send.timeout if kind == 3 else LATENCY
        spoils: list[tuple[int, bytes]] = [
            (500, b'{"error_code":500001}'),
            (502, b"<html>"),
            (503, b""),
            (504, b'{"message":"Endpoint request timed out"}'),
            (200, b""),
            (200, b"<html>"),
            (200, b'{"request_id":'),
            (200, b'{"error_code":500001}'),
            (200, b'{"status":"transcendent"}'),
            (408, b""),
        ]
        status, body = spoils[kind - 4]
        return reply(status, body), LATENCY

    def _right(self, send: Send, now: float) -> Reply:
        if send.path.startswith("/v1/models"):
            self.made += 1
            return reply(body={"request_id": "R"})
        ended = now >= self._runs_until
        if send.path.endswith("/status"):
            return reply(body={"status": "completed" if ended else "in_progress"})
        if not ended:
            return reply(400, {"error_code": 400005})
        return reply(body={"status": "succeeded", "output": {"image": "https://x/y.png"}})


def carry(goal: Goal, service: Service, now: float, seed: random.Random) -> tuple[Done, float, int]:
    """Carry one machine to its end; return it, the time, and how many requests were sent."""
    machine = JobMachine(
        goal, deadline=now + 1800, model_id="a/b", request_id="R", body=b"{}", jitter=seed.random
    )
    action, sent = machine.start(now)[-1], 0
    while not isinstance(action, Done):
        if isinstance(action, Sleep):
            now += action.seconds
            action = machine.step(Woke(), now)[-1]
        else:
            assert isinstance(action, Send)
            sent += 1
            event, took = service.answer(action, now)
            now += took
            action = machine.step(event, now)[-1]
    return action, now, sent


def random_schedules(count: int) -> tuple[int, int, int]:
    """Return double submissions, paid results lost, and paid jobs of unknown outcome told as such."""
    doubled = lost = unknown = 0
    for number in range(count):
        seed = random.Random(number)
        service = Service(seed)
        end, now, _ = carry("submit", service, 0.0, seed)
        doubled += service.made > 1
        if end.error is None:
            end, now, _ = carry("result", service, now, seed)
            lost += not isinstance(end.value, Record)
        elif service.made:
            told = isinstance(end.error, runtime.SubmitUnknown)
            unknown += told
            lost += not told
    return doubled, lost, unknown


def shells(emulator: Emulator) -> Iterator[tuple[str, Any]]:
    """Yield each shell as a function from settings to what a run gives or raises."""

    def sync(**settings: Any) -> object:
        with runtime.Client(**emulator.client_options(), **settings) as client:
            return client.model(MODEL).run(FIELDS)

    def asynchronous(**settings: Any) -> object:
        async def work() -> object:
            async with runtime.AsyncClient(**emulator.client_options(), **settings) as client:
                return await client.model(MODEL).run(FIELDS)

        return asyncio.run(work())

    yield "sync", sync
    yield "async", asynchronous


def lost_replies(emulator: Emulator) -> dict[str, int]:
    """Return the POSTs sent by each shell when the reply to a submit is lost, summed over three ways to lose it."""
    counts: dict[str, int] = {}
    for name, run in shells(emulator):
        worst = 0
        for fault in ("drop_after", "reset", "cut"):
            emulator.clear()
            emulator.script({"submit": fault})
            try:
                run()
            except runtime.SubmitUnknown:
                worst = max(worst, emulator.count("submit"))
        counts[name] = worst
    return counts


def survived_faults(emulator: Emulator) -> dict[str, list[str]]:
    """Return, for each shell, the kinds of poll fault that a run does not survive."""
    missed: dict[str, list[str]] = {}
    for name, run in shells(emulator):
        missed[name] = []
        for kind, step in POLL_FAULTS.items():
            emulator.clear()
            settings: dict[str, Any] = {}
            network = RefusedOnce()
            if step is not None:
                emulator.script({"status": step})
            elif name == "sync":
                settings["transport"] = network
            else:
                settings["transport"] = Bridge(network)
            try:
                run(**settings)
                spoilt = network.refused if step is None else emulator_spoilt(emulator)
                survived = bool(spoilt) and emulator.count("submit") == 1
            except runtime.RunComfyError:
                survived = False
            if not survived:
                missed[name].append(kind)
    return missed


class Bridge(httpx.AsyncBaseTransport):
    """`RefusedOnce` for the asynchronous shell."""

    def __init__(self, once: RefusedOnce) -> None:
        self._once = once
        self._inner = httpx.AsyncHTTPTransport()

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Refuse one connection, then behave."""
        if request.url.path.endswith("/status") and not self._once.refused:
            self._once.refused += 1
            raise httpx.ConnectError("[Errno 111] Connection refused", request=request)
        return await self._inner.handle_async_request(request)

    async def aclose(self) -> None:
        """Close all connections."""
        await self._inner.aclose()


def emulator_spoilt(emulator: Emulator) -> bool:
    """Tell whether a poll was really spoilt."""
    return any(call.fault for call in emulator.calls if call.name == "status")


def cancels(emulator: Emulator) -> dict[str, int]:
    """Return the cancels sent on Ctrl-C (in a real process), on the cancellation of a task, and on a timeout."""
    counts: dict[str, int] = {}

    def prepare() -> None:
        emulator.clear()
        emulator.script({"job": {"stuck": "in_queue"}})

    def polled() -> None:
        while not emulator.count("status"):
            time.sleep(0.01)

    prepare()
    options = emulator.client_options()
    script = (
        f"import runcomfy_runtime as r\nr.Client(**{options!r}).model({MODEL!r}).run({FIELDS!r})"
    )
    child = subprocess.Popen([sys.executable, "-c", script], stderr=subprocess.DEVNULL)
    polled()
    child.send_signal(signal.SIGINT)
    child.wait()
    counts["Ctrl-C"] = emulator.count("cancel")

    async def cancelled() -> None:
        async with runtime.AsyncClient(**options) as client:
            task = asyncio.ensure_future(client.model(MODEL).run(FIELDS))
            await asyncio.to_thread(polled)
            task.cancel()
            await asyncio.wait({task})

    prepare()
    asyncio.run(cancelled())
    counts["task cancel"] = emulator.count("cancel")

    prepare()
    with runtime.Client(**options) as client:
        try:
            client.model(MODEL).run(FIELDS, options=runtime.Options(timeout=0.5))
        except runtime.JobTimeout:
            counts["timeout"] = emulator.count("cancel")
    return counts


def rows(schedules: int) -> Iterator[Row]:
    """Measure and yield the rows."""
    for length in (3, 10, 30, 60, 300, 900):
        polls, late = poll_pace(float(length))
        aim = "<= 45, <= 2.4 s" if length == 60 else ""
        met = length != 60 or (polls <= 45 and late <= 2.4)
        yield Row(
            f"polls and mean lateness, {length} s job", f"{polls:.0f}, {late:.2f} s", aim, met
        )
    doubled, lost, unknown = random_schedules(schedules)
    what = f"{schedules} random fault schedules: doubled, lost"
    yield Row(what, f"{doubled}, {lost} ({unknown} told as unknown)", "0, 0", doubled == lost == 0)
    with Emulator(ROOT / "specs", queue_seconds=0.0, run_seconds=0.05) as emulator:
        for shell, count in lost_replies(emulator).items():
            yield Row(f"POSTs when the reply is lost, {shell}", str(count), "1", count == 1)
        for shell, missed in survived_faults(emulator).items():
            kinds = len(POLL_FAULTS)
            found = f"{kinds - len(missed)} of {kinds}" + (f", not {missed}" if missed else "")
            yield Row(f"poll fault kinds survived, {shell}", found, "11 of 11", not missed)
        counts = cancels(emulator)
        found = " / ".join(map(str, counts.values()))
        what = f"cancels on {' / '.join(counts)}"
        yield Row(what, found, "1 / 1 / 1", [*counts.values()] == [1, 1, 1])


def main() -> int:
    """Print the table."""
    logging.getLogger("runcomfy").addHandler(logging.NullHandler())
    schedules = int(sys.argv[1]) if len(sys.argv) > 1 else 10_000
    missed = 0
    print(f"{'what':52} {'found':32} to reach")
    for row in rows(schedules):
        missed += not row.met
        print(f"{row.what:52} {row.found:32} {row.aim}{'' if row.met else '  MISSED'}", flush=True)
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
