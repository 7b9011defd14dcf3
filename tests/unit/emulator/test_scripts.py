"""How scripts find their job, how they are used up, and what the dialect changes."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest
from runcomfy_runtime.testing import EmulatorError
from runcomfy_runtime.testing.outputs import FOREIGN_URL, SHAPES
from runcomfy_runtime.testing.scripts import parse_script

if TYPE_CHECKING:
    from .conftest import Desk

PAINT = "/v1/models/acme/paint/edit"
GOOD = {"prompt": "a cat", "image_url": "https://example.org/in.png"}


def test_a_script_follows_the_next_job_and_no_other(desk: Desk) -> None:
    desk.emulator.script({"status": {"fault": "gateway_timeout", "times": 2}})
    first, second = desk.submit(), desk.submit()
    assert [desk.status(second).status_code for _ in range(3)] == [200] * 3
    assert [desk.status(first).status_code for _ in range(3)] == [504, 504, 200]


def test_scripts_are_used_in_order_by_the_models_they_match(desk: Desk) -> None:
    desk.emulator.script({"match": {"model": "acme/voice"}, "job": {"outcome": "failed"}})
    desk.emulator.script({"match": {"model": "acme/*"}, "job": {"outcome": "cancelled"}})
    paint, voice = desk.submit(), desk.submit("/v1/models/acme/voice", text="x")
    desk.clock.advance(60)
    assert desk.result(paint).json()["status"] == "cancelled"
    assert desk.result(voice).json()["status"] == "failed"


def test_a_refused_submit_leaves_the_rest_of_the_script_for_the_next(desk: Desk) -> None:
    desk.emulator.script(
        {"submit": {"fault": "rate_limited", "times": 2}, "job": {"outcome": "failed"}}
    )
    replies = [desk.client.post(PAINT, json=GOOD) for _ in range(4)]
    assert [reply.status_code for reply in replies] == [429, 429, 200, 200]
    desk.clock.advance(60)
    words = [desk.result(r.json()["request_id"]).json()["status"] for r in replies[2:]]
    assert words == ["failed", "succeeded"]


def test_times_counts_jobs(desk: Desk) -> None:
    desk.emulator.script({"times": 2, "job": {"outcome": "failed"}})
    jobs = [desk.submit() for _ in range(3)]
    desk.clock.advance(60)
    words = [desk.result(job).json()["status"] for job in jobs]
    assert words == ["failed", "failed", "succeeded"]


def test_a_script_can_reach_a_job_that_exists(desk: Desk) -> None:
    job = desk.submit()
    desk.emulator.script({"match": {"request_id": job}, "status": ["expired", "forbidden"]})
    assert [desk.status(job).status_code for _ in range(3)] == [404, 403, 200]


def test_a_header_scripts_one_request_and_the_job_it_makes(desk: Desk) -> None:
    script = json.dumps({"result": "html_502", "job": {"outcome": "failed", "error": {"a": 1}}})
    reply = desk.client.post(PAINT, json=GOOD, headers={"X-Emulator-Script": script})
    job = reply.json()["request_id"]
    desk.clock.advance(60)
    assert desk.result(job).status_code == 502
    assert desk.result(job).json()["error"] == {"a": 1}
    header = {"X-Emulator-Script": '{"status": "empty"}'}
    assert desk.client.get(f"/v1/requests/{job}/status", headers=header).content == b""
    assert desk.status(job).json()["status"] == "completed"


def test_scripts_calls_and_faults_can_be_reached_by_http(desk: Desk) -> None:
    control = "/__emulator__"
    reply = desk.client.post(f"{control}/scripts", json={"job": {"outcome": "failed"}})
    assert (reply.status_code, reply.json()) == (201, {"waiting": 1})
    job = desk.submit()
    desk.clock.advance(60)
    assert desk.result(job).json()["status"] == "failed"
    calls = desk.client.get(f"{control}/calls").json()["calls"]
    assert [call["name"] for call in calls] == ["submit", "result"]
    listed = desk.client.get(f"{control}/faults").json()
    assert "drop_after" in [fault["fault"] for fault in listed["faults"]]
    assert desk.client.post(f"{control}/scripts", json={"balance": "empty"}).json()["waiting"] == 1
    assert desk.client.delete(f"{control}/scripts").json() == {"waiting": 0}
    assert desk.client.get("/prod/v2/balance").json()["currency"] == "USD"


@pytest.mark.parametrize(
    ("script", "words"),
    [
        ([], "a script must be a JSON object"),
        ({"statsu": "empty"}, "did you mean 'status'"),
        ({"status": "gateway_timeot"}, "did you mean 'gateway_timeout'"),
        ({"status": "no_id"}, "no_id cannot spoil status; it is for submit"),
        ({"status": {"fault": "error", "stauts": 1}}, "did you mean 'status'"),
        ({"status": {"fault": "error", "times": 0}}, 'whole number from 1, or "always"'),
        ({"status": {"delay": -1}}, "status.delay is -1"),
        ({"status": {"act": "yes"}}, "status.act is 'yes'"),
        ({"job": {"outcome": "fail"}}, "did you mean 'failed'"),
        ({"job": {"run_seconds": "9"}}, "job.run_seconds is '9'"),
        ({"output": {"shape": "imgs"}}, "output.shape is 'imgs'"),
        ({"dialect": {"not_ready": "404"}}, "it can be 'state', '400005'"),
        ({"dialect": {"tone": "x"}}, "dialect.tone is unknown"),
    ],
)
def test_a_wrong_script_is_refused_in_words(desk: Desk, script: object, words: str) -> None:
    with pytest.raises(EmulatorError, match=r".") as caught:
        desk.emulator.script(script)
    assert words in str(caught.value)
    reply = desk.client.post("/__emulator__/scripts", json=script)
    assert (reply.status_code, reply.json()["message"]) == (400, str(caught.value))
    header = {"X-Emulator-Script": json.dumps(script)}
    assert desk.client.post(PAINT, json=GOOD, headers=header).status_code == 400
    assert desk.emulator.balance() == 1_000_000_000


def test_an_empty_script_changes_nothing() -> None:
    assert parse_script({}).steps == {}


@pytest.mark.parametrize("state", ["in_queue", "in_progress"])
def test_a_stuck_job_never_moves_and_holds_nobody_up(desk: Desk, state: str) -> None:
    desk.emulator.script({"job": {"stuck": state}})
    stuck, other = desk.submit(), desk.submit()
    desk.clock.advance(10_000)
    assert desk.status(stuck).json()["status"] == state
    assert desk.status(other).json()["status"] == "completed"
    outcome = desk.cancel(stuck).json()["outcome"]
    assert outcome == ("cancelled" if state == "in_queue" else "not_cancellable")


def test_a_slow_job_takes_its_time(desk: Desk) -> None:
    desk.emulator.script({"job": {"queue_seconds": 100, "run_seconds": 1000}})
    job = desk.submit()
    words: list[str] = []
    for seconds in (99, 1, 999, 1):
        desk.clock.advance(seconds)
        words.append(desk.status(job).json()["status"])
    assert words == ["in_queue", "in_progress", "in_progress", "completed"]


def test_the_cost_can_come_late(desk: Desk) -> None:
    desk.emulator.script({"job": {"cost_after_reads": 2, "cost_usd": 0.125}})
    job = desk.submit()
    desk.clock.advance(60)
    replies = [desk.result(job, include_cost="true").json() for _ in range(3)]
    assert [reply.get("cost") for reply in replies] == [None, None, 0.125]
    assert desk.emulator.balance() == 1_000_000_000 - 125_000


def test_a_job_can_expire_early(desk: Desk) -> None:
    desk.emulator.script({"job": {"expires_seconds": 5}})
    job = desk.submit()
    desk.clock.advance(34)
    assert desk.result(job).json()["status"] == "succeeded"
    desk.clock.advance(1)
    assert desk.result(job).json()["error_code"] == 404001


def _addresses(value: object) -> list[str]:
    if isinstance(value, str):
        return [value] if value.startswith("http") else []
    inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else []  # type: ignore[reportUnknownVariableType]
    return [url for item in inner for url in _addresses(item)]  # type: ignore[reportUnknownVariableType]


@pytest.mark.parametrize("shape", SHAPES)
def test_every_output_shape_points_at_real_files(desk: Desk, shape: str) -> None:
    desk.emulator.script({"output": {"shape": shape, "count": 2}})
    output: object = desk.output(desk.submit())
    assert output == SHAPES[shape].build(_expected_order(_addresses(output)))
    medium = SHAPES[shape].medium or "image"
    for url in _addresses(output):
        if url != FOREIGN_URL:
            reply = desk.client.get(url)
            assert reply.headers["content-type"].startswith(f"{medium}/")


def _expected_order(urls: list[str]) -> list[str]:
    return [url for url in dict.fromkeys(urls) if url != FOREIGN_URL]


def test_an_output_can_be_given_literally(desk: Desk) -> None:
    desk.emulator.script({"output": {"value": {"image": "http://[bad", "n": [1]}}})
    assert desk.output(desk.submit()) == {"image": "http://[bad", "n": [1]}


def test_the_dialect_of_results(desk: Desk) -> None:
    words = {
        "success_word": "completed",
        "not_ready": "400005",
        "echo_input": True,
        "timestamps": "none",
        "submit_status": 202,
    }
    desk.emulator.script({"dialect": words})
    reply = desk.client.post(PAINT, json=GOOD)
    job = reply.json()["request_id"]
    assert reply.status_code == 202
    unready = desk.result(job)
    assert (unready.status_code, unready.json()["error_code"]) == (400, 400005)
    desk.clock.advance(60)
    result = desk.result(job).json()
    assert result["status"] == "completed"
    assert result["input"] == GOOD
    assert "created_at" not in result


@pytest.mark.parametrize(("shape", "kind"), [("string", str), ("object", dict), ("list", list)])
def test_the_dialect_of_failures(desk: Desk, shape: str, kind: type) -> None:
    dialect = {"failed_on_status": True, "error_shape": shape, "timestamps": "zulu"}
    desk.emulator.script({"dialect": dialect, "job": {"outcome": "failed", "error": "no"}})
    job = desk.submit()
    desk.clock.advance(60)
    assert desk.status(job).json()["status"] == "failed"
    result = desk.result(job).json()
    assert result["status"] == "failed"
    assert isinstance(result["error"], kind)
    assert "no" in json.dumps(result["error"])
    assert result["finished_at"].endswith("Z")


@pytest.mark.parametrize(
    ("dialect", "refused"),
    [
        ({}, [(401, None), (400, 400002), (404, 404001), (403, 403001), (422, None)]),
        (
            {
                "auth_error": "400004",
                "balance_error": "402",
                "model_error": "400001",
                "ownership_error": "404001",
                "validation_error": "400",
            },
            [(400, 400004), (402, 400002), (400, 400001), (404, 404001), (400, None)],
        ),
    ],
)
def test_the_dialect_of_refusals(
    open_desk: Callable[..., Desk], dialect: dict[str, object], refused: list[object]
) -> None:
    desk = open_desk(dialect=dialect)
    job = desk.submit()
    bad_token = {"Authorization": "nothing"}
    other = {"Authorization": "Bearer other"}
    replies = [desk.client.get("/prod/v2/balance", headers=bad_token)]
    desk.emulator.set_balance(0)
    replies.append(desk.client.post(PAINT, json=GOOD))
    replies.append(desk.client.post("/v1/models/acme/none", json=GOOD))
    replies.append(desk.client.get(f"/v1/requests/{job}/status", headers=other))
    replies.append(desk.client.post(PAINT, json={}))
    assert [(r.status_code, r.json().get("error_code")) for r in replies] == refused


@pytest.mark.parametrize(
    ("word", "reply"),
    [
        ("outcome", {"status": "cancelled", "outcome": "cancelled"}),
        ("status", {"status": "cancelled"}),
        ("requested", {"status": "cancelled", "outcome": "cancellation_requested"}),
        ("contrary", {"status": "completed", "outcome": "cancelled"}),
    ],
)
def test_the_dialect_of_cancels(desk: Desk, word: str, reply: dict[str, str]) -> None:
    desk.emulator.script({"dialect": {"cancel_reply": word}})
    job = desk.submit()
    assert desk.cancel(job).json() == {"request_id": job, **reply}
    assert desk.status(job).json()["status"] == "cancelled"


def test_running_jobs_can_be_cancelled_where_the_dialect_allows(desk: Desk) -> None:
    dialect = {"cancellable": "active", "cancelled_word": "canceled"}
    desk.emulator.script({"dialect": dialect})
    opening = desk.emulator.balance()
    job = desk.submit()
    desk.clock.advance(15)
    assert desk.status(job).json()["status"] == "in_progress"
    assert desk.cancel(job).json()["outcome"] == "canceled"
    assert desk.status(job).json()["status"] == "canceled"
    assert desk.result(job).json()["status"] == "canceled"
    assert desk.emulator.balance() == opening


@pytest.mark.parametrize(
    ("word", "queued", "running"),
    [("from_0", 3, None), ("from_1", 4, None), ("always", 3, 0), ("absent", None, None)],
)
def test_the_dialect_of_queue_positions(
    desk: Desk, word: str, queued: int | None, running: int | None
) -> None:
    desk.emulator.script({"dialect": {"queue_position": word}})
    job = desk.submit()
    assert desk.status(job).json().get("queue_position") == queued
    desk.clock.advance(15)
    assert desk.status(job).json().get("queue_position") == running


@pytest.mark.parametrize(
    ("word", "keys"),
    [
        ("links", {"request_id", "status_url", "result_url", "cancel_url"}),
        ("bare", {"request_id"}),
        ("status", {"request_id", "status_url", "result_url", "cancel_url", "status"}),
    ],
)
def test_the_dialect_of_accepted_submits(desk: Desk, word: str, keys: set[str]) -> None:
    desk.emulator.script({"dialect": {"submit_reply": word}})
    assert set(desk.client.post(PAINT, json=GOOD).json()) == keys


@pytest.mark.parametrize(
    ("dialect", "payload"),
    [
        ({"extra_fields": "refused"}, {**GOOD, "new_field": 1}),
        ({"data_uris": "refused"}, {**GOOD, "image_url": "data:image/png;base64,AAAA"}),
    ],
)
def test_inputs_that_only_some_dialects_refuse(
    desk: Desk, dialect: dict[str, str], payload: dict[str, object]
) -> None:
    assert desk.client.post(PAINT, json=payload).status_code == 200
    desk.emulator.script({"dialect": dialect})
    refused = desk.client.post(PAINT, json=payload)
    assert refused.status_code == 422
    assert refused.json()["detail"][0]["loc"] == ["body", list(payload)[-1]]


def test_refusals_can_come_as_http_200(open_desk: Callable[..., Desk]) -> None:
    desk = open_desk(dialect={"refusals": "200", "auth_error": "400004"})
    gone = desk.status("no-such-job")
    assert (gone.status_code, gone.json()["error_code"]) == (200, 404001)
    desk.client.headers["Authorization"] = "Bearer"
    assert desk.client.get("/prod/v2/balance").json()["error_code"] == 400004


def test_the_catalogue_can_be_open_to_all(open_desk: Callable[..., Desk]) -> None:
    for word, status in (("token", 401), ("open", 200)):
        desk = open_desk(dialect={"catalogue": word})
        del desk.client.headers["Authorization"]
        assert desk.client.get("/v1/models").status_code == status
        assert desk.client.get(PAINT).status_code == status
        assert desk.client.get("/prod/v2/balance").status_code == 401


def test_an_unknown_cost_can_be_null(desk: Desk) -> None:
    desk.emulator.script({"dialect": {"unknown_cost": "null"}, "job": {"cost_after_reads": 1}})
    job = desk.submit()
    desk.clock.advance(60)
    assert desk.result(job, include_cost="true").json()["cost"] is None
    assert desk.result(job, include_cost="true").json()["cost"] == 0.04
