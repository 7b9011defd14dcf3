"""The batch: what a program, and the command line, does with many jobs.

Who calls what: readers of tables make `Row` records and call `add`; the command line calls `open`, `run`, `worker`,
`progress`, `unknown`, `resolve`, `cancel` and `retry_failed`; exporters page through `results`. Nothing but `run` and
`worker` starts the engine: all else reads and writes the store, from any process, also while a run is under way.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Collection, Generator, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Final, Literal, Self

from . import decisions, queries
from .checks import CheckedTable, check_table
from .export import ExportFormat, export
from .intake import add_rows
from .layout import folder_safe
from .prices import Estimate, estimate, prices_now, seconds_asked
from .records import Added, JobRecord, Progress, Row, RowState, Stop, Summary
from .rows import Reading
from .settings import Settings, changes
from .sources import Source, TableFormat, rows_or_table
from .store import Store

if TYPE_CHECKING:
    from .._async.client import AsyncClient
    from .saver import Saver

__all__ = ["JOB_TIMEOUT", "Batch"]

JOB_TIMEOUT: Final = 24 * 3600.0
"""Seconds a job of a batch may take; it waits in the service's queue with many others."""


class Batch:
    """Many jobs, kept in a database until each has come to a known end.

    A batch outlives the process: open it by its name and run it again. No job is submitted twice unless you say so,
    and no result that was paid for is dropped.

    Attributes:
        name: Names the batch within its store.
        store: The database, as a URL.
        stop_when: Asked before jobs are submitted; see `open`.
    """

    def __init__(
        self,
        name: str,
        store: Store,
        *,
        client: Callable[[], AsyncClient] | None,
        saver: Saver | None,
        stop_when: Callable[[Progress], str | None] | None,
        timeout: float,
    ) -> None:
        self.name = name
        self.store: str = store.url
        self._store = store
        self._client = client
        self._saver = saver
        self.stop_when = stop_when
        self._timeout = timeout

    @classmethod
    def open(
        cls,
        name: str,
        store: str | None = None,
        *,
        in_flight: int | None = None,
        per_second: float | None = None,
        model_limits: Mapping[str, int] | None = None,
        client: Callable[[], AsyncClient] | None = None,
        saver: Saver | None = None,
        stop_when: Callable[[Progress], str | None] | None = None,
        timeout: float = JOB_TIMEOUT,
        create: bool = True,
    ) -> Self:
        """Open the batch ``name``, or make it.

        Args:
            name: Names the batch within its store.
            store: ``sqlite:///FILE`` or ``postgresql+psycopg://...``; None takes ``sqlite:///NAME.db``.
            in_flight: Jobs at the service at a time, over all machines; None takes what the batch was made with, 200
                for a new one. The batch remembers it.
            per_second: Submits a second of one process; None takes what the batch was made with, no limit for a new
                one, and ``math.inf`` lifts it. The batch remembers it.
            model_limits: Jobs at a time by model id. The batch remembers them.
            client: Makes the client that jobs run with; None takes ``AsyncClient()``. The token is never stored.
            saver: Saves files; None saves to the folder ``NAME-files``.
            stop_when: Asked every second or so; what it returns stops the run with that message, such as "the spending
                limit of 20 dollars is reached".
            timeout: Seconds a job may take before it counts as failed; `retry_failed` goes on waiting for it.
            create: Make the batch, and the store's file, if they are not there.

        Raises:
            BatchNotFound: If there is no such batch, and ``create`` is false.
            BatchError: If the store cannot be opened, or was made by a newer release.
            ValueError: If a limit is below 1, or the name is empty.
        """
        if not name.strip() or len(name) > 200:
            raise ValueError(f"batch name {name[:50]!r}: give 1 to 200 characters")
        changed = changes(in_flight, per_second, model_limits)
        opened = Store(store or f"sqlite:///{folder_safe(name)}.db", create=create)
        try:
            opened.open_batch(name, changed, create=create)
        except BaseException:
            opened.close()
            raise
        return cls(name, opened, client=client, saver=saver, stop_when=stop_when, timeout=timeout)

    @property
    def settings(self) -> Settings:
        """The limits that the batch remembers.

        Raises:
            BatchError: If the store cannot be read.
        """
        return self._store.open_batch(self.name, {})

    def add(
        self,
        rows: Source | Iterable[Row],
        *,
        model: str | None = None,
        model_column: str | None = None,
        key: str | None = None,
        ignore: Collection[str] = (),
        priority: int = 0,
        unlisted: bool = False,
        form: TableFormat | None = None,
        folder: Path | None = None,
        skip_invalid: bool = False,
    ) -> Added:
        """Queue the rows of a table that are not in the batch yet; add the same table again after a crash.

        Every row is checked before any is queued; see `check` for how they are read. A row whose key is in the batch
        stays as it is there, and is told if its input differs. A million rows take no more memory than a thousand.

        Args:
            rows: A CSV, JSONL or Parquet file, a data frame, or what yields mappings. `Row` records are queued as they
                are, unchecked.
            model: Model of the rows that name none.
            model_column: Column with a row's model; None takes ``model``.
            key: Column with a row's key; None takes ``id``, and without one makes a key from the row.
            ignore: Columns to leave alone.
            priority: -9 to 9; a smaller one is submitted earlier.
            unlisted: Let a model that the client does not know take any input, unchecked.
            form: How the file is written; None goes by its name.
            folder: Where relative paths in cells start; None takes the file's folder.
            skip_invalid: Queue the rows without fault although others have one.

        Raises:
            TableError: If the table cannot be read.
            InvalidRows: If a row has a fault; nothing was queued.
            ValueError: If a priority is not in -9 to 9.
            BatchError: If the store cannot be written.
        """
        source, ready = rows_or_table(rows)
        if ready is not None:
            return add_rows(self._store, self.name, ready)
        reading = Reading(model, model_column, key, ignore, unlisted, priority=priority)
        with self.check(source, reading, form=form, folder=folder) as table:
            if not skip_invalid:
                table.check()
            return add_rows(self._store, self.name, table)

    @contextmanager
    def check(
        self,
        source: Source,
        reading: Reading,
        *,
        form: TableFormat | None = None,
        folder: Path | None = None,
    ) -> Generator[CheckedTable]:
        """Read a table to its end and check every row, without queueing any.

        A column is a field of the row's model, by the service's name. Empty cells are left out. In CSV, a list or an
        object is JSON in its cell. Local media are paths, relative to the table.

        Args:
            source: The table.
            reading: How its columns are to be taken.
            form: How the file is written; None goes by its name.
            folder: Where relative paths in cells start; None takes the file's folder.

        Raises:
            TableError: If the table cannot be read.
        """
        client = (self._client or _default_client)()
        with check_table(
            source,
            lambda model_id: client.model(model_id).info,
            replace(reading, inline=client.core.uploader is None),
            form=form,
            folder=folder,
            model_ids=client.core.model_ids,
        ) as table:
            yield table

    def run(
        self,
        *,
        on_progress: Callable[[Progress], object] | None = None,
        on_stop: Callable[[Stop], object] | None = None,
        moved: bool = False,
    ) -> Summary:
        """Run all that has not ended, and return when nothing is left or something stopped it.

        SIGINT (Ctrl-C) ends it after the jobs that are at the service; a second one at once. Both leave everything in
        the store. Run it again to go on.

        Args:
            on_progress: Called every second or so, from a thread of its own.
            on_stop: Called when no further job is begun, while those under way go on.
            moved: The service has another address than in the run before, and is the same.

        Raises:
            BatchError: If jobs are at another service, a batch runs in this process already, or the engine is not
                installed.
        """
        return self.worker(on_progress=on_progress, on_stop=on_stop, moved=moved)

    def worker(
        self,
        *,
        on_progress: Callable[[Progress], object] | None = None,
        on_stop: Callable[[Stop], object] | None = None,
        until_done: bool = True,
        moved: bool = False,
    ) -> Summary:
        """Join a batch from another process or machine with the same store; the limits are shared.

        Args:
            on_progress: Called every second or so.
            on_stop: Called when no further job is begun, while those under way go on.
            until_done: Return when nothing is left; False waits for more rows until SIGINT.
            moved: As in `run`.

        Raises:
            BatchError: As `run`.
        """
        from .runner import Runner
        from .saver import FolderSaver

        runner = Runner(
            self._store,
            self.name,
            make_client=self._client or _default_client,
            saver=self._saver or FolderSaver(f"{folder_safe(self.name)}-files"),
            timeout=self._timeout,
            stop_when=self.stop_when,
            progress=self.progress,
            on_progress=on_progress,
            on_stop=on_stop,
            until_done=until_done,
            moved=moved,
        )
        return runner.run()

    def progress(self) -> Progress:
        """Count the jobs by state; cheap enough to be called every second."""
        return queries.progress(self._store, self.name)

    def estimate(self) -> list[Estimate]:
        """Return what the jobs that are left may cost, by model; the service is asked for its list prices.

        It is no quote: the service has none. What jobs of this batch did cost counts for more than the list.

        Raises:
            AuthError: If there is no token.
        """
        tallies = queries.tallies(self._store, self.name)
        open_models = [model_id for model_id, one in tallies.items() if one.left]
        prices = prices_now(self._client or _default_client, open_models)

        def seconds(model_id: str) -> float | None:
            return seconds_asked(self.results(("queued",)), model_id)

        return [one for one in estimate(tallies, prices, seconds) if one.left]

    def unknown(self) -> list[JobRecord]:
        """Return the jobs whose submit may or may not have arrived, for you to `resolve`."""
        return list(self.results(("unknown",)))

    def resolve(
        self,
        key: str,
        action: Literal["resubmit", "abandon"] | None = None,
        *,
        request_id: str | None = None,
    ) -> None:
        """Decide about a job whose submit may or may not have arrived.

        Args:
            key: Its key.
            action: ``"resubmit"`` queues it again (it may be paid twice), ``"abandon"`` gives it up.
            request_id: Instead of an action: the id under which the service knows it; it is waited for.

        Raises:
            BatchError: If the job is not unknown (any more).
            ValueError: If not exactly one of ``action`` and ``request_id`` is given.
        """
        decisions.resolve(self._store, self.name, key, action, request_id)

    def cancel(self, *, in_flight: Literal["drain", "remote"] = "drain") -> int:
        """Cancel all queued jobs and return how many they were.

        Args:
            in_flight: What becomes of jobs at the service: ``"drain"`` lets them end, ``"remote"`` has the running
                workers (or the next run) ask the service to cancel them; what it refuses to cancel ends normally.
        """
        return decisions.cancel(self._store, self.name, remote=in_flight == "remote")

    def retry_failed(self, keys: Iterable[str] | None = None) -> int:
        """Queue failed jobs again, all or those of ``keys``, and return how many.

        A job that only could not be waited for or saved to its end goes on with its request id instead.
        """
        return decisions.retry_failed(self._store, self.name, keys)

    def export(
        self,
        path: str | os.PathLike[str],
        *,
        states: Iterable[RowState] | None = None,
        form: ExportFormat | None = None,
        escape_formulas: bool = False,
    ) -> int:
        """Write the jobs to a JSONL, CSV or Parquet file and return how many.

        The file appears when it is complete; an older one stays until then. See `export.COLUMNS` for what it holds.

        Args:
            path: The file.
            states: Only jobs in these; None for all.
            form: How to write it; None goes by the file's name.
            escape_formulas: In CSV, put a quote before texts that a spreadsheet would take for formulas.

        Raises:
            TableError: If the name tells no form, or Parquet needs pyarrow, which is not installed.
            OSError: If the file cannot be written.
        """
        return export(self.results(states), path, form, escape_formulas=escape_formulas)

    def results(self, states: Iterable[RowState] | None = None) -> Iterator[JobRecord]:
        """Yield the jobs in their order, read in pages, so that a million take no more memory than a thousand.

        Args:
            states: Only jobs in these; None for all.
        """
        return queries.results(self._store, self.name, states)

    def prune(self, *, older_than: float = 0.0, payloads: bool = False) -> int:
        """Delete jobs that succeeded, were cancelled or abandoned at least ``older_than`` seconds ago.

        Args:
            older_than: Seconds since the end.
            payloads: Keep the rows (key, state, request id, cost) and empty only input and output.

        Returns:
            How many were pruned.
        """
        return decisions.prune(self._store, self.name, older_than, payloads)

    def close(self) -> None:
        """Close the connections to the store."""
        self._store.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()


def _default_client() -> AsyncClient:
    from .._async.client import AsyncClient

    return AsyncClient()
