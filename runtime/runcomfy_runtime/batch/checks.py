"""Check a whole table before any of it is queued: every row, every fault, every key that stands twice."""

from __future__ import annotations

import json
import os
import tempfile
from collections import Counter
from collections.abc import Callable, Collection, Generator, Iterator
from contextlib import contextmanager
from dataclasses import asdict, replace
from pathlib import Path
from typing import IO, Final

from ..errors import Fault
from ..models import ModelInfo
from .atomic import replacing
from .errors import InvalidRows
from .records import Row
from .rows import Reading, ReadRow, RowFault, RowReader, shown
from .seen import SeenKeys
from .sources import Record, Source, TableFormat, open_table

__all__ = ["FIRST_FAULTS", "CheckedTable", "check_table"]

FIRST_FAULTS: Final = 20
"""Faults that an error lists; the report holds all."""


class CheckedTable:
    """A table that was read to its end; its good rows wait in a temporary file.

    Attributes:
        name: What to call it in messages.
        good: Rows without fault.
        bad: Rows with a fault.
        fault_count: Faults of all rows.
        faults: The first `FIRST_FAULTS` of them.
        models: Good rows by model id.
    """

    def __init__(self, name: str, rows: IO[str], faults: IO[str]) -> None:
        self.name = name
        self.good: int = 0
        self.bad: int = 0
        self.fault_count: int = 0
        self.faults: list[RowFault] = []
        self.models: Counter[str] = Counter()
        self._rows = rows
        self._faults = faults

    def keep(self, row: Row) -> None:
        """Put a good row aside."""
        self.good += 1
        self.models[row.model_id] += 1
        facts = [row.key, row.model_id, row.payload, row.priority]
        self._rows.write(f"{json.dumps(facts)}\n")

    def refuse(self, faults: Collection[RowFault]) -> None:
        """Note the faults of a bad row."""
        self.bad += 1
        for fault in faults:
            self.fault_count += 1
            if len(self.faults) < FIRST_FAULTS:
                self.faults.append(fault)
            self._faults.write(f"{json.dumps(asdict(fault))}\n")

    def __iter__(self) -> Iterator[Row]:
        """Yield the good rows, in the table's order."""
        self._rows.flush()
        self._rows.seek(0)
        for line in self._rows:
            key, model_id, payload, priority = json.loads(line)
            yield Row(key, model_id, payload, priority)

    def write_report(self, path: str | os.PathLike[str]) -> Path:
        """Write all faults as JSONL, one a line with ``row, line, key, path, message, value``, and return the file.

        Raises:
            OSError: If it cannot be written.
        """
        self._faults.flush()
        self._faults.seek(0)
        with replacing(Path(path)) as file:
            for line in self._faults:
                file.write(line.encode())
        return Path(path)

    def check(self) -> None:
        """Raise what is wrong, if anything is.

        Raises:
            InvalidRows: If a row has a fault.
        """
        if not self.bad:
            return
        more = self.fault_count - len(self.faults)
        found = f"{self.bad} of {self.good + self.bad} rows"
        tail = f"; the first {len(self.faults)} of {self.fault_count} faults" if more else ""
        raise InvalidRows(
            f"{self.name}: {found} cannot be run, nothing was queued{tail}:",
            [_as_fault(fault) for fault in self.faults],
        )


@contextmanager
def check_table(
    source: Source,
    find_model: Callable[[str], ModelInfo],
    reading: Reading,
    *,
    form: TableFormat | None = None,
    folder: Path | None = None,
    model_ids: Callable[[], Collection[str]] = tuple,
) -> Generator[CheckedTable]:
    """Read a table to its end and check every row; nothing is sent and nothing is queued.

    Memory does not grow with the table: good rows and faults go to temporary files.

    Args:
        source: The table; see `open_table`.
        find_model: Returns what is known about a model.
        reading: How columns are to be taken.
        form: How a file is written; None goes by its name.
        folder: Where relative paths in cells start; None takes the file's folder.
        model_ids: Returns the known model ids, for suggestions.

    Raises:
        TableError: If the table cannot be read.
        OSError: If a file cannot be opened, or the temporary ones not written.
    """
    with (
        tempfile.TemporaryFile("w+", encoding="utf-8") as rows,
        tempfile.TemporaryFile("w+", encoding="utf-8") as faults,
        open_table(source, form=form, folder=folder) as table,
        SeenKeys() as seen,
    ):
        checked = CheckedTable(table.name, rows, faults)
        reader = RowReader(
            find_model, reading, folder=table.folder, textual=table.textual, model_ids=model_ids
        )
        for record in table.records:
            read = reader.read(record)
            if read.row is None:
                checked.refuse(read.faults)
            else:
                _keep(read.row, read, record, seen, checked)
        yield checked


def _keep(row: Row, read: ReadRow, record: Record, seen: SeenKeys, checked: CheckedTable) -> None:
    """Keep a good row, unless its key was seen; equal rows without keys are meant to run as often as they stand."""
    first, times = seen.add(row.key, record.number)
    if times > 1 and read.made_key:
        row = replace(row, key=f"{row.key}-{times}")
        first, times = seen.add(row.key, record.number)
    if times == 1:
        checked.keep(row)
        return
    message = f"is the key of row {first} too; each row needs a key of its own"
    pointer, shown = f"/{read.key_column}", repr(row.key[:80])
    fault = RowFault(record.number, record.line, row.key, pointer, message, shown)
    checked.refuse([fault])


def _as_fault(fault: RowFault) -> Fault:
    line = "" if fault.line is None else f" (line {fault.line})"
    return Fault(f"row {fault.row}{line} {shown(fault.path)}", fault.message, fault.value)
