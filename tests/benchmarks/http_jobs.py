"""Many jobs at a time: this SDK beside hand-written loops and other SDKs, against one server on loopback.

Every competitor runs the same jobs of 0.5 to 2 s in a process of its own, with the same number in flight. ``CPU`` is
what that process used from its first request to its last. The ideal is the time in which that many places, each
taking the next job the moment it is free, would be through. The hand-written loops poll as `runcomfy_runtime` does
once it knows the model's jobs, so that all send about as many requests.

Install ``tests/benchmarks/requirements-http.txt`` beside this project to have all competitors; one that is missing is
left out. The table goes to stdout.
"""

from __future__ import annotations

import argparse
import asyncio
import heapq
import importlib
import importlib.util
import json
import os
import random
import resource
import subprocess
import sys
import time
from collections.abc import Awaitable, Callable, Iterable
from pathlib import Path
from typing import Any, Final

from http_measure import interleave, table

HERE: Final = Path(__file__).parent
MODEL: Final = "bench/model"
FIRST_POLL: Final = 0.45
INTERVAL: Final = 0.13
"""What `runcomfy_runtime.tempo` arrives at for jobs of 0.5 to 2 s."""
READY: Final = "completed"


def peer(name: str) -> Any:
    """Return another client's module; this project does not know their types."""
    return importlib.import_module(name)


def durations(jobs: int) -> list[float]:
    """Return the seconds of each job; the same for every competitor."""
    draw = random.Random(7)
    return [round(draw.uniform(0.5, 2.0), 3) for _ in range(jobs)]


def ideal(seconds: Iterable[float], places: int) -> float:
    """Return when the last job ends if every place takes the next job the moment it is free."""
    ends = [0.0] * places
    for duration in seconds:
        heapq.heapreplace(ends, ends[0] + duration)
    return max(ends)


async def in_flight(call: Callable[[float], Awaitable[object]], jobs: int, places: int) -> None:
    """Call for every job, ``places`` at a time."""
    waiting = iter(durations(jobs))

    async def place() -> None:
        for seconds in waiting:
            await call(seconds)

    await asyncio.gather(*(place() for _ in range(places)))


async def by_hand(
    send: Callable[[str, str, object], Awaitable[Any]], jobs: int, places: int
) -> None:
    """Submit, poll and collect with the least code that does it."""

    async def job(seconds: float) -> None:
        made = await send("POST", f"/v1/models/{MODEL}", {"seconds": seconds})
        path = f"/v1/requests/{made['request_id']}"
        await asyncio.sleep(FIRST_POLL)
        while True:
            status = await send("GET", f"{path}/status", None)
            if status["status"] == READY:
                break
            await asyncio.sleep(INTERVAL * random.uniform(0.9, 1.1))
        assert (await send("GET", f"{path}/result", None))["output"]

    await in_flight(job, jobs, places)


async def run_aiohttp(url: str, jobs: int, places: int) -> None:
    """A hand-written loop on aiohttp."""
    aiohttp = peer("aiohttp")

    connector = aiohttp.TCPConnector(limit=0)
    headers = {"Authorization": "Bearer token"}
    async with aiohttp.ClientSession(connector=connector, headers=headers) as session:

        async def send(method: str, path: str, body: object) -> Any:
            async with session.request(method, url + path, json=body) as reply:
                return await reply.json()

        await by_hand(send, jobs, places)


async def run_httpx(url: str, jobs: int, places: int) -> None:
    """The same loop on httpx."""
    import httpx

    limits = httpx.Limits(max_connections=1000, max_keepalive_connections=1000)
    headers = {"Authorization": "Bearer token"}
    async with httpx.AsyncClient(limits=limits, headers=headers, timeout=60) as client:

        async def send(method: str, path: str, body: object) -> Any:
            return (await client.request(method, url + path, json=body)).json()

        await by_hand(send, jobs, places)


async def run_ours(url: str, jobs: int, places: int) -> None:
    """This SDK's `AsyncClient.map`."""
    from runcomfy_runtime import AsyncClient

    async with AsyncClient("token", base_url=url) as client:
        model = client.model(MODEL)
        requests = (model.prepare({"seconds": seconds}) for seconds in durations(jobs))
        async for outcome in client.map(requests, concurrency=places):
            assert outcome.unwrap().image.url


async def run_ours_sync(url: str, jobs: int, places: int) -> None:
    """This SDK's `Client.map`: a thread per place."""
    from runcomfy_runtime import Client

    with Client("token", base_url=url) as client:
        model = client.model(MODEL)
        requests = (model.prepare({"seconds": seconds}) for seconds in durations(jobs))
        for outcome in client.map(requests, concurrency=places):
            assert outcome.unwrap().image.url


