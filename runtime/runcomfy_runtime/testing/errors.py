"""The one error the emulator raises for a mistake its user can repair."""

from __future__ import annotations

__all__ = ["EmulatorError"]


class EmulatorError(RuntimeError):
    """Say in one sentence why the emulator cannot start or read a script, and how to repair it."""
