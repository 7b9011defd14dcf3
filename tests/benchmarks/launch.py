"""Run one program and write to the file named first: seconds, processor seconds, peak KiB, exit code.

A process of its own, and a small one: the kernel's account of a child's peak begins with the size of its parent. It
adopts what its program leaves behind, such as servers that fork workers, and counts that too.
"""

from __future__ import annotations

import ctypes
import os
import sys
import time

_SET_CHILD_SUBREAPER = 36


def main() -> int:
    """Run the program."""
    _, account, *command = sys.argv
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_SET_CHILD_SUBREAPER, 1, 0, 0, 0)
    started = time.perf_counter()
    child = os.posix_spawnp(command[0], command, os.environ)
    _, status, usage = os.wait4(child, 0)
    wall = time.perf_counter() - started
    cpu, peak = usage.ru_utime + usage.ru_stime, usage.ru_maxrss
    while True:
        try:
            _, _, usage = os.wait3(0)
        except ChildProcessError:
            break
        cpu, peak = cpu + usage.ru_utime + usage.ru_stime, max(peak, usage.ru_maxrss)
    code = os.waitstatus_to_exitcode(status)
    with open(account, "w", encoding="ascii") as file:
        file.write(f"{wall} {cpu} {peak} {code}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