async def run_fal(url: str, jobs: int, places: int) -> None:
    """fal-client's ``subscribe``, which polls every 0.1 s."""
    fal_client = peer("fal_client")
    peer("fal_client.client").QUEUE_URL_FORMAT = f"{url}/fal/"
    client = fal_client.AsyncClient(key="token")

    async def job(seconds: float) -> None:
        assert (await client.subscribe(MODEL, {"seconds": seconds}))["image"]

    await in_flight(job, jobs, places)


async def run_comfy(url: str, jobs: int, places: int) -> None:
    """comfy-sdk's ``models.subscribe``, which polls every 0.5 to 5 s."""
    os.environ["COMFY_ROUTER_BASE_URL"] = url
    os.environ["COMFY_BASE_URL"] = url
    comfy_sdk = peer("comfy_sdk")

    async with comfy_sdk.AsyncComfy(api_key="token") as client:

        async def job(seconds: float) -> None:
            assert (await client.models.subscribe(MODEL, {"seconds": seconds}))["image"]

        await in_flight(job, jobs, places)


COMPETITORS: Final = {
    "runcomfy-sdk, async map": (run_ours, "runcomfy_runtime"),
    "runcomfy-sdk, sync map": (run_ours_sync, "runcomfy_runtime"),
    "hand-written aiohttp loop": (run_aiohttp, "aiohttp"),
    "plain httpx loop": (run_httpx, "httpx"),
    "fal-client": (run_fal, "fal_client"),
    "comfy-sdk": (run_comfy, "comfy_sdk"),
}


def measure(name: str, url: str, jobs: int, places: int) -> dict[str, float]:
    """Run one competitor in this process and return its figures."""
    run, module = COMPETITORS[name]
    __import__(module)
    before, began = resource.getrusage(resource.RUSAGE_SELF), time.perf_counter()
    asyncio.run(run(url, jobs, places))
    wall, after = time.perf_counter() - began, resource.getrusage(resource.RUSAGE_SELF)
    return {
        "wall": wall,
        "cpu": after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime,
        "memory": after.ru_maxrss / 1024,
    }


def measure_served(name: str, jobs: int, places: int) -> dict[str, float]:
    """Run one competitor against a server of its own and return its figures."""
    import urllib.request

    service = subprocess.Popen(
        [sys.executable, str(HERE / "http_service.py")],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert service.stdout is not None
    try:
        url = f"http://127.0.0.1:{int(service.stdout.readline())}"
        found = measure(name, url, jobs, places)
        with urllib.request.urlopen(f"{url}/statistics") as reply:
            statistics = json.load(reply)
    finally:
        service.terminate()
        service.wait()
    if statistics["submits"] != jobs:
        raise SystemExit(f"{name} made {statistics['submits']} jobs instead of {jobs}")
    return {**found, "requests": statistics["requests"] / jobs, "most": statistics["most"]}


def main() -> int:
    """Run the command line."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--jobs", type=int, default=2000)
    parser.add_argument("--in-flight", type=int, default=200)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--timeout", type=float, default=900.0, help="seconds one run may take")
    parser.add_argument("--only", nargs="+", choices=COMPETITORS, default=[*COMPETITORS])
    parser.add_argument("--one", choices=COMPETITORS, help="run this one here and print JSON")
    arguments = parser.parse_args()
    if arguments.one:
        print(json.dumps(measure_served(arguments.one, arguments.jobs, arguments.in_flight)))
        return 0
    present = [name for name in arguments.only if importlib.util.find_spec(COMPETITORS[name][1])]
    for name in sorted({*arguments.only} - {*present}):
        print(f"left out, not installed: {name}", file=sys.stderr)

    def command(name: str) -> list[str]:
        sizes = ["--jobs", str(arguments.jobs), "--in-flight", str(arguments.in_flight)]
        return [sys.executable, __file__, "--one", name, *sizes]

    runs = interleave(present, arguments.rounds, command, arguments.timeout)
    best = ideal(durations(arguments.jobs), arguments.in_flight)
    columns: dict[str, Callable[[Any], float]] = {
        "wall s": lambda run: run["wall"],
        "wall / ideal": lambda run: run["wall"] / best,
        "CPU s": lambda run: run["cpu"],
        "requests a job": lambda run: run["requests"],
        "CPU ms a request": lambda run: 1000 * run["cpu"] / run["requests"] / arguments.jobs,
        "most in flight": lambda run: run["most"],
        "memory MB": lambda run: run["memory"],
    }
    print(f"{arguments.jobs} jobs, {arguments.in_flight} in flight, ideal {best:.2f} s\n")
    print(table(runs, columns))
    return 0


if __name__ == "__main__":
    sys.exit(main())
