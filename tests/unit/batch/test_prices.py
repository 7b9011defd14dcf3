"""Estimates say what they rest on; a spending limit counts what is in flight."""

from __future__ import annotations

import pytest
from runcomfy_runtime.batch import Price, Progress, SpendingLimit
from runcomfy_runtime.batch.prices import Tally, estimate


def only(tally: Tally, price: Price | None, seconds: float | None = None) -> tuple[object, str]:
    prices = {"v/m": price} if price else {}
    (one,) = estimate({"v/m": tally}, prices, lambda _: seconds)
    return one.dollars, one.basis


def test_an_estimate_rests_on_the_list_until_enough_jobs_have_told() -> None:
    price = Price(0.05, "output")
    assert only(Tally(100, 0, 0.0), price) == (5.0, "list price per output")
    assert only(Tally(100, 19, 19.0), price) == (5.0, "list price per output")
    assert only(Tally(100, 20, 20.0), price) == (100.0, "measured")
    assert only(Tally(100, 1, 2.0), None) == (200.0, "measured")


def test_a_price_a_second_needs_the_seconds() -> None:
    price = Price(0.1, "second")
    assert only(Tally(4, 0, 0.0), price, 20.0) == (2.0, "list price per second")
    assert only(Tally(4, 0, 0.0), price) == (None, "unknown")


def test_what_is_not_known_is_said_to_be_unknown() -> None:
    assert only(Tally(4, 0, 0.0), None) == (None, "unknown")
    assert only(Tally(4, 0, 0.0), Price(1.0, "credit")) == (None, "unknown")


def test_the_limit_counts_jobs_in_flight_and_unknown_ones() -> None:
    limit = SpendingLimit(1.0, 0.1)
    assert limit(Progress({"queued": 50})) is None
    assert limit(Progress({"queued": 50, "running": 9})) is None
    reason = limit(Progress({"queued": 50, "running": 9, "unknown": 1}))
    assert reason is not None
    assert "the spending limit of 1.00 dollars is reached: 0.00 spent, and 10 jobs" in reason


def test_the_limit_goes_by_what_jobs_did_cost_once_enough_have_told() -> None:
    limit = SpendingLimit(10.0, 1.0)
    assert limit(Progress({"queued": 1, "succeeded": 20, "running": 50}, cost=2.0)) is None
    assert limit(Progress({"queued": 1, "succeeded": 5, "running": 9}, cost=0.5)) is not None


def test_the_limit_stops_nothing_where_nothing_is_queued() -> None:
    assert SpendingLimit(1.0, 1.0)(Progress({"succeeded": 5}, cost=5.0)) is None


@pytest.mark.parametrize(("dollars", "per_job"), [(0.0, 1.0), (1.0, 0.0), (float("nan"), 1.0)])
def test_limits_that_are_none(dollars: float, per_job: float) -> None:
    with pytest.raises(ValueError, match="dollars above 0"):
        SpendingLimit(dollars, per_job)
