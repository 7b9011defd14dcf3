"""What a person sees of a batch in a real pseudo-terminal, and what Ctrl-C does there."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pexpect
import pytest
from runcomfy_runtime.testing import Emulator

from .test_cli import MODEL, TOKEN, URL
from .test_cli_terminal import ESCAPES, spawn

pytest.importorskip("dbos", reason="batches need the extra 'batch'")


@pytest.fixture
def emulator() -> Iterator[Emulator]:
    with Emulator(queue_seconds=0.2, run_seconds=2.0, token=TOKEN) as running:
        yield running


def start(folder: Path, emulator: Emulator, count: int, *options: str) -> pexpect.spawn[str]:
    rows = [{"id": n, "model": MODEL, "prompt": "x", "image_url": URL} for n in range(count)]
    (folder / "t.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    terminal = spawn(folder, emulator, "batch", "run", "shots", "t.jsonl", *options)
    terminal.timeout = 120
    return terminal


def test_the_display_shows_counts_rate_cost_and_time_left_and_then_a_summary(
    tmp_path: Path, emulator: Emulator
) -> None:
    terminal = start(tmp_path, emulator, 6, "--in-flight", "3")
    terminal.expect(r"6 x stepfun-ai/stepx-edit2: about \$0\.24")
    terminal.expect(r"shots .*?\d+%.*?\d of 6 done, 3 in flight, 3 queued, 0 failed, 0 unknown")
    terminal.expect(r"3 of 6 done.*?\$0\.12")
    terminal.expect(r"6 of 6 done, 0 in flight, 0 queued, 0 failed, 0 unknown, \$0\.24, in ")
    terminal.expect(pexpect.EOF)
    terminal.close()
    assert terminal.exitstatus == 0


def test_ctrl_c_lets_what_is_at_the_service_end_and_a_second_run_goes_on(
    tmp_path: Path, emulator: Emulator
) -> None:
    terminal = start(tmp_path, emulator, 6, "--in-flight", "2")
    terminal.expect("2 in flight")
    terminal.sendintr()
    terminal.expect("no further job is begun, those under way end; Ctrl-C leaves at once")
    terminal.expect("2 of 6 done, 0 in flight, 4 queued")
    terminal.expect("SIGINT came; run the batch again to go on")
    terminal.expect(pexpect.EOF)
    terminal.close()
    assert terminal.exitstatus == 130
    assert emulator.count("submit") == 2
    terminal = spawn(tmp_path, emulator, "batch", "run", "shots", "--in-flight", "6")
    terminal.timeout = 120
    terminal.expect("6 of 6 done, 0 in flight")
    terminal.expect(pexpect.EOF)
    terminal.close()
    assert terminal.exitstatus == 0
    assert emulator.count("submit") == 6


def test_a_second_ctrl_c_leaves_at_once_and_loses_nothing(
    tmp_path: Path, emulator: Emulator
) -> None:
    emulator.script({"job": {"stuck": "in_progress"}})
    terminal = start(tmp_path, emulator, 1)
    terminal.expect("1 in flight")
    while emulator.count("submit") < 1 or emulator.count("status") < 1:
        terminal.expect(["in flight", pexpect.TIMEOUT], timeout=1)
    terminal.sendintr()
    terminal.expect("Ctrl-C leaves at once")
    terminal.sendintr()
    terminal.expect("1 in flight, 0 queued")
    terminal.expect(pexpect.EOF)
    terminal.close()
    assert terminal.exitstatus == 130
    assert "Traceback" not in ESCAPES.sub("", terminal.before or "")
    status = spawn(tmp_path, emulator, "batch", "status", "shots", "--output", "json")
    status.expect(r'"counts":\{"running":1\}')
    status.close()
