"""Clients and handles across threads, event loops and processes, and what is asked of the account."""

from __future__ import annotations

import asyncio
import multiprocessing
import os
import pickle
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import runcomfy_runtime as runtime
from runcomfy_runtime.testing import Emulator

MODEL = "stepfun-ai/stepx-edit2"
FIELDS = {"prompt": "make it blue", "image_url": "https://example.org/in.png"}
TOKEN = "tok-0123456789abcdef"


@pytest.fixture(scope="module")
def running() -> Iterator[Emulator]:
    specs = Path(__file__).parents[2] / "specs"
    with Emulator(specs, queue_seconds=0.0, run_seconds=0.05, token=TOKEN) as emulator:
        yield emulator


@pytest.fixture
def emulator(running: Emulator) -> Emulator:
    running.clear()
    running.set_balance(1_000_000_000)
    return running


@pytest.fixture
def client(emulator: Emulator) -> Iterator[runtime.Client]:
    with runtime.Client(**emulator.client_options()) as client:
        yield client


def use_handles(blob: bytes, folder: str) -> list[str]:
    """Runs in another process, which has the token in its environment only."""
    request, job, output, file, error = pickle.loads(blob)
    return [
        request.submit().wait().state,
        job.result().image.url,
        output.image.url,
        file.save(f"{folder}/").name,
        f"{type(error).__name__} {error.job.request_id} {error}",
    ]


