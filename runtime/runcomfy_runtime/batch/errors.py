"""Errors of batches."""

from __future__ import annotations

from ..errors import RunComfyError

__all__ = ["BatchError"]


class BatchError(RunComfyError):
    """A batch cannot be opened, changed or run as asked; nothing was sent for it."""
