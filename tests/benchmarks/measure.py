"""Measure whole processes: wall time, processor time and peak memory, in interleaved rounds.

Interleaving spreads whatever else the machine does evenly over what is compared.
"""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

__all__ = ["Case", "Figure", "Sample", "growth", "interleave", "run_process", "set_aside"]

_LAUNCHER = Path(__file__).with_name("launch.py")
Progress = Callable[[str, int, int], None]


def _nothing() -> None:
    return None


_AS_USED = {"PYTHONDONTWRITEBYTECODE": ""}
"""Modules are compiled once and for all, as on most machines, whatever this one is set to."""


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


def set_aside(path: Path) -> None:
    """Take a file or folder out of the way, unless there is none; it is not deleted.

    Some file systems are slow to make files where as many were deleted in the last minutes, which would be measured
    with the next run.
    """
    if path.exists():
        path.rename(Path(tempfile.mkdtemp(prefix=".aside-", dir=path.parent)) / path.name)


def run_process(case: Case) -> Sample:
    """Run one process to its end.

    Processor time is that of the process and of all that it started; the peak is that of the largest of them.

    Raises:
        RuntimeError: The process failed.
    """
    with tempfile.TemporaryDirectory() as scratch:
        account, said = Path(scratch, "account"), Path(scratch, "said")
        with said.open("wb") as output:
            subprocess.run(
                [sys.executable, "-I", "-S", _LAUNCHER, account, *map(str, case.command)],
                cwd=case.folder,
                env={**os.environ, **_AS_USED, **case.env},
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                check=False,
            )
        words = said.read_text(encoding="utf-8", errors="replace")[-2000:]
        if not account.exists():
            raise RuntimeError(f"{case.name} could not be started:\n{words}")
        wall, cpu, peak, code = account.read_text(encoding="ascii").split()
    if int(code) not in case.codes:
        raise RuntimeError(f"{case.name} ended with {code}:\n{words}")
    return Sample(float(wall), float(cpu), int(peak) / 1024)


def growth(times: Mapping[int, float]) -> tuple[float, float]:
    """Return fixed seconds and seconds a model: the least-squares line through time over number of models."""
    line = statistics.linear_regression(list(times), list(times.values()))
    return line.intercept, line.slope
