"""Options that the commands about batches share, and how they open one."""

# ruff: noqa: ARG002 - click gives its hooks more than each of them needs

from __future__ import annotations

import os
import re
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from .exitcodes import CliError, ExitCode
from .parameters import MODEL, Duration
from .paramtype import ParamType
from .session import Session

if TYPE_CHECKING:
    from ..batch import Batch

__all__ = ["STORE_VARIABLE", "batch_argument", "open_batch", "run_options", "table_options"]

STORE_VARIABLE = "RUNCOMFY_BATCH_STORE"
_Decorated = TypeVar("_Decorated", bound=Callable[..., Any] | click.Command)


class _Limit(ParamType[tuple[str, int]]):
    """``MODEL=COUNT``."""

    name = "limit"

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> tuple[str, int]:
        """Return the model and the count."""
        if isinstance(value, tuple):
            return value  # pyright: ignore[reportUnknownVariableType] - click gives back what it was given
        model, equals, count = str(value).rpartition("=")
        if not equals or not model or not re.fullmatch(r"[1-9]\d{0,8}", count):
            self.fail(
                f"{value!r} is no limit; write MODEL=COUNT, such as openai/gpt-image-2/edit=20"
            )
        return model.strip("/"), int(count)


def batch_argument(function: _Decorated) -> _Decorated:
    """Add the argument ``NAME`` and the option ``--store``."""
    function = click.option(
        "--store",
        metavar="URL",
        envvar=STORE_VARIABLE,
        help="Database of the batch, sqlite:///FILE or postgresql+psycopg://USER@HOST/DATABASE; "
        f"${STORE_VARIABLE}, or else the file NAME.db here.",
    )(function)
    return click.argument("name", metavar="NAME")(function)


def table_options(function: _Decorated) -> _Decorated:
    """Add the options that say how a table is read."""
    for decorate in (
        click.option("--priority", type=click.IntRange(-9, 9), default=0, help="-9 (first) to 9."),
        click.option(
            "--unlisted", is_flag=True, help="Let models newer than this release take any input."
        ),
        click.option(
            "--report",
            type=click.Path(path_type=Path, dir_okay=False),
            metavar="FILE",
            help="Write all faults to this file, as JSONL.",
        ),
        click.option(
            "--skip-invalid", is_flag=True, help="Queue the good rows although others have faults."
        ),
        click.option(
            "--format",
            "form",
            type=click.Choice(["csv", "tsv", "jsonl", "parquet"]),
            help="Form of TABLE; by its name otherwise.",
        ),
        click.option(
            "--ignore", multiple=True, metavar="COLUMN", help="Leave this column alone; repeatable."
        ),
        click.option(
            "--key", metavar="COLUMN", help="Column with the rows' keys; 'id' if there is one."
        ),
        click.option(
            "--model-column", metavar="COLUMN", help="Column with the rows' models; 'model' if any."
        ),
        click.option("--model", type=MODEL, metavar="MODEL", help="Model of rows that name none."),
    ):
        function = decorate(function)
    return function


def run_options(function: _Decorated) -> _Decorated:
    """Add the options that say how jobs are run."""
    for decorate in (
        click.option(
            "--moved",
            is_flag=True,
            help="The service has another address than in the run before, and is the same.",
        ),
        click.option(
            "--cost-per-job",
            type=click.FloatRange(0, min_open=True),
            metavar="USD",
            help="What a job is taken to cost for --spend until enough have told; else the list price.",
        ),
        click.option(
            "--spend",
            type=click.FloatRange(0, min_open=True),
            metavar="USD",
            help="Submit no further job when the batch would cost more than this, over all runs.",
        ),
        click.option(
            "--timeout",
            type=Duration(),
            metavar="TIME",
            help="Longest time of a job; 24h by default.",
        ),
        click.option(
            "--limit",
            "limits",
            type=_Limit(),
            multiple=True,
            metavar="MODEL=COUNT",
            help="Jobs of a model at a time; repeatable, remembered.",
        ),
        click.option(
            "--per-second",
            type=click.FloatRange(0, min_open=True),
            metavar="COUNT",
            help="Submits a second of one process; remembered, and 'inf' lifts it.",
        ),
        click.option(
            "--in-flight",
            type=click.IntRange(1),
            metavar="COUNT",
            help="Jobs at a time, over all machines; 200 at first, remembered.",
        ),
        click.option(
            "--layout",
            metavar="TEMPLATE",
            help="Paths of the files, with {key}, {index}, {model}, {request_id}, {kind}, {suffix}; "
            "by default {key}/{index:03}{suffix}.",
        ),
        click.option(
            "-o",
            "--output-dir",
            metavar="DIR|URL",
            help="Folder, or an address such as s3://bucket/folder, for the files; NAME-files by default.",
        ),
    ):
        function = decorate(function)
    return function


def open_batch(
    session: Session, name: str, store: str | None, *, create: bool = False, **settings: Any
) -> Batch:
    """Open a batch with the session's client; the caller closes it.

    Raises:
        CliError: If a setting cannot be used, or the extra ``batch`` is not installed.
        BatchError: If the store cannot be opened, or there is no such batch.
    """
    try:
        from ..batch import Batch

        return Batch.open(name, store, client=session.async_client, create=create, **settings)
    except ImportError as error:
        raise CliError(str(error), ExitCode.USAGE) from None
    except ValueError as error:
        raise CliError(str(error), ExitCode.USAGE) from None


def default_folder(name: str) -> str:
    """Return the folder that the files of a batch go to when none is named."""
    from ..batch.layout import folder_safe

    return os.path.join(".", f"{folder_safe(name)}-files")
