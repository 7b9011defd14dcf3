"""What people see while a batch runs: two live lines on a terminal, a plain line now and then elsewhere."""

from __future__ import annotations

import time
from types import TracebackType
from typing import TYPE_CHECKING, Protocol, Self

from .output import say
from .progress import elapsed_text
from .session import Session

if TYPE_CHECKING:
    from rich.live import Live
    from rich.text import Text

    from ..batch import Progress

__all__ = ["BatchDisplay", "open_batch_display", "progress_text"]

_WIDTH = 30
_LINE_EVERY = 10.0
_FRAMES = "⠋⠙⠹⠸⠼⠴⠦⠧⠇⠏"


class BatchDisplay(Protocol):
    """Shows the course of a batch; used as a context manager."""

    def update(self, progress: Progress) -> None:
        """Show how far it is."""
        ...

    def note(self, text: str) -> None:
        """Show what is happening from now on, such as "draining"."""
        ...

    def __enter__(self) -> Self: ...

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
        /,
    ) -> None: ...


def open_batch_display(session: Session, name: str) -> BatchDisplay:
    """Return the display that fits the streams of ``session``."""
    if session.quiet:
        return _Silent()
    return _Live(session, name) if session.live else _Lines(name)


def progress_text(progress: Progress) -> str:
    """Return how far a batch is, on one line."""
    parts = [
        f"{progress['succeeded']:,} of {progress.total:,} done",
        f"{progress.in_flight:,} in flight",
        f"{progress['queued']:,} queued",
        f"{progress['failed']:,} failed",
        f"{progress['unknown']:,} unknown",
    ]
    if progress.kept:
        parts[-1] += f" ({progress.kept:,} may still run, and keep their places for now)"
    for state in ("cancelled", "abandoned"):
        if progress[state]:
            parts.append(f"{progress[state]:,} {state}")
    parts.append(f"${progress.cost:,.2f}")
    if progress.per_second:
        left = (progress.total - progress.ended) / progress.per_second
        parts += [_rate(progress.per_second), f"{elapsed_text(left)} left"]
    return ", ".join(parts)


class _Silent:
    def update(self, progress: Progress) -> None:
        """Show nothing."""

    def note(self, text: str) -> None:
        """Show nothing."""

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        return None


class _Lines(_Silent):
    """One line every ten seconds, if anything has changed."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._last = ""
        self._at = float("-inf")

    def update(self, progress: Progress) -> None:
        """Write a line if it is time and the counts differ from the last line's."""
        now = time.monotonic()
        counts = str(progress.counts)
        if counts != self._last and now - self._at >= _LINE_EVERY:
            self._last, self._at = counts, now
            say(f"[{elapsed_text(progress.elapsed)}] {self._name}: {progress_text(progress)}")

    def note(self, text: str) -> None:
        """Write ``text``."""
        say(f"{self._name}: {text}")


class _Live:
    """Two lines, redrawn in place, gone at the end."""

    def __init__(self, session: Session, name: str) -> None:
        self._session = session
        self._name = name
        self._note = "starting"
        self._progress: Progress | None = None
        self._started = time.monotonic()
        self._live: Live | None = None

    def update(self, progress: Progress) -> None:
        """Redraw the lines."""
        self._progress = progress
        if self._note == "starting":
            self._note = ""

    def note(self, text: str) -> None:
        """Show ``text`` before the counts."""
        self._note = text

    def __enter__(self) -> Self:
        from rich.console import Console
        from rich.live import Live

        self._live = Live(
            console=Console(stderr=True),
            get_renderable=self._lines,
            refresh_per_second=4,
            transient=True,
            redirect_stdout=False,
            redirect_stderr=False,
        )
        self._live.start()
        self._session.notify = self._above
        return self

    def __exit__(self, *_: object) -> None:
        if self._live is not None:
            self._session.notify = say
            self._live.stop()
            self._live = None

    def _above(self, text: str) -> None:
        if self._live is not None:
            self._live.console.print(text, markup=False, highlight=False)

    def _lines(self) -> Text:
        from rich.text import Text

        elapsed = time.monotonic() - self._started
        shown = self._progress
        total = shown.total if shown else 0
        share = shown.ended / total if shown and total else 0.0
        full = int(_WIDTH * share)
        head = [
            (f"{_FRAMES[int(elapsed * 4) % 10]} ", "cyan"),
            (f"{self._name} ", "bold"),
            ("━" * full, "green"),
            ("─" * (_WIDTH - full), "dim"),
            (f" {share:4.0%}  {elapsed_text(elapsed)}", ""),
        ]
        counts = progress_text(shown) if shown else ""
        note = f"{self._note}; " if self._note and counts else self._note
        return Text.assemble(
            *head, ("\n  ", ""), (note, "yellow"), (counts, ""), overflow="ellipsis", no_wrap=True
        )


def _rate(per_second: float) -> str:
    return f"{per_second:.1f}/s" if per_second >= 1 else f"{per_second * 60:.1f}/min"
