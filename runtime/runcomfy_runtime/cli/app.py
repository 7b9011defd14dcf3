"""The command tree. A command's module is imported when the command is used, not to list it."""

# ruff: noqa: ARG002 - click gives its hooks more than each of them needs

from __future__ import annotations

import importlib
from collections.abc import Mapping
from importlib.util import find_spec
from typing import Any, NamedTuple

import click

from ..version import VERSION
from .parameters import common_options
from .session import Session

__all__ = ["LazyCommand", "LazyGroup", "build_app"]


class LazyCommand(NamedTuple):
    """Where a command lives.

    Attributes:
        module: Name of its module in `commands`.
        attribute: Name of the command in that module.
        summary: Its line in the list of commands.
    """

    module: str
    attribute: str
    summary: str


class LazyGroup(click.Group):
    """A group that imports each command at its first use and lists them without importing any.

    Args:
        lazy: Where each command lives, by name, in the order to list them.
    """

    def __init__(self, *args: Any, lazy: Mapping[str, LazyCommand], **settings: Any) -> None:
        super().__init__(*args, **settings)
        self.lazy = lazy

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the names in their order."""
        return list(self.lazy)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import and return a command; None if there is none of that name."""
        found = self.lazy.get(cmd_name)
        if found is None:
            return None
        module = importlib.import_module(f".commands.{found.module}", __package__)
        command: click.Command = getattr(module, found.attribute)
        return command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Find the command, suggesting the nearest name for one that does not exist."""
        if args[0] not in self.lazy and not ctx.resilient_parsing and not args[0].startswith("-"):
            from difflib import get_close_matches

            near = get_close_matches(args[0], self.lazy, n=1)
            hint = f" Did you mean {near[0]!r}?" if near else ""
            ctx.fail(f"No such command {args[0]!r}.{hint}")
        return super().resolve_command(ctx, args)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the list of commands from the table."""
        with formatter.section("Commands"):
            formatter.write_dl([(name, command.summary) for name, command in self.lazy.items()])


class _App(LazyGroup):
    """The root group; it makes the session that all commands share."""

    def __init__(self, package: str, **settings: Any) -> None:
        super().__init__(Session(package).program, **settings)
        self.package = package

    def make_context(
        self,
        info_name: str | None,
        args: list[str],
        parent: click.Context | None = None,
        **extra: Any,
    ) -> click.Context:
        """Return a context that holds a new session."""
        extra.setdefault("obj", Session(self.package))
        return super().make_context(info_name, args, parent, **extra)


COMMANDS: Mapping[str, LazyCommand] = {
    "run": LazyCommand("run", "run", "Run a model, wait, and save the files it makes."),
    "submit": LazyCommand("run", "submit", "Queue a job and print its request id."),
    "wait": LazyCommand("requests", "wait", "Wait for jobs to end."),
    "status": LazyCommand("requests", "status", "Show where jobs stand."),
    "result": LazyCommand("requests", "result", "Show how jobs ended, and their output."),
    "cancel": LazyCommand("requests", "cancel", "Cancel jobs that are still queued."),
    "jobs": LazyCommand("jobs", "jobs", "List and resume the jobs started from this machine."),
    "batch": LazyCommand("batch", "batch", "Run many jobs from a table, through any crash."),
    "models": LazyCommand("models", "models", "List, search and show the models."),
    "schema": LazyCommand("models", "schema", "Print the input schema of a model."),
    "balance": LazyCommand("balance", "balance", "Show what is left in the account's wallet."),
    "emulator": LazyCommand("emulator", "emulator", "Serve the API on this machine, for nothing."),
    "completion": LazyCommand("completion", "completion", "Print a shell's completion script."),
}

_HELP = """Run RunComfy's hosted models.

The token is read from RUNCOMFY_TOKEN, RUNCOMFY_API_TOKEN or RUNCOMFY_API_KEY, or else from
where the official CLI's login left it. Data go to standard output, words for people to standard error.
"""

_EXIT_CODES = """Exit codes: 0 ok; 64 usage; 65 bad input; 66 no such file; 69 service or connection; 70 job failed;
73 cannot write; 74 submitted, outcome unknown: may be charged, look before trying again; 75 retry later; 77 token or
balance; 79 cancelled; 130 interrupted."""


def build_app(package: str) -> click.Group:
    """Return the command tree of a generated package."""
    app = _App(
        package,
        lazy=_commands(),
        help=_HELP,
        epilog=_EXIT_CODES,
        context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    )
    return click.version_option(VERSION, prog_name=app.name)(common_options(app))


def _commands() -> Mapping[str, LazyCommand]:
    """Return the commands whose modules are there; a copy inside another package may lack some."""
    return {
        name: command
        for name, command in COMMANDS.items()
        if find_spec(f".commands.{command.module}", __package__) is not None
    }
