"""What goes into the state machine and what comes out of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeAlias

from .errors import RunComfyError
from .states import Balance, CancelOutcome, JobStatus
from .wire import NoReply, Record, Reply

__all__ = ["Action", "Done", "Emit", "Goal", "MachineEvent", "Send", "Sleep", "Value", "Woke"]

Goal = Literal["submit", "status", "result", "cancel", "cost", "balance"]
Value: TypeAlias = str | float | JobStatus | Record | CancelOutcome | Balance


@dataclass(frozen=True, slots=True)
class Woke:
    """The sleep that was asked for is over."""


@dataclass(frozen=True, slots=True)
class Send:
    """Send this request and report the `Reply`, or `NoReply`.

    Attributes:
        method: HTTP method.
        path: Path under the base URL.
        body: JSON body; None for none.
        timeout: Seconds the whole exchange may take.
        account: Whether it goes to the service that keeps the wallet.
    """

    method: Literal["GET", "POST"]
    path: str
    body: bytes | None
    timeout: float
    account: bool = False


@dataclass(frozen=True, slots=True)
class Sleep:
    """Report `Woke` after this many seconds."""

    seconds: float


@dataclass(frozen=True, slots=True)
class Emit:
    """Tell the user; ``status`` is set for ``update`` only."""

    name: Literal["update", "retry", "unknown_state"]
    status: JobStatus | None = None
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Done:
    """The end: an error to raise, or what the goal asked for.

    ``submit`` gives the request id, ``status`` a `JobStatus`, ``result`` a `Record`, ``cancel`` a `CancelOutcome`,
    ``cost`` the cost in US dollars, NaN while the service does not say, ``balance`` a `Balance`.
    """

    value: Value | None = None
    error: RunComfyError | None = None


MachineEvent: TypeAlias = Reply | NoReply | Woke
Action: TypeAlias = Send | Sleep | Emit | Done
