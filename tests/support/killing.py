"""Run a function in a child process that is killed, by SIGKILL, at a chosen step of what it does to the disk."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Callable
from pathlib import Path

__all__ = ["count_steps", "killed_at"]

_STEPS = frozenset(
    {
        "ctypes.dlsym",
        "open",
        "os.chmod",
        "os.link",
        "os.mkdir",
        "os.remove",
        "os.rename",
        "os.rmdir",
    }
)
_OUT_OF_STEPS = 97


def killed_at(step: int, below: Path, action: Callable[[], object]) -> bool:
    """Run ``action`` and kill it before its ``step``-th step below a folder; return whether it came so far."""
    status = _in_child(below, action, lambda count: count == step)
    if os.WIFSIGNALED(status):
        assert os.WTERMSIG(status) == signal.SIGKILL
        return True
    assert os.waitstatus_to_exitcode(status) == 0
    return False


def count_steps(below: Path, action: Callable[[], object]) -> int:
    """Run ``action`` to its end and return how many steps it took below a folder."""
    reader, writer = os.pipe()

    def report(count: int) -> bool:
        os.write(writer, b".")
        return False

    os.set_blocking(reader, False)
    status = _in_child(below, action, report)
    assert os.waitstatus_to_exitcode(status) == 0
    os.close(writer)
    count = len(os.read(reader, 1 << 16))
    os.close(reader)
    return count


def _in_child(below: Path, action: Callable[[], object], is_end: Callable[[int], bool]) -> int:
    child = os.fork()
    if child:
        return os.waitpid(child, 0)[1]
    count = 0
    root = str(below)

    def watch(event: str, arguments: tuple[object, ...]) -> None:
        nonlocal count
        if event not in _STEPS:
            return
        if event != "ctypes.dlsym" and not str(arguments[0]).startswith(root):
            return
        count += 1
        if is_end(count):
            os.kill(os.getpid(), signal.SIGKILL)

    sys.addaudithook(watch)
    try:
        action()
    except BaseException as error:  # noqa: BLE001 - the child must end here, whatever happened
        sys.stderr.write(f"{error!r}\n")
        os._exit(1)
    os._exit(0)
