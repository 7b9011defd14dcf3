"""``doctor``: is everything here that a run needs?"""

from __future__ import annotations

import shutil
import sys
from typing import TYPE_CHECKING

import click

from ..exitcodes import CliError
from ..help import Command
from ..output import emit_lines, to_json
from ..parameters import common_options, session_of

if TYPE_CHECKING:
    from ..checks import Finding
    from ..session import Session

__all__ = ["doctor"]


@click.command(
    "doctor",
    cls=Command,
    examples=["runcomfy-sdk doctor", "runcomfy-sdk doctor --offline --output json"],
)
@click.option("--offline", is_flag=True, help="Do not ask the service.")
@common_options
@click.pass_context
def doctor(ctx: click.Context, offline: bool) -> None:
    """Check this installation, the token, the service, the clock, the journal and the terminal.

    Nothing is submitted, and the token is never shown. The exit code is that of the first thing that is wrong.
    """
    from ..checks import examine

    session = session_of(ctx)
    as_json = _wants_json(session)
    findings: list[Finding] = []
    for finding in examine(session, offline):
        findings.append(finding)
        if as_json:
            emit_lines([to_json(finding.record())])
        else:
            emit_lines(finding.lines(shutil.get_terminal_size().columns))
    wrong = [finding for finding in findings if finding.code]
    if wrong:
        names = ", ".join(finding.name for finding in wrong)
        raise CliError(f"something is wrong with: {names}", wrong[0].code)


def _wants_json(session: Session) -> bool:
    """Tell the form of output, even if the file with the user's settings is what is wrong."""
    try:
        return session.json
    except CliError:
        return not sys.stdout.isatty()
