"""Every fault, on every call it can spoil, over real sockets."""

from __future__ import annotations

import contextlib
import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING

import httpx
import pytest
from runcomfy_runtime.testing.faults import FAULTS
from runcomfy_runtime.testing.scripts import CALLS

if TYPE_CHECKING:
    from .conftest import Desk

PAINT = "/v1/models/acme/paint/edit"
GOOD = {"prompt": "a cat", "image_url": "https://example.org/in.png"}
Check = Callable[[httpx.Response], bool]


class Stage:
    """Make one call of each kind, on a job that has just finished."""

    def __init__(self, desk: Desk, steps: dict[str, object]) -> None:
        desk.emulator.clear()
        desk.emulator.script({"scope": "calls", **steps})
        self.desk = desk
        self.patience: float = 5
        self.job = desk.submit() if "submit" not in steps else ""
        if self.job and "result" not in steps:
            (self.url,) = desk.urls(self.job)
        desk.clock.advance(60)

    def call(self, name: str) -> httpx.Response:
        client = self.desk.client
        if name == "download":
            return httpx.get(self.url, timeout=self.patience)
        client.timeout = httpx.Timeout(5, read=self.patience)
        if name == "submit":
            return client.post(PAINT, json=GOOD)
        if name == "cancel":
            return self.desk.cancel(self.job)
        job = f"/v1/requests/{self.job}"
        paths = {
            "status": f"{job}/status",
            "result": f"{job}/result",
            "models": "/v1/models",
            "categories": "/v1/models/categories",
            "model": PAINT,
            "balance": "/prod/v2/balance",
            "user": "/api/auth/me",
        }
        return client.get(paths[name])


def _code(status: int, code: int | None) -> Check:
    return lambda r: r.status_code == status and r.json().get("error_code") == code


def _not_json(reply: httpx.Response) -> bool:
    try:
        reply.json()
    except ValueError:
        return reply.is_success
    return False


REPLIES: dict[str, Check] = {
    "none": lambda r: r.is_success,
    "error": _code(500, 500001),
    "gateway_timeout": lambda r: r.status_code == 504 and "message" in r.json(),
    "html_502": lambda r: r.status_code == 502 and r.headers["content-type"] == "text/html",
    "rate_limited": lambda r: r.status_code == 429 and "retry-after" not in r.headers,
    "error_in_200": _code(200, 403003),
    "no_id": lambda r: r.status_code == 200 and r.json() == {},
    "empty": lambda r: r.is_success and r.content == b"",
    "bad_json": _not_json,
    "not_utf8": lambda r: r.is_success and b"\xff" in r.content,
    "drip": lambda r: r.is_success and isinstance(r.json(), dict),
    "not_an_object": lambda r: r.is_success and isinstance(r.json(), list),
    "redirect": lambda r: (
        r.status_code == 307 and r.headers["location"] == "https://collector.example.org/steal"
    ),
    "state": lambda r: r.is_success and r.json()["status"] == "warming_up",
    "outcome": lambda r: r.status_code == 202 and "outcome" not in r.json(),
    "too_late": lambda r: r.status_code == 202 and r.json()["outcome"] == "not_cancellable",
    "not_ready": _code(400, 400005),
    "unauthorized": lambda r: r.status_code == 401,
    "no_balance": _code(400, 400002),
    "unknown_model": _code(404, 404001),
    "invalid": lambda r: r.status_code == 422
    and r.json()["detail"][0]["loc"] == ["body", "prompt"],
    "expired": _code(404, 404001),
    "forbidden": _code(403, 403001),
    "content_type": lambda r: r.headers["content-type"] == "text/html; charset=utf-8",
    "no_length": lambda r: r.is_success and "content-length" not in r.headers,
    "redirect_here": lambda r: r.status_code == 302 and r.headers["location"] == "?again=1",
    "missing": lambda r: r.status_code == 404 and b"NoSuchKey" in r.content,
    "slow": lambda r: r.is_success and r.elapsed.total_seconds() >= 0.5,
    "wrong_content": lambda r: (
        r.content.startswith(b"<!doctype") and r.headers["content-type"] == "image/png"
    ),
    "changed": lambda r: r.headers["etag"] == '"another-version"' and r.content[-1:] == b"\0",
    "no_ranges": lambda r: r.is_success and "accept-ranges" not in r.headers,
    "weak_tag": lambda r: r.headers["etag"].startswith('W/"'),
    "dated": lambda r: "etag" not in r.headers and "last-modified" in r.headers,
    "wrong_range": lambda r: r.is_success and r.content.startswith(b"\x89PNG"),
}

