"""What people see while a job runs: a live line on a terminal, one line a change elsewhere, nothing when quiet."""

from __future__ import annotations

import time
from types import TracebackType
from typing import TYPE_CHECKING, Protocol, Self

from .output import say
from .session import Session

if TYPE_CHECKING:
    from rich.live import Live
    from rich.text import Text

    from ..states import JobStatus

__all__ = ["Progress", "elapsed_text", "open_progress", "state_text"]

_REFRESHES_PER_SECOND = 8
_WORDS = {
    "in_queue": "queued",
    "in_progress": "running",
    "completed": "finished, reading the result",
    "succeeded": "succeeded",
    "failed": "failed",
    "cancelled": "cancelled",
}


class Progress(Protocol):
    """Shows the course of one job; used as a context manager."""

    def update(self, status: JobStatus) -> None:
        """Show what the service last said."""
        ...

    def stage(self, text: str) -> None:
        """Show what is being done, such as "submitting"."""
        ...

    def __enter__(self) -> Self: ...

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
        /,
    ) -> None: ...


def open_progress(session: Session, label: str) -> Progress:
    """Return the display that fits the streams of ``session``; ``label`` names the job."""
    if session.quiet:
        return _Silent()
    return _LiveLine(session, label) if session.live else _Lines(label)


def state_text(status: JobStatus) -> str:
    """Return a status in words, such as ``"queued, position 3"``."""
    word = _WORDS.get(status.state, str(status.raw.get("status", status.state)))
    if status.state == "in_queue" and status.queue_position is not None:
        return f"{word}, position {status.queue_position}"
    return word


def elapsed_text(seconds: float) -> str:
    """Return a time as ``12.3s``, ``4m05s`` or ``1h02m``."""
    if seconds < 60:
        return f"{seconds:.1f}s"
    minutes, rest = divmod(int(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}h{minutes:02}m" if hours else f"{minutes}m{rest:02}s"


class _Silent:
    def update(self, status: JobStatus) -> None:
        """Show nothing."""

    def stage(self, text: str) -> None:
        """Show nothing."""

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        return None


class _Lines(_Silent):
    """One line for each change."""

    def __init__(self, label: str) -> None:
        self._label = label
        self._last = ""
        self._started = time.monotonic()

    def update(self, status: JobStatus) -> None:
        """Write a line if the words differ from the last line's."""
        self.stage(state_text(status))

    def stage(self, text: str) -> None:
        """Write a line if ``text`` differs from the last line's."""
        if text != self._last:
            self._last = text
            say(f"[{elapsed_text(time.monotonic() - self._started)}] {self._label}: {text}")


class _LiveLine:
    """One line, redrawn in place, gone when the job has ended."""

    def __init__(self, session: Session, label: str) -> None:
        self._session = session
        self._label = label
        self._text = "starting"
        self._started = time.monotonic()
        self._live: Live | None = None

    def update(self, status: JobStatus) -> None:
        """Redraw the line with the words of ``status``."""
        self.stage(state_text(status))

    def stage(self, text: str) -> None:
        """Redraw the line with ``text``."""
        self._text = text
        if self._live is not None:
            self._live.refresh()

    def __enter__(self) -> Self:
        from rich.console import Console
        from rich.live import Live

        self._live = Live(
            console=Console(stderr=True),
            get_renderable=self._line,
            refresh_per_second=_REFRESHES_PER_SECOND,
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

    def _line(self) -> Text:
        from rich.text import Text

        elapsed = time.monotonic() - self._started
        frame = "⠋⠙⠹⠸⠼⠴⠦⠧⠇⠏"[int(elapsed * _REFRESHES_PER_SECOND) % 10]
        return Text.assemble(
            (f"{frame} ", "cyan"),
            (self._text, "bold"),
            (f"  {elapsed_text(elapsed)}  {self._label}", "dim"),
            overflow="ellipsis",
            no_wrap=True,
        )
