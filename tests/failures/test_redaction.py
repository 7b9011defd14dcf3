"""Nothing that is emitted under any fault holds the token or the signature of a file's address."""

from __future__ import annotations

import asyncio
import io
import json
import logging
import pickle
import traceback
import warnings
from collections.abc import Awaitable, Callable, Iterator
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import Any

import httpx
import pytest
import runcomfy_runtime as runtime
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from runcomfy_runtime.telemetry import TraceJobs
from runcomfy_runtime.testing import Emulator
from runcomfy_runtime.testing.faults import FAULTS

TOKEN = "tok-SECRET-0123456789"
SIGNATURE = "X-Signature=SIGNED0123456789"
MODEL = "stepfun-ai/stepx-edit2"
FIELDS = {"prompt": "a cat", "image_url": "https://example.org/in.png"}
CALLS = ("submit", "status", "result", "cancel", "download")
CASES = [(name, call) for name, fault in FAULTS.items() for call in CALLS if call in fault.calls]


@pytest.fixture(scope="module")
def emulator() -> Iterator[Emulator]:
    specs = Path(__file__).parents[2] / "specs"
    with Emulator(specs, queue_seconds=0.01, run_seconds=0.01) as emulator:
        yield emulator


class Witness:
    """Takes down what a run tells, and apart from it what its objects hold.

    A handle of a file must hold its address, signature and all, but not show it; nothing may hold the token.
    """

    def __init__(self) -> None:
        self.told = io.StringIO()
        self.held: list[bytes] = []
        self.exporter = InMemorySpanExporter()
        self.provider = TracerProvider()
        self.provider.add_span_processor(SimpleSpanProcessor(self.exporter))
        self.events: list[str] = []

    def hook(self, event: runtime.Event) -> None:
        self.events.append(event.name)
        self.told.write(f"{event!r} {event.fields!r}\n")

    def keep(self, value: object) -> None:
        self.show(value)
        self.held.append(repr(getattr(value, "__dict__", "")).encode())
        with suppress(TypeError):
            self.held.append(pickle.dumps(value))

    def show(self, value: Any) -> None:
        """Take down all forms in which people may see ``value``."""
        self.told.write(f"{value!r} {value!s}\n")
        if hasattr(value, "_repr_html_"):
            self.told.write(f"{value._repr_html_()} {value._repr_mimebundle_()}\n")

    def fail(self, error: BaseException) -> None:
        """Take down an error, which must not even hold a signature: errors are pickled, stored and sent around."""
        self.keep(error)
        self.told.write("".join(traceback.format_exception(error)))
        self.told.write(f"{vars(error)!r} {pickle.dumps(error).decode('latin-1')}\n")

    def all_told(self) -> str:
        spans = "\n".join(span.to_json() for span in self.exporter.get_finished_spans())
        return self.told.getvalue() + spans


class _Everything(logging.Formatter):
    """Shows all attributes of a record, structured fields included."""

    def format(self, record: logging.LogRecord) -> str:
        return f"{record.name} {super().format(record)} {vars(record)!r}"


@pytest.fixture
def witness(monkeypatch: pytest.MonkeyPatch) -> Iterator[Witness]:
    for name in ("SUBMIT_TIMEOUT", "READ_TIMEOUT", "LAST_CHANCE"):
        monkeypatch.setattr(f"runcomfy_runtime.machine.{name}", 3.0)
    for shell in ("_async", "_sync"):
        monkeypatch.setattr(f"runcomfy_runtime.{shell}.transport.IDLE_TIMEOUT", 1.0)
    witness = Witness()
    handler = logging.StreamHandler(witness.told)
    handler.setFormatter(_Everything())
    root = logging.getLogger()
    before = root.level
    root.addHandler(handler)
    root.setLevel(1)
    yield witness
    root.removeHandler(handler)
    root.setLevel(before)


Do = Callable[[Any], Awaitable[Any]]


async def send(client: Any, witness: Witness, do: Do) -> Any:
    """Submit a job; return it, or None if that failed."""
    request = client.model(MODEL).prepare(FIELDS, options=runtime.Options(timeout=5.0))
    witness.keep(request)
    try:
        return await do(request.submit)
    except runtime.RunComfyError as error:
        witness.fail(error)
        return None


async def collect(client: Any, witness: Witness, do: Do, job: Any, file: Path) -> None:
    """Wait for a job, save its file under a signed address, and cancel it."""
    witness.keep(job)
    try:
        output = await do(lambda: job.result(5.0))
        witness.keep(output)
        record = json.loads(json.dumps(output.record).replace('.png"', f'.png?{SIGNATURE}"'))
        signed = type(output)(client.core, record, "image", job.request_id, job.model_id)
        witness.keep(signed)
        for found in signed.files[:1]:
            assert SIGNATURE in found.url
            witness.keep(found)
            await do(partial(found.save, file))
            witness.show(found)
    except runtime.RunComfyError as error:
        witness.fail(error)
    try:
        witness.keep(await do(lambda: job.cancel(5.0)))
    except runtime.RunComfyError as error:
        witness.fail(error)


@pytest.mark.parametrize("shell", ["async", "async, mounted", "sync"])
def test_no_fault_makes_the_token_or_a_signature_show(
    emulator: Emulator, witness: Witness, tmp_path: Path, shell: str
) -> None:
    settings: dict[str, Any] = {**emulator.client_options(), "token": TOKEN}
    settings["on_event"] = hook = TraceJobs(witness.provider, then=witness.hook)
    if "mounted" in shell:
        settings["transport"] = httpx.AsyncHTTPTransport()
    client: Any = (runtime.Client if shell == "sync" else runtime.AsyncClient)(**settings)
    witness.keep(repr(client))

    async def do(step: Callable[[], Any]) -> Any:
        return await (asyncio.to_thread(step) if shell == "sync" else step())

    async def work() -> None:
        lives: list[Awaitable[None]] = []
        for number, (fault, call) in enumerate(CASES):
            emulator.clear()
            emulator.script({call: {"fault": fault, "times": 2}})
            job = await send(client, witness, do)
            if job is not None:
                lives.append(collect(client, witness, do, job, tmp_path / f"{number}.png"))
        await asyncio.gather(*lives)
        await do(client.close)

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        asyncio.run(work())
    hook.close()
    told = witness.all_told()
    expected = {"send", "reply", "no_reply", "submitted", "submit_unknown", "update", "retry"}
    expected |= {"throttled", "cancel", "finished", "gave_up", "download"}
    assert expected <= {*witness.events}, "the run must meet everything that is told"
    assert "generate_content stepfun-ai/stepx-edit2" in told
    for secret in (TOKEN, SIGNATURE):
        at = told.find(secret)
        assert at < 0, told[max(at - 500, 0) : at + 200]
    assert not any(TOKEN.encode() in held for held in witness.held)


def test_the_witness_would_notice(witness: Witness) -> None:
    logging.getLogger("httpx").info("GET https://example.com/?%s", SIGNATURE)
    witness.fail(ValueError(TOKEN))
    assert SIGNATURE in witness.all_told()
    assert TOKEN in witness.all_told()
