"""Words for states and times, and the display that fits the streams."""

from __future__ import annotations

import pytest
from runcomfy_runtime.cli.parameters import Duration
from runcomfy_runtime.cli.progress import elapsed_text, open_progress, state_text
from runcomfy_runtime.cli.session import Session
from runcomfy_runtime.states import JobStatus


@pytest.mark.parametrize(
    ("status", "words"),
    [
        (JobStatus("in_queue", 3), "queued, position 3"),
        (JobStatus("in_queue", 0), "queued, position 0"),
        (JobStatus("in_queue"), "queued"),
        (JobStatus("in_progress", 1), "running"),
        (JobStatus("completed"), "finished, reading the result"),
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


def test_elsewhere_than_on_a_terminal_each_change_is_one_line(
    toy: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with open_progress(Session(toy), "acme/edit-1") as progress:
        for position in (2, 2, 1):
            progress.update(JobStatus("in_queue", position))
        progress.update(JobStatus("in_progress"))
        progress.update(JobStatus("in_progress"))
    lines = capsys.readouterr().err.splitlines()
    assert [line.partition(": ")[2] for line in lines] == [
        "queued, position 2",
        "queued, position 1",
        "running",
    ]


def test_quiet_shows_nothing(toy: str, capsys: pytest.CaptureFixture[str]) -> None:
    with open_progress(Session(toy, quiet=True), "acme/edit-1") as progress:
        progress.update(JobStatus("in_progress"))
    assert capsys.readouterr().err == ""


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
