"""Run competitors in turn, each in a process of its own, and report medians as a Markdown table."""

from __future__ import annotations

import json
import statistics
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from typing import Any

__all__ = ["interleave", "table"]


def interleave(
    names: Sequence[str],
    rounds: int,
    command: Callable[[str], Sequence[str]],
    timeout: float,
) -> dict[str, list[dict[str, Any]]]:
    """Run each competitor ``rounds`` times, all of them once before any a second time.

    Args:
        names: The competitors.
        rounds: Runs of each.
        command: Gives the command of one; it prints its figures as a JSON object on the last line.
        timeout: Seconds one run may take.

    Returns:
        The figures of each competitor's runs; a run that failed or took too long is told on stderr and left out.
    """
    found: dict[str, list[dict[str, Any]]] = {name: [] for name in names}
    for number in range(rounds):
        for name in names:
            print(f"round {number + 1} of {rounds}: {name}", file=sys.stderr, flush=True)
            try:
                done = subprocess.run(
                    command(name), capture_output=True, text=True, timeout=timeout, check=False
                )
            except subprocess.TimeoutExpired:
                print(f"  took longer than {timeout:.0f} s", file=sys.stderr)
                continue
            if done.returncode:
                print(f"  failed: {done.stderr.strip()[-600:]}", file=sys.stderr)
                continue
            found[name].append(json.loads(done.stdout.splitlines()[-1]))
    return found


def table(
    runs: Mapping[str, Sequence[Mapping[str, Any]]],
    columns: Mapping[str, Callable[[Mapping[str, Any]], float]],
    digits: int = 2,
) -> str:
    """Return a Markdown table: a row a competitor, a column a figure, each the median of its runs."""
    lines = [f"| | {' | '.join(columns)} | runs |", f"|---|{'---|' * (len(columns) + 1)}"]
    for name, figures in runs.items():
        if not figures:
            lines.append(f"| {name} | {' | '.join('–' for _ in columns)} | 0 |")
            continue
        values = [statistics.median(map(column, figures)) for column in columns.values()]
        shown = " | ".join(f"{value:.{digits}f}".rstrip("0").rstrip(".") for value in values)
        lines.append(f"| {name} | {shown} | {len(figures)} |")
    return "\n".join(lines)
