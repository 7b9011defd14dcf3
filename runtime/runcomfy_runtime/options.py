"""Settings of one call, and the marker for "do not send this field"."""

from __future__ import annotations

import enum
import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, Literal

from .states import JobStatus

__all__ = ["DEFAULT_TIMEOUT", "UNSET", "OnTimeout", "Options", "Unset", "ValidateMode"]

DEFAULT_TIMEOUT: Final = 1800.0
"""Seconds a wait may take when nothing else is said; video jobs run for many minutes."""

ValidateMode = Literal["strict", "warn", "off"]
OnTimeout = Literal["cancel", "detach"]


class Unset(enum.Enum):
    """The type of `UNSET`, so that signatures can say ``int | Unset``."""

    UNSET = "UNSET"

    def __bool__(self) -> Literal[False]:
        return False

    def __repr__(self) -> str:
        return "UNSET"


UNSET: Final = Unset.UNSET
"""Leave the field out of the request, so that the service applies its own default."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """Settings of one call.

    Attributes:
        timeout: Seconds that submit and wait together may take; None takes the client's.
        on_timeout: What ``run`` does with its job when the time is over: ``"cancel"`` it, or ``"detach"`` and let it
            go on.
        validate: ``"strict"`` refuses faulty input before anything is sent, ``"warn"`` warns and sends it, ``"off"``
            does not look; None takes the client's.
        on_update: Called with each `JobStatus` that differs from the one before.

    Raises:
        ValueError: If ``timeout`` is negative, infinite or not a number.
    """

    timeout: float | None = None
    on_timeout: OnTimeout = "cancel"
    validate: ValidateMode | None = None
    on_update: Callable[[JobStatus], object] | None = None

    def __post_init__(self) -> None:
        if self.timeout is not None:
            check_timeout(self.timeout)


def check_timeout(seconds: float) -> float:
    """Return ``seconds``.

    Raises:
        ValueError: If it is negative, infinite or not a number; every wait has an end.
    """
    if not (math.isfinite(seconds) and seconds >= 0):
        raise ValueError(f"timeout is {seconds!r}; give a finite number of seconds, 0 or more")
    return seconds
