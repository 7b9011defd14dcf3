"""The generated SDK's runtime against the emulator: real sockets, real files, scripted faults."""

from __future__ import annotations

import asyncio
import inspect
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import runcomfy_runtime as runtime
from PIL import Image
from runcomfy_runtime import Options
from runcomfy_runtime.testing import Emulator

MODEL = "stepfun-ai/stepx-edit2"
FIELDS = {"prompt": "make it blue", "image_url": "https://example.org/in.png"}


@pytest.fixture(scope="module")
def running() -> Iterator[Emulator]:
    specs = Path(__file__).parents[2] / "specs"
    with Emulator(specs, queue_seconds=0.1, run_seconds=0.2) as emulator:
        yield emulator


@pytest.fixture
def emulator(running: Emulator) -> Emulator:
    running.clear()
    return running


@pytest.fixture(params=["Client", "AsyncClient"])
def client(request: pytest.FixtureRequest, emulator: Emulator) -> Iterator[Any]:
    client = getattr(runtime, request.param)(**emulator.client_options())
    yield client
    do(client.close())


def do(value: Any) -> Any:
    async def work() -> Any:
        return await value

    return asyncio.run(work()) if inspect.isawaitable(value) else value


def test_a_job_leaves_a_real_image(client: Any, emulator: Emulator, tmp_path: Path) -> None:
    states: list[str] = []
    options = Options(on_update=lambda status: states.append(status.state))
    out = do(client.model(MODEL).run(FIELDS, options=options))
    saved = do(out.image.save(tmp_path))
    with Image.open(saved) as image:
        image.verify()
    assert states[-2:] == ["completed", "succeeded"]
    assert emulator.count("submit") == 1


def test_a_local_file_arrives(client: Any, emulator: Emulator, tmp_path: Path) -> None:
    path = tmp_path / "in.png"
    Image.new("RGB", (8, 8)).save(path)
    out = do(client.model(MODEL).run({"prompt": "x", "image_url": path}))
    assert out.image.url.startswith(emulator.storage_url)


def test_a_handle_made_from_the_id_gets_the_result(client: Any, emulator: Emulator) -> None:
    job = do(client.model(MODEL).submit(FIELDS))
    again = client.jobs.get(job.request_id)
    assert again == job
    assert do(again.result()).images


@pytest.mark.parametrize("fault", ["html_502", "no_id", "drop_after"])
def test_submits_of_unknown_outcome_are_sent_once(
    client: Any, emulator: Emulator, fault: str
) -> None:
    emulator.script({"submit": fault})
    with pytest.raises(runtime.SubmitUnknown):
        do(client.model(MODEL).submit(FIELDS))
    assert emulator.count("submit") == 1


def test_what_the_service_refuses_is_one_error(client: Any, emulator: Emulator) -> None:
    with pytest.raises(runtime.InvalidInput) as caught:
        do(client.model(MODEL).submit({"prompt": 7}))
    assert emulator.count("submit") == 1
    assert caught.value.http_status is not None


def test_unknown_model(client: Any, emulator: Emulator) -> None:
    with pytest.raises(runtime.ModelNotFound):
        do(client.model("no/such").submit({}))


def test_a_queued_job_is_cancelled(client: Any, emulator: Emulator) -> None:
    emulator.script({"job": {"stuck": "in_queue"}})
    job = do(client.model(MODEL).submit(FIELDS))
    assert do(job.cancel()) is runtime.CancelOutcome.CANCELLED
    with pytest.raises(runtime.JobCancelled):
        do(job.result())


def test_a_running_job_is_not_cancellable_and_run_says_so(client: Any, emulator: Emulator) -> None:
    emulator.script({"job": {"stuck": "in_progress"}})
    with pytest.raises(runtime.JobTimeout, match="cannot be cancelled") as caught:
        do(client.model(MODEL).run(FIELDS, options=Options(timeout=1.0)))
    assert caught.value.outcome is runtime.CancelOutcome.NOT_CANCELLABLE
    assert emulator.count("cancel") == 1


def test_a_failed_job_tells_why(client: Any, emulator: Emulator) -> None:
    emulator.script({"job": {"outcome": "failed", "error": "the prompt was refused"}})
    with pytest.raises(runtime.JobFailed, match="the prompt was refused"):
        do(client.model(MODEL).run(FIELDS))
