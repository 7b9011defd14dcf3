"""Errors of batches."""

from __future__ import annotations

from ..errors import RunComfyError

__all__ = ["BatchError", "BatchStopped"]


class BatchError(RunComfyError):
    """A batch cannot be opened, changed or run as asked; nothing was sent for it."""


class BatchStopped(BatchError):
    """A run stopped before all jobs had ended; ``run()`` goes on from there once the cause is mended."""
