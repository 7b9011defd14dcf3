"""OpenTelemetry spans from the runtime's events: one span a job, from its submit to its end (extra ``otel``)."""

from __future__ import annotations

import threading
import time
from collections import OrderedDict
from collections.abc import Mapping
from typing import Final

from opentelemetry import trace
from opentelemetry.trace import Span, SpanKind, Status, StatusCode, TracerProvider

from .events import (
    Answered,
    CancelAnswered,
    Downloaded,
    Event,
    Finished,
    GaveUp,
    Hook,
    Sent,
    StateChanged,
    SubmitLost,
    Submitted,
    Unanswered,
)
from .version import VERSION

__all__ = ["TraceJobs"]

MAX_OPEN: Final = 10_000
"""Jobs whose end was not seen that spans are kept open for; the oldest is ended beyond that."""
_NAMES: Final[Mapping[str, str]] = {
    "http_status": "http.response.status_code",
    "method": "http.request.method",
    "path": "url.path",
    "url": "url.full",
    "error": "error.type",
}


class TraceJobs:
    """An ``on_event`` hook that makes spans; give it as ``RunComfy(on_event=TraceJobs())``.

    A span begins when the submit began, in the context of the call that submitted, and ends when the job's end was
    seen. What happens between becomes events of the span. Names follow the semantic conventions of HTTP and generative
    AI clients where they have one, else ``runcomfy.*``.
    """

    def __init__(self, provider: TracerProvider | None = None, *, then: Hook | None = None) -> None:
        """Make the hook.

        Args:
            provider: Where spans go; None takes the global one.
            then: Another hook that is called after it with each event.
        """
        self._tracer = trace.get_tracer("runcomfy_runtime", VERSION, provider)
        self._then = then
        self._lock = threading.Lock()
        self._open: OrderedDict[str, Span] = OrderedDict()

    def __call__(self, event: Event) -> None:
        """Take one event."""
        self._trace(event)
        if self._then is not None:
            self._then(event)

    def close(self) -> None:
        """End the spans of all jobs whose end was not seen."""
        with self._lock:
            left, self._open = self._open, OrderedDict()
        for span in left.values():
            span.end()

    def _trace(self, event: Event) -> None:
        if isinstance(event, Submitted):
            self._keep(event, self._begin(event))
        elif isinstance(event, SubmitLost):
            self._end(self._begin(event), "SubmitUnknown", event.detail)
        elif isinstance(event, GaveUp) and event.operation == "submit":
            self._end(self._begin(event), event.error)
        elif isinstance(event, Downloaded):
            self._begin(event, "download").end()
        elif event.request_id is not None:
            self._trace_job(event, event.request_id)

    def _trace_job(self, event: Event, request_id: str) -> None:
        span = self._open.get(request_id)
        if span is None:
            if isinstance(event, (Sent, Answered, Unanswered)):
                return
            span = self._begin(event)
            self._keep(event, span)
        span.add_event(f"runcomfy.{event.name}", _attributes(event))
        if isinstance(event, StateChanged):
            span.set_attribute("runcomfy.job.state", event.state)
        over = isinstance(event, (Finished, GaveUp)) or (
            isinstance(event, CancelAnswered) and event.outcome.value == "cancelled"
        )
        if over:
            with self._lock:
                self._open.pop(request_id, None)
            if isinstance(event, Finished):
                span.set_attribute("runcomfy.job.state", event.state)
                self._end(span, "JobFailed" if event.state == "failed" else None)
            else:
                self._end(span, event.error if isinstance(event, GaveUp) else None)

    def _begin(self, event: Event, operation: str = "generate_content") -> Span:
        attributes = {
            "gen_ai.operation.name": operation,
            "gen_ai.provider.name": "runcomfy",
            **_attributes(event),
        }
        if event.model_id:
            attributes["gen_ai.request.model"] = event.model_id
        if event.request_id:
            attributes["gen_ai.response.id"] = event.request_id
        began = time.time_ns() - int(event.elapsed * 1e9)
        name = f"{operation} {event.model_id}" if event.model_id else operation
        return self._tracer.start_span(
            name, kind=SpanKind.CLIENT, attributes=attributes, start_time=began
        )

    def _keep(self, event: Event, span: Span) -> None:
        with self._lock:
            self._open[event.request_id or ""] = span
            oldest = self._open.popitem(last=False)[1] if len(self._open) > MAX_OPEN else None
        if oldest is not None:
            oldest.end()

    def _end(self, span: Span, error: str | None, detail: str | None = None) -> None:
        if error is not None:
            span.set_attribute("error.type", error)
            span.set_status(Status(StatusCode.ERROR, detail))
        span.end()


def _attributes(event: Event) -> dict[str, str | int | float | bool]:
    found: dict[str, str | int | float | bool] = {"runcomfy.attempt": event.attempt}
    for key, value in event.fields.items():
        if isinstance(value, (str, int, float, bool)):
            found[_NAMES.get(key, f"runcomfy.{key}")] = value
        elif value is not None:
            found[f"runcomfy.{key}"] = str(getattr(value, "value", value))
    return found
