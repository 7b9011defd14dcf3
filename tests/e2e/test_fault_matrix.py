"""The real client against every fault and dialect of the emulator: what is sent, what is raised, what survives."""

from __future__ import annotations

import asyncio
import inspect
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import runcomfy_runtime as runtime
from runcomfy_runtime import CancelOutcome, Options
from runcomfy_runtime.testing import Emulator
from runcomfy_runtime.testing.settings import DIALECT_WORDS

MODEL = "stepfun-ai/stepx-edit2"
FIELDS = {"prompt": "make it blue", "image_url": "https://example.org/in.png"}
SHELLS = ["Client", "AsyncClient"]


@pytest.fixture(scope="module")
def running() -> Iterator[Emulator]:
    specs = Path(__file__).parents[2] / "specs"
    with Emulator(specs, queue_seconds=0.0, run_seconds=0.05) as emulator:
        yield emulator


@pytest.fixture
def emulator(running: Emulator) -> Emulator:
    running.clear()
    return running


@pytest.fixture(params=SHELLS)
def client(request: pytest.FixtureRequest, emulator: Emulator) -> Iterator[Any]:
    client = getattr(runtime, request.param)(**emulator.client_options())
    yield client
    do(client.close())


def do(value: Any) -> Any:
    async def work() -> Any:
        return await value

    return asyncio.run(work()) if inspect.isawaitable(value) else value


SUBMITS: list[tuple[object, str, int]] = [
    ("drop_before", "SubmitUnknown", 1),
    ("drop_after", "SubmitUnknown", 1),
    ("reset", "SubmitUnknown", 1),
    ("cut", "SubmitUnknown", 1),
    ("empty", "SubmitUnknown", 1),
    ("bad_json", "SubmitUnknown", 1),
    ("not_utf8", "SubmitUnknown", 1),
    ("not_an_object", "SubmitUnknown", 1),
    ("no_id", "SubmitUnknown", 1),
    ({"fault": "no_id", "value": "../../balance"}, "SubmitUnknown", 1),
    ({"fault": "no_id", "value": "  "}, "SubmitUnknown", 1),
    ("html_502", "SubmitUnknown", 1),
    ({"fault": "html_502", "status": 200}, "SubmitUnknown", 1),
    ("gateway_timeout", "SubmitUnknown", 1),
    ("error", "SubmitUnknown", 1),
    ({"fault": "error_in_200", "code": 500001}, "SubmitUnknown", 1),
    ("redirect", "SubmitUnknown", 1),
    ({"fault": "oversize", "bytes": 80 * 1024**2, "announced": False}, "SubmitUnknown", 1),
    ("error_in_200", "AuthError", 1),
    ({"fault": "unauthorized", "style": "401"}, "AuthError", 1),
    ({"fault": "unauthorized", "style": "403"}, "AuthError", 1),
    ({"fault": "unauthorized", "style": "400004"}, "AuthError", 1),
    ({"fault": "no_balance", "style": "400002"}, "InsufficientBalance", 1),
    ({"fault": "no_balance", "style": "402"}, "InsufficientBalance", 1),
    ({"fault": "unknown_model", "style": "404"}, "ModelNotFound", 1),
    ({"fault": "unknown_model", "style": "400001"}, "ModelNotFound", 1),
    ("invalid", "InvalidInput", 1),
    ({"fault": "rate_limited", "retry_after": "0.1", "times": "always"}, "RateLimited", 6),
    ("rate_limited", "", 2),
    ({"fault": "rate_limited", "retry_after": "1"}, "", 2),
    ({"fault": "rate_limited", "retry_after": "-3"}, "", 2),
    ({"fault": "rate_limited", "retry_after": "86400"}, "", 2),
    ({"fault": "rate_limited", "date_seconds": 2}, "", 2),
    ({"fault": "rate_limited", "date_seconds": -100}, "", 2),
    ({"fault": "drip", "size": 40}, "", 1),
    ({"delay": 0.5}, "", 1),
]


@pytest.mark.parametrize(("step", "error", "posts"), SUBMITS, ids=str)
def test_a_submit(client: Any, emulator: Emulator, step: object, error: str, posts: int) -> None:
    emulator.script({"submit": step})
    before = time.time()
    if error:
        with pytest.raises(getattr(runtime, error)) as caught:
            do(client.model(MODEL).submit(FIELDS))
        if isinstance(caught.value, runtime.SubmitUnknown):
            assert caught.value.may_have_charged
            assert before <= caught.value.submitted_at <= time.time()
            request = client.model(MODEL).prepare(FIELDS)
            assert caught.value.payload_sha256 == request.sha256
    else:
        do(client.model(MODEL).submit(FIELDS))
    assert emulator.count("submit") == posts
    assert sum(call.created is not None for call in emulator.calls) <= 1


CONFLICT = {"fault": "error", "status": 409, "code": None}
"""It passes for a poll, and answers a cancel."""
POLLS: list[object] = [
    "drop_before",
    "reset",
    "cut",
    "empty",
    "bad_json",
    "not_utf8",
    "not_an_object",
    "html_502",
    {"fault": "html_502", "status": 200},
    {"fault": "html_502", "status": 403},
    "gateway_timeout",
    {"fault": "error", "status": 500},
    {"fault": "error", "status": 503, "code": None},
    CONFLICT,
    {"fault": "error_in_200", "code": 500001},
    "rate_limited",
    {"fault": "rate_limited", "retry_after": "1"},
    {"fault": "rate_limited", "retry_after": "99999"},
    "redirect",
    {"fault": "drip", "size": 40},
    {"fault": "state", "word": "warming_up"},
    {"delay": 0.3},
]


