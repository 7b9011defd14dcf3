"""Tell an operation's observer what happens, step by step."""

from __future__ import annotations

import time
from typing import Any

from .errors import SubmitUnknown
from .events import (
    Answered,
    CancelAnswered,
    Event,
    Finished,
    GaveUp,
    Notifier,
    Retried,
    Sent,
    StateChanged,
    SubmitLost,
    Submitted,
    Throttled,
    Unanswered,
    UnknownState,
)
from .machine import Done, Emit, Goal, Send
from .states import CancelOutcome
from .wire import NoReply, Record, Reply

__all__ = ["Story"]


class Story:
    """One operation, from its start to its end."""

    def __init__(self, notify: Notifier, model_id: str | None, request_id: str | None) -> None:
        self._notify = notify
        self._model_id = model_id
        self._request_id = request_id
        self._began = time.monotonic()
        self._attempt = 0

    def sent(self, send: Send) -> None:
        """Tell of a request that is about to leave."""
        self._attempt += 1
        if self._notify.wanted:
            self._tell(Sent, method=send.method, path=send.path)

    def answered(self, reply: Reply | NoReply, seconds: float) -> None:
        """Tell what came of a request."""
        if not self._notify.wanted:
            return
        if isinstance(reply, Reply):
            self._tell(Answered, http_status=reply.status, seconds=seconds)
        else:
            facts = {"reason": reply.reason, "delivered": reply.delivered}
            self._tell(Unanswered, seconds=seconds, **facts)

    def throttled(self, seconds: float) -> None:
        """Tell that the service asked to slow down."""
        self._tell(Throttled, seconds=seconds)

    def told(self, emit: Emit) -> None:
        """Tell what the machine emits."""
        if emit.status is not None:
            facts = {"state": emit.status.state, "queue_position": emit.status.queue_position}
            self._tell(StateChanged, **facts)
        else:
            self._tell(
                UnknownState if emit.name == "unknown_state" else Retried, detail=emit.detail
            )

    def ended(self, goal: Goal, done: Done) -> None:
        """Tell how the operation ended."""
        value, error = done.value, done.error
        if isinstance(error, SubmitUnknown):
            self._tell(SubmitLost, detail=error.message, http_status=error.http_status)
        elif error is not None:
            facts = {"http_status": error.http_status, "code": error.code}
            self._tell(GaveUp, operation=goal, error=type(error).__name__, **facts)
        elif isinstance(value, Record):
            self._tell(Finished, state=value.state)
        elif isinstance(value, CancelOutcome):
            self._tell(CancelAnswered, outcome=value)
        elif goal == "submit":
            self._request_id = str(value)
            self._tell(Submitted)

    def _tell(self, kind: type[Event], **facts: Any) -> None:
        self._notify(
            kind(
                model_id=self._model_id,
                request_id=self._request_id,
                elapsed=time.monotonic() - self._began,
                attempt=self._attempt,
                **facts,
            )
        )
