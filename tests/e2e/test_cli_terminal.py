"""The live line and Ctrl-C in a real pseudo-terminal."""

from __future__ import annotations

import re
import sys
from pathlib import Path

import pexpect
import pytest
from runcomfy_runtime.testing import Emulator

from .test_cli import GIVEN, TOKEN, environment

ESCAPES = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]")


def spawn(folder: Path, emulator: Emulator, *arguments: str, **env: str) -> pexpect.spawn[str]:
    return pexpect.spawn(
        sys.executable,
        ["-m", "runcomfy_sdk", *arguments],
        cwd=str(folder),
        env={**environment(folder / "home", emulator), "TERM": "xterm-256color", **env},  # type: ignore[arg-type]
        encoding="utf-8",
        dimensions=(24, 100),
        timeout=20,
    )


def test_the_live_line_shows_queue_position_then_running_then_the_saved_file(
    tmp_path: Path,
) -> None:
    with Emulator(queue_seconds=1.2, run_seconds=1.2, token=TOKEN) as emulator:
        terminal = spawn(tmp_path, emulator, *GIVEN, "-o", "out")
        terminal.expect(r"queued, position \d+.*?\d\.\ds")
        terminal.expect(r"running.*?\d\.\ds")
        terminal.expect(r"saved out/\S+")
        terminal.expect(pexpect.EOF)
        terminal.close()
    assert terminal.exitstatus == 0
    assert len(list((tmp_path / "out").iterdir())) == 1


def test_the_line_is_redrawn_in_place_and_gone_at_the_end(tmp_path: Path) -> None:
    with Emulator(queue_seconds=0.8, run_seconds=0.5, token=TOKEN) as emulator:
        terminal = spawn(tmp_path, emulator, *GIVEN, "-o", "out")
        terminal.expect(pexpect.EOF)
        shown: str = terminal.before or ""
        terminal.close()
    assert "\x1b[2K" in shown
    assert not re.search(r"queued[^\r\x1b]*\n", ESCAPES.sub("", shown))


def test_ctrl_c_on_the_terminal_cancels_a_queued_job(tmp_path: Path) -> None:
    with Emulator(token=TOKEN) as emulator:
        emulator.script({"job": {"stuck": "in_queue"}})
        terminal = spawn(tmp_path, emulator, *GIVEN)
        terminal.expect("queued")
        terminal.sendintr()
        terminal.expect("still queued and is cancelled")
        terminal.expect(pexpect.EOF)
        terminal.close()
        assert emulator.count("cancel") == 1
    assert terminal.exitstatus == 130
    assert (terminal.before or "").count("Traceback") == 0


@pytest.mark.parametrize("env", [{"TERM": "dumb"}, {"NO_COLOR": "1"}])
def test_plain_terminals_get_no_colours(tmp_path: Path, env: dict[str, str]) -> None:
    with Emulator(queue_seconds=0.3, run_seconds=0.3, token=TOKEN) as emulator:
        terminal = spawn(tmp_path, emulator, *GIVEN, "-o", "out", **env)
        terminal.expect(pexpect.EOF)
        shown: str = terminal.before or ""
        terminal.close()
    assert terminal.exitstatus == 0
    assert not re.search(r"\x1b\[[0-9;]*3[0-9]", shown)
    if env.get("TERM") == "dumb":
        assert "\x1b" not in shown
        assert re.search(r"^\[\d.*s\] .*: succeeded", shown, re.MULTILINE)
