"""What people see while jobs run: a live line on a terminal, one line a change elsewhere, nothing when quiet."""

from __future__ import annotations

import threading
import time
from collections import Counter
from collections.abc import Generator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass
from types import TracebackType
from typing import TYPE_CHECKING, Final, Protocol, Self

from .output import say
from .session import Session

if TYPE_CHECKING:
    from rich.live import Live
    from rich.text import Text

    from ..events import Event
    from ..states import JobStatus

__all__ = [
    "Display",
    "Silent",
    "Transfer",
    "elapsed_text",
    "open_display",
    "size_text",
    "state_text",
]

_REFRESHES_PER_SECOND = 8
_WORDS = {
    "in_queue": "queued",
    "in_progress": "running",
    "completed": "finished",
    "succeeded": "succeeded",
    "failed": "failed",
    "cancelled": "cancelled",
}
_FRAMES: Final = "⠋⠙⠹⠸⠼⠴⠦⠧⠇⠏"
_PLAIN_FRAMES: Final = "|/-\\"
_WIDE_ENOUGH_FOR_A_BAR: Final = 60
_NARROW: Final = 40
_BAR: Final = 20


@dataclass(frozen=True, slots=True)
class Transfer:
    """How far a job's files are.

    Attributes:
        done: Bytes that are here, of all files.
        total: Bytes of all files; None where a host does not say.
        seconds: Time since it began.
    """

    done: int
    total: int | None
    seconds: float


class Display(Protocol):
    """Shows the course of jobs; used as a context manager. It may be called from several threads."""

    def update(self, job: str, status: JobStatus) -> None:
        """Show what the service last said of ``job``."""
        ...

    def stage(self, job: str, text: str) -> None:
        """Show what is being done, such as "submitting"."""
        ...

    def transfer(self, job: str, moved: Transfer) -> None:
        """Show how many bytes of the files of ``job`` are here."""
        ...

    def hear(self, event: Event) -> None:
        """Take note of what the client does."""
        ...

    def aside(self) -> AbstractContextManager[object]:
        """Return a context in which others may write to the terminal."""
        ...

    def __enter__(self) -> Self: ...

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
        /,
    ) -> None: ...


def open_display(session: Session, jobs: list[str]) -> Display:
    """Return the display that fits the streams of ``session``.

    Args:
        session: The invocation.
        jobs: What to call each job.
    """
    if session.quiet:
        return Silent()
    if session.events:
        from .eventlines import EventLines

        return EventLines(session)
    return _LiveLine(session, jobs) if session.live else _Lines(session)


def state_text(status: JobStatus) -> str:
    """Return a status in words, such as ``"queued, position 3"``."""
    word = _WORDS.get(status.state, str(status.raw.get("status", status.state)))
    if status.state == "in_queue" and status.queue_position is not None:
        return f"{word}, position {status.queue_position}"
    return word


def _course_text(status: JobStatus) -> str:
    """Return a status in words for someone who waits for the result."""
    reading = ", reading the result" if status.state == "completed" else ""
    return f"{state_text(status)}{reading}"