BROKEN = {
    "drop_before": httpx.RemoteProtocolError,
    "drop_after": httpx.RemoteProtocolError,
    "reset": httpx.ReadError,
    "hang": httpx.ReadTimeout,
    "cut": httpx.RemoteProtocolError,
    "wrong_length": httpx.RemoteProtocolError,
}

CASES = [
    pytest.param(name, call, id=f"{name}-{call}")
    for name in REPLIES
    for call in CALLS
    if call in FAULTS[name].calls
]


def test_every_fault_has_a_test_and_a_summary() -> None:
    assert set(FAULTS) == {*REPLIES, *BROKEN, "oversize"}
    assert all(fault.summary.endswith(".") for fault in FAULTS.values())


@pytest.mark.parametrize(("name", "call"), CASES)
def test_a_fault_spoils_one_call_and_then_the_answer_is_right(
    shared_desk: Desk, name: str, call: str
) -> None:
    desk = shared_desk
    stage = Stage(desk, {call: name})
    spoilt = stage.call(call)
    assert REPLIES[name](spoilt), (spoilt.status_code, spoilt.text)
    assert desk.emulator.calls[-1].fault == name
    right = stage.call(call)
    assert right.is_success
    assert REPLIES["none"](right)
    assert desk.emulator.calls[-1].fault is None


@pytest.mark.parametrize(
    ("name", "call"), [(name, call) for name in BROKEN for call in FAULTS[name].calls]
)
def test_broken_connections_break(shared_desk: Desk, name: str, call: str) -> None:
    stage = Stage(shared_desk, {call: name})
    stage.patience = 0.3
    with pytest.raises(BROKEN[name]):
        stage.call(call)
    stage.patience = 5
    assert stage.call(call).is_success


@pytest.mark.parametrize(
    ("step", "made"),
    [
        ("drop_before", 0),
        ("drop_after", 1),
        ("reset", 1),
        ("not_utf8", 1),
        ("hang", 1),
        ("cut", 1),
        ("no_id", 1),
        ("empty", 1),
        ("bad_json", 1),
        ("gateway_timeout", 0),
        ({"fault": "gateway_timeout", "act": True}, 1),
        ({"fault": "error", "act": True}, 1),
        ({"fault": "html_502", "act": True}, 1),
        ("rate_limited", 0),
        ("error_in_200", 0),
        ({"fault": "drop_after", "act": False}, 0),
    ],
)
def test_a_submit_is_charged_exactly_when_the_fault_acts(
    desk: Desk, step: object, made: int
) -> None:
    desk.emulator.script({"submit": step})
    desk.client.timeout = httpx.Timeout(5, read=0.3)
    with contextlib.suppress(httpx.TransportError):
        desk.client.post(PAINT, json=GOOD)
    jobs = desk.client.get("/__emulator__/jobs").json()["jobs"]
    assert len(jobs) == made
    assert desk.emulator.balance() == 1_000_000_000 - 40_000 * made
    assert desk.emulator.count("submit") == 1
    assert (desk.emulator.calls[0].created is not None) == bool(made)


def test_a_lost_cancel_still_cancels(desk: Desk) -> None:
    desk.emulator.script({"cancel": "drop_after"})
    job = desk.submit()
    with pytest.raises(httpx.RemoteProtocolError):
        desk.cancel(job)
    assert desk.status(job).json()["status"] == "cancelled"


