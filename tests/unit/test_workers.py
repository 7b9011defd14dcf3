"""Processes beside the main one: they share the work out, they may fail to start, and one of them may be killed."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from runcomfy_codegen.errors import CodegenError
from runcomfy_codegen.workers import Workers

TASKS = tuple(range(6))


def in_process(task: int) -> int:
    return os.getpid()


def ended_from_outside(task: int) -> int:
    os.kill(os.getpid(), signal.SIGKILL)
    return task


def test_processes_do_their_tasks_and_this_one_its_own() -> None:
    with Workers(2) as workers:
        done = dict(workers.run(in_process, TASKS, in_process, (7,)))

    assert done.keys() == {*TASKS, 7}
    assert done[7] == os.getpid()
    assert os.getpid() not in {done[task] for task in TASKS}


def test_one_process_is_this_one() -> None:
    with Workers(1) as workers:
        assert set(dict(workers.run(in_process, TASKS, in_process, (7,))).values()) == {os.getpid()}


def test_a_process_that_is_killed_is_told() -> None:
    with Workers(2) as workers, pytest.raises(CodegenError, match="ended from outside"):
        list(workers.run(ended_from_outside, TASKS, in_process, ()))


def test_a_program_that_cannot_be_started_again_does_all_itself(tmp_path: Path) -> None:
    program = tmp_path / "program.py"
    program.write_text(
        "import os\n"
        "from runcomfy_codegen.workers import Workers\n"
        "with Workers(2) as workers:\n"
        "    print(dict(workers.run(abs, (-1, -2), abs, (-3,))))\n"
    )
    done = subprocess.run(
        [sys.executable, program], capture_output=True, encoding="utf-8", check=False, timeout=120
    )

    assert done.returncode == 0, done.stderr
    assert done.stdout == "{-3: 3, -1: 1, -2: 2}\n"
