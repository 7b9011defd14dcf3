"""``help [COMMAND]...``: the same as ``COMMAND --help``."""

from __future__ import annotations

import click

from ..help import Command

__all__ = ["show_help"]


@click.command(
    "help",
    cls=Command,
    examples=["runcomfy-sdk help", "runcomfy-sdk help jobs list", "runcomfy-sdk help run MODEL"],
)
@click.argument("words", nargs=-1, metavar="[COMMAND]...")
@click.pass_context
def show_help(ctx: click.Context, words: tuple[str, ...]) -> None:
    """Show the help of a command; of 'run MODEL' with the model's own options."""
    root = ctx.find_root()
    root.command.main(
        [*words, "--help"], prog_name=root.info_name, standalone_mode=False, obj=root.obj
    )
