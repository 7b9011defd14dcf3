"""The life of a job over real sockets, on a clock the test moves."""

from __future__ import annotations

import re
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING
from urllib.parse import quote

import httpx
import pytest

if TYPE_CHECKING:
    from .conftest import Desk

PAINT = "/v1/models/acme/paint/edit"


def test_a_job_waits_runs_completes_and_succeeds(desk: Desk) -> None:
    reply = desk.client.post(PAINT, json={"prompt": "x", "image_url": "https://e.org/i.png"})
    body = reply.json()
    request_id = body["request_id"]
    base = f"{desk.emulator.base_url}/v1/requests/{request_id}"
    assert reply.status_code == 200
    assert re.fullmatch(r"[A-Za-z0-9_-]{1,128}", request_id)
    assert {k: body[k] for k in body if k.endswith("_url")} == {
        f"{name}_url": f"{base}/{name}" for name in ("status", "result", "cancel")
    }

    positions: list[int] = []
    for _ in range(10):
        waiting = desk.status(request_id).json()
        assert waiting["status"] == "in_queue"
        positions.append(waiting["queue_position"])
        desk.clock.advance(1)
    assert positions == sorted(positions, reverse=True)
    assert positions[0] == 3
    assert positions[-1] == 0

    running = desk.status(request_id).json()
    assert running["status"] == "in_progress"
    assert "queue_position" not in running
    unready = desk.result(request_id)
    assert unready.status_code == 200
    assert unready.json()["status"] == "in_progress"
    assert "output" not in unready.json()

    desk.clock.advance(20)
    assert desk.status(request_id).json()["status"] == "completed"
    result = desk.result(request_id).json()
    assert result["status"] == "succeeded"
    assert "cost" not in result
    assert "input" not in result
    assert result["finished_at"] > result["created_at"]
    assert desk.result(request_id, include_cost="true").json()["cost"] == 0.04


def test_ids_with_dots_capitals_and_blanks_reach_their_model(desk: Desk) -> None:
    path = "/v1/models/" + quote("acme/movie-2.5/4K/text to video")
    assert "%20" in path
    request_id = desk.submit(path, prompt="a wave")
    assert list(desk.output(request_id)) == ["video"]
    assert desk.client.get(path).json()["model_id"] == "acme/movie-2.5/4K/text to video"


def test_slots_hold_jobs_back_in_order_of_arrival(open_desk: Callable[..., Desk]) -> None:
    desk = open_desk(slots=2, queue_seconds=0)
    jobs = [desk.submit() for _ in range(5)]
    words = [desk.status(job).json() for job in jobs]
    assert [word["status"] for word in words] == ["in_progress"] * 2 + ["in_queue"] * 3
    assert [word["queue_position"] for word in words[2:]] == [0, 1, 2]
    desk.clock.advance(45)
    words = [desk.status(job).json() for job in jobs]
    assert [word["status"] for word in words] == ["completed"] * 4 + ["in_progress"]


def test_only_a_waiting_job_can_be_cancelled_and_is_refunded(desk: Desk) -> None:
    opening = desk.emulator.balance()
    waiting, running = desk.submit(), desk.submit()
    assert desk.emulator.balance() == opening - 80_000
    reply = desk.cancel(waiting)
    assert reply.status_code == 202
    assert reply.json() == {"request_id": waiting, "status": "cancelled", "outcome": "cancelled"}
    assert desk.cancel(waiting).json()["outcome"] == "cancelled"
    assert desk.emulator.balance() == opening - 40_000
    desk.clock.advance(10)
    reply = desk.cancel(running)
    assert reply.status_code == 202
    assert reply.json()["status"] == "in_progress"
    assert reply.json()["outcome"] == "not_cancellable"
    desk.clock.advance(20)
    assert desk.cancel(running).json()["outcome"] == "not_cancellable"
    assert desk.result(running).json()["status"] == "succeeded"
    assert desk.status(waiting).json()["status"] == "cancelled"
    assert desk.result(waiting).json()["status"] == "cancelled"
    assert desk.emulator.balance() == opening - 40_000


def test_a_cancelled_job_frees_its_place(open_desk: Callable[..., Desk]) -> None:
    desk = open_desk(slots=1, queue_seconds=0)
    jobs = [desk.submit() for _ in range(3)]
    desk.cancel(jobs[1])
    assert desk.status(jobs[2]).json()["queue_position"] == 0
    desk.clock.advance(20)
    assert desk.status(jobs[2]).json()["status"] == "in_progress"


@pytest.mark.parametrize("header", [None, "", "Bearer", "Basic abc", "Bearer a b"])
def test_every_endpoint_wants_a_bearer_token(desk: Desk, header: str | None) -> None:
    request_id = desk.submit()
    headers = {} if header is None else {"Authorization": header}
    calls = [
        ("POST", PAINT),
        ("GET", f"/v1/requests/{request_id}/status"),
        ("GET", f"/v1/requests/{request_id}/result"),
        ("POST", f"/v1/requests/{request_id}/cancel"),
        ("GET", "/v1/models"),
        ("GET", "/v1/models/categories"),
        ("GET", PAINT),
        ("GET", "/prod/v2/balance"),
    ]
    with httpx.Client(base_url=desk.emulator.base_url, headers=headers) as client:
        assert [client.request(*call).status_code for call in calls] == [401] * 8
    assert desk.status(request_id).json()["status"] == "in_queue"