@pytest.mark.parametrize("call", ["status", "result"])
@pytest.mark.parametrize("step", [*POLLS, "not_ready"], ids=str)
def test_a_wait_survives(client: Any, emulator: Emulator, call: str, step: object) -> None:
    if step == "not_ready" and call == "status":
        step = {"fault": "error", "status": 400, "code": 400005}
    emulator.script({call: step})
    out = do(client.model(MODEL).run(FIELDS, options=Options(timeout=30)))
    assert out.image.url
    assert emulator.count("submit") == 1
    assert emulator.count("cancel") == 0
    assert any(made.fault for made in emulator.calls if made.name == call)


@pytest.mark.parametrize("step", [step for step in POLLS if step != CONFLICT], ids=str)
def test_a_cancel_survives(client: Any, emulator: Emulator, step: object) -> None:
    emulator.script({"job": {"stuck": "in_queue"}, "cancel": step})
    job = do(client.model(MODEL).submit(FIELDS))
    assert do(job.cancel()) is CancelOutcome.CANCELLED
    assert emulator.count("cancel") <= 2


@pytest.mark.parametrize(
    ("step", "error"),
    [("expired", "NotFoundOrExpired"), ("forbidden", "AuthError"), ("unauthorized", "AuthError")],
)
@pytest.mark.parametrize("call", ["status", "result", "cancel"])
def test_a_definite_refusal_carries_the_job(
    client: Any, emulator: Emulator, call: str, step: str, error: str
) -> None:
    emulator.script({call: {"fault": step, "times": "always"}})
    job = do(client.model(MODEL).submit(FIELDS))
    with pytest.raises(getattr(runtime, error)) as caught:
        do(job.cancel() if call == "cancel" else job.result(10))
    assert caught.value.job is job
    assert caught.value.request_id == job.request_id


@pytest.mark.parametrize(
    ("job_script", "outcome"),
    [
        ({"stuck": "in_queue"}, CancelOutcome.CANCELLED),
        ({"stuck": "in_progress"}, CancelOutcome.NOT_CANCELLABLE),
        ({"run_seconds": 0}, CancelOutcome.ALREADY_DONE),
    ],
)
@pytest.mark.parametrize("reply", DIALECT_WORDS["cancel_reply"])
def test_the_outcome_of_a_cancel_in_every_dialect(
    client: Any,
    emulator: Emulator,
    reply: str,
    job_script: dict[str, object],
    outcome: CancelOutcome,
) -> None:
    emulator.script({"job": job_script, "dialect": {"cancel_reply": reply}})
    job = do(client.model(MODEL).submit(FIELDS))
    if reply == "requested" and outcome is CancelOutcome.NOT_CANCELLABLE:
        with pytest.raises(runtime.JobTimeout, match="not confirmed"):
            do(job.cancel(1))
    else:
        assert do(job.cancel()) is outcome


DIALECTS = [
    pytest.param({name: word}, id=f"{name}={word}")
    for name, words in DIALECT_WORDS.items()
    for word in words[1:]
]


@pytest.mark.parametrize("dialect", DIALECTS)
@pytest.mark.parametrize("kind", SHELLS)
def test_the_client_understands_every_dialect(
    emulator: Emulator, dialect: dict[str, object], kind: str
) -> None:
    client: Any = getattr(runtime, kind)(**emulator.client_options())
    emulator.script({"times": "always", "dialect": dialect})
    assert do(client.model(MODEL).run(FIELDS)).image.url
    emulator.clear()
    emulator.script({"dialect": dialect, "job": {"outcome": "failed", "error": "too dark"}})
    with pytest.raises(runtime.JobFailed, match="too dark"):
        do(client.model(MODEL).run(FIELDS))
    emulator.script({"dialect": dialect, "job": {"stuck": "in_queue"}})
    job = do(client.model(MODEL).submit(FIELDS))
    assert do(job.refresh()).state == "in_queue"
    assert do(job.cancel()) is CancelOutcome.CANCELLED
    with pytest.raises(runtime.JobCancelled):
        do(job.result(10))
    emulator.script({"dialect": dialect})
    with pytest.raises(runtime.InvalidInput):
        do(client.model(MODEL).submit({"prompt": 7}))
    emulator.clear()
    do(client.close())


def test_a_hanging_service_ends_with_the_deadline(client: Any, emulator: Emulator) -> None:
    emulator.script({"status": {"fault": "hang", "times": "always"}})
    started = time.monotonic()
    with pytest.raises(runtime.JobTimeout) as caught:
        do(client.model(MODEL).run(FIELDS, options=Options(timeout=1)))
    assert time.monotonic() - started < 18
    assert caught.value.job is not None
    assert caught.value.outcome is CancelOutcome.NOT_CANCELLABLE
    assert emulator.count("cancel") == 1


def test_a_word_that_is_new_for_ever_is_bounded(client: Any, emulator: Emulator) -> None:
    emulator.script(
        {
            "job": {"stuck": "in_progress"},
            "status": {"fault": "state", "word": "transcendent", "times": "always"},
        }
    )
    with pytest.raises(runtime.JobTimeout, match="transcendent"):
        do(client.model(MODEL).run(FIELDS, options=Options(timeout=2)))
    assert emulator.count("cancel") == 1


def test_a_new_word_for_the_end_loses_no_result(client: Any, emulator: Emulator) -> None:
    emulator.script({"status": {"fault": "state", "word": "finalised", "times": "always"}})
    assert do(client.model(MODEL).run(FIELDS, options=Options(timeout=20))).image.url
