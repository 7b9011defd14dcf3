"""Run one program and write to the file named first: seconds, processor seconds, peak KiB, exit code.

A process of its own, and a small one: the kernel's account of a child's peak begins with the size of its parent.
"""

from __future__ import annotations

import os
import sys
import time


def main() -> int:
    """Run the program."""
    _, account, *command = sys.argv
    started = time.perf_counter()
    child = os.posix_spawnp(command[0], command, os.environ)
    _, status, usage = os.wait4(child, 0)
    wall = time.perf_counter() - started
    code = os.waitstatus_to_exitcode(status)
    with open(account, "w", encoding="ascii") as file:
        file.write(f"{wall} {usage.ru_utime + usage.ru_stime} {usage.ru_maxrss} {code}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
