"""The store's tables. They are documented and stable: read them with plain SQL.

``runcomfy_batches`` holds one row a batch, ``runcomfy_jobs`` one a job, ``runcomfy_workers`` one a running process.
Tables of the engine (``workflow_status`` and others, in the schema ``dbos`` on Postgres) stand beside them; they only
say who runs what next and hold nothing that cannot be made again from these. None holds a token.
"""

from __future__ import annotations

from typing import Final

import sqlalchemy as sa

__all__ = ["SCHEMA_VERSION", "batches", "jobs", "metadata", "workers"]

SCHEMA_VERSION: Final = 1
metadata: Final = sa.MetaData()

batches: Final = sa.Table(
    "runcomfy_batches",
    metadata,
    sa.Column("name", sa.Text, primary_key=True),
    sa.Column("schema_version", sa.Integer, nullable=False),
    sa.Column("in_flight", sa.Integer, nullable=False),
    sa.Column("per_second", sa.Double),
    sa.Column("model_limits", sa.Text, nullable=False),  # JSON object
    sa.Column("created_at", sa.Double, nullable=False),  # seconds since the epoch, as all times
    sa.Column("spent", sa.Double, nullable=False),  # US dollars that ended jobs cost
    sa.Column("service", sa.Text),  # base URL that its jobs are at; none before the first run
)
jobs: Final = sa.Table(
    "runcomfy_jobs",
    metadata,
    sa.Column("batch", sa.Text, primary_key=True),
    sa.Column("key", sa.Text, primary_key=True),
    sa.Column("position", sa.BigInteger, nullable=False),
    sa.Column("priority", sa.SmallInteger, nullable=False),
    sa.Column("model_id", sa.Text, nullable=False),
    sa.Column("payload", sa.Text, nullable=False),  # JSON object
    sa.Column("payload_sha256", sa.Text, nullable=False),
    sa.Column("state", sa.Text, nullable=False),  # see records.RowState
    sa.Column("attempt", sa.Integer, nullable=False),
    sa.Column("handed", sa.SmallInteger, nullable=False),  # 1 while the engine has it
    sa.Column("owner", sa.Text),  # the worker that runs it
    sa.Column(
        "claim", sa.Text
    ),  # token of the one run of it that may write; the intent of a submit
    sa.Column("cancel_asked", sa.SmallInteger, nullable=False),
    sa.Column("request_id", sa.Text),
    sa.Column("error_type", sa.Text),
    sa.Column("error", sa.Text),
    sa.Column("cost", sa.Double),
    sa.Column("added_at", sa.Double, nullable=False),
    sa.Column("submitted_at", sa.Double),
    sa.Column("ended_at", sa.Double),
    sa.Column("output", sa.Text),  # JSON value
    sa.Column("files", sa.Text),  # JSON array of paths
    sa.Index("runcomfy_jobs_next", "batch", "state", "handed", "priority", "position"),
    sa.Index("runcomfy_jobs_order", "batch", "position", "state"),
)
sa.Index(
    "runcomfy_jobs_handed",
    jobs.c.batch,
    jobs.c.model_id,
    sqlite_where=jobs.c.handed == 1,
    postgresql_where=jobs.c.handed == 1,
)
workers: Final = sa.Table(
    "runcomfy_workers",
    metadata,
    sa.Column("id", sa.Text, primary_key=True),
    sa.Column("batch", sa.Text, nullable=False),
    sa.Column("host", sa.Text, nullable=False),
    sa.Column("pid", sa.Integer, nullable=False),
    sa.Column("process", sa.Text, nullable=False),  # tells a process from a later one with its pid
    sa.Column("beat", sa.BigInteger, nullable=False),  # counts up while it lives
    sa.Column("started_at", sa.Double, nullable=False),
)
