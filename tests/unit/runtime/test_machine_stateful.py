"""The state machine against a service that may answer anything: no network, no sleep, a clock of numbers."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule
from runcomfy_runtime import (
    CancelOutcome,
    ConnectionFailed,
    JobTimeout,
    RunComfyError,
    SubmitUnknown,
)
from runcomfy_runtime.machine import Done, Emit, Goal, JobMachine, Send, Sleep, Woke
from runcomfy_runtime.pace import SHARE
from runcomfy_runtime.wire import NoReply, Record, Reply

PATIENCE = 600.0
WORDS = st.sampled_from(
    [
        "in_queue",
        "queued",
        "in_progress",
        "completed",
        "succeeded",
        "failed",
        "cancelled",
        "canceled",
        "warping",
        "Completed",
    ]
)
AFTER = st.sampled_from(["", "", "", "2", "0.01", "30", "-5", "99999", "soon"])
FAULTS = st.sampled_from(
    [
        (408, b""),
        (429, b""),
        (500, b"{}"),
        (502, b"<html>bad gateway</html>"),
        (503, b""),
        (504, b'{"message":"Endpoint request timed out"}'),
        (200, b""),
        (200, b"<html>log in</html>"),
        (200, b"[]"),
        (200, b'{"status":'),
        (200, b"\xff\xfe\x00garbage"),
        (200, b'{"error_code":500001}'),
        (400, b'{"error_code":400005}'),
        (302, b""),
    ]
)
REFUSALS = st.sampled_from(
    [
        (401, b'{"message":"no"}'),
        (403, b'{"error_code":403001}'),
        (404, b'{"error_code":404001}'),
        (400, b'{"error_code":400004}'),
        (200, b'{"error_code":403003}'),
        (422, b'{"detail":[]}'),
        (404, b"<html>"),
    ]
)


class Exchange(RuleBasedStateMachine):
    """One machine, from its first request to its end, under any mixture of answers."""

    def __init__(self) -> None:
        super().__init__()
        self.took = 0.0
        self.machine: JobMachine
        self.now = 50.0
        self.last: Send | Sleep | Done | None = None
        self.posts = 0
        self.delivered = False
        self.ended = False
        self.warned = 0
        self.polled_after = 0.0

    @initialize(
        goal=st.sampled_from(["submit", "status", "result", "cancel", "cost", "balance"]),
        jitter=st.floats(0, 1),
    )
    def begin(self, goal: Goal, jitter: float) -> None:
        self.goal = goal
        self.jitter = jitter
        self.started = self.now
        self.deadline = self.now + PATIENCE
        self.machine = JobMachine(
            goal,
            deadline=self.deadline,
            model_id="a/b",
            request_id="R",
            body=b"{}",
            jitter=lambda: jitter,
        )
        self.take(self.machine.start(self.now))

    def take(self, actions: tuple[Any, ...], after: float | None = None) -> None:
        *told, last = actions
        assert all(isinstance(action, Emit) for action in told)
        self.warned += sum(1 for action in told if action.name == "unknown_state")
        if isinstance(last, Send):
            assert 0 < last.timeout <= 120
            if last.path.startswith("/v1/models"):
                assert not self.delivered, "a submit was repeated that may have arrived"
                self.posts += 1
        elif isinstance(last, Sleep):
            self.check_pause(last.seconds, after)
        else:
            assert isinstance(last, Done)
            assert (last.value is None) != (last.error is None)
        self.last = last

    def check_pause(self, seconds: float, after: float | None) -> None:
        assert seconds >= 0
        assert self.now + seconds <= self.deadline + 1e-6
        if self.goal == "submit":
            return
        elapsed = self.now - self.started
        due = min(max(SHARE * elapsed, 0.5), 5.0)
        rest = self.deadline - self.now
        if after is not None:
            assert seconds == pytest.approx(min(max(after, 0.5), rest))
        else:
            least = max(0.9 * due - self.took, 0.45 * due)
            assert min(least, rest) - 1e-6 <= seconds <= 1.1 * due + 1e-6

    def feed(self, event: Reply | NoReply, took: float) -> None:
        assert isinstance(self.last, Send)
        self.took = min(took, self.last.timeout)
        self.now += self.took
        if self.goal == "submit":
            arrived = event.delivered if isinstance(event, NoReply) else event.status != 429
            self.delivered = self.delivered or arrived
        elif isinstance(event, Reply) and self.last.path.endswith("/status"):
            self.ended = self.ended or b'"completed"' in event.body.lower()
        header = event.headers.get("retry-after", "") if isinstance(event, Reply) else ""
        after = float(header) if header in ("2", "0.01", "30") else None
        self.take(self.machine.step(event, self.now), after)

    sending = precondition(lambda self: isinstance(self.last, Send))

    @sending
    @rule(fault=FAULTS, after=AFTER, took=st.floats(0, 30))
    def fault(self, fault: tuple[int, bytes], after: str, took: float) -> None:
        self.feed(Reply(fault[0], {"retry-after": after}, fault[1]), took)

    @sending
    @rule(delivered=st.booleans(), took=st.floats(0, 30))
    def silence(self, delivered: bool, took: float) -> None:
        self.feed(NoReply(delivered, "reset"), took)

    @sending
    @rule(word=WORDS, after=AFTER, output=st.sampled_from([None, "https://x/y.png"]))
    def state(self, word: str, after: str, output: str | None) -> None:
        assert isinstance(self.last, Send)
        of_queue = self.last.path.endswith("/status")
        body = {"request_id": "R", "status": word, "output": output}
        self.feed(Reply(200, {"retry-after": after}, json.dumps(body).encode()), 0.1)
        if self.goal == "result" and of_queue and word.lower() in ("completed", "succeeded"):
            assert isinstance(
                self.last, Send
            ), "a job that has ended is asked for its result at once"
            assert self.last.path.endswith("/result")

    @sending
    @rule(outcome=st.sampled_from(["cancelled", "not_cancellable", "cancellation_requested", "?"]))
    def outcome(self, outcome: str) -> None:
        body = {"request_id": "R", "outcome": outcome, "status": "in_progress"}
        self.feed(Reply(202, {}, json.dumps(body).encode()), 0.1)

    @sending
    @rule(refusal=REFUSALS)
    def refusal(self, refusal: tuple[int, bytes]) -> None:
        self.feed(Reply(refusal[0], {}, refusal[1]), 0.1)

    @precondition(lambda self: isinstance(self.last, Sleep))
    @rule(late=st.floats(0, 3))
    def wake(self, late: float) -> None:
        assert isinstance(self.last, Sleep)
        self.now += self.last.seconds + late
        self.take(self.machine.step(Woke(), self.now))

    @precondition(lambda self: isinstance(self.last, Done))
    @rule(event=st.sampled_from([Woke(), NoReply(True, "late"), Reply(200, {}, b"{}")]))
    def after_the_end(self, event: Any) -> None:
        with pytest.raises(RuntimeError, match="does not belong"):
            self.machine.step(event, self.now)

    @invariant()
    def bounded(self) -> None:
        assert self.posts <= 8
        assert self.warned <= 1
        assert self.now <= 50 + PATIENCE + 130

    @invariant()
    def an_end_is_of_its_goal(self) -> None:
        if not isinstance(self.last, Done):
            return
        value, error = self.last.value, self.last.error
        if error is not None:
            assert isinstance(error, RunComfyError)
            assert self.goal == "submit" or not isinstance(error, SubmitUnknown)
            if self.goal == "submit" and self.delivered and isinstance(error, ConnectionFailed):
                raise AssertionError("a submit that may have arrived is told as not sent")
        elif self.goal == "result":
            assert isinstance(value, Record)
        elif self.goal == "cancel":
            assert isinstance(value, CancelOutcome)

    def teardown(self) -> None:
        """Whatever happened so far: once the service is well again, a job that has ended gives its result."""
        for _ in range(500):
            if isinstance(self.last, Done) or self.last is None:
                break
            if isinstance(self.last, Sleep):
                self.now += self.last.seconds
                self.take(self.machine.step(Woke(), self.now))
                continue
            self.ended = self.ended or self.last.path.endswith("/status")
            body = {"request_id": "R", "balance_usd": 1.0, "outcome": "cancelled"}
            body["status"] = "completed" if self.last.path.endswith("/status") else "succeeded"
            self.feed(Reply(200, {}, json.dumps(body).encode()), 0.1)
        assert self.last is None or isinstance(self.last, Done), "it never ended"
        if self.goal == "result" and self.last is not None and self.ended:
            error = self.last.error
            assert error is None or error.http_status is not None or isinstance(error, JobTimeout)


TestExchange = Exchange.TestCase
TestExchange.settings = settings(max_examples=300, stateful_step_count=40, deadline=None)
