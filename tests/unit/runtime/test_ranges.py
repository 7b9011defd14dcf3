"""When a cut download may go on, and when it must start over."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from runcomfy_runtime.ranges import Have, judge, length_of, range_headers, validator_of

TAG = '"v1"'
OLD = "Wed, 01 Jan 2025 00:00:00 GMT"
NOW = "Wed, 01 Jan 2025 00:01:00 GMT"


def part(span: str, **headers: str) -> dict[str, str]:
    return {
        "content-range": f"bytes {span}",
        **{k.replace("_", "-"): v for k, v in headers.items()},
    }


@pytest.mark.parametrize(
    ("headers", "validator"),
    [
        ({"etag": TAG}, TAG),
        ({"etag": f"W/{TAG}"}, None),
        ({"etag": f"W/{TAG}", "last-modified": OLD, "date": NOW}, None),
        ({"etag": "unquoted"}, None),
        ({"etag": '"a"b"'}, None),
        ({"etag": TAG, "accept-ranges": "none"}, None),
        ({"etag": TAG, "content-encoding": "gzip"}, None),
        ({"etag": TAG, "content-encoding": "identity"}, TAG),
        ({"last-modified": OLD, "date": NOW}, OLD),
        ({"last-modified": OLD, "date": OLD}, None),
        ({"last-modified": OLD}, None),
        ({"last-modified": "yesterday", "date": NOW}, None),
        ({}, None),
    ],
)
def test_only_strong_validators_count(headers: dict[str, str], validator: str | None) -> None:
    assert validator_of(headers) == validator


def test_a_range_is_asked_for_only_with_a_condition() -> None:
    assert range_headers(Have(5, TAG, 10)) == {"Range": "bytes=5-", "If-Range": TAG}
    assert range_headers(Have(5, None, 10)) == {}
    assert range_headers(Have(0, TAG, 10)) == {}


@pytest.mark.parametrize(
    ("status", "headers", "verdict"),
    [
        (200, {}, "whole"),
        (206, part("5-9/10"), "rest"),
        (206, part("5-9/10", etag=TAG), "rest"),
        (206, part("5-9/10", content_length="5"), "rest"),
        (206, part("5-9/*"), "rest"),
        (206, part("5-9/10", etag='"v2"'), "start over"),
        (206, part("5-9/10", content_length="6"), "start over"),
        (206, part("5-9/10", content_encoding="gzip"), "start over"),
        (206, part("6-9/10"), "start over"),
        (206, part("0-9/10"), "start over"),
        (206, part("5-9/11"), "start over"),
        (206, part("5-8/10"), "start over"),
        (206, part("5-4/10"), "start over"),
        (206, part("five"), "start over"),
        (206, {}, "start over"),
        (416, part("*/10"), "start over"),
        (412, {}, "start over"),
        (404, {}, None),
        (500, {}, None),
        (304, {}, None),
    ],
)
def test_what_a_reply_to_a_range_means(
    status: int, headers: dict[str, str], verdict: str | None
) -> None:
    assert judge(status, headers, Have(5, TAG, 10)) == verdict


def test_a_file_that_is_all_here_is_complete() -> None:
    assert judge(416, part("*/10"), Have(10, TAG, 10)) == "complete"
    assert judge(416, part("*/10"), Have(10, TAG)) == "complete"
    assert judge(416, part("*/11"), Have(10, TAG, 10)) == "start over"
    assert judge(416, {}, Have(10, TAG, 10)) == "start over"
    assert judge(416, part("*/10"), Have()) is None


def test_a_part_that_nobody_asked_for_is_not_taken() -> None:
    assert judge(206, part("0-9/10"), Have()) == "start over"
    assert judge(206, part("5-9/10"), Have(5, None, 10)) == "start over"


@pytest.mark.parametrize(
    ("headers", "length"),
    [
        ({"content-length": "12"}, 12),
        ({"content-length": "-1"}, None),
        ({"content-length": "١٢"}, None),
        ({"content-length": "9" * 30}, None),
        ({"content-length": "12", "content-encoding": "gzip"}, None),
        ({}, None),
    ],
)
def test_length(headers: dict[str, str], length: int | None) -> None:
    assert length_of(headers) == length


NAMES = ["etag", "last-modified", "date", "content-range", "content-length", "accept-ranges"]


@given(
    st.integers(100, 599),
    st.dictionaries(st.sampled_from(NAMES), st.text(max_size=30)),
    st.integers(0, 20),
)
def test_no_header_breaks_the_judgement(status: int, headers: dict[str, str], size: int) -> None:
    have = Have(size, validator_of(headers), None)
    verdict = judge(status, headers, have)
    length_of(headers)
    assert verdict != "rest" or (status == 206 and size > 0 and have.validator)
