"""``completion SHELL``: the script that a shell sources."""

from __future__ import annotations

import click
from click.shell_completion import get_completion_class

from ..exitcodes import CliError, ExitCode
from ..help import Command
from ..output import emit_lines
from ..parameters import session_of
from ..powershell import add_powershell

__all__ = ["completion"]


@click.command(
    "completion",
    cls=Command,
    examples=[
        'eval "$(runcomfy-sdk completion bash)"          # in ~/.bashrc',
        'eval "$(runcomfy-sdk completion zsh)"           # in ~/.zshrc, after compinit',
        "runcomfy-sdk completion fish | source           # in ~/.config/fish/config.fish",
        "runcomfy-sdk completion powershell | Out-String | Invoke-Expression   # in $PROFILE",
    ],
)
@click.argument("shell", type=click.Choice(["bash", "zsh", "fish", "powershell"]))
@click.pass_context
def completion(ctx: click.Context, shell: str) -> None:
    """Print the completion script for SHELL: commands, model ids, a model's options and their values.

    Candidates come from the offline index; only the table of the model that is named is read.
    """
    session = session_of(ctx)
    if " " in session.program:
        raise CliError(
            f"a shell completes a command; '{session.program}' is none: give it a name of its own first",
            ExitCode.USAGE,
        )
    add_powershell()
    completer = get_completion_class(shell)
    if completer is None:
        raise CliError(f"no completion for {shell}", ExitCode.USAGE)
    root = ctx.find_root().command
    script = completer(root, {}, session.program, session.completion_variable).source()
    emit_lines([script])
