"""Ctrl-C in the terminal where a run goes on: it reaches all processes of the run, and ends them with one line."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from runcomfy_codegen.spec import spec_path
from support.command import REPOSITORY
from support.documents import make_spec

CHILDREN = Path(f"/proc/{os.getpid()}/task/{os.getpid()}/children")
PATHS = os.pathsep.join(str(REPOSITORY / name) for name in ("generator", "runtime"))


def has_child(process: int) -> bool:
    return bool(Path(f"/proc/{process}/task/{process}/children").read_text())


@pytest.mark.skipif(not CHILDREN.exists(), reason="the system does not list a process's children")
@pytest.mark.parametrize("seconds", [0, 1.5])
def test_an_interrupt_ends_all_processes_and_writes_nothing(tmp_path: Path, seconds: float) -> None:
    for number in range(300):
        spec = make_spec(
            {"size": {"type": "integer", "maximum": number}}, model_id=f"acme/{number}"
        )
        file = tmp_path / "specs" / spec_path(spec.model_id)
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(spec.text, encoding="utf-8")
    run = subprocess.Popen(
        [sys.executable, "-m", "runcomfy_codegen", "generate", "--workers", "2"],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": PATHS},
        stderr=subprocess.PIPE,
        encoding="utf-8",
        start_new_session=True,
    )
    while run.poll() is None and not has_child(run.pid):
        time.sleep(0.01)
    time.sleep(seconds)
    os.killpg(run.pid, signal.SIGINT)
    _, told = run.communicate(timeout=60)

    assert run.returncode == 130, told
    assert told.strip() == "interrupted; the generated tree is the old one or the new one, whole"
    assert not (tmp_path / "generated").exists()
