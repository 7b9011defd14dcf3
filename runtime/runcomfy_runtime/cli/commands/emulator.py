"""``emulator``: the API on this machine."""

# ruff: noqa: ARG002 - click gives its hooks more than each of them needs

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import click
from click.shell_completion import CompletionItem

from ...testing.settings import DIALECT_WORDS, Settings
from ..exitcodes import CliError, ExitCode
from ..help import Command
from ..parameters import Duration, session_of
from ..paramtype import ParamType

__all__ = ["emulator"]

_DEFAULTS = Settings()


class _Choice(ParamType[tuple[str, object]]):
    """A choice of the dialect, ``NAME=VALUE``."""

    name = "choice"

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> tuple[str, object]:
        """Return the name and the value of its own type."""
        name, equals, text = str(value).partition("=")
        words = DIALECT_WORDS.get(name, ())
        if not equals or not words:
            self.fail(
                f"{value!r} is no choice; write NAME=VALUE, NAME one of {', '.join(DIALECT_WORDS)}",
                param,
                ctx,
            )
        for word in words:
            if str(word).lower() == text.lower():
                return name, word
        there_are = ", ".join(str(word).lower() for word in words)
        raise click.BadParameter(f"{name} cannot be {text!r}; it can be {there_are}", ctx, param)

    def shell_complete(
        self, ctx: click.Context, param: click.Parameter, incomplete: str
    ) -> list[CompletionItem[str]]:
        """Return all choices that begin with ``incomplete``."""
        pairs = (
            f"{name}={str(word).lower()}" for name, words in DIALECT_WORDS.items() for word in words
        )
        return [CompletionItem(pair) for pair in pairs if pair.startswith(incomplete)]


@click.command(
    "emulator",
    cls=Command,
    examples=[
        "runcomfy-sdk emulator --port 8787",
        "runcomfy-sdk emulator --port 0 --queue-seconds 5 --run-seconds 20 --access-log",
        "runcomfy-sdk emulator --balance-usd 0.05 --dialect failed_on_status=true --dialect queue_position=absent",
    ],
)
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option("--port", default=8787, show_default=True, help="Port of the API; 0 picks one.")
@click.option(
    "--storage-port", default=0, help="Port that the files are served from; picked by default."
)
@click.option(
    "--specs",
    type=click.Path(path_type=Path),
    metavar="DIR",
    help="Folder that holds models/; this release's own specs by default.",
)
@click.option(
    "--queue-seconds",
    default=_DEFAULTS.queue_seconds,
    show_default=True,
    help="Least time a job waits.",
)
@click.option(
    "--run-seconds", default=_DEFAULTS.run_seconds, show_default=True, help="Time a job runs."
)
@click.option(
    "--slots",
    type=click.IntRange(1),
    default=_DEFAULTS.slots,
    show_default=True,
    help="Jobs that run at the same time.",
)
@click.option(
    "--good-token",
    "tokens",
    multiple=True,
    metavar="TOKEN",
    help="A token that is good, more than once for several; any is by default.",
)
@click.option(
    "--balance-usd",
    default=_DEFAULTS.balance_usd,
    show_default=True,
    help="What is in every wallet at first.",
)
@click.option(
    "--retention",
    type=Duration(),
    default="7d",
    show_default=True,
    metavar="TIME",
    help="Age at which a finished job is forgotten.",
)
@click.option(
    "--dialect",
    type=_Choice(),
    multiple=True,
    metavar="NAME=VALUE",
    help="How to answer where sources about the service disagree, such as auth_error=403; may be repeated.",
)
@click.option("--seed", default=0, help="Changes every request id and every picture.")
@click.option("--access-log", is_flag=True, help="Write a line for each request.")
@click.pass_context
def emulator(
    ctx: click.Context,
    *,
    host: str,
    port: int,
    storage_port: int,
    specs: Path | None,
    queue_seconds: float,
    run_seconds: float,
    slots: int,
    tokens: Sequence[str],
    balance_usd: float,
    retention: float,
    dialect: Sequence[tuple[str, object]],
    seed: int,
    access_log: bool,
) -> None:
    """Serve the Model API on this machine until Ctrl-C: same calls, no bill; any token is good.

    Point a client at it with --base-url, with the variable RUNCOMFY_MODEL_API_BASE, or for good with
    'config set base-url'. Faults are scripted per request over its own address, see the guide to the emulator.
    """
    from ... import testing

    try:
        testing.serve(
            specs,
            host=host,
            port=port,
            storage_port=storage_port,
            queue_seconds=queue_seconds,
            run_seconds=run_seconds,
            slots=slots,
            token=tokens or None,
            balance_usd=balance_usd,
            retention_seconds=retention,
            dialect=dict(dialect),
            seed=seed,
            access_log=access_log,
            package=session_of(ctx).package,
        )
    except ImportError as error:
        if isinstance(error, ModuleNotFoundError):
            raise
        raise CliError(str(error), ExitCode.USAGE) from None
    except testing.EmulatorError as error:
        raise CliError(str(error), ExitCode.SERVICE) from None
