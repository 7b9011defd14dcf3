"""The state machine alone: no network, no sleep, a clock made of numbers."""

from __future__ import annotations

import json
from itertools import cycle, islice
from typing import Any

import pytest
import runcomfy_runtime as runtime
from hypothesis import given, settings
from hypothesis import strategies as st
from runcomfy_runtime import CancelOutcome
from runcomfy_runtime.machine import Done, Emit, Goal, JobMachine, Send, Sleep, Woke, pace
from runcomfy_runtime.wire import NoReply, Record, Reply


def reply(status: int = 200, body: Any = None, **headers: str) -> Reply:
    data = body if isinstance(body, bytes) else json.dumps(body).encode()
    return Reply(status, headers, data)


def machine(goal: Goal, deadline: float = 100.0) -> JobMachine:
    return JobMachine(
        goal, deadline=deadline, model_id="a/b", request_id="R", body=b"{}", jitter=lambda: 0.5
    )


class Run:
    """Feeds a machine with events and keeps what it does, on a clock that only sleeps move."""

    def __init__(self, machine: JobMachine, latency: float = 0.0) -> None:
        self.machine = machine
        self.now = 1000.0
        self.latency = latency
        self.sent: list[Send] = []
        self.emitted: list[Emit] = []
        self.polled_at: list[float] = []
        self.last = self._take(machine.start(self.now))

    def feed(self, event: Reply | NoReply) -> None:
        self.now += self.latency
        self.last = self._take(self.machine.step(event, self.now))
        while isinstance(self.last, Sleep):
            assert self.last.seconds >= 0
            self.now += self.last.seconds
            self.last = self._take(self.machine.step(Woke(), self.now))

    def _take(self, actions: tuple[Any, ...]) -> Send | Sleep | Done:
        *emitted, last = actions
        assert all(isinstance(action, Emit) for action in emitted)
        self.emitted += emitted
        if isinstance(last, Send):
            self.sent.append(last)
            self.polled_at.append(self.now)
        return last

    @property
    def done(self) -> Done:
        assert isinstance(self.last, Done)
        return self.last


def reply_with(status: int, body: bytes, after: str) -> Reply:
    return Reply(status, {"retry-after": after}, body)


ANY_REPLY = st.builds(
    reply_with,
    st.sampled_from([200, 202, 301, 400, 401, 403, 404, 408, 409, 422, 429, 500, 502, 504]),
    st.one_of(
        st.binary(max_size=20),
        st.sampled_from(
            [
                b"",
                b"<html>",
                b"[]",
                b'{"request_id":"R"}',
                b'{"status":"in_queue"}',
                b'{"status":"completed"}',
                b'{"status":"succeeded","output":"https://x/y.png"}',
                b'{"status":"failed"}',
                b'{"status":"cancelled","outcome":"cancelled"}',
                b'{"outcome":"not_cancellable","status":"in_progress"}',
                b'{"error_code":400005}',
                b'{"error_code":500001,"error_message":"x"}',
            ]
        ),
    ),
    st.sampled_from(["", "1", "-5", "99999", "soon", "Wed, 21 Oct 2015 07:28:00 GMT"]),
)
ANY_EVENT = st.one_of(ANY_REPLY, st.builds(NoReply, st.booleans(), st.just("reset")))


@settings(max_examples=400)
@given(st.lists(ANY_EVENT, min_size=1, max_size=40))
def test_a_submit_is_sent_again_only_when_undelivered_or_429(events: list[Any]) -> None:
    run = Run(machine("submit", deadline=2000.0))
    for event in events:
        before = len(run.sent)
        run.feed(event)
        if len(run.sent) > before:
            undelivered = isinstance(event, NoReply) and not event.delivered
            throttled = isinstance(event, Reply) and event.status == 429
            assert undelivered or throttled
        if isinstance(run.last, Done):
            break
    assert len(run.sent) <= 8
    assert all(send.method == "POST" for send in run.sent)


@settings(max_examples=400)
@given(
    st.sampled_from(["status", "result", "cancel"]), st.lists(ANY_EVENT, min_size=1, max_size=25)
)
def test_every_wait_ends_soon_after_its_deadline(goal: Goal, events: list[Any]) -> None:
    run = Run(machine(goal, deadline=1030.0), latency=0.2)
    for event in islice(cycle(events), 300):
        run.feed(event)
        if isinstance(run.last, Done):
            break
    assert isinstance(run.last, Done)
    assert run.now <= 1032
    assert (run.done.error is None) != (run.done.value is None)