def elapsed_text(seconds: float) -> str:
    """Return a time as ``12.3s``, ``4m05s`` or ``1h02m``."""
    if seconds < 60:
        return f"{seconds:.1f}s"
    minutes, rest = divmod(int(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}h{minutes:02}m" if hours else f"{minutes}m{rest:02}s"


def size_text(size: float) -> str:
    """Return a number of bytes as ``512 B``, ``1.5 MB`` or ``2.0 GB``."""
    for unit in ("B", "kB", "MB", "GB"):
        if size < 1000 or unit == "GB":
            break
        size /= 1000
    return f"{size:.0f} B" if unit == "B" else f"{size:.1f} {unit}"


class Silent:
    """Shows nothing."""

    def update(self, job: str, status: JobStatus) -> None:
        """Show nothing."""

    def stage(self, job: str, text: str) -> None:
        """Show nothing."""

    def transfer(self, job: str, moved: Transfer) -> None:
        """Show nothing."""

    def hear(self, event: Event) -> None:
        """Show nothing."""

    def aside(self) -> AbstractContextManager[object]:
        """Return a context that does nothing: there is no line to get out of the way."""
        return nullcontext()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        return None


class _Lines(Silent):
    """One line for each change."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._lock = threading.Lock()
        self._last: dict[str, str] = {}
        self._started = time.monotonic()

    def update(self, job: str, status: JobStatus) -> None:
        """Write a line if the words differ from the last line's."""
        self.stage(job, _course_text(status))

    def stage(self, job: str, text: str) -> None:
        """Write a line if ``text`` differs from the last line about ``job``."""
        with self._lock:
            if text != self._last.get(job):
                self._last[job] = text
                say(f"[{elapsed_text(time.monotonic() - self._started)}] {job}: {text}")

    def hear(self, event: Event) -> None:
        """Write a line if something is tried again."""
        trouble = _trouble(event)
        if trouble:
            self.stage(event.request_id or event.model_id or "", trouble)

    def __enter__(self) -> Self:
        self._session.listener = self.hear
        return self

    def __exit__(self, *_: object) -> None:
        self._session.listener = None


class _LiveLine(Silent):
    """One line, redrawn in place, gone when the jobs have ended."""

    def __init__(self, session: Session, jobs: list[str]) -> None:
        self._session = session
        self._texts = dict.fromkeys(jobs, "starting")
        self._moved: dict[str, Transfer] = {}
        self._trouble = ""
        self._polled: list[float] = []
        self._started = time.monotonic()
        self._live: Live | None = None
        self._frames = _FRAMES

    def update(self, job: str, status: JobStatus) -> None:
        """Redraw the line with the words of ``status``."""
        self._trouble = ""
        self.stage(job, _course_text(status))

    def stage(self, job: str, text: str) -> None:
        """Redraw the line with ``text``."""
        self._texts[job] = text
        self._moved.pop(job, None)
        if self._live is not None:
            self._live.refresh()

    def transfer(self, job: str, moved: Transfer) -> None:
        """Let the next drawing of the line show the bytes."""
        self._moved[job] = moved

    def hear(self, event: Event) -> None:
        """Note when the service is asked, and what goes wrong meanwhile."""
        if event.name == "send" and str(event.fields.get("path", "")).endswith("/status"):
            self._polled = [*self._polled[-1:], time.monotonic()]
        elif event.name == "reply" and event.fields.get("http_status") == 200:
            self._trouble = ""
        self._trouble = _trouble(event) or self._trouble

    def __enter__(self) -> Self:
        from rich.console import Console
        from rich.live import Live

        console = Console(stderr=True)
        if not console.encoding.lower().startswith("utf"):
            self._frames = _PLAIN_FRAMES
        self._live = Live(
            console=console,
            get_renderable=self._line,
            refresh_per_second=_REFRESHES_PER_SECOND,
            transient=True,
            redirect_stdout=False,
            redirect_stderr=False,
        )
        self._live.start()
        self._session.notify = self._above
        self._session.listener = self.hear
        return self

    def __exit__(self, *_: object) -> None:
        if self._live is not None:
            self._session.notify = say
            self._session.listener = None
            self._live.stop()
            self._live = None

    @contextmanager
    def aside(self) -> Generator[None]:
        """Take the line away while others write to the terminal."""
        if self._live is None:
            yield
            return
        self._live.stop()
        try:
            yield
        finally:
            self._live.start()

    def _above(self, text: str) -> None:
        if self._live is not None:
            self._live.console.print(text, markup=False, highlight=False)

    def _line(self) -> Text:
        from rich.text import Text

        elapsed = time.monotonic() - self._started
        frame = self._frames[int(elapsed * _REFRESHES_PER_SECOND) % len(self._frames)]
        moved = list(self._moved.values())
        progress = f"  {self._transfer_text(moved)}" if moved else ""
        return Text.assemble(
            (f"{frame} ", "cyan"),
            (f"{self._summary()}", "bold"),
            progress,
            (f"  {elapsed_text(elapsed)}{self._rest()}", "dim"),
            overflow="ellipsis",
            no_wrap=True,
        )

    @property
    def _width(self) -> int:
        return self._live.console.width if self._live is not None else 0

    def _summary(self) -> str:
        texts = list(self._texts.values())
        if len(texts) == 1:
            return texts[0].replace(", position ", " #") if self._width < _NARROW else texts[0]
        counts = Counter(text.partition(",")[0].partition(" file")[0] for text in texts)
        return f"{len(texts)} jobs: " + ", ".join(
            f"{count} {word}" for word, count in counts.items()
        )

    def _rest(self) -> str:
        """Return what stands at the end of the line, where a narrow terminal cuts it."""
        if self._moved:
            return ""
        if self._trouble:
            return f"  {self._trouble}"
        if len(self._texts) > 1:
            return ""
        pace = f"  asked every {self._polled[1] - self._polled[0]:.1f}s" if self._polled[1:] else ""
        return f"{pace}  {next(iter(self._texts))}"

    def _transfer_text(self, moved: list[Transfer]) -> str:
        done = sum(one.done for one in moved)
        totals = [one.total for one in moved]
        seconds = max(one.seconds for one in moved)
        speed = f"  {size_text(done / seconds)}/s" if seconds >= 1 else ""
        if None in totals or not (total := sum(filter(None, totals))):
            return f"{size_text(done)}{speed}"
        share = min(done / total, 1.0)
        text = f"{share:4.0%}  {size_text(done)} of {size_text(total)}{speed}"
        if self._width < _WIDE_ENOUGH_FOR_A_BAR:
            return text
        full, empty = "#." if self._frames is _PLAIN_FRAMES else "━╌"
        filled = int(share * _BAR)
        return f"{full * filled}{empty * (_BAR - filled)} {text}"


def _trouble(event: Event) -> str:
    """Return what goes wrong, in words; empty for an event that tells of no trouble."""
    if event.name == "retry":
        return f"asking again: {event.fields['detail']}"
    if event.name == "throttled":
        return f"the service asks to slow down: waiting {elapsed_text(event.fields['seconds'])}"
    return ""
