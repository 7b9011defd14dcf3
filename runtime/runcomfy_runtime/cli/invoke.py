"""One invocation: run a command, turn whatever ends it into a message for people and an exit code."""

from __future__ import annotations

import os
import signal
import sys
import threading
from collections.abc import Sequence
from typing import TYPE_CHECKING

import click

from .app import build_app
from .exitcodes import CliError, ExitCode, exit_code_of
from .output import ReaderGone, close_quietly, say
from .session import Session

if TYPE_CHECKING:
    from ..errors import RunComfyError

__all__ = ["invoke"]

DEBUG_VARIABLE = "RUNCOMFY_DEBUG"


def invoke(package: str, arguments: Sequence[str]) -> int:
    """Run ``arguments`` as a command of ``package`` and return the exit code."""
    session = Session(package)
    program = session.program
    _interrupt_on_terminate()
    try:
        status = build_app(package).main(
            list(arguments), prog_name=program, standalone_mode=False, obj=session
        )
        sys.stdout.flush()
        return status if isinstance(status, int) else ExitCode.OK
    except (ReaderGone, BrokenPipeError):
        close_quietly()
        return ExitCode.OK
    except click.UsageError as error:
        _say_usage(error)
        return ExitCode.USAGE
    except (KeyboardInterrupt, click.Abort):
        say("interrupted")
        return ExitCode.INTERRUPTED
    except click.ClickException as error:
        say(f"{program}: {error.format_message()}")
        return ExitCode.USAGE
    except CliError as error:
        say(f"{program}: {error.message}")
        return error.code
    except Exception as error:  # noqa: BLE001 - no user sees a traceback
        return _report(session, error)


def _interrupt_on_terminate() -> None:
    """Treat SIGTERM like Ctrl-C, so that a job is cancelled where a service manager stops the command."""
    if threading.current_thread() is not threading.main_thread():
        return
    if signal.getsignal(signal.SIGTERM) is signal.SIG_DFL:
        signal.signal(signal.SIGTERM, signal.default_int_handler)


def _say_usage(error: click.UsageError) -> None:
    if isinstance(error, click.exceptions.NoArgsIsHelpError):
        say(error.format_message())
        return
    context = error.ctx
    if context is not None:
        say(context.get_usage())
        say(f"Try '{context.command_path} --help' for help.")
    say(f"\nError: {error.format_message()}")


def _report(session: Session, error: Exception) -> int:
    from ..errors import ConnectionFailed, RunComfyError

    program = session.program

    code = exit_code_of(error)
    if os.environ.get(DEBUG_VARIABLE) and code == ExitCode.INTERNAL:
        raise error
    if isinstance(error, RunComfyError):
        where = f" ({session.address})" if isinstance(error, ConnectionFailed) else ""
        say(f"{program}: {error}{where}")
        for line in _advice(program, error, code):
            say(line)
    elif isinstance(error, OSError):
        say(f"{program}: {error}")
    else:
        say(
            f"{program}: internal error: {type(error).__name__}: {error}; "
            f"set {DEBUG_VARIABLE}=1 to see where, and report it"
        )
    return code


def _advice(program: str, error: RunComfyError, code: ExitCode) -> list[str]:
    """Return what to do next, where the error's own words cannot know this command line."""
    if code == ExitCode.SUBMIT_UNKNOWN:
        return [f"do not run it again before you have looked: '{program} jobs list'"]
    if code == ExitCode.RETRY_LATER and error.request_id:
        return [f"go on waiting with: {program} wait {error.request_id}"]
    return []
