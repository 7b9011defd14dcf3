"""The command tree. A command's module is imported when the command is used, not to list it."""

# ruff: noqa: ARG002 - click gives its hooks more than each of them needs

from __future__ import annotations

import importlib
import os
from collections.abc import Mapping
from importlib.util import find_spec
from typing import Any, NamedTuple

import click

from ..version import VERSION
from .help import Documented
from .parameters import common_options
from .session import Session

__all__ = ["LazyCommand", "LazyGroup", "build_app"]


class LazyCommand(NamedTuple):
    """Where a command lives.

    Attributes:
        module: Name of its module in `commands`.
        attribute: Name of the command in that module.
        summary: Its line in the list of commands; empty for another spelling, which is not listed.
    """

    module: str
    attribute: str
    summary: str = ""


class LazyGroup(Documented, click.Group):
    """A group that imports each command at its first use and lists them without importing any.

    Args:
        lazy: Where each command lives, by name, in the order to list them.
    """

    def __init__(self, *args: Any, lazy: Mapping[str, LazyCommand], **settings: Any) -> None:
        super().__init__(*args, **settings)
        self.lazy = lazy

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the names to show, in their order; a copy inside another package may lack some."""
        return [name for name, command in self.lazy.items() if command.summary and _exists(command)]

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import and return a command; None if there is none of that name."""
        found = self.lazy.get(cmd_name)
        if found is None or not _exists(found):
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

            near = get_close_matches(args[0].lower(), self.lazy, n=1)
            hint = (
                f" Did you mean {near[0]!r}?"
                if near
                else f" There are: {', '.join(self.list_commands(ctx))}."
            )
            ctx.fail(f"No such command {args[0]!r}.{hint}")
        return super().resolve_command(ctx, args)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the list of commands from the table."""
        with formatter.section("Commands"):
            formatter.write_dl(
                [(name, self.lazy[name].summary) for name in self.list_commands(ctx)]
            )


class _App(LazyGroup):
    """The root group; it makes the session that all commands share."""

    def __init__(self, package: str, **settings: Any) -> None:
        session = Session(package)
        super().__init__(session.program, **settings)
        self.package = package
        if session.completion_variable in os.environ:
            from .powershell import add_powershell

            add_powershell()

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
    "download": LazyCommand("requests", "download", "Save the files of jobs that have ended."),
    "cancel": LazyCommand("requests", "cancel", "Cancel jobs that are still queued."),
    "jobs": LazyCommand("jobs", "jobs", "List and resume the jobs started from this machine."),
    "batch": LazyCommand("batch", "batch", "Run many jobs from a table, through any crash."),
    "models": LazyCommand("models", "models", "List, search and show the models."),
    "schema": LazyCommand("schema", "schema", "Print the input schema of a model."),
    "balance": LazyCommand("balance", "balance", "Show what is left in the account's wallet."),
    "login": LazyCommand("account", "login", "Keep a token for this user."),
    "logout": LazyCommand("account", "logout", "Forget the token that is kept."),
    "whoami": LazyCommand("account", "whoami", "Show whose token is used."),
    "emulator": LazyCommand("emulator", "emulator", "Serve the API on this machine, for nothing."),
    "completion": LazyCommand("completion", "completion", "Print a shell's completion script."),
    "config": LazyCommand("config", "config", "Show where each setting comes from; keep some."),
    "doctor": LazyCommand(
        "doctor", "doctor", "Check this installation, the token and the service."
    ),
    "help": LazyCommand("help", "show_help", "Show the help of a command."),
    "requests": LazyCommand("official", "requests"),
    "deployments": LazyCommand("official", "elsewhere"),
    "datasets": LazyCommand("official", "elsewhere"),
    "train": LazyCommand("official", "elsewhere"),
}

_HELP = """Run RunComfy's hosted models.

Data go to standard output, words for people to standard error. On a terminal output is for people; elsewhere it is
JSON, one object a line.
"""

_SECTIONS: Mapping[str, Mapping[str, str]] = {
    "Environment": {
        "RUNCOMFY_TOKEN": "The token; else RUNCOMFY_API_TOKEN, then RUNCOMFY_API_KEY, then the file of 'login'.",
        "RUNCOMFY_MODEL_API_BASE": "Address of the service; --base-url goes before it.",
        "RUNCOMFY_CONFIG_DIR": "Folder of the token and the settings; ~/.config/runcomfy by default.",
        "XDG_STATE_HOME": "Where runcomfy/jobs.jsonl, the journal of submits, is kept; ~/.local/state by default.",
        "NO_COLOR, TERM=dumb": "Plain output.",
        "RUNCOMFY_DEBUG": "Set it to see where an internal error comes from.",
    },
    "Exit codes": {
        "0": "All is well.",
        "64": "The command line is wrong.",
        "65": "The input is wrong, or there is no such model or request.",
        "66": "There is no such file.",
        "69": "The service or the connection failed.",
        "70": "The job failed.",
        "73": "A file cannot be written.",
        "74": "A submit left and its outcome is unknown: it may be charged. Look before you repeat it.",
        "75": "Not finished, or asked to slow down: try again later.",
        "77": "The token was refused, or the balance does not suffice.",
        "79": "The job was cancelled.",
        "130": "Interrupted.",
    },
}

_EXAMPLES = (
    "runcomfy-sdk models search edit",
    "runcomfy-sdk run MODEL --help",
    "runcomfy-sdk run MODEL --input-file input.json -o out",
    "runcomfy-sdk jobs list",
)


def build_app(package: str) -> click.Group:
    """Return the command tree of a generated package."""
    app = _App(
        package,
        lazy=COMMANDS,
        help=_HELP,
        sections=_SECTIONS,
        examples=_EXAMPLES,
        context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    )
    version = click.version_option(VERSION, "-V", "--version", prog_name=app.name)
    return version(common_options(app))


def _exists(command: LazyCommand) -> bool:
    return find_spec(f".commands.{command.module}", __package__) is not None
