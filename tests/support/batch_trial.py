"""A batch on trial: a service that counts, workers to be killed, and what must hold afterwards."""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import runcomfy_runtime
import sqlalchemy as sa
from runcomfy_runtime.batch import Batch, JobRecord, Row
from runcomfy_runtime.batch.tables import jobs, workers

__all__ = ["Service", "Trial", "Verdict", "Worker", "rows"]

_HERE = Path(__file__).parent
MODEL = "vendor/any"


class Service:
    """The counting service in a process of its own."""

    def __init__(self, hosted_of_ten: int = 10) -> None:
        """Start it; of ten files, ``hosted_of_ten`` are to be downloaded."""
        self._process = subprocess.Popen(
            [sys.executable, str(_HERE / "batch_service.py"), str(hosted_of_ten)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        assert self._process.stdout is not None
        self.url = f"http://127.0.0.1:{int(self._process.stdout.readline())}"

    def ask(self, path: str) -> Any:
        """Return what it answers to a GET."""
        with urllib.request.urlopen(f"{self.url}/{path}", timeout=60) as reply:
            return json.loads(reply.read())

    def close(self) -> None:
        """End it."""
        self._process.kill()
        self._process.wait()
        for stream in (self._process.stdin, self._process.stdout):
            assert stream is not None
            stream.close()


class Worker:
    """One process of the batch."""

    def __init__(
        self,
        store: str,
        url: str,
        folder: Path,
        in_flight: int,
        token: str = "token",
        **settings: str,
    ) -> None:
        python_path = str(Path(runcomfy_runtime.__file__).parents[1])
        self.started_at = time.monotonic()
        self._process = subprocess.Popen(
            [
                sys.executable,
                str(_HERE / "batch_worker.py"),
                store,
                url,
                str(folder),
                str(in_flight),
                token,
            ],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            env={
                **os.environ,
                "PYTHONPATH": python_path,
                **{f"TRIAL_{name.upper()}": value for name, value in settings.items()},
            },
        )

    @property
    def pid(self) -> int:
        """Its process id."""
        return self._process.pid

    def send(self, number: signal.Signals) -> None:
        """Send it a signal; wait for its end if it is SIGKILL."""
        self._process.send_signal(number)
        if number == signal.SIGKILL:
            self._process.communicate()

    @property
    def over(self) -> bool:
        """Tell whether it has ended."""
        return self._process.poll() is not None

    def result(self, timeout: float = 120.0) -> dict[str, Any]:
        """Wait for its end and return what it said."""
        out, errors = self._process.communicate(timeout=timeout)
        assert self._process.returncode == 0, errors[-3000:]
        found: dict[str, Any] = json.loads(out.splitlines()[-1])
        return found

    def close(self) -> None:
        """End it, whatever it does."""
        if not self.over:
            self.send(signal.SIGCONT)
            self.send(signal.SIGKILL)
        for stream in (self._process.stdout, self._process.stderr):
            assert stream is not None
            stream.close()


def rows(
    count: int, shortest: float, longest: float, prefix: str = "k", start: int = 0
) -> Iterator[Row]:
    """Make rows whose jobs take a time that depends on their key only."""
    for number in range(start, start + count):
        key = f"{prefix}{number}"
        seconds = random.Random(key).uniform(shortest, longest)
        yield Row(key, MODEL, {"key": key, "seconds": round(seconds, 3)})


@dataclass
class Verdict:
    """What a trial came to.

    Attributes:
        counts: Jobs by state in the store.
        twice: Rows that were submitted more than once.
        lost: Rows that the service ran, and of which the store has neither result nor mention as unknown.
        wrong: Rows whose recorded request id is that of another row.
        unknown: Rows listed as unknown.
        really_sent: Those of them that the service has.
        missing: Succeeded rows whose file is not on the disk.
        most: Most jobs that ran at the same time at the service.
    """

    counts: dict[str, int] = field(default_factory=dict[str, int])
    twice: list[str] = field(default_factory=list[str])
    lost: list[str] = field(default_factory=list[str])
    wrong: list[str] = field(default_factory=list[str])
    unknown: list[str] = field(default_factory=list[str])
    really_sent: int = 0
    missing: list[str] = field(default_factory=list[str])
    most: int = 0


@dataclass
class Trial:
    """One batch, with its store, service, files and workers."""

    store: str
    service: Service
    folder: Path
    in_flight: int
    workers: list[Worker] = field(default_factory=list[Worker])

    def open(self) -> Batch:
        """Open the batch here."""
        return Batch.open("torture", self.store, in_flight=self.in_flight)

    def start(self, **settings: str) -> Worker:
        """Start one more worker; see `batch_worker` for its settings."""
        worker = Worker(self.store, self.service.url, self.folder, self.in_flight, **settings)
        self.workers.append(worker)
        return worker

    def posts(self) -> int:
        """Return how many submits the service has seen."""
        return sum(self.service.ask("ledger")["posts"].values())

    def held_by(self, pid: int) -> int:
        """Return how many jobs the process ``pid`` holds in the store."""
        query = sa.select(sa.func.count()).where(
            jobs.c.handed == 1, jobs.c.owner.like(f"%-{pid}-%"), jobs.c.state != "queued"
        )
        return int(self._ask(query)[0])

    def alive(self) -> set[str]:
        """Return the ids of the workers that count as alive in the store."""
        return set(self._ask(sa.select(workers.c.id)))

    def _ask(self, query: sa.Select[Any]) -> list[Any]:
        engine = sa.create_engine(self.store)
        try:
            with engine.connect() as connection:
                return list(connection.scalars(query))
        finally:
            engine.dispose()

    def wait_for_posts(self, count: int, timeout: float = 60.0) -> float:
        """Wait until the service has seen ``count`` submits; return the seconds that took."""
        begun = time.monotonic()
        while self.posts() < count:
            assert time.monotonic() - begun < timeout, f"{self.posts()} submits, not {count}"
            time.sleep(0.05)
        return time.monotonic() - begun

    def judge(self) -> Verdict:
        """Compare the store with what the service saw."""
        seen = self.service.ask("ledger")
        verdict = Verdict(most=seen["most"])
        verdict.twice = [key for key, count in seen["posts"].items() if count > 1]
        with self.open() as batch:
            verdict.counts = {str(state): n for state, n in batch.progress().counts.items()}
            records: dict[str, JobRecord] = {record.key: record for record in batch.results()}
            verdict.unknown = [record.key for record in batch.unknown()]
        verdict.really_sent = sum(key in seen["posts"] for key in verdict.unknown)
        for key in seen["posts"]:
            if records[key].request_id is None and records[key].state != "unknown":
                verdict.lost.append(key)
        for record in records.values():
            if record.request_id and seen["keys"][record.request_id] != record.key:
                verdict.wrong.append(record.key)
            if record.state == "succeeded" and not all(
                Path(file).stat().st_size > 9_000 for file in record.files
            ):
                verdict.missing.append(record.key)
        return verdict

    def close(self) -> None:
        """End all workers."""
        for worker in self.workers:
            worker.close()
