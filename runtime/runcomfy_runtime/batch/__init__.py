"""Batches: many jobs from a table, run to their end whatever happens to processes, machines and the network.

Rows go into a `Batch`, which keeps them in a database (a SQLite file, or Postgres for several machines); `Batch.run`
runs what has not ended. Every name is loaded when it is first used, so importing this needs no extra.
"""

from __future__ import annotations

from importlib import import_module

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from .batch import Batch
    from .checks import CheckedTable
    from .errors import BatchError, InvalidRows, TableError
    from .prices import Estimate, Price, SpendingLimit
    from .records import Added, Changed, JobRecord, Progress, Row, RowState, Stop, Summary
    from .rows import Reading, RowFault
    from .saver import FolderSaver, RemoteSaver, Saver, saver_for
    from .sources import Source

__all__ = [
    "Added",
    "Batch",
    "BatchError",
    "Changed",
    "CheckedTable",
    "Estimate",
    "FolderSaver",
    "InvalidRows",
    "JobRecord",
    "Price",
    "Progress",
    "Reading",
    "RemoteSaver",
    "Row",
    "RowFault",
    "RowState",
    "Saver",
    "Source",
    "SpendingLimit",
    "Stop",
    "Summary",
    "TableError",
    "saver_for",
]

_MODULES = {
    "Batch": ".batch",
    "BatchError": ".errors",
    "CheckedTable": ".checks",
    "Estimate": ".prices",
    "FolderSaver": ".saver",
    "InvalidRows": ".errors",
    "Price": ".prices",
    "Reading": ".rows",
    "RemoteSaver": ".saver",
    "RowFault": ".rows",
    "Saver": ".saver",
    "Source": ".sources",
    "SpendingLimit": ".prices",
    "TableError": ".errors",
    "saver_for": ".saver",
}


def __getattr__(name: str) -> Any:
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    try:
        module = import_module(_MODULES.get(name, ".records"), __name__)
    except ModuleNotFoundError as error:
        if error.name != "sqlalchemy":
            raise
        raise ImportError(
            'Batches need more packages: python -m pip install "runcomfy-sdk[batch]", or, beside a vendored copy, '
            "dbos, sqlalchemy and psycopg[binary]."
        ) from None
    value = getattr(module, name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return __all__
