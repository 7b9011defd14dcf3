"""Errors of batches."""

from __future__ import annotations

from ..errors import InvalidInput, RunComfyError

__all__ = ["BatchError", "BatchNotFound", "InvalidRows", "StoreFailed", "StoreFull", "TableError"]


class BatchError(RunComfyError):
    """A batch cannot be opened, changed or run as asked; nothing was sent for it."""


class BatchNotFound(BatchError):  # noqa: N818 - named as the runtime's other errors are
    """There is no batch of that name in the store."""


class StoreFailed(BatchError):  # noqa: N818
    """The store's database cannot be reached, read or written."""


class StoreFull(StoreFailed):
    """The disk that the store's database is on is full; nothing that was recorded before is lost."""


class TableError(InvalidInput):
    """A table cannot be read, or results not be written, at all; nothing was queued."""


class InvalidRows(InvalidInput):
    """Rows of a table do not fit their models; none of the table was queued.

    Its ``faults`` are the first ones, and their paths begin with the row's number.
    """
