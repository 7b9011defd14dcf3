"""What a published price says about a job."""

from __future__ import annotations

import math
from typing import Any

import pytest
from runcomfy_runtime.cli.pricing import Price, least_cost, read_price


@pytest.mark.parametrize("amount", [None, "0.04", True, -1, math.nan, math.inf, [0.1]])
def test_what_is_no_price_is_none(amount: object) -> None:
    assert read_price({"base_price_usd": amount, "price_unit": "output"}) is None


def test_a_price_its_unit_and_its_words() -> None:
    entry = {"base_price_usd": 0, "price_unit": " Per Seconds ", "pricing_note": "a\n b"}
    assert read_price(entry) == Price(0.0, "second", "a b")
    assert read_price({"base_price_usd": 0.5}) == Price(0.5, "", "")


@pytest.mark.parametrize(
    ("unit", "payload", "defaults", "cost"),
    [
        ("output", {}, {}, 0.1),
        ("output", {"num_images": 4}, {}, 0.4),
        ("image", {}, {"num_images": 2}, 0.2),
        ("image", {"num_images": 1}, {"num_images": 2}, 0.1),
        ("image", {"num_images": "many"}, {}, 0.1),
        ("second", {"duration": 5}, {"duration": 10}, 0.5),
        ("second", {}, {"duration": "10s"}, 1.0),
        ("minute", {"duration": 90}, {}, 0.15),
        ("second", {}, {}, None),
        ("second", {"duration": "auto"}, {}, None),
        ("megapixel", {"num_images": 1}, {}, None),
        ("", {}, {}, None),
    ],
)
def test_the_least_that_a_job_costs(
    unit: str, payload: dict[str, Any], defaults: dict[str, Any], cost: float | None
) -> None:
    least = least_cost(Price(0.1, unit, ""), payload, defaults)
    assert least is None if cost is None else least == pytest.approx(cost)
