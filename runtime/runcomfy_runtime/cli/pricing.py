"""What a job costs at the least, by the price that the service publishes, and the refusal of what is more.

A published price is a base: resolution, sound and the like may multiply it, by rules that no catalogue tells. So a job
whose least price is too high is refused, one without a usable price is refused too, and what a job has really cost is
looked at when it is done.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final, NamedTuple, NoReturn

from ..fields import ABSENT
from .catalogue import ModelRecord
from .exitcodes import CliError, ExitCode
from .reading import ask
from .session import Session

if TYPE_CHECKING:
    from .._sync.client import Client
    from .._sync.files import MediaOutput
    from .._sync.request import Request

__all__ = ["Price", "check_price", "least_cost", "read_price"]

_MAX_WORDS: Final = 300
_PER_PIECE: Final = frozenset(
    {"output", "image", "video", "audio", "generation", "request", "run", "call", "job"}
)
_PER_SECOND: Final[Mapping[str, float]] = {"second": 1.0, "sec": 1.0, "minute": 60.0, "min": 60.0}
_COUNTS: Final = ("num_images", "num_outputs", "num_videos", "num_samples", "n", "batch_size")
_LENGTHS: Final = ("duration", "duration_seconds", "seconds")


class Price(NamedTuple):
    """What the service publishes about a model's price.

    Attributes:
        usd: Base price in US dollars.
        unit: What it is for, such as ``output`` or ``second``; empty if that is not said.
        note: The service's words about it.
    """

    usd: float
    unit: str
    note: str


def read_price(entry: Mapping[str, Any]) -> Price | None:
    """Return the price in a model's entry of the catalogue; None if there is none that is a price."""
    amount: object = entry.get("base_price_usd")
    if isinstance(amount, bool) or not isinstance(amount, (int, float)):
        return None
    if not math.isfinite(amount) or amount < 0:
        return None
    unit = str(entry.get("price_unit") or "").strip().lower().removeprefix("per ").removesuffix("s")
    note = " ".join(str(entry.get("pricing_note") or "").split())[:_MAX_WORDS]
    return Price(float(amount), unit, note)


def least_cost(
    price: Price, payload: Mapping[str, Any], defaults: Mapping[str, Any]
) -> float | None:
    """Return what a job with this input costs at the least; None if that cannot be told.

    Args:
        price: The published price.
        payload: The job's input.
        defaults: What the service takes for fields that are not given.
    """
    given = {**defaults, **payload}
    if price.unit in _PER_PIECE:
        counts = [_number(given.get(name)) for name in _COUNTS]
        return price.usd * max([1.0, *(count for count in counts if count is not None)])
    if price.unit in _PER_SECOND:
        lengths = filter(None, (_number(given.get(name)) for name in _LENGTHS))
        length = next(lengths, None)
        return None if length is None else price.usd * length / _PER_SECOND[price.unit]
    return None


def check_price(
    session: Session,
    client: Client,
    request: Request[MediaOutput],
    record: ModelRecord | None,
    most: float,
) -> None:
    """Refuse a request that costs more than ``most`` US dollars, or whose price cannot be told.

    Raises:
        CliError: If it is refused; nothing was sent.
        RunComfyError: If the service does not tell its price.
    """
    price = read_price(ask(client, f"/v1/models/{request.model_id}"))
    if price is None:
        _refuse(
            f"the service publishes no price of {request.model_id}, so --max-price cannot be kept"
        )
    fields = record.fields if record is not None else {}
    defaults = {name: it.default for name, it in fields.items() if it.default is not ABSENT}
    least = least_cost(price, request.payload, defaults)
    unit = f" per {price.unit}" if price.unit else ""
    note = f' (the service says: "{price.note}")' if price.note else ""
    published = f"the published price of {request.model_id} is {price.usd:g} USD{unit}{note}"
    if least is None:
        _refuse(f"{published}; what this job will cost cannot be told from that")
    if least > most:
        _refuse(f"{published}: {least:g} USD or more for this job, above --max-price {most:g}")
    if not session.quiet:
        session.tell(
            f"{published}: {least:g} USD for this job, or more if its options raise the price"
        )


def _refuse(words: str) -> NoReturn:
    raise CliError(f"{words}; nothing was sent", ExitCode.BAD_INPUT)


def _number(value: object) -> float | None:
    """Return a positive number, also one written as text such as ``"5"`` or ``"5s"``."""
    if isinstance(value, str):
        try:
            value = float(value.strip().lower().removesuffix("s"))
        except ValueError:
            return None
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return None
    return float(value) if math.isfinite(value) and value > 0 else None
