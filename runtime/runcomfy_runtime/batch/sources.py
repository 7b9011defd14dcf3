"""Read rows out of tables, one by one: CSV, JSONL, Parquet, data frames and iterables. Nothing is judged here."""

from __future__ import annotations

import codecs
import csv
import importlib
import json
import os
import sys
from collections.abc import Generator, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from typing import IO, Any, Final, Literal, Protocol, TypeGuard, cast

from ..errors import Fault
from .errors import TableError
from .records import Row

__all__ = [
    "ArrowTable",
    "Record",
    "Source",
    "Table",
    "TableFormat",
    "open_table",
    "rows_or_table",
]

TableFormat = Literal["csv", "tsv", "jsonl", "parquet"]
_SUFFIXES: Final[Mapping[str, TableFormat]] = {
    ".csv": "csv",
    ".tsv": "tsv",
    ".tab": "tsv",
    ".jsonl": "jsonl",
    ".ndjson": "jsonl",
    ".parquet": "parquet",
    ".pq": "parquet",
}
_PIECE: Final = 1024
"""Rows of an Arrow table that are turned into Python values at a time."""
_INDEX: Final = "__index_level_"
"""How pandas names the column of an index without a name."""


class ArrowTable(Protocol):
    """What gives its rows through the Arrow stream interface: frames of polars and pandas, pyarrow tables, DuckDB."""

    def __arrow_c_stream__(self, requested_schema: object = None) -> object:
        """Return the stream."""
        ...


Source = str | os.PathLike[str] | ArrowTable | Iterable[Mapping[str, Any]]
"""A table: the path of a CSV, JSONL or Parquet file, a data frame, or anything that yields mappings."""


@dataclass(frozen=True, slots=True)
class Record:
    """One row as it was read.

    Attributes:
        number: Its place in the table, from 1.
        line: Line of the file on which it ends, from 1; None where there are no lines.
        values: Its cells by column; a missing one is None or left out.
        fault: Why it cannot be read, if so.
    """

    number: int
    line: int | None
    values: Mapping[str, Any]
    fault: Fault | None = None


@dataclass(frozen=True, slots=True)
class Table:
    """A table that is open for reading, once.

    Attributes:
        name: What to call it in messages.
        folder: Where relative paths in its cells start.
        textual: Whether every cell is text, as in CSV, and stands for a value.
        records: Its rows.
    """

    name: str
    folder: Path
    textual: bool
    records: Iterator[Record]


@contextmanager
def open_table(
    source: Source, *, form: TableFormat | None = None, folder: Path | None = None
) -> Generator[Table]:
    """Open a table; its rows are read as they are asked for.

    Args:
        source: The table; ``"-"`` reads standard input, as JSONL unless ``form`` says otherwise.
        form: How a file is written; None goes by its name.
        folder: Where relative paths in its cells start; None takes the file's folder, or else the current one.

    Raises:
        TableError: If it is no table, cannot be read, or needs a package that is not installed. Reading on raises it
            too; a fault of a single row is told in its `Record`.
        OSError: If the file cannot be opened.
    """
    if not isinstance(source, (str, os.PathLike)):
        yield Table("the rows", folder or Path(), False, _records_of(source))
        return
    path = Path(source).expanduser()
    if str(source) == "-":
        wanted: TableFormat = form or "jsonl"
        if wanted == "parquet":
            raise TableError("standard input cannot be read as Parquet; give a file")
        stream = cast("IO[bytes]", sys.stdin.buffer)
        records = _jsonl(stream) if wanted == "jsonl" else _csv("standard input", stream, wanted)
        yield Table("standard input", folder or Path(), wanted != "jsonl", records)
        return
    wanted = form or _form_of(path)
    with path.open("rb") as file:
        if wanted == "jsonl":
            records = _jsonl(file)
        elif wanted == "parquet":
            records = _parquet(path.name, file)
        else:
            records = _csv(path.name, file, wanted)
        base = folder or path.absolute().parent
        yield Table(path.name, base, wanted in ("csv", "tsv"), records)