def test_a_named_token_shuts_out_all_others(open_desk: Callable[..., Desk]) -> None:
    desk = open_desk(token="right")
    assert desk.emulator.client_options()["token"] == "right"
    assert desk.client.get("/prod/v2/balance").status_code == 200
    headers = {"Authorization": "Bearer wrong"}
    assert desk.client.get("/prod/v2/balance", headers=headers).status_code == 401


def test_a_request_belongs_to_its_token(desk: Desk) -> None:
    request_id = desk.submit()
    other = {"Authorization": "Bearer other"}
    for path in ("status", "result"):
        reply = desk.client.get(f"/v1/requests/{request_id}/{path}", headers=other)
        assert (reply.status_code, reply.json()["error_code"]) == (403, 403001)
    reply = desk.client.post(f"/v1/requests/{request_id}/cancel", headers=other)
    assert (reply.status_code, reply.json()["error_code"]) == (403, 403001)
    missing = desk.status("no-such-request")
    assert (missing.status_code, missing.json()["error_code"]) == (404, 404001)
    assert desk.emulator.balance("other") == 1_000_000_000


def test_finished_jobs_and_their_files_expire(open_desk: Callable[..., Desk]) -> None:
    desk = open_desk(retention_seconds=3600)
    request_id = desk.submit()
    (url,) = desk.urls(request_id)
    assert httpx.get(url).status_code == 200
    desk.clock.advance(3600)
    assert desk.status(request_id).json()["error_code"] == 404001
    assert httpx.get(url).status_code == 404


def test_an_empty_wallet_accepts_no_job(open_desk: Callable[..., Desk]) -> None:
    desk = open_desk(balance_usd=0.05)
    desk.submit()
    assert desk.client.get("/prod/v2/balance").json() == {
        "balance_usd": 0.01,
        "balance_microdollars": 10_000,
        "currency": "USD",
    }
    reply = desk.client.post(PAINT, json={"prompt": "x", "image_url": "https://e.org/i.png"})
    assert (reply.status_code, reply.json()["error_code"]) == (400, 400002)
    desk.emulator.set_balance(-5)
    assert desk.client.get("/prod/v2/balance").json()["balance_usd"] == -5e-06


def test_same_inputs_and_seed_give_the_same_ids_and_bytes(open_desk: Callable[..., Desk]) -> None:
    runs: list[tuple[str, str, bytes]] = []
    for seed in (1, 1, 2):
        desk = open_desk(seed=seed)
        desk.submit(prompt="unrelated", image_url="https://e.org/i.png")
        request_id = desk.submit(prompt="same", image_url="https://e.org/i.png")
        (url,) = desk.urls(request_id)
        runs.append((request_id, url.partition("=")[2], httpx.get(url).content))
    assert runs[0] == runs[1]
    assert runs[0][0] != runs[2][0]
    assert runs[0][2] != runs[2][2]


def test_paths_that_do_not_exist_are_answered_as_by_a_gateway(desk: Desk) -> None:
    for method, path, status in (("GET", "/v1/nothing", 404), ("DELETE", "/v1/models", 405)):
        reply = desk.client.request(method, path)
        assert reply.status_code == status
        assert isinstance(reply.json()["message"], str)


def test_calls_are_recorded_without_the_token(desk: Desk) -> None:
    request_id = desk.submit()
    desk.status(request_id)
    first, second = desk.emulator.calls
    assert (first.name, first.method, first.path, first.status) == ("submit", "POST", PAINT, 200)
    assert first.created == request_id
    assert (second.name, second.target, second.authorized) == ("status", request_id, True)
    assert desk.emulator.count("submit") == desk.emulator.count(method="POST") == 1
    assert desk.emulator.client_options()["token"] not in repr(desk.emulator.calls)
    desk.emulator.clear()
    assert desk.emulator.calls == []


def test_five_hundred_jobs_at_once_are_all_kept_apart(open_desk: Callable[..., Desk]) -> None:
    desk = open_desk(slots=100)

    def one(number: int) -> tuple[int, str]:
        return number, desk.submit(prompt=f"job {number}", image_url="https://e.org/i.png")

    with ThreadPoolExecutor(16) as pool:
        jobs = dict(pool.map(one, range(500)))
    assert len(set(jobs.values())) == 500
    desk.clock.advance(10)
    waiting = [desk.status(job).json().get("queue_position") for job in jobs.values()]
    assert sorted(p for p in waiting if p is not None) == list(range(400))
    desk.clock.advance(100)
    assert {desk.result(job).json()["status"] for job in jobs.values()} == {"succeeded"}
    assert desk.emulator.count("submit") == 500
