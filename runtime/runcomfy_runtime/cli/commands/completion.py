"""``completion SHELL``: the script that a shell sources."""

from __future__ import annotations

import click
from click.shell_completion import get_completion_class

from ..exitcodes import CliError, ExitCode
from ..output import emit_lines
from ..parameters import session_of

__all__ = ["completion"]


@click.command("completion")
@click.argument("shell", type=click.Choice(["bash", "zsh", "fish"]))
@click.pass_context
def completion(ctx: click.Context, shell: str) -> None:
    """Print the completion script for SHELL: commands, model ids, options and enum values.

    \b
    Examples:
      bash:  eval "$(runcomfy-sdk completion bash)"            in ~/.bashrc
      zsh:   eval "$(runcomfy-sdk completion zsh)"             in ~/.zshrc
      fish:  runcomfy-sdk completion fish | source             in ~/.config/fish/config.fish
    """  # noqa: D301
    program = session_of(ctx).program
    variable = f"_{program.replace('-', '_').upper()}_COMPLETE"
    completer = get_completion_class(shell)
    if completer is None:
        raise CliError(f"no completion for {shell}", ExitCode.USAGE)
    root = ctx.find_root().command
    emit_lines([completer(root, {}, program, variable).source()])