def test_handles_work_in_a_spawned_process_without_carrying_the_token(
    client: runtime.Client, emulator: Emulator, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    request = client.model(MODEL).prepare(FIELDS)
    job = request.submit()
    output = job.result()
    emulator.script({"job": {"outcome": "failed", "error": "no"}})
    with pytest.raises(runtime.JobFailed) as caught:
        client.model(MODEL).run(FIELDS)
    blob = pickle.dumps((request, job, output, output.image, caught.value))
    assert TOKEN.encode() not in blob
    monkeypatch.setenv("RUNCOMFY_TOKEN", TOKEN)
    with multiprocessing.get_context("spawn").Pool(1) as pool:
        told = pool.apply(use_handles, (blob, str(tmp_path)))
    assert told[0] == "succeeded"
    assert told[1] == told[2] == output.image.url
    assert (tmp_path / told[3]).stat().st_size > 100
    assert told[4].startswith(f"JobFailed {caught.value.request_id} The job failed: no")


@pytest.mark.parametrize("kind", ["SubmitUnknown", "JobTimeout", "InvalidInput", "RateLimited"])
def test_every_error_pickles_with_what_it_knows(
    client: runtime.Client, emulator: Emulator, kind: str
) -> None:
    scripts: dict[str, dict[str, object]] = {
        "SubmitUnknown": {"submit": "drop_after"},
        "JobTimeout": {"job": {"stuck": "in_progress"}},
        "InvalidInput": {"submit": "invalid"},
        "RateLimited": {"submit": {"fault": "rate_limited", "times": "always"}},
    }
    emulator.script(scripts[kind])
    with pytest.raises(getattr(runtime, kind)) as caught:
        client.model(MODEL).run(FIELDS, options=runtime.Options(timeout=0.4))
    error: Any = caught.value
    again = pickle.loads(pickle.dumps(error))
    assert str(again) == str(error)
    assert vars(again) == vars(error)
    emulator.clear()


def test_one_client_serves_many_threads_at_once(
    client: runtime.Client, emulator: Emulator, tmp_path: Path
) -> None:
    failures: list[BaseException] = []
    found: list[str] = []
    start = threading.Barrier(16)

    def work(number: int) -> None:
        try:
            start.wait()
            for turn in range(4):
                out = client.model(MODEL).run({**FIELDS, "prompt": f"{number}-{turn}"})
                found.append(out.request_id)
                out.image.save(f"{tmp_path}/{number}-{turn}.png")
        except BaseException as error:  # noqa: BLE001 - told below
            failures.append(error)

    threads = [threading.Thread(target=work, args=(number,)) for number in range(16)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    assert len(set(found)) == 64
    assert len(list(tmp_path.iterdir())) == 64
    assert emulator.count("submit") == 64


def test_one_async_client_serves_several_loops_one_after_the_other_and_at_once(
    emulator: Emulator,
) -> None:
    client = runtime.AsyncClient(**emulator.client_options())
    found: list[str] = []

    async def work() -> None:
        outs = await asyncio.gather(*(client.model(MODEL).run(FIELDS) for _ in range(3)))
        found.extend(out.request_id for out in outs)

    asyncio.run(work())
    asyncio.run(work())
    threads = [threading.Thread(target=asyncio.run, args=(work(),)) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(set(found)) == 15


@pytest.mark.skipif(not hasattr(os, "fork"), reason="there is no fork on this system")
@pytest.mark.filterwarnings("ignore:.*multi-threaded.*fork:DeprecationWarning")
def test_forked_processes_never_share_a_connection(
    client: runtime.Client, emulator: Emulator
) -> None:
    def own(count: int, tag: str) -> bool:
        """Tell whether each job that this process makes comes back as its own."""
        for turn in range(count):
            job = client.model(MODEL).submit({**FIELDS, "prompt": f"{tag}-{turn}"})
            if job.result().record["request_id"] != job.request_id:
                return False
        return True

    assert own(2, "before")
    children: list[int] = []
    for number in range(3):
        child = os.fork()
        if child == 0:
            status = 1
            try:
                status = 0 if own(8, f"child-{number}") else 1
            finally:
                os._exit(status)
        children.append(child)
    assert own(8, "parent")
    ends = [os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) for child in children]
    assert ends == [0, 0, 0]
    assert emulator.count("submit") == 34


@pytest.mark.parametrize("kind", ["Client", "AsyncClient"])
def test_a_closed_client_says_so_and_sends_nothing(
    emulator: Emulator, tmp_path: Path, kind: str
) -> None:
    journal = tmp_path / "j.jsonl"

    async def work() -> None:
        client: Any = getattr(runtime, kind)(**emulator.client_options(), journal=journal)

        async def do(call: Any) -> Any:
            value = call()
            return await value if kind == "AsyncClient" else value

        out = await do(lambda: client.model(MODEL).run(FIELDS))
        job = client.jobs.get(out.request_id)
        await do(client.close)
        sent = len(emulator.calls)
        uses = [
            lambda: client.model(MODEL).run(FIELDS),
            job.refresh,
            job.result,
            job.cancel,
            lambda: out.image.save(f"{tmp_path}/"),
            client.balance,
        ]
        for use in uses:
            with pytest.raises(runtime.ClientClosed, match="client is closed, nothing was sent"):
                await do(use)
        assert len(emulator.calls) == sent

    asyncio.run(work())
    assert [entry.state for entry in runtime.Journal(journal).entries()] == ["finished"]


def test_balance_goes_down_by_the_cost(client: runtime.Client, emulator: Emulator) -> None:
    before = client.balance()
    emulator.script({"job": {"cost_usd": 0.05}})
    out = client.model(MODEL).run(FIELDS)
    cost = client.jobs.get(out.request_id).cost()
    assert cost == 0.05
    after = client.balance()
    assert before.microdollars - after.microdollars == 50_000
    assert (after.usd, after.currency) == (999.95, "USD")


def test_a_late_cost_is_none_until_it_is_there(client: runtime.Client, emulator: Emulator) -> None:
    emulator.script({"job": {"cost_usd": 0.05, "cost_after_reads": 2}})
    job = client.model(MODEL).submit(FIELDS)
    assert job.cost() is None
    job.wait()
    assert job.cost() is None
    assert job.cost(wait=10) == 0.05


def test_balance_asks_the_account_s_own_host() -> None:
    from runcomfy_runtime.config import Config

    for base, account in (
        ("https://model-api.runcomfy.net/v1", "https://api.runcomfy.net"),
        ("https://model-api-int.runcomfy.net", "https://api-int.runcomfy.net"),
        ("https://model-api.example.com", "https://model-api.example.com"),
        ("http://127.0.0.1:8787", "http://127.0.0.1:8787"),
    ):
        assert Config.load("token", base, ()).account_url == account


def test_an_account_of_another_is_refused_in_one_sentence(
    emulator: Emulator, client: runtime.Client
) -> None:
    emulator.script({"balance": {"fault": "unauthorized", "style": "400004"}})
    with pytest.raises(runtime.AuthError, match="refused the token"):
        client.balance()
