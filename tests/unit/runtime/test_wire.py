"""Reading replies, whatever bytes they hold."""

from __future__ import annotations

import json
import time
from typing import Any

import pytest
import runcomfy_runtime as runtime
from hypothesis import given
from hypothesis import strategies as st
from runcomfy_runtime.states import state_from_wire
from runcomfy_runtime.wire import (
    Again,
    Record,
    Reply,
    Unclear,
    read_cancel,
    read_result,
    read_status,
    read_submit,
    retry_after,
)

WORDS = """
    status error error_code error_message code detail message output request_id queue_position outcome details
    errorCode loc msg
"""
KEYS = st.text() | st.sampled_from(WORDS.split())
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(KEYS, inner),
    max_leaves=15,
)
STATUS = st.integers(min_value=100, max_value=599)


@given(STATUS, st.one_of(st.binary(), JSON.map(lambda value: json.dumps(value).encode())))
def test_no_reply_crashes_a_reader(status: int, body: bytes) -> None:
    reply = Reply(status, {"retry-after": body[:9].decode("latin-1")}, body)
    submitted = read_submit(reply, "a/b")
    assert isinstance(submitted, (str, runtime.RunComfyError, Unclear))
    if isinstance(submitted, str):
        assert 200 <= status < 300
    for found in (read_status(reply, "R"), read_result(reply, "R"), read_cancel(reply, "R")):
        assert str(found) or True
        if status >= 300:
            assert isinstance(found, (Again, runtime.RunComfyError))


def test_deeply_nested_json_is_only_unreadable() -> None:
    assert isinstance(read_submit(Reply(200, {}, b"[" * 100_000), "a/b"), Unclear)


@pytest.mark.parametrize(
    ("word", "state"),
    [
        ("in_queue", "in_queue"),
        ("QUEUED", "in_queue"),
        ("processing", "in_progress"),
        ("completed", "completed"),
        ("Succeeded", "succeeded"),
        ("canceled", "cancelled"),
        ("cancelled", "cancelled"),
        ("warping", "unknown"),
        (None, "unknown"),
        (7, "unknown"),
    ],
)
def test_both_vocabularies(word: object, state: str) -> None:
    assert state_from_wire(word) == state


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({}, None),
        ({"retry-after": "3"}, 3.0),
        ({"retry-after": "1.5"}, 1.5),
        ({"retry-after": "0"}, None),
        ({"retry-after": "-1"}, None),
        ({"retry-after": "61"}, None),
        ({"retry-after": "nan"}, None),
        ({"retry-after": "inf"}, None),
        ({"retry-after": "later"}, None),
        ({"retry-after": "Thu, 01 Jan 1970 00:16:50 GMT"}, 10.0),
        ({"retry-after": "Thu, 01 Jan 1970 00:16:30 GMT"}, None),
        ({"retry-after": "Thu, 01 Jan 2099 00:00:00 GMT"}, None),
        (
            {
                "retry-after": "Wed, 21 Oct 2015 07:28:05 GMT",
                "date": "Wed, 21 Oct 2015 07:28:00 GMT",
            },
            5.0,
        ),
    ],
)
def test_retry_after(headers: dict[str, str], seconds: float | None) -> None:
    assert retry_after(Reply(429, headers, b"", received_at=1000.0)) == seconds


@pytest.mark.parametrize(
    ("body", "code", "words"),
    [
        ({"error_code": 400002, "error_message": "empty"}, 400002, "empty"),
        ({"message": "gateway"}, None, "gateway"),
        ({"detail": "bad"}, None, "bad"),
        ({"error": "plain"}, None, "plain"),
        ({"code": 400004, "error": "UserAccountError"}, 400004, "UserAccountError"),
        ({"error": {"code": "400001", "message": "deep"}}, 400001, "deep"),
        (b"just text", None, "just text"),
        (b"<html><h1>secret page</h1></html>", None, None),
        (b"", None, None),
        ({"error_message": "x" * 900}, None, "x" * 299 + "…"),
    ],
)
def test_error_bodies(body: Any, code: int | None, words: str | None) -> None:
    data = body if isinstance(body, bytes) else json.dumps(body).encode()
    error = read_submit(Reply(400, {}, data), "a/b")
    assert isinstance(error, runtime.RunComfyError)
    assert (error.code, error.server_message) == (code, words)


