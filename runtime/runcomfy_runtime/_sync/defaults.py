# Emitted from _async/defaults.py by "python -m runcomfy_codegen.twin"; edit that file instead.
# ruff: noqa
"""The cores of handles that were unpickled, which have no client of their own."""

from __future__ import annotations

from ..config import Config
from .core import Core

__all__ = ["default_core"]

_defaults: dict[str, Core] = {}


def default_core(base_url: str) -> Core:
    """Return the core that unpickled handles of this service share; its token comes from the environment."""
    core = _defaults.get(base_url)
    if core is None:
        core = _defaults.setdefault(base_url, Core(Config.load(None, base_url, ())))
    return core
