"""Batches beside a plain asyncio ledger and bare DBOS: time, processor time and memory of the same jobs.

All submit to the same counting service, poll it, read the result and keep one small file, with 200 jobs in flight. The
ledger is one asyncio loop over one client with an intent and a result a job in SQLite; bare DBOS is one workflow a job
with its default settings (WAL aside) and nothing that guards a submit. ``--only enqueue`` measures a million rows, how
long counting them takes, and the memory that takes.

``python tests/benchmarks/batch.py``, or for jobs of one's own ``--jobs 300 --shortest 0.5 --longest 2``
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import json
import resource
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[1]))

from benchmarks.measure import Case, run_process
from benchmarks.report import Results, add_output_options, publish
from runcomfy_runtime import AsyncClient, Options
from runcomfy_runtime.batch import Batch, FolderSaver, Row
from support.batch_trial import MODEL, Service, rows
from support.postgres import Postgres, programs

__all__: list[str] = []

IN_FLIGHT = 200
_USUAL = ((2_000, 0.5, 2.0), (1_000, 5.0, 15.0))


async def _one(client: AsyncClient, row: Row, folder: Path) -> None:
    output = await client.model(row.model_id).run(row.payload, options=Options(timeout=600))
    for file in output.files:
        await file.save(folder / row.key, name="{index:03}{suffix}", overwrite=True)


async def _run_ledger(url: str, todo: list[Row], folder: Path) -> None:
    """Run the jobs in one loop; an intent and an end are committed for each, many at a time."""
    connection = sqlite3.connect(folder / "ledger.db", isolation_level=None)
    connection.execute("pragma journal_mode=wal")
    connection.execute("pragma synchronous=full")
    connection.execute("create table job (key text primary key, state text)")
    waiting: list[tuple[str, str, asyncio.Future[None]]] = []
    places = asyncio.Semaphore(IN_FLIGHT)

    async def note(key: str, state: str) -> None:
        done = asyncio.get_running_loop().create_future()
        waiting.append((key, state, done))
        if len(waiting) == 1:
            asyncio.get_running_loop().call_later(0.005, commit)
        await done

    def commit() -> None:
        connection.execute("begin")
        connection.executemany(
            "insert or replace into job values (?, ?)", [(key, state) for key, state, _ in waiting]
        )
        connection.execute("commit")
        for *_, done in waiting:
            done.set_result(None)
        waiting.clear()

    async with AsyncClient("token", base_url=url) as client:

        async def work(row: Row) -> None:
            async with places:
                await note(row.key, "intent")
                await _one(client, row, folder)
                await note(row.key, "succeeded")

        await asyncio.gather(*(work(row) for row in todo))
    connection.close()


def _run_bare_dbos(url: str, todo: list[Row], folder: Path) -> None:
    """Run the jobs as DBOS's own examples do."""
    from dbos import DBOS, SetEnqueueOptions

    store = f"sqlite:///{folder}/dbos.db"
    with contextlib.closing(sqlite3.connect(folder / "dbos.db")) as connection:
        connection.execute("pragma journal_mode=wal")
    DBOS(
        config={
            "name": "bare",
            "system_database_url": store,
            "log_level": "CRITICAL",
            "use_listen_notify": False,
        }
    )
    client = AsyncClient("token", base_url=url)

    @DBOS.step()
    async def submit(payload: dict[str, Any]) -> str:
        job = await client.model(MODEL).submit(payload)
        return job.request_id

    @DBOS.step()
    async def finish(request_id: str, key: str) -> None:
        output = await client.jobs.get(request_id, MODEL).result(600)
        for file in output.files:
            await file.save(folder / key, name="{index:03}{suffix}", overwrite=True)

    @DBOS.workflow()
    async def job(key: str, payload: dict[str, Any]) -> None:
        await finish(await submit(payload), key)

    DBOS.launch()
    queue = DBOS.register_queue("bare", global_concurrency=IN_FLIGHT)
    for row in todo:
        with SetEnqueueOptions():
            queue.enqueue(job, row.key, dict(row.payload))
    while DBOS.list_workflows(
        status=["ENQUEUED", "PENDING"], load_input=False, load_output=False, limit=1
    ):
        time.sleep(0.2)
    DBOS.destroy()


def _run_batch(url: str, todo: Iterator[Row], folder: Path, store: str) -> None:
    with Batch.open(
        "bench",
        store,
        in_flight=IN_FLIGHT,
        client=lambda: AsyncClient("token", base_url=url),
        saver=FolderSaver(folder),
    ) as batch:
        batch.add(todo)
        summary = batch.run()
        assert summary.stop is None, summary
        assert summary.progress["failed"] == 0, summary


def _child(arguments: list[str]) -> None:
    kind, url, folder, count, shortest, longest, store = arguments
    todo = rows(int(count), float(shortest), float(longest))
    if kind == "ledger":
        asyncio.run(_run_ledger(url, list(todo), Path(folder)))
    elif kind == "bare DBOS":
        _run_bare_dbos(url, list(todo), Path(folder))
    elif kind == "two":
        half = [sys.executable, __file__, "--child", "one", *arguments[1:]]
        for process in [subprocess.Popen(half) for _ in range(2)]:
            assert process.wait() == 0
    else:
        _run_batch(url, todo, Path(folder), store)


