"""Write what became of a batch into a file: JSONL, CSV or Parquet, in the order of its rows, piece by piece."""

from __future__ import annotations

import csv
import importlib
import io
import json
import os
import re
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path
from typing import IO, Any, Final, Literal

from .atomic import replacing
from .errors import TableError
from .records import JobRecord

__all__ = ["COLUMNS", "ExportFormat", "as_mapping", "export", "write_jsonl"]

ExportFormat = Literal["jsonl", "csv", "parquet"]
COLUMNS: Final[tuple[str, ...]] = (
    "key",
    "model_id",
    "state",
    "request_id",
    "attempt",
    "cost",
    "added_at",
    "submitted_at",
    "ended_at",
    "seconds",
    "error_type",
    "error",
    "files",
    "input",
    "output",
)
"""What each row holds. Times are UTC in ISO 8601; ``seconds`` is from the submit to the end, ``cost`` US dollars."""
_SUFFIXES: Final[Mapping[str, ExportFormat]] = {
    ".jsonl": "jsonl",
    ".ndjson": "jsonl",
    ".csv": "csv",
    ".parquet": "parquet",
    ".pq": "parquet",
}
_NESTED: Final = ("files", "input", "output")
_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
"""What a formula begins with; some spreadsheets take the wide forms too."""
_NUMBER: Final = re.compile(r"[+-]?\d+(\.\d+)?([eE][+-]?\d+)?")
_PIECE: Final = 5000


def export(
    jobs: Iterable[JobRecord],
    path: str | os.PathLike[str],
    form: ExportFormat | None = None,
    *,
    escape_formulas: bool = False,
) -> int:
    """Write jobs to ``path`` and return how many; an older file stays until the new one is complete.

    In CSV, ``files``, ``input`` and ``output`` are JSON in a cell; in Parquet, ``input`` and ``output`` are JSON text.

    Args:
        jobs: The jobs, such as ``batch.results()``; they are taken as they are written.
        path: The file.
        form: How to write it; None goes by the file's name.
        escape_formulas: In CSV, put a quote before texts that a spreadsheet would take for formulas; keys that begin
            so are then no longer those of the table.

    Raises:
        TableError: If the name tells no form, or Parquet needs pyarrow, which is not installed.
        OSError: If the file cannot be written.
    """
    target = Path(path)
    wanted = form or _SUFFIXES.get(target.suffix.lower())
    if wanted is None:
        raise TableError(f"{target.name}: results are written to .jsonl, .csv and .parquet files")
    with replacing(target) as file:
        if wanted == "csv":
            return _write_csv(jobs, file, escape_formulas)
        return {"jsonl": write_jsonl, "parquet": _write_parquet}[wanted](jobs, file)


def as_mapping(job: JobRecord) -> dict[str, Any]:
    """Return a job as a JSON object with `COLUMNS`."""
    submitted, ended = job.timings.get("submitted"), job.timings.get("ended")
    took = None if submitted is None or ended is None else round(ended - submitted, 3)
    return {
        "key": job.key,
        "model_id": job.model_id,
        "state": job.state,
        "request_id": job.request_id,
        "attempt": job.attempt,
        "cost": job.cost,
        "added_at": _time(job.timings.get("added")),
        "submitted_at": _time(submitted),
        "ended_at": _time(ended),
        "seconds": took,
        "error_type": job.error_type,
        "error": job.error,
        "files": list(job.files),
        "input": dict(job.input),
        "output": job.output,
    }


def write_jsonl(jobs: Iterable[JobRecord], file: IO[bytes]) -> int:
    """Write jobs as one JSON object a line, in UTF-8, and return how many."""
    count = 0
    for count, job in enumerate(jobs, 1):  # noqa: B007 - the last number is returned
        file.write(_json(as_mapping(job)) + b"\n")
    return count


def _write_csv(jobs: Iterable[JobRecord], file: IO[bytes], escape_formulas: bool) -> int:
    count = 0
    text = io.TextIOWrapper(file, "utf-8", newline="", errors="backslashreplace")
    writer: csv.DictWriter[str] = csv.DictWriter(text, COLUMNS)
    writer.writeheader()
    for count, job in enumerate(jobs, 1):  # noqa: B007 - the last number is returned
        row = as_mapping(job)
        row |= {name: _json(row[name]).decode() for name in _NESTED}
        writer.writerow(
            {name: _escaped(value) for name, value in row.items()} if escape_formulas else row
        )
    text.detach()
    return count


def _escaped(value: object) -> object:
    """Return a cell that no spreadsheet takes for a formula; numbers, also those in JSON, stay as they are."""
    if not isinstance(value, str) or not value.startswith(_FORMULA) or _NUMBER.fullmatch(value):
        return value
    return f"'{value}"


def _write_parquet(jobs: Iterable[JobRecord], file: IO[bytes]) -> int:
    try:
        arrow: Any = importlib.import_module("pyarrow")
        parquet: Any = importlib.import_module("pyarrow.parquet")
    except ImportError:
        raise TableError(
            "writing Parquet files needs pyarrow: pip install 'runcomfy-sdk[batch-tables]'"
        ) from None
    moment = arrow.timestamp("us", tz="UTC")
    kinds = {"attempt": arrow.int32(), "cost": arrow.float64(), "seconds": arrow.float64()}
    kinds |= dict.fromkeys(("added_at", "submitted_at", "ended_at"), moment)
    kinds["files"] = arrow.list_(arrow.string())
    schema = arrow.schema([(name, kinds.get(name, arrow.string())) for name in COLUMNS])
    count, left = 0, iter(jobs)
    with parquet.ParquetWriter(file, schema, compression="zstd") as writer:
        while piece := [_for_arrow(job) for job in islice(left, _PIECE)]:
            count += len(piece)
            writer.write_table(arrow.Table.from_pylist(piece, schema=schema))
    return count


def _for_arrow(job: JobRecord) -> dict[str, Any]:
    row = as_mapping(job)
    for name in ("added", "submitted", "ended"):
        seconds = job.timings.get(name)
        row[f"{name}_at"] = None if seconds is None else datetime.fromtimestamp(seconds, UTC)
    return row | {name: _json(row[name]).decode() for name in ("input", "output")}


def _time(seconds: float | None) -> str | None:
    if seconds is None:
        return None
    return datetime.fromtimestamp(seconds, UTC).isoformat(timespec="milliseconds")


def _json(value: object) -> bytes:
    """Return compact JSON in UTF-8; unpaired surrogates, which that cannot hold, stay escapes."""
    try:
        return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()
    except UnicodeEncodeError:
        return json.dumps(value, separators=(",", ":")).encode()
