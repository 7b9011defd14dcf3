"""Checking, queueing and exporting a long table: processor time a row, and whether memory grows with the rows.

Run: ``python tests/benchmarks/batch_tables.py [ROWS]``; 1,000,000 rows take some minutes and about 2 GB of disk.
"""

from __future__ import annotations

import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

from runcomfy_runtime.batch import Batch
from runcomfy_sdk import AsyncRunComfy

MODEL = "stepfun-ai/stepx-edit2"


def measured(what: str, rows: int, work: Callable[[], object]) -> None:
    """Do ``work`` and print what it took."""
    processor, wall = time.process_time(), time.monotonic()
    result = work()
    processor, wall = time.process_time() - processor, time.monotonic() - wall
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    print(
        f"{what:24} {rows / processor:10,.0f} rows/s of processor time {wall:8.1f} s {peak:6,} MB peak   {result}",
        flush=True,
    )


def trial(rows: int, folder: str) -> None:
    """Write a table of ``rows`` rows and put it through a batch that is not run."""
    table = Path(folder, "t.csv")
    with table.open("w", encoding="utf-8") as file:
        file.write("id,prompt,image_url,seed,output_format\n")
        for number in range(rows):
            url = f"https://example.com/inputs/{number}.png"
            file.write(f"k{number},a fox at number {number},{url},{number},png\n")
    store = f"sqlite:///{folder}/b.db"
    with Batch.open("b", store, client=lambda: AsyncRunComfy("unused")) as batch:
        measured("check and queue", rows, lambda: batch.add(table, model=MODEL).new)
        measured("the same table again", rows, lambda: batch.add(table, model=MODEL).same)
        measured("status", rows, lambda: batch.progress().total)
        size = sum(part.stat().st_size for part in Path(folder).glob("b.db*"))
        print(f"{'store':24} {size / rows:10,.0f} bytes a row")
        for form in ("jsonl", "csv", "parquet"):
            target = Path(folder, f"r.{form}")
            measured(f"export to {form}", rows, partial(batch.export, target))


def main() -> None:
    """Measure a tenth of the rows first, so that growth shows; each in a process of its own, whose peak is its own."""
    if sys.argv[2:]:
        with tempfile.TemporaryDirectory() as folder:
            trial(int(sys.argv[1]), folder)
        return
    most = int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000
    for rows in (most // 10, most):
        print(f"{rows:,} rows", flush=True)
        subprocess.run([sys.executable, __file__, str(rows), "trial"], check=True)


if __name__ == "__main__":
    main()