@given(st.lists(ANY_EVENT, max_size=30))
def test_a_finished_job_is_never_lost_to_passing_faults(events: list[Any]) -> None:
    """Faults first, then a healthy service: the result arrives unless the service refused the job outright."""
    run = Run(machine("result", deadline=5000.0))
    for event in events:
        if isinstance(run.last, Done):
            break
        run.feed(event)
    while not isinstance(run.last, Done):
        path = run.sent[-1].path
        run.feed(reply(200, {"status": "completed" if path.endswith("/status") else "succeeded"}))
    if run.done.error is not None:
        assert not isinstance(run.done.error, (runtime.JobTimeout, runtime.ConnectionFailed))
    else:
        assert isinstance(run.done.value, Record)


def test_events_out_of_turn_are_a_bug() -> None:
    run = machine("status")
    run.start(0)
    with pytest.raises(RuntimeError, match="Woke"):
        run.step(Woke(), 0)


@pytest.mark.parametrize(
    ("length", "polls", "lateness"),
    [(3.0, 9, 0.5), (10.0, 22, 0.9), (60.0, 45, 5.0), (300.0, 95, 5.0)],
)
def test_pace(length: float, polls: int, lateness: float) -> None:
    run = Run(machine("result", deadline=5000.0))
    while run.sent[-1].path.endswith("/status"):
        ended = run.now >= 1000 + length
        run.feed(reply(200, {"status": "completed" if ended else "in_progress"}))
    assert len(run.sent) - 1 <= polls
    assert run.now - 1000 - length <= lateness


def test_pace_is_clamped_and_jittered() -> None:
    assert pace(0, 0.5) == 0.5
    assert pace(1000, 0.5) == 5.0
    assert pace(1000, 0.0) == pytest.approx(4.5)
    assert pace(1000, 1.0) == pytest.approx(5.5)


def test_retry_after_sets_the_pace_of_polls_and_is_ignored_when_absurd() -> None:
    for header, gap in (("7", 7.0), ("86400", 0.5), ("-3", 0.5), ("0", 0.5)):
        run = Run(machine("result", deadline=5000.0))
        run.feed(Reply(429, {"retry-after": header}, b""))
        assert run.polled_at[1] - run.polled_at[0] == pytest.approx(gap)


def test_last_poll_falls_on_the_deadline_and_the_fault_is_told() -> None:
    run = Run(machine("result", deadline=1001.7))
    while not isinstance(run.last, Done):
        run.feed(reply(503, b"") if run.now > 1001 else reply(200, {"status": "in_progress"}))
    assert run.polled_at[-1] == pytest.approx(1001.7)
    assert "in_progress" in str(run.done.error)
    assert "The service failed" in str(run.done.error)


def test_the_result_of_an_ended_job_is_read_past_the_deadline() -> None:
    run = Run(machine("result", deadline=1000.0))
    run.feed(reply(200, {"status": "completed"}))
    run.feed(reply(200, {"status": "succeeded", "output": "https://x/y"}))
    assert isinstance(run.done.value, Record)


def test_failed_on_status_reads_the_reason_and_does_not_insist() -> None:
    run = Run(machine("result", deadline=5000.0))
    run.feed(reply(200, {"status": "failed", "error": "first word"}))
    assert run.sent[-1].path.endswith("/result")
    for _ in range(3):
        run.feed(reply(400, {"error_code": 400005}))
    assert isinstance(run.done.value, Record)
    assert run.done.value.error == "first word"


def test_unknown_state_is_told_once() -> None:
    run = Run(machine("result", deadline=1010.0))
    while not isinstance(run.last, Done):
        run.feed(reply(200, {"status": "warping"}))
    assert [emit.name for emit in run.emitted].count("unknown_state") == 1
    assert "warping" in str(run.done.error)


def test_unreachable_host_ends_a_refresh_soon() -> None:
    run = Run(machine("status", deadline=1030.0))
    for _ in range(3):
        run.feed(NoReply(delivered=False, reason="refused"))
    assert isinstance(run.done.error, runtime.ConnectionFailed)


def test_halted_submit_is_not_sent_again() -> None:
    job = machine("submit", deadline=2000.0)
    run = Run(job)
    job.halt()
    run.feed(NoReply(delivered=False, reason="refused"))
    assert len(run.sent) == 1
    assert isinstance(run.done.error, runtime.ConnectionFailed)


