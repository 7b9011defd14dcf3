"""The parts of a version that a change can ask to raise."""

from __future__ import annotations

from typing import Literal, get_args

__all__ = ["BUMPS", "Bump"]

Bump = Literal["none", "patch", "minor", "major"]
BUMPS: tuple[Bump, ...] = get_args(Bump)
"""Least first."""
