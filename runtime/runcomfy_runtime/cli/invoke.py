"""One invocation: run a command, turn whatever ends it into a message for people and an exit code."""

from __future__ import annotations

import json
import os
from collections.abc import Sequence
from typing import TYPE_CHECKING

import click

from .app import build_app
from .exitcodes import CliError, ExitCode, exit_code_of
from .interrupts import interruptible
from .output import ReaderGone, close_quietly, emit_lines, prepare_streams, say
from .session import Session

if TYPE_CHECKING:
    from ..errors import RunComfyError

__all__ = ["invoke"]

DEBUG_VARIABLE = "RUNCOMFY_DEBUG"


def invoke(package: str, arguments: Sequence[str]) -> int:
    """Run ``arguments`` as a command of ``package`` and return the exit code."""
    prepare_streams()
    session = Session(package)
    with interruptible(session):
        return _run(session, arguments)


def _run(session: Session, arguments: Sequence[str]) -> int:
    try:
        status = build_app(session.package).main(
            list(arguments), prog_name=session.program, standalone_mode=False, obj=session
        )
        emit_lines(())
        return status if isinstance(status, int) else ExitCode.OK
    except (ReaderGone, BrokenPipeError):
        close_quietly()
        return ExitCode.OK
    except click.UsageError as error:
        return _end(session, ExitCode.USAGE, _usage_text(error))
    except (KeyboardInterrupt, click.Abort):
        return _end(session, ExitCode.INTERRUPTED, "interrupted")
    except click.ClickException as error:
        return _end(session, ExitCode.USAGE, f"{session.program}: {error.format_message()}")
    except CliError as error:
        return _end(session, error.code, f"{session.program}: {error.message}")
    except Exception as error:
        code = exit_code_of(error)
        if os.environ.get(DEBUG_VARIABLE) and code == ExitCode.INTERNAL:
            raise
        return _end(session, code, _error_text(session, error, code))


def _end(session: Session, code: ExitCode, text: str) -> int:
    """Say why the command ends, and return its exit code."""
    if session.events:
        say(json.dumps({"event": "error", "exit_code": int(code), "message": text}))
    else:
        say(text)
    return code


def _usage_text(error: click.UsageError) -> str:
    if isinstance(error, click.exceptions.NoArgsIsHelpError) or error.ctx is None:
        return error.format_message()
    context = error.ctx
    record = getattr(context.command, "record", None)
    path = f"{context.command_path} {record.summary.model_id}" if record else context.command_path
    return (
        f"{context.get_usage()}\nTry '{path} --help' for help.\n\n"
        f"Error: {error.format_message()}"
    )


def _error_text(session: Session, error: Exception, code: ExitCode) -> str:
    from ..errors import ConnectionFailed, RunComfyError

    program = session.program
    if isinstance(error, RunComfyError):
        where = f" ({session.address})" if isinstance(error, ConnectionFailed) else ""
        return "\n".join([f"{program}: {error}{where}", *_advice(program, error, code)])
    if isinstance(error, OSError):
        close_quietly()
        return f"{program}: {error}"
    return (
        f"{program}: internal error: {type(error).__name__}: {error}; "
        f"set {DEBUG_VARIABLE}=1 to see where, and report it"
    )


def _advice(program: str, error: RunComfyError, code: ExitCode) -> list[str]:
    """Return what to do next, where the error's own words cannot know this command line."""
    if code == ExitCode.SUBMIT_UNKNOWN:
        return [f"do not run it again before you have looked: '{program} jobs list'"]
    if code == ExitCode.RETRY_LATER and error.request_id:
        return [f"go on waiting with: {program} wait {error.request_id}"]
    return []