@pytest.mark.parametrize("event", [NoReply(delivered=False, reason="refused"), reply(429, b"{}")])
def test_a_submit_that_is_to_be_sent_once_is_not_sent_again(event: Any) -> None:
    run = Run(JobMachine("submit", deadline=2000.0, model_id="a/b", body=b"{}", again=False))
    run.feed(event)
    assert len(run.sent) == 1
    assert isinstance(run.done.error, (runtime.ConnectionFailed, runtime.RateLimited))


def test_cancel_is_repeated_until_heard() -> None:
    run = Run(machine("cancel", deadline=1030.0))
    run.feed(NoReply(delivered=True, reason="reset"))
    run.feed(reply(502, b"<html>"))
    run.feed(reply(202, {"outcome": "cancelled"}))
    run.feed(reply(504, b""))
    assert run.done.value is CancelOutcome.CANCELLED


def test_cancel_that_is_not_confirmed_says_so() -> None:
    run = Run(machine("cancel", deadline=1003.0))
    run.feed(reply(202, {"outcome": "cancellation_requested"}))
    while not isinstance(run.last, Done):
        run.feed(reply(200, {"status": "in_progress"}))
    assert isinstance(run.done.error, runtime.JobTimeout)
    assert "not confirmed" in str(run.done.error)


def test_a_state_that_is_new_may_be_the_end_so_the_result_is_asked_too() -> None:
    run = Run(machine("result", deadline=5000.0))
    run.feed(reply(200, {"status": "finalised"}))
    assert run.sent[-1].path.endswith("/result")
    run.feed(reply(200, {"status": "succeeded", "output": "https://x/y.png"}))
    assert isinstance(run.done.value, Record)
    assert [send.path.rpartition("/")[2] for send in run.sent] == ["status", "result"]


@pytest.mark.parametrize(
    "unready",
    [
        reply(200, {"status": "in_progress"}),
        reply(400, {"error_code": 400005}),
        reply(404, {"error_code": 404001}),
        reply(404, b""),
        reply(200, {"status": "warping"}),
    ],
)
def test_a_new_state_goes_on_when_the_result_is_not_there(unready: Reply) -> None:
    run = Run(machine("result", deadline=5000.0))
    for _ in range(6):
        run.feed(reply(200, {"status": "warping"}))
        run.feed(unready)
    assert not isinstance(run.last, Done)
    run.feed(reply(200, {"status": "completed"}))
    run.feed(reply(200, {"status": "succeeded", "output": {}}))
    assert isinstance(run.done.value, Record)
    assert [emit.name for emit in run.emitted].count("unknown_state") == 1


def test_an_end_never_goes_back_in_what_is_told() -> None:
    run = Run(machine("result", deadline=5000.0))
    run.feed(reply(200, {"status": "completed"}))
    run.feed(reply(200, {"status": "in_progress"}))
    run.feed(reply(200, {"status": "succeeded", "output": {}}))
    states = [emit.status.state for emit in run.emitted if emit.status is not None]
    assert states == ["completed", "succeeded"]


@pytest.mark.parametrize("body", [{"output": "https://x/y"}, {"status": "ok", "output": ["u"]}])
def test_the_output_of_an_ended_job_is_taken_whatever_the_result_calls_it(body: Any) -> None:
    run = Run(machine("result", deadline=5000.0))
    run.feed(reply(200, {"status": "completed"}))
    for _ in range(3):
        run.feed(reply(200, body))
    assert isinstance(run.done.value, Record)
    assert (run.done.value.state, run.done.value.output) == ("succeeded", body["output"])


def test_an_ended_job_without_readable_result_says_so_when_time_runs_out() -> None:
    run = Run(machine("result", deadline=1003.0))
    run.feed(reply(200, {"status": "completed"}))
    while not isinstance(run.last, Done):
        run.feed(reply(503, b""))
    assert isinstance(run.done.error, runtime.JobTimeout)
    assert "has ended, but its result could not be read" in str(run.done.error)
    assert "The service failed" in str(run.done.error)