def compare(jobs: int, shortest: float, longest: float) -> Results:
    """Run the same jobs by each engine."""
    durations = [row.payload["seconds"] for row in rows(jobs, shortest, longest)]
    results = Results(f"{jobs} jobs of {shortest} to {longest} s, {IN_FLIGHT} in flight")
    results.notes.append(f"ideal: {sum(durations) / IN_FLIGHT:.1f} s")
    cases = [("ledger", "sqlite"), ("bare DBOS", "sqlite"), ("one", "sqlite")]
    if programs() is not None:
        cases += [("one", "postgres"), ("two", "postgres")]
    tracer = shutil.which("strace")
    for kind, store in cases:
        service = Service()
        server = Postgres() if store == "postgres" else None
        with tempfile.TemporaryDirectory() as folder:
            url = server.url if server else f"sqlite:///{folder}/batch.db"
            facts = [service.url, folder, str(jobs), str(shortest), str(longest), url]
            try:
                sample = run_process(
                    Case(kind, [sys.executable, __file__, "--child", kind, *facts], Path(folder))
                )
                seen = service.ask("ledger")
            finally:
                service.close()
                if server:
                    server.stop()
        results.rows.append(
            {
                "engine": kind if kind in ("ledger", "bare DBOS") else f"batch, {kind} process",
                "store": store,
                "wall s": sample.wall,
                "cpu s": sample.cpu,
                "peak MiB": sample.peak,
                "most at service": seen["most"],
                "submits": sum(seen["posts"].values()),
                "syncs a job": (
                    _syncs(tracer, kind, min(jobs, 300)) if tracer and store == "sqlite" else None
                ),
            }
        )
        sys.stderr.write(f"{results.rows[-1]}\n")
    if tracer:
        results.notes.append(
            "syncs a job: fdatasync and fsync of the SQLite file, counted by strace"
        )
    return results


def _syncs(tracer: str, kind: str, jobs: int) -> float:
    """Count the syncs to disk a job costs on SQLite."""
    service = Service(hosted_of_ten=0)
    with tempfile.TemporaryDirectory() as folder:
        facts = [service.url, folder, str(jobs), "0.2", "0.4", f"sqlite:///{folder}/batch.db"]
        log = Path(folder, "trace")
        command = [tracer, "-f", "-qq", "-y", "-e", "trace=fdatasync,fsync", "-o", str(log)]
        try:
            run = [*command, sys.executable, __file__, "--child", kind, *facts]
            subprocess.run(run, check=True)
        finally:
            service.close()
        lines = log.read_text(encoding="utf-8", errors="replace").splitlines()
    return sum(".db" in line for line in lines) / jobs


def enqueue(count: int) -> Results:
    """Queue many rows of 500 bytes."""
    results = Results(f"{count} rows")
    stores = ["sqlite", "postgres"] if programs() is not None else ["sqlite"]
    for kind in stores:
        server = Postgres() if kind == "postgres" else None
        with tempfile.TemporaryDirectory() as folder:
            store = server.url if server else f"sqlite:///{folder}/batch.db"
            child = [sys.executable, __file__, "--child-enqueue", str(count), store]
            try:
                found = subprocess.run(child, capture_output=True, text=True, check=True).stdout
                size = sum(path.stat().st_size for path in Path(folder).iterdir())
            finally:
                if server:
                    server.stop()
            disk = None if server else size / 2**20
            results.rows.append({"store": kind, **json.loads(found), "MiB on disk": disk})
    return results


def _child_enqueue(count: int, store: str) -> None:
    text = "x" * 460

    def many(number: int) -> Iterator[Row]:
        return (Row(f"row-{i}", MODEL, {"prompt": text, "seed": i}) for i in range(number))

    with Batch.open("bench", store) as batch:
        batch.add(many(1000))
        before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        begun = time.monotonic()
        batch.add(many(count))
        added = time.monotonic()
        batch.progress()
        counted = time.monotonic()
        batch.cancel()
        cancelled = time.monotonic()
    after = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    figures = {"add s": added - begun, "rows a second": count / (added - begun)}
    figures |= {"count s": counted - added, "cancel s": cancelled - counted}
    print(json.dumps({**figures, "MiB before": before, "MiB after": after}))


def main() -> int:
    """Run the command line."""
    if sys.argv[1:2] == ["--child"]:
        _child(sys.argv[2:])
        return 0
    if sys.argv[1:2] == ["--child-enqueue"]:
        _child_enqueue(int(sys.argv[2]), sys.argv[3])
        return 0
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--jobs", type=int)
    parser.add_argument("--shortest", type=float, default=0.5)
    parser.add_argument("--longest", type=float, default=2.0)
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--only", choices=("jobs", "enqueue"))
    add_output_options(parser)
    options = parser.parse_args()
    results: list[Results] = []
    if options.only != "enqueue":
        own = (options.jobs, options.shortest, options.longest)
        results += [compare(*trial) for trial in ([own] if options.jobs else _USUAL)]
    if options.only != "jobs":
        results.append(enqueue(options.rows))
    publish(results, options)
    return 0


if __name__ == "__main__":
    sys.exit(main())
