"""What the runtime tells an observer: one small record per thing that happens, to the log and to the user's hook.

No event holds a payload, a header, the token, or an address with its query, which may be a signature.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields
from typing import Any, ClassVar, TypeAlias, TypeVar

from .states import CancelOutcome, JobState

__all__ = [
    "Answered",
    "CancelAnswered",
    "Downloaded",
    "Event",
    "Finished",
    "GaveUp",
    "Hook",
    "Notifier",
    "Retried",
    "Sent",
    "StateChanged",
    "SubmitLost",
    "Submitted",
    "Throttled",
    "Unanswered",
    "UnknownState",
    "Warned",
]

_LOG = logging.getLogger("runcomfy")
_A = TypeVar("_A")


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """One thing that happened; the base of all events.

    Attributes:
        name: Kind of event, in one word.
        level: Level at which it is logged.
        model_id: The model, where one is concerned.
        request_id: The job, once its id is known.
        elapsed: Seconds since the operation (a submit, a wait, a cancel, a download) began.
        attempt: Requests that the operation has sent so far.
    """

    name: ClassVar[str] = "event"
    level: ClassVar[int] = logging.DEBUG

    model_id: str | None = None
    request_id: str | None = None
    elapsed: float = 0.0
    attempt: int = 0

    @property
    def fields(self) -> Mapping[str, Any]:
        """What this kind of event tells besides what all do."""
        return {key: getattr(self, key) for key in _own_fields(type(self))}


@dataclass(frozen=True, slots=True, kw_only=True)
class Sent(Event):
    """A request is about to leave.

    Attributes:
        method: HTTP method.
        path: Path under the base URL.
    """

    name: ClassVar[str] = "send"
    method: str
    path: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Answered(Event):
    """A reply came.

    Attributes:
        http_status: Its HTTP status.
        seconds: Time since the request left.
    """

    name: ClassVar[str] = "reply"
    http_status: int
    seconds: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Unanswered(Event):
    """No reply came.

    Attributes:
        reason: What happened.
        delivered: Whether the service may have got the request.
        seconds: Time since the request left.
    """

    name: ClassVar[str] = "no_reply"
    reason: str
    delivered: bool = True
    seconds: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Submitted(Event):
    """A job was made; ``request_id`` is its id."""

    name: ClassVar[str] = "submitted"
    level: ClassVar[int] = logging.INFO


@dataclass(frozen=True, slots=True, kw_only=True)
class SubmitLost(Event):
    """A submit left, and whether it made a job cannot be known; it may be charged.

    Attributes:
        detail: What happened.
        http_status: HTTP status of the unclear reply, if there was one.
    """

    name: ClassVar[str] = "submit_unknown"
    level: ClassVar[int] = logging.WARNING
    detail: str
    http_status: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class StateChanged(Event):
    """A poll showed another state or place in the queue than the one before.

    Attributes:
        state: The state.
        queue_position: Jobs ahead, when the service says so.
    """

    name: ClassVar[str] = "update"
    state: JobState
    queue_position: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class UnknownState(Event):
    """The service used a word for a state that this release does not know; the job is taken for running.

    Attributes:
        detail: The word.
    """

    name: ClassVar[str] = "unknown_state"
    level: ClassVar[int] = logging.WARNING
    detail: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Retried(Event):
    """A request will be sent again, because that is safe.

    Attributes:
        detail: Why.
    """

    name: ClassVar[str] = "retry"
    detail: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Throttled(Event):
    """The service asked to slow down; all requests of the client wait.

    Attributes:
        seconds: How long.
    """

    name: ClassVar[str] = "throttled"
    level: ClassVar[int] = logging.INFO
    seconds: float


@dataclass(frozen=True, slots=True, kw_only=True)
class CancelAnswered(Event):
    """A cancel was answered.

    Attributes:
        outcome: What became of it.
    """

    name: ClassVar[str] = "cancel"
    level: ClassVar[int] = logging.INFO
    outcome: CancelOutcome


@dataclass(frozen=True, slots=True, kw_only=True)
class Finished(Event):
    """A job has ended.

    Attributes:
        state: ``succeeded``, ``failed`` or ``cancelled``.
    """

    name: ClassVar[str] = "finished"
    level: ClassVar[int] = logging.INFO
    state: JobState


@dataclass(frozen=True, slots=True, kw_only=True)
class GaveUp(Event):
    """A submit, a wait or a cancel ended with an error, which is raised.

    Attributes:
        operation: ``submit``, ``status``, ``result`` or ``cancel``.
        error: Name of the error's class.
        http_status: HTTP status of the reply, if there was one.
        code: The service's error code, if it gave one.
    """

    name: ClassVar[str] = "gave_up"
    level: ClassVar[int] = logging.INFO
    operation: str
    error: str
    http_status: int | None = None
    code: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Downloaded(Event):
    """A file was downloaded, or its download broke off.

    Attributes:
        url: Its address, without the query.
        content_type: What its host says it is.
        bytes: Bytes that came.
    """

    name: ClassVar[str] = "download"
    level: ClassVar[int] = logging.INFO
    url: str
    content_type: str = ""
    bytes: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Warned(Event):
    """Something went wrong that harms no job.

    Attributes:
        subject: What it is about.
        detail: What went wrong.
    """

    name: ClassVar[str] = "warning"
    level: ClassVar[int] = logging.WARNING
    subject: str
    detail: str


Hook: TypeAlias = Callable[[Event], object]


class Notifier:
    """Hands events to the log ``runcomfy`` and to the user's hook, whose errors are logged and harm no job."""

    def __init__(self, hook: Hook | None) -> None:
        self._hook = hook

    def __call__(self, event: Event) -> None:
        """Log ``event`` and hand it to the hook."""
        if _LOG.isEnabledFor(event.level):
            _log(event)
        if self._hook is not None:
            self.guarded(self._hook, event)

    @property
    def wanted(self) -> bool:
        """Tell whether anyone listens to every event."""
        return self._hook is not None or _LOG.isEnabledFor(logging.DEBUG)

    def guarded(self, call: Callable[[_A], object], argument: _A) -> None:
        """Call an observer of the user's; an error of it is logged, not raised."""
        try:
            call(argument)
        except Exception:  # noqa: BLE001 - an observer must not harm a paid job
            _LOG.exception("an observer failed: %s", getattr(call, "__qualname__", type(call)))


def _log(event: Event) -> None:
    """Log ``event`` as text, and as structured fields in the record's ``runcomfy`` attribute."""
    own = event.fields
    common = {
        "event": event.name,
        "model_id": event.model_id,
        "request_id": event.request_id,
        "elapsed": round(event.elapsed, 3),
        "attempt": event.attempt,
    }
    _LOG.log(
        event.level,
        "%s %s %s",
        event.name,
        event.request_id or event.model_id or "-",
        " ".join(f"{key}={value}" for key, value in own.items()),
        extra={"runcomfy": {**common, **own}},
    )


_COMMON = frozenset(field.name for field in fields(Event))


def _own_fields(kind: type[Event]) -> list[str]:
    return [field.name for field in fields(kind) if field.name not in _COMMON]