@pytest.mark.parametrize(("status", "body"), [(403, b"<html>blocked"), (401, b""), (404, b"nginx")])
def test_a_refusal_that_may_be_a_gateway_s_is_asked_again_twice(status: int, body: bytes) -> None:
    run = Run(machine("result", deadline=5000.0))
    for _ in range(2):
        run.feed(reply(status, body))
    run.feed(reply(200, {"status": "in_progress"}))
    for _ in range(3):
        assert not isinstance(run.last, Done)
        run.feed(reply(status, body))
    assert isinstance(run.done.error, runtime.RunComfyError)
    assert len(run.sent) == 6


def test_a_job_that_was_just_seen_is_not_given_up_for_one_404() -> None:
    run = Run(machine("result", deadline=5000.0))
    run.feed(reply(200, {"status": "completed"}))
    run.feed(reply(404, {"error_code": 404001}))
    run.feed(reply(200, {"status": "succeeded", "output": {}}))
    assert isinstance(run.done.value, Record)


@pytest.mark.parametrize("header", ["7", "0.01"])
def test_retry_after_of_a_good_answer_sets_the_pace_too(header: str) -> None:
    run = Run(machine("result", deadline=5000.0))
    run.feed(Reply(200, {"retry-after": header}, b'{"status":"in_queue"}'))
    assert run.polled_at[1] - run.polled_at[0] == pytest.approx(max(float(header), 0.5))


def test_a_large_body_gets_the_time_to_be_sent() -> None:
    small = JobMachine("submit", deadline=1.0, model_id="a/b", body=b"{}").start(0)[-1]
    large = JobMachine("submit", deadline=1.0, model_id="a/b", body=b" " * 2**26).start(0)[-1]
    assert isinstance(small, Send)
    assert isinstance(large, Send)
    assert small.timeout == pytest.approx(90, abs=1)
    assert large.timeout == pytest.approx(90 + 512)


@pytest.mark.parametrize(
    ("cancel", "polls", "outcome"),
    [
        (reply(409, b""), [reply(200, {"status": "in_progress"})], CancelOutcome.NOT_CANCELLABLE),
        (
            reply(409, {"error_code": 409001}),
            [reply(200, {"status": "completed"})],
            CancelOutcome.ALREADY_DONE,
        ),
        (
            reply(202, {"outcome": "cancelled"}),
            [reply(404, {"error_code": 404001})],
            CancelOutcome.CANCELLED,
        ),
        (
            reply(202, {"outcome": "scheduled"}),
            [reply(200, {"status": "in_queue"}), reply(200, {"status": "cancelled"})],
            CancelOutcome.CANCELLED,
        ),
        (reply(202, b""), [reply(200, {"status": "cancelled"})], CancelOutcome.CANCELLED),
        (
            reply(202, {"outcome": "cancelled", "status": "completed"}),
            [reply(200, {"status": "completed"}), reply(200, {"status": "cancelled"})],
            CancelOutcome.CANCELLED,
        ),
    ],
)
def test_cancel_outcomes(cancel: Reply, polls: list[Reply], outcome: CancelOutcome) -> None:
    run = Run(machine("cancel", deadline=1030.0))
    run.feed(cancel)
    for answer in polls:
        run.feed(answer)
    assert run.done.value is outcome


def test_cost_is_one_read_and_nan_while_the_service_does_not_say() -> None:
    for body, cost in (({"status": "succeeded", "cost": 0.04}, 0.04), ({"cost": 0}, 0.0)):
        run = Run(machine("cost"))
        assert run.sent[-1].path == "/v1/requests/R/result?include_cost=true"
        run.feed(reply(200, body))
        assert run.done.value == cost
    for body in (
        {"status": "in_queue"},
        {"cost": None},
        {"cost": "4"},
        {"cost": -1},
        {"cost": True},
    ):
        run = Run(machine("cost"))
        run.feed(reply(200, body))
        assert str(run.done.value) == "nan"


def test_balance_survives_faults_and_reads_microdollars_first() -> None:
    run = Run(machine("balance", deadline=1030.0))
    run.feed(reply(503, b""))
    run.feed(reply(200, {"balance_usd": 4.8, "balance_microdollars": -4830000}))
    assert run.done.value == runtime.Balance(-4830000)
    assert isinstance(run.done.value, runtime.Balance)
    assert run.done.value.usd == -4.83
    assert run.sent[-1].account
    run = Run(machine("balance", deadline=1030.0))
    for _ in range(3):
        run.feed(reply(200, {"other": 1}))
    assert isinstance(run.done.error, runtime.ServiceError)
