"""Words for states and times, and the display that fits the streams."""

from __future__ import annotations

import json

import pytest
from runcomfy_runtime.cli.parameters import Duration
from runcomfy_runtime.cli.progress import (
    Transfer,
    elapsed_text,
    open_display,
    size_text,
    state_text,
)
from runcomfy_runtime.cli.session import Session
from runcomfy_runtime.events import CancelAnswered, Retried, Sent, StateChanged
from runcomfy_runtime.states import CancelOutcome, JobStatus


@pytest.mark.parametrize(
    ("status", "words"),
    [
        (JobStatus("in_queue", 3), "queued, position 3"),
        (JobStatus("in_queue", 0), "queued, position 0"),
        (JobStatus("in_queue"), "queued"),
        (JobStatus("in_progress", 1), "running"),
        (JobStatus("completed"), "finished"),
        (JobStatus("unknown", raw={"status": "warming_up"}), "warming_up"),
    ],
)
def test_states_in_words(status: JobStatus, words: str) -> None:
    assert state_text(status) == words


@pytest.mark.parametrize(
    ("seconds", "text"), [(0.04, "0.0s"), (59.9, "59.9s"), (65, "1m05s"), (3725, "1h02m")]
)
def test_times_in_words(seconds: float, text: str) -> None:
    assert elapsed_text(seconds) == text


@pytest.mark.parametrize(
    ("size", "text"), [(0, "0 B"), (999, "999 B"), (1500, "1.5 kB"), (5e12, "5000.0 GB")]
)
def test_sizes_in_words(size: float, text: str) -> None:
    assert size_text(size) == text


def test_elsewhere_than_on_a_terminal_each_change_is_one_line(
    toy: str, capsys: pytest.CaptureFixture[str]
) -> None:
    session = Session(toy)
    with open_display(session, ["a"]) as display:
        for position in (2, 2, 1):
            display.update("a", JobStatus("in_queue", position))
        display.update("a", JobStatus("in_progress"))
        display.hear(Retried(request_id="a", detail="no reply in time"))
        display.transfer("a", Transfer(5, 10, 1.0))
        display.update("a", JobStatus("in_progress"))
        display.update("b", JobStatus("in_progress"))
    lines = capsys.readouterr().err.splitlines()
    assert [line.partition("] ")[2] for line in lines] == [
        "a: queued, position 2",
        "a: queued, position 1",
        "a: running",
        "a: asking again: no reply in time",
        "a: running",
        "b: running",
    ]
    assert session.listener is None


def test_quiet_shows_nothing(toy: str, capsys: pytest.CaptureFixture[str]) -> None:
    for output in (None, "json"):
        with open_display(Session(toy, quiet=True, output=output), ["a"]) as display:
            display.update("a", JobStatus("in_progress"))
            display.hear(Retried(request_id="a", detail="x"))
    assert capsys.readouterr().err == ""


def test_programs_get_each_event_as_a_line_of_json(
    toy: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with open_display(Session(toy, output="json"), ["a"]) as display:
        display.stage("a", "submitting")
        display.hear(Sent(method="GET", path="/v1/requests/a/status"))
        display.hear(StateChanged(request_id="a", state="in_queue", queue_position=2))
        display.hear(CancelAnswered(request_id="a", outcome=CancelOutcome.CANCELLED))
        for done in (1, 2, 10):
            display.transfer("a", Transfer(done, 10, 0.1))
    told = [json.loads(line) for line in capsys.readouterr().err.splitlines()]
    assert [(one["event"], one.get("state") or one.get("outcome")) for one in told] == [
        ("update", "in_queue"),
        ("cancel", "cancelled"),
        ("transfer", None),
        ("transfer", None),
    ]
    assert told[0]["queue_position"] == 2
    assert [one["done"] for one in told[2:]] == [1, 10]


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("90", 90),
        ("90s", 90),
        ("10m", 600),
        ("1h30m", 5400),
        ("1.5m", 90),
        (" 2 H ", 7200),
        ("1d", 86400),
    ],
)
def test_durations(text: str, seconds: float) -> None:
    assert Duration().convert(text, None, None) == seconds
