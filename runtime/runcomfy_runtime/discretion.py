"""Keep the addresses of files, whose queries may be signatures, out of the logs of the HTTP library.

httpx logs every address at INFO, and httpcore every reply's headers at DEBUG. What this runtime sends is told by its
own events instead; what the rest of the program sends through httpx is logged as ever.
"""

from __future__ import annotations

import logging
from collections.abc import Generator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache
from typing import Final

__all__ = ["discreet"]

_LOGGERS: Final = ("httpx", "httpcore.connection", "httpcore.http11", "httpcore.proxy")
_own: ContextVar[bool] = ContextVar("own", default=False)


@contextmanager
def discreet() -> Generator[None]:
    """Return a context in which the HTTP library logs nothing."""
    _install()
    token = _own.set(True)
    try:
        yield
    finally:
        _own.reset(token)


@cache
def _install() -> None:
    for name in _LOGGERS:
        logging.getLogger(name).addFilter(_is_foreign)


def _is_foreign(_record: logging.LogRecord) -> bool:
    return not _own.get()