def test_validation_detail_becomes_faults() -> None:
    detail = [{"loc": ["body", "loras", 0, "scale"], "msg": "too big", "type": "x"}, "odd", {}]
    reply = Reply(422, {}, json.dumps({"detail": detail}).encode())
    error = read_submit(reply, "a/b")
    assert isinstance(error, runtime.InvalidInput)
    assert error.faults[0] == runtime.Fault("/loras/0/scale", "too big")


@pytest.mark.parametrize(
    ("body", "state"),
    [
        ({"status": "succeeded", "output": {}}, "succeeded"),
        ({"status": "completed", "output": {"image": "https://x/y"}}, "succeeded"),
        ({"status": "completed", "error": "boom", "output": None}, "failed"),
        ({"status": "failed", "error": ["a"]}, "failed"),
        ({"status": "canceled"}, "cancelled"),
    ],
)
def test_result_decides(body: dict[str, Any], state: str) -> None:
    found = read_result(Reply(200, {}, json.dumps(body).encode()), "R")
    assert isinstance(found, Record)
    assert found.state == state


@pytest.mark.parametrize("code", [0, None, "", False])
def test_an_empty_error_code_is_no_error(code: object) -> None:
    body = json.dumps({"error_code": code, "request_id": "R"}).encode()
    assert read_submit(Reply(200, {}, body), "a/b") == "R"


@pytest.mark.parametrize("request_id", ["", " ", "../x", "a b", 7, None, "x" * 129])
def test_unusable_request_ids_leave_the_submit_unknown(request_id: object) -> None:
    body = json.dumps({"request_id": request_id}).encode()
    assert isinstance(read_submit(Reply(200, {}, body), "a/b"), Unclear)


@pytest.mark.parametrize("request_id", ["8a3f", " R-1 ", "a.b:c~d", "x" * 128])
def test_ids_that_are_safe_in_an_address_are_taken(request_id: str) -> None:
    body = json.dumps({"request_id": request_id}).encode()
    assert read_submit(Reply(202, {}, body), "a/b") == request_id.strip()


@pytest.mark.parametrize("request_id", ["..", ".", ".a", "a/b", "a?b", "a%2fb", "a\nb", "ａ"])
def test_ids_that_could_leave_their_place_are_unknown_and_shown(request_id: str) -> None:
    found = read_submit(Reply(200, {}, json.dumps({"request_id": request_id}).encode()), "a/b")
    assert isinstance(found, Unclear)
    assert repr(request_id) in found.reason


@pytest.mark.parametrize("code", ["InternalError", {"x": 1}, [4], True, 500001, 503001])
def test_an_error_in_200_of_no_known_code_leaves_the_submit_unknown(code: object) -> None:
    body = json.dumps({"error_code": code, "request_id": "R"}).encode()
    found = read_submit(Reply(200, {}, body), "a/b")
    assert isinstance(found, Unclear)
    assert found.request_id == "R"


def test_the_end_of_a_job_may_carry_an_error_code() -> None:
    body = {"request_id": "R", "status": "failed", "error_code": 500123, "error_message": "boom"}
    found = read_result(Reply(200, {}, json.dumps(body).encode()), "R")
    assert isinstance(found, Record)
    assert (found.state, found.error) == ("failed", "boom")
    other = read_result(Reply(200, {}, json.dumps({**body, "request_id": "S"}).encode()), "R")
    assert isinstance(other, Again)


@pytest.mark.parametrize(
    "date",
    [
        "Thu, 01 Jan 1970 00:16:50 -0000",
        "Thu Jan  1 00:16:50 1970",
        "Thursday, 01-Jan-70 00:16:50 GMT",
    ],
)
def test_dates_without_a_zone_are_gmt(monkeypatch: pytest.MonkeyPatch, date: str) -> None:
    monkeypatch.setenv("TZ", "Asia/Tokyo")
    time.tzset()
    try:
        assert retry_after(Reply(429, {"retry-after": date}, b"", received_at=1000.0)) == 10.0
    finally:
        monkeypatch.delenv("TZ")
        time.tzset()
