"""Let two folders change places in one step, where the system can."""

from __future__ import annotations

import ctypes
import os
import sys
from pathlib import Path

__all__ = ["ExchangeError", "exchange"]

_CALLS = {"linux": "renameat2", "darwin": "renameatx_np"}
_HERE = {"linux": -100, "darwin": -2}
"""What stands for the working folder (``AT_FDCWD``)."""
_EXCHANGE = 2
"""``RENAME_EXCHANGE`` of Linux and ``RENAME_SWAP`` of macOS."""


class ExchangeError(OSError):
    """The system, the file system or a mount point does not let these two change places."""


def exchange(first: Path, second: Path) -> None:
    """Let ``first`` and ``second`` change places; nobody sees a moment without one of them.

    Raises:
        ExchangeError: This cannot be done here; nothing was changed.
    """
    name = _CALLS.get(sys.platform)
    call = getattr(ctypes.CDLL(None, use_errno=True), name, None) if name else None
    if call is None:
        raise ExchangeError(f"no such call on {sys.platform}")
    here = _HERE[sys.platform]
    if call(here, os.fsencode(first), here, os.fsencode(second), ctypes.c_uint(_EXCHANGE)) != 0:
        code = ctypes.get_errno()
        raise ExchangeError(code, os.strerror(code), str(second))
