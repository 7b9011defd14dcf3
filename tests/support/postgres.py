"""A Postgres of one's own in a temporary folder, from the system's packages, to be killed at will."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from pathlib import Path

__all__ = ["WHY_NOT", "Postgres", "programs"]

WHY_NOT = "Postgres is not installed (Debian: apt-get install postgresql)"


def programs() -> Path | None:
    """Return the folder of the newest Postgres's programs; None if there is none, or no user to run it as."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    if not found or (os.geteuid() == 0 and not shutil.which("runuser")):
        return None
    return found[-1].parent


class Postgres:
    """One server on loopback.

    Attributes:
        url: For SQLAlchemy.
    """

    def __init__(self) -> None:
        folder = programs()
        assert folder is not None, WHY_NOT
        self._programs = folder
        self._home = Path(tempfile.mkdtemp(prefix="runcomfy-pg-"))
        self._data = self._home / "data"
        self._prefix: list[str] = []
        self._made = 0
        if os.geteuid() == 0:
            shutil.chown(self._home, "postgres")
            self._prefix = ["runuser", "-u", "postgres", "--"]
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self._port = probe.getsockname()[1]
        self.url = f"postgresql+psycopg://postgres@127.0.0.1:{self._port}/postgres"
        self._run("initdb", "-D", str(self._data), "-U", "postgres", "-A", "trust", "--no-sync")
        self.start()

    def fresh(self) -> str:
        """Make a new database and return its URL."""
        self._made += 1
        name = f"batch{self._made}"
        where = ["-h", "127.0.0.1", "-p", str(self._port), "-U", "postgres"]
        self._run("createdb", *where, name)
        return f"{self.url.removesuffix('postgres')}{name}"

    def start(self) -> None:
        """Start the server and wait until it answers."""
        settings = f"-p {self._port} -k {self._home} -c listen_addresses=127.0.0.1"
        log = str(self._home / "log")
        for _ in range(20):
            started = self._run(
                *("pg_ctl", "-D", str(self._data), "-l", log, "-o", settings, "-w", "start"),
                check=False,
            )
            if started == 0:
                return
            time.sleep(0.5)
        raise RuntimeError(Path(log).read_text(encoding="utf-8")[-2000:])

    def kill(self) -> None:
        """Kill all its processes at once, as a power cut would end them."""
        main = int((self._data / "postmaster.pid").read_text(encoding="ascii").split()[0])
        children = subprocess.run(
            ["ps", "-o", "pid=", "--ppid", str(main)], capture_output=True, text=True, check=False
        ).stdout.split()
        for pid in [main, *map(int, children)]:
            try:
                os.kill(pid, signal.SIGKILL)
            except ProcessLookupError:
                continue
        while Path(f"/proc/{main}").exists():
            time.sleep(0.02)

    def stop(self) -> None:
        """Stop the server and remove all it wrote."""
        self._run("pg_ctl", "-D", str(self._data), "-m", "immediate", "stop", check=False)
        shutil.rmtree(self._home, ignore_errors=True)

    def _run(self, program: str, *arguments: str, check: bool = True) -> int:
        command = [*self._prefix, str(self._programs / program), *arguments]
        quiet = subprocess.DEVNULL
        return subprocess.run(
            command, check=check, stdout=quiet, stderr=quiet, cwd=self._home
        ).returncode
