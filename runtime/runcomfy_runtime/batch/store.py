"""The connection to a store, and a batch's row in it."""

from __future__ import annotations

import json
import os
import re
import time
from collections.abc import Generator, Mapping
from contextlib import contextmanager
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy import event, exc

from .errors import BatchError, BatchNotFound, StoreFailed, StoreFull
from .settings import DEFAULT_IN_FLIGHT, Settings
from .tables import SCHEMA_VERSION, batches, metadata

__all__ = ["LOCK_SECONDS", "Store", "is_full", "told"]

LOCK_SECONDS: Final = 5
"""Longest time that a session of Postgres may stand idle inside a transaction, so that a frozen one frees its locks."""
_POSTGRES: Final = "postgresql+psycopg"


class Store:
    """A database that holds batches.

    Attributes:
        url: Where it is, as SQLAlchemy names it.
        engine: Its connections.
        sqlite: Whether it is a file of SQLite.
    """

    def __init__(self, url: str, *, create: bool = True) -> None:
        """Connect to ``url`` and make the tables that are missing.

        Args:
            url: Where the store is.
            create: Whether a file that is not there is made.

        Raises:
            BatchError: If that is not possible.
        """
        try:
            parts = sa.make_url(url)
        except exc.ArgumentError:
            raise BatchError(
                f"{_shown(url)!r} is no store; give sqlite:///FILE or postgresql+psycopg://USER@HOST/DATABASE."
            ) from None
        if parts.drivername in ("postgres", "postgresql"):
            parts = parts.set(drivername=_POSTGRES)
        self.sqlite: bool = parts.drivername.partition("+")[0] == "sqlite"
        if not self.sqlite and url.partition("?")[0].count("@") > 1:
            raise BatchError(
                f"The password in {_shown(url)!r} holds an @; write it as %40, and % as %25."
            )
        self.url: str = url if self.sqlite else parts.render_as_string(hide_password=False)
        if not self.sqlite and parts.drivername != _POSTGRES:
            raise BatchError(
                f"A store of {parts.drivername!r} is not supported; give sqlite:///FILE or postgresql+psycopg://..."
            )
        if self.sqlite and not parts.database:
            raise BatchError(
                "A store in memory would not outlive the process; give sqlite:///FILE."
            )
        if self.sqlite and not create and not os.path.exists(parts.database or ""):
            raise BatchNotFound(
                f"There is no store {_shown(url)}; name the one that the batch was made in."
            )
        self.engine: sa.Engine = _connect(parts)
        try:
            self._prepare()
        except exc.SQLAlchemyError as error:
            if is_full(error):
                raise self._failed(error) from None
            raise BatchError(f"The store {_shown(url)} cannot be opened: {told(error)}.") from None

    @contextmanager
    def begin(self) -> Generator[sa.Connection]:
        """Give a transaction that holds the right to write from its start, and commit it.

        Raises:
            BatchError: If the database fails.
        """
        try:
            with self.raw() as connection:
                yield connection
        except exc.DBAPIError as error:
            raise self._failed(error) from None

    @contextmanager
    def raw(self) -> Generator[sa.Connection]:
        """Do as `begin`, with the database's own errors."""
        with self.engine.begin() as connection:
            if self.sqlite:
                connection.exec_driver_sql("BEGIN IMMEDIATE")
            yield connection

    @contextmanager
    def read(self) -> Generator[sa.Connection]:
        """Give a connection to read from.

        Raises:
            BatchError: If the database fails.
        """
        try:
            with self.engine.connect() as connection:
                yield connection
        except exc.DBAPIError as error:
            raise self._failed(error) from None

    def open_batch(self, name: str, changes: Mapping[str, Any], *, create: bool = True) -> Settings:
        """Make the batch ``name`` unless it is there, change its settings, and return them.

        Raises:
            BatchNotFound: If it is not there, and ``create`` is false.
            BatchError: If it was made by a newer release.
        """
        with self.begin() as connection:
            found = connection.execute(sa.select(batches).where(batches.c.name == name)).first()
            if found is None and not create:
                raise BatchNotFound(f"There is no batch {name!r} in {_shown(self.url)}.")
            if found is None:
                values = {"in_flight": DEFAULT_IN_FLIGHT, "model_limits": "{}", **changes}
                connection.execute(
                    sa.insert(batches).values(
                        name=name,
                        schema_version=SCHEMA_VERSION,
                        created_at=time.time(),
                        spent=0.0,
                        **values,
                    )
                )
            elif found.schema_version > SCHEMA_VERSION:
                raise BatchError(
                    f"Batch {name!r} was made by a newer release (its schema is {found.schema_version}, this one's "
                    f"{SCHEMA_VERSION}); update runcomfy-sdk."
                )
            elif changes:
                connection.execute(
                    sa.update(batches).where(batches.c.name == name).values(**changes)
                )
            return self.settings(connection, name)

    def settings(self, connection: sa.Connection, name: str) -> Settings:
        """Return what the batch remembers."""
        row = connection.execute(sa.select(batches).where(batches.c.name == name)).one()
        return Settings(row.in_flight, row.per_second, json.loads(row.model_limits))

    def close(self) -> None:
        """Close all connections."""
        self.engine.dispose()

    def _failed(self, error: exc.SQLAlchemyError) -> StoreFailed:
        shown = _shown(self.url)
        if is_full(error):
            return StoreFull(
                f"The disk of the store {shown} is full ({told(error)}). Make room and do the same again; what was "
                "recorded before stays."
            )
        return StoreFailed(f"The store {shown} failed: {told(error)}.")

    def _prepare(self) -> None:
        if self.sqlite:
            with self.engine.connect() as connection:
                connection.exec_driver_sql("PRAGMA journal_mode=WAL")
        with self.raw() as connection:
            if not self.sqlite:
                connection.execute(sa.text("SELECT pg_advisory_xact_lock(7264262)"))
            metadata.create_all(connection)


