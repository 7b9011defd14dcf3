"""Results as a Markdown table for people and as JSON for programs, with the machine they come from."""

from __future__ import annotations

import argparse
import datetime
import json
import os
import platform
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

__all__ = ["Results", "add_output_options", "keep", "machine", "publish", "show_progress"]

Cell = str | int | float | None


@dataclass(slots=True)
class Results:
    """Rows of one benchmark.

    Attributes:
        title: What was measured.
        rows: One mapping of column names to values a row; numbers are printed with three digits.
        notes: Sentences that belong below the table.
    """

    title: str
    rows: list[Mapping[str, Cell]] = field(default_factory=list[Mapping[str, Cell]])
    notes: list[str] = field(default_factory=list[str])

    def to_markdown(self) -> str:
        """Return a heading, the machine, one table and the notes."""
        columns = list(dict.fromkeys(name for row in self.rows for name in row))
        lines = [f"## {self.title}", "", _words(machine()), ""]
        lines.append(f"| {' | '.join(columns)} |")
        lines.append(f"|{'---|' * len(columns)}")
        lines += [
            f"| {' | '.join(_shown(row.get(name)) for name in columns)} |" for row in self.rows
        ]
        lines += ["", *(f"* {note}" for note in self.notes)]
        return "\n".join(lines).rstrip() + "\n"

    def to_json(self) -> str:
        """Return everything as JSON."""
        data = {
            "title": self.title,
            "machine": machine(),
            "rows": [dict(row) for row in self.rows],
            "notes": self.notes,
        }
        return json.dumps(data, ensure_ascii=False, indent=2) + "\n"


def machine() -> dict[str, str | int]:
    """Return what a reader has to know of the machine."""
    return {
        "date": datetime.datetime.now(datetime.UTC).date().isoformat(),
        "python": platform.python_version(),
        "system": f"{platform.system()} {platform.machine()}",
        "cores": os.cpu_count() or 0,
        "load": f"{os.getloadavg()[0]:.1f}" if hasattr(os, "getloadavg") else "unknown",
    }


def add_output_options(parser: argparse.ArgumentParser) -> None:
    """Add ``--json`` and ``--output``."""
    parser.add_argument("--json", action="store_true", help="print JSON instead of Markdown")
    parser.add_argument("--output", type=Path, metavar="FILE", help="write the results to FILE too")


def publish(results: Sequence[Results], options: argparse.Namespace) -> None:
    """Print ``results`` to stdout, and write them where ``--output`` says."""
    sys.stdout.write(_text(results, options))
    keep(results, options)


def keep(results: Sequence[Results], options: argparse.Namespace) -> None:
    """Write ``results`` as far as they go where ``--output`` says, so that a run that is stopped leaves them."""
    if options.output:
        options.output.parent.mkdir(parents=True, exist_ok=True)
        options.output.write_text(_text(results, options), encoding="utf-8")


def _text(results: Sequence[Results], options: argparse.Namespace) -> str:
    if options.json:
        return "[" + ",\n".join(result.to_json().rstrip() for result in results) + "]\n"
    return "\n".join(result.to_markdown() for result in results)


def show_progress(name: str, done: int, total: int) -> None:
    """Show on a terminal what is being measured."""
    if sys.stderr.isatty():
        end = "\n" if done == total else ""
        sys.stderr.write(f"\r\x1b[K{done}/{total} {name}{end}")
        sys.stderr.flush()


def _words(facts: Mapping[str, str | int]) -> str:
    return ", ".join(f"{name} {value}" for name, value in facts.items())


def _shown(value: Cell) -> str:
    if value is None:
        return ""
    if isinstance(value, float):
        return f"{value:.3g}" if abs(value) < 100 else f"{value:.0f}"
    return str(value).replace("|", "\\|")
