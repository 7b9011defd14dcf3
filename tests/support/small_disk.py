"""A disk of a few MiB that can be filled, for tests of what happens when there is no room."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Generator
from contextlib import contextmanager, suppress
from pathlib import Path

__all__ = ["WHY_NO_DISK", "can_mount", "empty", "fill", "small_disk"]

WHY_NO_DISK = "a disk to fill can be mounted only by root on Linux"
_FILL = "fill"


def can_mount(folder: Path) -> bool:
    """Tell whether this process may mount one."""
    if not sys.platform.startswith("linux") or os.geteuid() != 0 or not shutil.which("mount"):
        return False
    with suppress(subprocess.CalledProcessError), small_disk(folder / "probe", 1):
        return True
    return False


@contextmanager
def small_disk(folder: Path, mebibytes: int) -> Generator[Path]:
    """Mount a disk at ``folder`` and remove it afterwards."""
    folder.mkdir(parents=True)
    mount = ["mount", "-t", "tmpfs", "-o", f"size={mebibytes}m", "tmpfs", str(folder)]
    subprocess.run(mount, check=True, capture_output=True)
    try:
        yield folder
    finally:
        subprocess.run(["umount", "-l", str(folder)], check=False)


def fill(disk: Path) -> None:
    """Leave no room on it."""
    handle = os.open(disk / _FILL, os.O_WRONLY | os.O_CREAT)
    with suppress(OSError):
        while True:
            os.write(handle, bytes(4096))
    os.close(handle)


def empty(disk: Path) -> None:
    """Make room again."""
    (disk / _FILL).unlink()