def told(error: exc.SQLAlchemyError) -> str:
    """Return in a line what the database says, without the statement and its values."""
    cause = error.orig if isinstance(error, exc.DBAPIError) and error.orig else error
    return " ".join(str(cause).split()).rstrip(".")[:300]


def is_full(error: exc.SQLAlchemyError) -> bool:
    """Tell whether the database has no room left on its disk."""
    cause = error.orig if isinstance(error, exc.DBAPIError) else None
    return (
        getattr(cause, "sqlite_errorname", "") == "SQLITE_FULL"
        or getattr(cause, "sqlstate", "") == "53100"
    )


def _shown(url: str) -> str:
    """Return ``url`` without a password, however it is written."""
    scheme, slashes, rest = url.partition("//") if "//" in url else ("", "", url)
    user, at, place = rest.rpartition("@")
    name, colon, _ = user.partition(":")
    hidden = f"{name}{colon and ':***'}{at}{place}"
    return scheme + slashes + re.sub(r"(password=)[^&]*", r"\1***", hidden)


def _connect(url: sa.URL) -> sa.Engine:
    if url.get_backend_name() == "sqlite":
        engine = sa.create_engine(url, connect_args={"timeout": 30})
        event.listen(engine, "connect", _set_up_sqlite)
        return engine
    options = f"-c idle_in_transaction_session_timeout={LOCK_SECONDS}s -c lock_timeout=20s"
    return sa.create_engine(
        url,
        pool_pre_ping=True,
        connect_args={
            "connect_timeout": 10,
            "application_name": f"runcomfy-batch-{os.getpid()}",
            "options": options,
        },
    )


def _set_up_sqlite(connection: Any, _: Any) -> None:
    connection.isolation_level = None
    connection.execute("PRAGMA busy_timeout=30000")
    connection.execute("PRAGMA synchronous=FULL")
