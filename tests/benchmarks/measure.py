"""Measure whole processes: wall time, processor time and peak memory, in interleaved rounds.

Interleaving spreads whatever else the machine does evenly over what is compared.
"""

from __future__ import annotations

import os
import statistics
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

__all__ = ["Case", "Figure", "Sample", "growth", "interleave", "run_process"]

Progress = Callable[[str, int, int], None]


def _nothing() -> None:
    return None


@dataclass(frozen=True, slots=True)
class Sample:
    """One run: seconds on the clock, seconds of processor time, and the largest resident size in MiB."""

    wall: float
    cpu: float
    peak: float


@dataclass(frozen=True, slots=True)
class Case:
    """One process to measure.

    Attributes:
        name: What it is called in the results.
        command: Program and arguments.
        folder: Where it runs.
        env: Variables besides those of this process.
        prepare: Called before each run, unmeasured.
        codes: Exit codes that mean success.
    """

    name: str
    command: Sequence[str | Path]
    folder: Path
    env: Mapping[str, str] = field(default_factory=dict[str, str])
    prepare: Callable[[], object] = _nothing
    codes: tuple[int, ...] = (0,)


@dataclass(frozen=True, slots=True)
class Figure:
    """Medians over all runs of one case."""

    wall: float
    cpu: float
    peak: float
    runs: int

    @classmethod
    def of(cls, samples: Sequence[Sample]) -> Figure:
        """Return the medians of ``samples``."""
        return cls(
            statistics.median(sample.wall for sample in samples),
            statistics.median(sample.cpu for sample in samples),
            statistics.median(sample.peak for sample in samples),
            len(samples),
        )

    def over(self, base: Figure) -> Figure:
        """Return what this takes more time than ``base``; memory stays as it is."""
        return Figure(self.wall - base.wall, self.cpu - base.cpu, self.peak, self.runs)


def interleave(
    cases: Sequence[Case], rounds: int, progress: Progress | None = None
) -> dict[str, Figure]:
    """Run all cases in turn, ``rounds`` times, and return the medians by name.

    Raises:
        RuntimeError: A process failed; its last words are in the message.
    """
    samples: dict[str, list[Sample]] = {case.name: [] for case in cases}
    total = rounds * len(cases)
    for number in range(rounds):
        for place, case in enumerate(cases):
            if progress:
                progress(case.name, number * len(cases) + place + 1, total)
            case.prepare()
            samples[case.name].append(run_process(case))
    return {name: Figure.of(found) for name, found in samples.items()}


def run_process(case: Case) -> Sample:
    """Run one process to its end.

    Peak and processor time are the kernel's account of the process and of those children that it waited for.

    Raises:
        RuntimeError: The process failed.
    """
    with (case.folder / ".bench-output").open("w+b") as output:
        started = time.perf_counter()
        process = subprocess.Popen(
            [str(part) for part in case.command],
            cwd=case.folder,
            env={**os.environ, **case.env},
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
        )
        _, status, usage = os.wait4(process.pid, 0)
        wall = time.perf_counter() - started
        process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode not in case.codes:
            output.seek(0)
            said = output.read().decode("utf-8", "replace")[-2000:]
            raise RuntimeError(f"{case.name} ended with {process.returncode}:\n{said}")
    return Sample(wall, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024)


def growth(times: Mapping[int, float]) -> tuple[float, float]:
    """Return fixed seconds and seconds a model: the least-squares line through time over number of models."""
    line = statistics.linear_regression(list(times), list(times.values()))
    return line.intercept, line.slope
