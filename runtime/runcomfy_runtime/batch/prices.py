"""What a batch may cost: the service's list prices, what its jobs have cost so far, and a limit on the sum.

The service has no quotes. A list price is a base, which resolution, sound or reference media multiply; so an estimate
says what it rests on, and what jobs did cost counts for more than any list.
"""

from __future__ import annotations

import asyncio
import json
import math
from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, Literal, cast

from ..actions import Send
from ..wire import Reply
from .records import JobRecord, Progress

if TYPE_CHECKING:
    from .._async.client import AsyncClient

__all__ = ["Estimate", "Price", "SpendingLimit", "Tally", "estimate", "prices_now", "seconds_asked"]

Basis = Literal["measured", "list price per output", "list price per second", "unknown"]
_TIMEOUT: Final = 20.0
_ENOUGH: Final = 20
"""Jobs whose mean cost is trusted alone."""
_LENGTHS: Final = ("duration", "duration_seconds", "seconds", "length_seconds")
"""Fields in which models take the length of their output."""


@dataclass(frozen=True, slots=True)
class Price:
    """What the catalogue says about a model's price.

    Attributes:
        dollars: Base price in US dollars.
        unit: What it is for: ``output``, ``second``, or another word of the service's.
        note: The service's words about it.
    """

    dollars: float
    unit: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class Tally:
    """Jobs of one model in a batch.

    Attributes:
        left: Jobs that are still to be submitted.
        paid: Jobs whose cost is known.
        cost: Their cost in US dollars.
    """

    left: int
    paid: int
    cost: float


@dataclass(frozen=True, slots=True)
class Estimate:
    """What the jobs of one model that are left may cost.

    Attributes:
        model_id: The model.
        left: Jobs that are still to be submitted.
        dollars: What they may cost; None if nothing is known.
        per_job: The same for one of them.
        basis: What this rests on.
        note: The service's words about its price.
    """

    model_id: str
    left: int
    dollars: float | None
    per_job: float | None
    basis: Basis
    note: str = ""


class SpendingLimit:
    """Tells a batch to stop before it spends more than a sum; give it as ``stop_when``.

    Jobs in flight, and those whose outcome is unknown, are counted at what one costs.
    """

    def __init__(self, dollars: float, per_job: float) -> None:
        """Set the limit.

        Args:
            dollars: US dollars for the whole batch, over all runs and machines.
            per_job: What one job is taken to cost until enough have told.

        Raises:
            ValueError: If either is no positive number.
        """
        if not (math.isfinite(dollars) and dollars > 0 and math.isfinite(per_job) and per_job > 0):
            raise ValueError("a spending limit and the cost of a job are dollars above 0")
        self.dollars = dollars
        self.per_job = per_job

    def __call__(self, progress: Progress) -> str | None:
        """Return why no further job may be submitted, or None; with nothing queued there is no reason."""
        if not progress["queued"]:
            return None
        done = progress["succeeded"] + progress["unsaved"]
        mean = progress.cost / done if done and progress.cost else self.per_job
        each = mean if done >= _ENOUGH and progress.cost else max(mean, self.per_job)
        open_jobs = progress.in_flight - progress["unsaved"] + progress["unknown"]
        committed = progress.cost + each * open_jobs
        if committed + each <= self.dollars:
            return None
        return (
            f"the spending limit of {self.dollars:.2f} dollars is reached: {progress.cost:.2f} spent, and "
            f"{open_jobs} jobs in flight or unknown at about {each:.4f} each; raise the limit to go on"
        )


def estimate(
    tallies: Mapping[str, Tally],
    prices: Mapping[str, Price],
    seconds: Callable[[str], float | None],
) -> list[Estimate]:
    """Return what the jobs that are left may cost, by model, sorted by id.

    Args:
        tallies: The jobs by model.
        prices: What the catalogue says.
        seconds: Returns the seconds of output that the jobs left of a model ask for; None if they do not say.
    """
    return [
        _estimate(model_id, one, prices.get(model_id), seconds)
        for model_id, one in sorted(tallies.items())
    ]


def _estimate(
    model_id: str, one: Tally, price: Price | None, seconds: Callable[[str], float | None]
) -> Estimate:
    note = price.note if price else ""
    if one.paid >= _ENOUGH or (one.paid and price is None):
        mean = one.cost / one.paid
        return Estimate(model_id, one.left, mean * one.left, mean, "measured", note)
    if price is not None and price.unit in ("output", "image"):
        total = price.dollars * one.left
        return Estimate(model_id, one.left, total, price.dollars, "list price per output", note)
    asked = seconds(model_id) if price is not None and price.unit == "second" else None
    if price is not None and asked is not None:
        total = price.dollars * asked
        each = total / one.left if one.left else None
        return Estimate(model_id, one.left, total, each, "list price per second", note)
    return Estimate(model_id, one.left, None, None, "unknown", note)


def seconds_asked(jobs: Iterable[JobRecord], model_id: str) -> float | None:
    """Return the seconds of output that jobs of a model ask for; None if one does not say."""
    total = 0.0
    for job in jobs:
        if job.model_id == model_id:
            length = _length(job.input)
            if length is None:
                return None
            total += length
    return total


def prices_now(
    make_client: Callable[[], AsyncClient], model_ids: Iterable[str]
) -> dict[str, Price]:
    """Ask the service for the list prices of models; one that it does not tell is left out.

    It may be called where an event loop runs, such as in a notebook.

    Raises:
        AuthError: If there is no token.
    """
    with ThreadPoolExecutor(1) as threads:
        return threads.submit(lambda: asyncio.run(_ask(make_client, list(model_ids)))).result()


async def _ask(make_client: Callable[[], AsyncClient], model_ids: list[str]) -> dict[str, Price]:
    prices: dict[str, Price] = {}
    async with make_client() as client:
        for model_id in model_ids:
            request = Send("GET", f"/v1/models/{model_id}", None, _TIMEOUT)
            reply = await client.core.transport.call(request)
            price = _read(reply) if isinstance(reply, Reply) and reply.status == 200 else None
            if price is not None:
                prices[model_id] = price
    return prices


def _read(reply: Reply) -> Price | None:
    try:
        entry: object = json.loads(reply.body)
    except ValueError:
        return None
    if not isinstance(entry, dict):
        return None
    facts = cast("dict[str, Any]", entry)
    dollars, unit, note = (facts.get(f) for f in ("base_price_usd", "price_unit", "pricing_note"))
    if isinstance(dollars, bool) or not isinstance(dollars, (int, float)):
        return None
    if not (math.isfinite(dollars) and dollars >= 0):
        return None
    return Price(float(dollars), str(unit or ""), str(note or ""))


def _length(payload: Mapping[str, Any]) -> float | None:
    for name in _LENGTHS:
        value: object = payload.get(name)
        if isinstance(value, str) and value.isascii() and value.isdigit():
            return float(value)
        if isinstance(value, (int, float)) and not isinstance(value, bool):
            return float(value)
    return None