@pytest.mark.parametrize("value", ["5", "-3", "soon", "1e9", 7])
def test_retry_after_is_sent_as_it_is(desk: Desk, value: object) -> None:
    desk.emulator.script({"balance": {"fault": "rate_limited", "retry_after": value}})
    reply = desk.client.get("/prod/v2/balance")
    assert reply.headers["retry-after"] == str(value)


def test_retry_after_can_be_a_date(desk: Desk) -> None:
    desk.emulator.script({"balance": {"fault": "rate_limited", "date_seconds": 90}})
    reply = desk.client.get("/prod/v2/balance")
    wait = parsedate_to_datetime(reply.headers["retry-after"]) - datetime.now(UTC)
    assert timedelta(seconds=80) < wait < timedelta(seconds=100)


def test_a_cut_file_keeps_its_announced_length_and_can_be_resumed(desk: Desk) -> None:
    desk.emulator.script({"download": {"fault": "cut", "after": 0.25}})
    (url,) = desk.urls(desk.submit())
    got = b""
    with httpx.stream("GET", url) as reply:
        length = int(reply.headers["content-length"])
        parts = reply.iter_raw()
        with contextlib.suppress(httpx.RemoteProtocolError):
            while True:
                got += next(parts)
    assert len(got) == length // 4
    rest = httpx.get(url, headers={"Range": f"bytes={len(got)}-"}).content
    assert got + rest == httpx.get(url).content


def test_ranges_hold_only_for_the_version_they_are_asked_of(desk: Desk) -> None:
    (url,) = desk.urls(desk.submit())
    whole = httpx.get(url)
    ask = {"Range": "bytes=10-", "If-Range": whole.headers["etag"]}
    assert httpx.get(url, headers=ask).status_code == 206
    assert httpx.get(url, headers={**ask, "If-Range": '"old"'}).status_code == 200
    behind = httpx.get(url, headers={**ask, "Range": f"bytes={len(whole.content)}-"})
    assert behind.status_code == 416
    assert behind.headers["content-range"] == f"bytes */{len(whole.content)}"
    desk.emulator.script({"scope": "calls", "download": ["no_ranges", "changed", "wrong_range"]})
    assert httpx.get(url, headers=ask).status_code == 200
    assert httpx.get(url, headers=ask).status_code == 200
    assert httpx.get(url, headers=ask).headers["content-range"].startswith("bytes 11-")


@pytest.mark.parametrize("announced", [True, False])
def test_an_oversize_file_keeps_coming(desk: Desk, announced: bool) -> None:
    step = {"fault": "oversize", "bytes": 3 * 1024**3, "announced": announced}
    desk.emulator.script({"download": step})
    (url,) = desk.urls(desk.submit())
    seen = 0
    with httpx.stream("GET", url) as reply:
        length = reply.headers.get("content-length")
        assert length == (str(3 * 1024**3) if announced else None)
        for part in reply.iter_raw():
            seen += len(part)
            if seen > 4 * 1024**2:
                break
    assert seen > 4 * 1024**2
    assert desk.status(desk.submit()).is_success


def test_redirecting_downloads_lead_to_the_file(desk: Desk) -> None:
    desk.emulator.script({"download": {"fault": "redirect_here", "times": 3}})
    (url,) = desk.urls(desk.submit())
    reply = httpx.get(url, follow_redirects=True)
    assert [hop.status_code for hop in reply.history] == [302, 302, 302]
    assert reply.headers["content-type"] == "image/png"


def test_a_delay_makes_the_right_answer_late(desk: Desk) -> None:
    desk.emulator.script({"balance": {"delay": 0.3}})
    reply = desk.client.get("/prod/v2/balance")
    assert reply.is_success
    assert reply.elapsed >= timedelta(seconds=0.3)


def test_a_large_body_is_refused(desk: Desk) -> None:
    payload = json.dumps({"prompt": "x", "image_url": "data:," + "A" * (64 * 1024**2)})
    assert desk.client.post(PAINT, content=payload).status_code == 413