def rows_or_table(source: Source | Iterable[Row]) -> tuple[Source, Iterable[Row] | None]:
    """Return ``source`` as a table, or else the jobs that it already consists of; its first item decides."""
    if isinstance(source, (str, os.PathLike)) or _is_arrow(source) or not _is_iterable(source):
        return cast("Source", source), None
    items = iter(source)
    first = next(items, None)
    every = chain([] if first is None else [first], items)
    if isinstance(first, Row):
        return (), cast("Iterable[Row]", every)
    return cast("Source", source if _is_mapping(source) else every), None


def _form_of(path: Path) -> TableFormat:
    form = _SUFFIXES.get(path.suffix.lower())
    if form is None:
        advice = (
            "write one JSON object a line" if path.suffix.lower() == ".json" else "name its form"
        )
        raise TableError(
            f"{path.name}: tables are read from .csv, .tsv, .jsonl and .parquet files; {advice}"
        )
    return form


def _csv(name: str, file: IO[bytes], form: TableFormat) -> Iterator[Record]:
    """Yield the rows of a CSV file; the header says what separates cells: a comma, a semicolon or a tab."""
    lines = _lines(name, file)
    first = next(lines, "")
    if not first.strip():
        raise TableError(f"{name} is empty; its first line must name the columns")
    marks = ",;\t" if form == "csv" else "\t"
    mark = max(marks, key=first.count)
    reader = csv.reader(chain([first], lines), delimiter=mark, strict=True)
    try:
        header = [column.strip() for column in next(reader)]
    except csv.Error as error:
        raise TableError(f"{name}: the line that names the columns is malformed: {error}") from None
    if repeated := sorted({column for column in header if column and header.count(column) > 1}):
        raise TableError(f"{name}: two columns have the name {', '.join(map(repr, repeated))}")
    number = 0
    while True:
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            number += 1
            yield Record(number, reader.line_num, {}, Fault("", f"is no CSV: {error}"))
            continue
        if not any(cells):
            continue
        number += 1
        fault = _misfit(header, cells)
        named = {} if fault else dict(zip(header, cells, strict=False))
        named.pop("", None)
        yield Record(number, reader.line_num, named, fault)


def _misfit(header: list[str], cells: list[str]) -> Fault | None:
    """Return the fault of a row that has not one cell a column; empty ones too many do not matter."""
    nameless = [cell for column, cell in zip(header, cells, strict=False) if not column and cell]
    if nameless:
        return Fault("", "has a cell in a column without a name", repr(nameless[0][:80]))
    if len(cells) < len(header) or any(cells[len(header) :]):
        advice = "" if len(cells) < len(header) else "; quote cells that hold the separator"
        return Fault("", f"has {len(cells)} cells, but there are {len(header)} columns{advice}")
    return None


def _lines(name: str, file: IO[bytes]) -> Iterator[str]:
    """Yield the lines of a text file in UTF-8, or in UTF-16 where its first bytes say so."""
    head = file.read(4)
    wide = head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
    decode = codecs.getincrementaldecoder("utf-16" if wide else "utf-8-sig")()
    rest, piece = "", head
    try:
        while True:
            ends = not piece
            text = rest + decode.decode(piece, final=ends)
            *whole, rest = _split(text) if text else [""]
            yield from whole
            if ends:
                break
            piece = file.read(65536)
    except UnicodeDecodeError as error:
        raise TableError(f"{name} is not UTF-8 text ({error.reason}); save it as UTF-8") from None
    if rest:
        yield rest


def _split(text: str) -> list[str]:
    """Split at line feeds only, for cells may hold all else; the last part has none."""
    parts = text.split("\n")
    return [*(f"{part}\n" for part in parts[:-1]), parts[-1]]


