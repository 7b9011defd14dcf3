"""What a batch remembers: its limits, and the service that has its jobs."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

import sqlalchemy as sa

from .bucket import Bucket
from .errors import BatchError
from .tables import batches, jobs

__all__ = ["DEFAULT_IN_FLIGHT", "Settings", "changes", "settle_service"]

DEFAULT_IN_FLIGHT: Final = 200
_THERE: Final = ("submitting", "running", "unsaved")
"""States in which the service is asked about a job."""


@dataclass(frozen=True, slots=True)
class Settings:
    """What a batch remembers.

    Attributes:
        in_flight: Jobs at the service at a time.
        per_second: Submits a second of one process; None for no limit.
        model_limits: Jobs at a time by model id.
    """

    in_flight: int = DEFAULT_IN_FLIGHT
    per_second: float | None = None
    model_limits: Mapping[str, int] | None = None


def changes(
    in_flight: int | None, per_second: float | None, model_limits: Mapping[str, int] | None
) -> dict[str, Any]:
    """Return the columns that are to be changed in a batch's row; what is None stays.

    Raises:
        ValueError: If a limit is below 1, or a rate not above 0.
    """
    found: dict[str, Any] = {}
    if in_flight is not None:
        found["in_flight"] = _at_least_one("in_flight", in_flight)
    if per_second is not None:
        found["per_second"] = None if per_second == math.inf else per_second
        Bucket(found["per_second"])
    if model_limits is not None:
        for model, limit in model_limits.items():
            _at_least_one(f"the limit of {model}", limit)
        found["model_limits"] = json.dumps(dict(model_limits), sort_keys=True)
    return found


def settle_service(connection: sa.Connection, batch: str, address: str, *, moved: bool) -> None:
    """Remember ``address`` as that of the service, whose request ids mean nothing to any other.

    Args:
        connection: The transaction.
        batch: The batch's name.
        address: The service's address.
        moved: Whether it is the same service as before, under another address.

    Raises:
        BatchError: If jobs are at another address.
    """
    name = batches.c.name == batch
    before = connection.scalar(sa.select(batches.c.service).where(name))
    if before == address:
        return
    if before is not None and not moved:
        query = sa.select(sa.func.count()).where(jobs.c.batch == batch, jobs.c.state.in_(_THERE))
        there = connection.scalar(query)
        if there:
            raise BatchError(
                f"{there:,} jobs of batch {batch!r} are at {before}, and {address} does not know them. Run it with the "
                "base URL that it was begun with; if that is the same service under a new address, say so with "
                "moved=True (--moved)."
            )
    connection.execute(sa.update(batches).where(name).values(service=address))


def _at_least_one(what: str, number: int) -> int:
    if number < 1:
        raise ValueError(f"{what} is {number}; give 1 or more")
    return number
