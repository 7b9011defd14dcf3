"""What people see of a run: progress on a terminal, problems and changes on stderr."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from runcomfy_codegen.errors import Problem, Report

if TYPE_CHECKING:
    from rich.progress import Progress, TaskID

    from runcomfy_codegen.write.apply import Change

__all__ = ["Reporter"]

_MOST_LINES = 200
"""As many changes as are listed one by one."""


class Reporter:
    """Prints to stderr; the progress bar only where stderr is a terminal."""

    def __init__(self, *, show_diff: bool = False) -> None:
        self.show_diff = show_diff
        self._progress: Progress | None = None
        self._tasks: dict[str, TaskID] = {}

    def line(self, text: str) -> None:
        """Print one line for people."""
        if self._progress is None:
            sys.stderr.write(f"{text}\n")
        else:
            self._progress.console.print(text)

    def progress(self, stage: str, done: int, total: int) -> None:
        """Show that ``done`` of ``total`` are done in ``stage``."""
        if not sys.stderr.isatty():
            return
        if self._progress is None:
            self._progress = _progress_bar()
            self._progress.start()
        if stage not in self._tasks:
            self._tasks[stage] = self._progress.add_task(stage, total=total)
        self._progress.update(self._tasks[stage], completed=done, total=total)

    def finish(self) -> None:
        """Take the progress bar away."""
        if self._progress is not None:
            self._progress.stop()
            self._progress = None
            self._tasks.clear()

    def problems(self, problems: Iterable[Problem]) -> bool:
        """Print problems, errors first, and return whether any is an error."""
        self.finish()
        report = Report()
        report.add(problems)
        for problem in report:
            self.line(str(problem))
        return report.failed

    def changes(self, changes: Sequence[Change], verb: str) -> None:
        """Print changes as one line each, or as diffs on stdout; very many are counted by folder."""
        if len(changes) > _MOST_LINES and not self.show_diff:
            counts = Counter((change.kind, change.path.partition("/")[0]) for change in changes)
            for (kind, folder), count in sorted(counts.items()):
                self.line(f"{verb} {kind:<6} {folder}{f' ({count} files)' if count > 1 else ''}")
            return
        for change in changes:
            if self.show_diff:
                sys.stdout.write(change.diff())
            else:
                self.line(f"{verb} {change.kind:<6} {change.path}")


def _progress_bar() -> Progress:
    from rich.console import Console
    from rich.progress import (
        BarColumn,
        MofNCompleteColumn,
        Progress,
        TextColumn,
        TimeElapsedColumn,
    )

    return Progress(
        TextColumn("{task.description:>10}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        console=Console(stderr=True, highlight=False, markup=False, emoji=False, soft_wrap=True),
        transient=True,
    )
