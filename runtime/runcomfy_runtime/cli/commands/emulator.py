"""``emulator``: the API on this machine."""

from __future__ import annotations

from pathlib import Path

import click

from ...testing.settings import Settings
from ..exitcodes import CliError, ExitCode
from ..parameters import session_of

__all__ = ["emulator"]

_DEFAULTS = Settings()


@click.command("emulator")
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
    access_log: bool,
) -> None:
    """Serve the Model API on this machine until Ctrl-C: same calls, no bill; any token is good.

    \b
    Example:
      runcomfy-sdk emulator --port 8787
      RUNCOMFY_TOKEN=any runcomfy-sdk run MODEL --base-url http://127.0.0.1:8787 ...
    """  # noqa: D301
    from ... import testing

    try:
        testing.serve(
            specs,
            host=host,
            port=port,
            storage_port=storage_port,
            queue_seconds=queue_seconds,
            run_seconds=run_seconds,
            access_log=access_log,
            package=session_of(ctx).package,
        )
    except ImportError as error:
        if isinstance(error, ModuleNotFoundError):
            raise
        raise CliError(str(error), ExitCode.USAGE) from None
    except testing.EmulatorError as error:
        raise CliError(str(error), ExitCode.SERVICE) from None
