"""Ctrl-C and SIGTERM: the first interrupts what runs, so that it can clean up; the second leaves at once."""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Callable, Generator
from contextlib import contextmanager
from types import FrameType
from typing import TypeAlias

from .exitcodes import ExitCode
from .session import Session

__all__ = ["interruptible"]

_Handler: TypeAlias = Callable[[int, FrameType | None], object] | signal.Handlers
_CLEAR_LINE = "\r\x1b[2K\x1b[?25h"
"""Erases the live line and shows the cursor again."""


@contextmanager
def interruptible(session: Session) -> Generator[None]:
    """Treat SIGTERM like Ctrl-C, and a second one of either as the wish to leave at once.

    A signal that whoever started the process wants ignored stays ignored.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return

    def interrupt(_number: int, _frame: FrameType | None) -> None:
        if session.interrupted and session.parting:
            _leave(session)
        session.interrupted = True
        raise KeyboardInterrupt

    usual: dict[int, _Handler] = {
        signal.SIGINT: signal.default_int_handler,
        signal.SIGTERM: signal.SIG_DFL,
    }
    taken = [number for number, handler in usual.items() if signal.getsignal(number) is handler]
    for number in taken:
        signal.signal(number, interrupt)
    try:
        yield
    finally:
        for number in taken:
            signal.signal(number, usual[number])


def _leave(session: Session) -> None:
    """End the process now, whatever it waits for; the journal knows what it was about."""
    clear = _CLEAR_LINE if session.live and not session.events else ""
    try:
        os.write(2, f"{clear}{session.parting_line()}\n".encode("utf-8", "backslashreplace"))
    finally:
        os._exit(ExitCode.INTERRUPTED)
