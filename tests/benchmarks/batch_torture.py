"""Kill what runs a batch, again and again, and compare what the service saw with what the store says.

Each trial is one batch: on SQLite with one worker, or on Postgres with three. Every few seconds something is done to
it: ``one`` (SIGKILL to a worker, and a new one), ``lone`` (the same without a new one until the others have taken its
jobs over), ``all``, ``freeze`` (SIGSTOP for 10 s, then SIGCONT), ``database`` (SIGKILL to all of Postgres, 2 s down).
The exit code is 1 if a row was submitted twice, a paid result is neither recorded nor listed as unknown, a request id
is another row's, a file is missing, or more jobs than allowed ran at the service.

``python tests/benchmarks/batch_torture.py --jobs 60000 --kills 60 --output torture.md``
"""

from __future__ import annotations

import argparse
import random
import signal
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from benchmarks.report import (
    Results,
    add_output_options,
    publish,
)
from support.batch_trial import Service, Trial, Worker, rows
from support.postgres import Postgres, programs

__all__: list[str] = []

IN_FLIGHT = 100
FROZEN_SECONDS = 10.0
_KINDS = {
    "sqlite": ("all",),
    "postgres": ("one", "lone", "all", "freeze", "one", "database", "lone"),
}


class Torment:
    """What is done to one trial."""

    def __init__(self, trial: Trial, database: Postgres | None, count: int) -> None:
        self._trial = trial
        self._database = database
        self._workers = [trial.start() for _ in range(count)]
        self.kills = 0
        self.longest_take_over = 0.0
        self.longest_restart = 0.0

    @property
    def over(self) -> bool:
        """Tell whether the batch has ended."""
        return all(worker.over for worker in self._workers)

    def do(self, kind: str) -> None:
        """Do one thing to it."""
        if kind == "freeze":
            victim = random.choice(self._workers)
            victim.send(signal.SIGSTOP)
            time.sleep(FROZEN_SECONDS)
            victim.send(signal.SIGCONT)
            return
        self.kills += 1
        if kind == "database":
            assert self._database is not None
            self._database.kill()
            time.sleep(2.0)
            self._database.start()
            return
        victims = self._workers if kind == "all" else [random.choice(self._workers)]
        for victim in victims:
            victim.send(signal.SIGKILL)
        if kind == "lone" and len(self._workers) > 1:
            self._await_take_over(victims[0])
        before = self._trial.posts()
        self._workers = [worker for worker in self._workers if worker not in victims]
        for _ in victims:
            self._workers.append(self._trial.start())
        if kind == "all" and not self.over:
            self._await_submit(before)

    def finish(self) -> None:
        """Wait for the workers to end."""
        for worker in self._workers:
            worker.result(1800.0)

    def _await_take_over(self, dead: Worker) -> None:
        died_at = time.monotonic()
        while self._trial.held_by(dead.pid) and time.monotonic() - died_at < 60:
            time.sleep(0.2)
        self.longest_take_over = max(self.longest_take_over, time.monotonic() - died_at)

    def _await_submit(self, before: int) -> None:
        begun = time.monotonic()
        while self._trial.posts() <= before and time.monotonic() - begun < 60 and not self.over:
            time.sleep(0.1)
        self.longest_restart = max(self.longest_restart, time.monotonic() - begun)


def run_trial(kind: str, jobs: int, kills: int) -> dict[str, str | int | float | None]:
    """Run one batch to its end and return its figures."""
    database = Postgres() if kind == "postgres" else None
    service = Service(hosted_of_ten=2)
    with tempfile.TemporaryDirectory() as scratch:
        store = database.url if database else f"sqlite:///{scratch}/batch.db"
        trial = Trial(store, service, Path(scratch, "files"), IN_FLIGHT)
        begun = time.monotonic()
        try:
            with trial.open() as batch:
                batch.add(rows(jobs, 0.8, 1.0))
            torment = Torment(trial, database, 3 if database else 1)
            turn = 0
            while torment.kills < kills and not torment.over:
                share = trial.posts() / jobs
                if share < 0.9 * torment.kills / kills:
                    time.sleep(0.5)
                    continue
                time.sleep(random.uniform(1.0, 4.0))
                torment.do(_KINDS[kind][turn % len(_KINDS[kind])])
                turn += 1
            torment.finish()
            verdict = trial.judge()
        finally:
            trial.close()
            service.close()
            if database:
                database.stop()
    return {
        "store": kind,
        "jobs": jobs,
        "kills": torment.kills,
        "seconds": time.monotonic() - begun,
        "succeeded": verdict.counts.get("succeeded", 0),
        "unknown": len(verdict.unknown),
        "of them sent": verdict.really_sent,
        "other states": jobs - verdict.counts.get("succeeded", 0) - len(verdict.unknown),
        "twice": len(verdict.twice),
        "lost": len(verdict.lost),
        "wrong id": len(verdict.wrong),
        "file missing": len(verdict.missing),
        "most at service": verdict.most,
        "take-over s": torment.longest_take_over,
        "restart s": torment.longest_restart,
    }


def main() -> int:
    """Run the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--jobs", type=int, default=60_000)
    parser.add_argument("--kills", type=int, default=60)
    parser.add_argument("--trials", type=int, default=12)
    parser.add_argument("--store", choices=("sqlite", "postgres", "both"), default="both")
    add_output_options(parser)
    options = parser.parse_args()
    kinds = ["sqlite", "postgres"] if options.store == "both" else [options.store]
    if programs() is None:
        kinds = ["sqlite"]
    results = Results(f"Batches that are killed ({IN_FLIGHT} in flight allowed)")
    bad = 0
    for number in range(options.trials):
        kills = -(-options.kills // options.trials)
        row = run_trial(kinds[number % len(kinds)], options.jobs // options.trials, kills)
        results.rows.append(row)
        sys.stderr.write(f"{number + 1}/{options.trials} {row}\n")
        faults = ("twice", "lost", "wrong id", "file missing", "other states")
        bad += any(row[name] for name in faults) or int(row["most at service"] or 0) > IN_FLIGHT
    for name in ("jobs", "kills", "unknown", "twice", "lost", "wrong id", "file missing"):
        results.notes.append(f"{name}: {sum(int(row[name] or 0) for row in results.rows)}")
    publish([results], options)
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