def _jsonl(file: IO[bytes]) -> Iterator[Record]:
    number = 0
    for index, line in enumerate(file, 1):
        text = line.removeprefix(codecs.BOM_UTF8) if index == 1 else line
        if not text.strip():
            continue
        number += 1
        try:
            value: object = json.loads(text, parse_constant=_refuse)
        except (ValueError, RecursionError) as error:
            yield Record(number, index, {}, Fault("", f"is no JSON: {_first_line(error)}"))
            continue
        if _is_mapping(value):
            yield Record(number, index, value)
        else:
            kind = type(value).__name__
            fault = Fault("", f"is a JSON {kind}; each line must hold an object")
            yield Record(number, index, {}, fault)


def _refuse(constant: str) -> None:
    raise ValueError(f"{constant} is no JSON number")


def _parquet(name: str, file: IO[bytes]) -> Iterator[Record]:
    parquet = _arrow("pyarrow.parquet", "Parquet files")
    broken = _arrow("pyarrow", "Parquet files").ArrowException
    try:
        yield from _arrow_records(name, parquet.ParquetFile(file).iter_batches(_PIECE))
    except (broken, OSError) as error:
        raise TableError(f"{name} cannot be read as Parquet: {_first_line(error)}") from None


def _records_of(source: ArrowTable | Iterable[Mapping[str, Any]]) -> Iterator[Record]:
    if _is_arrow(source):
        arrow = _arrow("pyarrow", "data frames")
        try:
            reader = arrow.RecordBatchReader.from_stream(source)
        except (ValueError, TypeError) as error:
            raise TableError(f"the data frame cannot be read: {_first_line(error)}") from None
        return _arrow_records("the data frame", reader)
    if hasattr(source, "collect"):
        raise TableError("a lazy frame has no rows yet; give frame.collect()")
    if hasattr(source, "to_dict") or not isinstance(source, Iterable) or _is_mapping(source):
        kind = type(source).__name__
        raise TableError(
            f"a {kind} is no table; give a path, a data frame that knows Arrow (polars, pandas from 2.2), or an "
            "iterable of mappings"
        )
    return _plain_records(cast("Iterable[object]", source))


def _plain_records(rows: Iterable[object]) -> Iterator[Record]:
    for number, row in enumerate(rows, 1):
        if _is_mapping(row):
            yield Record(number, None, {str(name): value for name, value in row.items()})
        else:
            fault = Fault("", f"is a {type(row).__name__}; each row must be a mapping")
            yield Record(number, None, {}, fault)


def _arrow_records(name: str, batches: Iterable[Any]) -> Iterator[Record]:
    """Yield the rows of Arrow record batches, a few of them as Python values at a time."""
    number = 0
    for batch in batches:
        columns = [str(column) for column in batch.schema.names]
        if len(set(columns)) < len(columns):
            raise TableError(f"{name} has two columns of one name")
        for offset in range(0, batch.num_rows, _PIECE):
            for row in cast("list[dict[str, Any]]", batch.slice(offset, _PIECE).to_pylist()):
                number += 1
                values = {
                    column: value for column, value in row.items() if not column.startswith(_INDEX)
                }
                yield Record(number, None, values)


def _arrow(module: str, what: str) -> Any:
    try:
        return importlib.import_module(module)
    except ImportError:
        raise TableError(
            f"reading {what} needs pyarrow: pip install 'runcomfy-sdk[batch-tables]'"
        ) from None


def _is_arrow(source: object) -> TypeGuard[ArrowTable]:
    return hasattr(source, "__arrow_c_stream__")


def _is_iterable(value: object) -> TypeGuard[Iterable[object]]:
    return hasattr(value, "__iter__") and not hasattr(value, "to_dict")


def _is_mapping(value: object) -> TypeGuard[Mapping[Any, Any]]:
    return isinstance(value, Mapping)


def _first_line(error: BaseException) -> str:
    return (str(error).splitlines() or [type(error).__name__])[0]
