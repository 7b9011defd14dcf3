"""Processes beside the main one: they share the work out, they may fail to start, and one of them may be killed."""

from __future__ import annotations

import multiprocessing
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from runcomfy_codegen.errors import CodegenError
from runcomfy_codegen.workers import Workers

TASKS = tuple(range(6))


def in_process(task: int) -> int:
    return os.getpid()


def slow_in_process(task: int) -> int:
    time.sleep(0.2)
    return os.getpid()


def ended_beside(task: int) -> int:
    if multiprocessing.parent_process() is not None:
        os.kill(os.getpid(), signal.SIGKILL)
    time.sleep(0.2)
    return task


def ended_from_outside(task: int) -> int:
    os.kill(os.getpid(), signal.SIGKILL)
    return task


def test_processes_do_their_tasks_and_this_one_its_own() -> None:
    with Workers(2) as workers:
        done = dict(workers.run(in_process, TASKS, in_process, (7,)))

    assert done.keys() == {*TASKS, 7}
    assert done[7] == os.getpid()
    assert os.getpid() not in {done[task] for task in TASKS}


@pytest.mark.parametrize("number", [1, 2])
def test_what_is_shared_is_done_once(number: int) -> None:
    with Workers(number) as workers:
        first = list(workers.share(abs, range(-200, 0)))
        second = list(workers.share(abs, (-3,)))
        assert list(workers.share(abs, tuple[int]())) == []

    assert sorted(first) == [(task, -task) for task in range(-200, 0)]
    assert second == [(-3, 3)]


def test_this_process_shares_the_work_until_another_is_there() -> None:
    with Workers(2) as workers:
        done_by = [done for _, done in workers.share(in_process, TASKS)]
        list(workers.run(in_process, TASKS, in_process, ()))
        done_by += [done for _, done in workers.share(slow_in_process, TASKS)]

    assert done_by[0] == os.getpid(), "it waited for a process to be started"
    assert set(done_by[len(TASKS) :]) - {os.getpid()}, "the others were left out"


def test_a_process_that_is_killed_while_it_shares_is_told() -> None:
    with Workers(2) as workers:
        list(workers.run(in_process, TASKS, in_process, ()))
        with pytest.raises(CodegenError, match="ended from outside"):
            list(workers.share(ended_beside, TASKS))


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
