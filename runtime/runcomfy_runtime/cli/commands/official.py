"""Spellings of the official CLI: those that have a command here lead to it, the others say where to go."""

from __future__ import annotations

import click

from ..app import LazyCommand, LazyGroup
from ..exitcodes import CliError, ExitCode
from ..parameters import common_options, session_of

__all__ = ["elsewhere", "requests"]

_SUBJECTS = {
    "deployments": "deployments of the Serverless API",
    "datasets": "data sets of the Trainer API",
    "train": "training jobs of the Trainer API",
}

requests: LazyGroup = common_options(
    LazyGroup(
        "requests",
        help="The official CLI's names for 'status', 'result' and 'cancel'.",
        examples=['runcomfy-sdk requests get "$ID"'],
        lazy={
            "get": LazyCommand("requests", "status", "Show where jobs stand, like 'status'."),
            "result": LazyCommand("requests", "result", "Show how jobs ended, like 'result'."),
            "cancel": LazyCommand("requests", "cancel", "Cancel queued jobs, like 'cancel'."),
        },
    )
)


@click.command(
    "elsewhere",
    add_help_option=False,
    context_settings={"ignore_unknown_options": True, "allow_extra_args": True},
)
@click.pass_context
def elsewhere(ctx: click.Context) -> None:
    """Refuse what is about another product and name the tool for it."""
    name = ctx.info_name or ""
    raise CliError(
        f"'{name}' is about {_SUBJECTS.get(name, name)}; {session_of(ctx).program} runs hosted models only: use the "
        f"official CLI (runcomfy {name} ...)",
        ExitCode.USAGE,
    )
