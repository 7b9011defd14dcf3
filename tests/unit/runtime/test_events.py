"""What observers are told: the hook, the log, and OpenTelemetry spans."""

from __future__ import annotations

import logging
from typing import Any

import pytest
import runcomfy_runtime as runtime
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from runcomfy_runtime.events import Answered, Finished, GaveUp, SubmitLost, Submitted, Throttled
from runcomfy_runtime.telemetry import TraceJobs

from .conftest import Answer, Loopback, Shell


def run(shell: Shell, **settings: Any) -> Any:
    client = shell.client(**settings)
    return shell.do(lambda: client.model("a/b").run({"prompt": "secret words"}))


class TestHook:
    def test_a_run_is_told_from_submit_to_end(self, shell: Shell, service: Loopback) -> None:
        events: list[runtime.Event] = []
        run(shell, on_event=events.append)
        names = [event.name for event in events if event.name not in ("send", "reply")]
        assert names == ["submitted", "update", "update", "finished"]
        submitted = next(event for event in events if isinstance(event, Submitted))
        assert (submitted.model_id, submitted.request_id, submitted.attempt) == ("a/b", "R1", 1)
        assert submitted.elapsed > 0
        finished = events[-1]
        assert isinstance(finished, Finished)
        assert (finished.state, finished.request_id) == ("succeeded", "R1")
        assert "secret words" not in repr(events)

    def test_a_throttled_submit_is_told_with_its_attempts(
        self, shell: Shell, service: Loopback
    ) -> None:
        service.script(
            "submit", Answer(429, headers={"Retry-After": "1"}), Answer(body={"request_id": "R1"})
        )
        events: list[runtime.Event] = []
        run(shell, on_event=events.append)
        throttled = next(event for event in events if isinstance(event, Throttled))
        assert throttled.seconds == 1.0
        assert next(event for event in events if isinstance(event, Submitted)).attempt == 2

    def test_a_lost_submit_and_a_refused_one_are_told(
        self, shell: Shell, service: Loopback
    ) -> None:
        service.script("submit", Answer(fault="drop"), Answer(402))
        events: list[runtime.Event] = []
        for _ in range(2):
            with pytest.raises(runtime.RunComfyError):
                run(shell, on_event=events.append)
        (lost,) = [event for event in events if isinstance(event, SubmitLost)]
        assert "whether it arrived is unknown" in lost.detail
        (refused,) = [event for event in events if isinstance(event, GaveUp)]
        assert (refused.operation, refused.error) == ("submit", "InsufficientBalance")
        assert refused.http_status == 402
        assert [event.http_status for event in events if isinstance(event, Answered)] == [402]

    def test_a_failing_hook_is_logged_and_harms_no_job(
        self, shell: Shell, service: Loopback, caplog: pytest.LogCaptureFixture
    ) -> None:
        def hook(event: runtime.Event) -> None:
            raise RuntimeError("broken hook")

        assert run(shell, on_event=hook).request_id == "R1"
        assert "an observer failed" in caplog.text


def test_the_log_holds_structured_fields(
    shell: Shell, service: Loopback, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO, logger="runcomfy")
    run(shell)
    records = [record for record in caplog.records if record.name == "runcomfy"]
    fields = [vars(record)["runcomfy"] for record in records]
    assert [field["event"] for field in fields] == ["submitted", "finished"]
    assert fields[1]["state"] == "succeeded"
    assert fields[1]["request_id"] == "R1"
    assert "secret words" not in caplog.text


class TestSpans:
    @pytest.fixture
    def spans(self) -> InMemorySpanExporter:
        return InMemorySpanExporter()

    @pytest.fixture
    def trace(self, spans: InMemorySpanExporter) -> TraceJobs:
        provider = TracerProvider()
        provider.add_span_processor(SimpleSpanProcessor(spans))
        return TraceJobs(provider)

    def test_a_job_is_one_span_with_what_happened(
        self, shell: Shell, service: Loopback, spans: InMemorySpanExporter, trace: TraceJobs
    ) -> None:
        run(shell, on_event=trace)
        (span,) = spans.get_finished_spans()
        assert span.name == "generate_content a/b"
        assert span.attributes is not None
        assert span.attributes["gen_ai.request.model"] == "a/b"
        assert span.attributes["gen_ai.response.id"] == "R1"
        assert span.attributes["runcomfy.job.state"] == "succeeded"
        assert span.status.is_ok or span.status.is_unset
        replies = [event for event in span.events if event.name == "runcomfy.reply"]
        assert [(reply.attributes or {})["http.response.status_code"] for reply in replies] == [
            200,
            200,
        ]
        assert span.start_time is not None
        assert span.end_time is not None
        assert span.end_time > span.start_time

    @pytest.mark.parametrize(
        ("route", "answer", "error"),
        [
            ("submit", Answer(fault="drop"), "SubmitUnknown"),
            ("submit", Answer(402), "InsufficientBalance"),
            ("result", Answer(body={"status": "failed", "error": "no"}), "JobFailed"),
            ("status", Answer(404), "NotFoundOrExpired"),
        ],
    )
    def test_an_error_is_the_status_of_the_span(
        self,
        shell: Shell,
        service: Loopback,
        spans: InMemorySpanExporter,
        trace: TraceJobs,
        route: str,
        answer: Answer,
        error: str,
    ) -> None:
        service.script(route, answer)
        with pytest.raises(runtime.RunComfyError):
            run(shell, on_event=trace)
        (span,) = spans.get_finished_spans()
        assert span.attributes is not None
        assert span.attributes["error.type"] == error
        assert not span.status.is_ok

    def test_jobs_whose_end_nobody_saw_are_ended_on_close(
        self, shell: Shell, service: Loopback, spans: InMemorySpanExporter, trace: TraceJobs
    ) -> None:
        client = shell.client(on_event=trace)
        shell.do(lambda: client.model("a/b").submit({}))
        assert spans.get_finished_spans() == ()
        trace.close()
        assert len(spans.get_finished_spans()) == 1

    def test_another_hook_may_follow(self, shell: Shell, service: Loopback) -> None:
        seen: list[runtime.Event] = []
        run(shell, on_event=TraceJobs(TracerProvider(), then=seen.append))
        assert seen[-1].name == "finished"
