"""``config``: where each setting comes from, and the few that can be kept in a file."""

# ruff: noqa: ARG002 - click gives its hooks more than each of them needs

from __future__ import annotations

import os
from typing import TYPE_CHECKING, NamedTuple

import click
from click.shell_completion import CompletionItem

from ..app import LazyCommand, LazyGroup
from ..exitcodes import CliError, ExitCode
from ..help import Command
from ..output import emit, emit_lines, to_json
from ..parameters import common_options, session_of
from ..paramtype import ParamType
from ..preferences import (
    BASE_URL_VARIABLE,
    PREFERENCES,
    check_preference,
    preferences_path,
    read_preferences,
    write_preferences,
)

if TYPE_CHECKING:
    from ..session import Session

__all__ = ["config", "get_setting", "list_settings", "set_setting", "unset_setting"]

_KEPT = "; ".join(f"{name}: {meaning}" for name, meaning in PREFERENCES.items())


@click.pass_context
def _show_all(ctx: click.Context) -> None:
    if ctx.invoked_subcommand is None:
        _show(session_of(ctx))


config: LazyGroup = common_options(
    LazyGroup(
        "config",
        callback=_show_all,
        invoke_without_command=True,
        help="Show where each setting comes from, and keep some in a file.\n\nAn option goes before the environment, "
        f"that before the file, that before the default. What can be kept: {_KEPT}.",
        examples=["runcomfy-sdk config", "runcomfy-sdk config set output json"],
        lazy={
            "list": LazyCommand("config", "list_settings", "Show all settings and their sources."),
            "get": LazyCommand("config", "get_setting", "Print one setting."),
            "set": LazyCommand("config", "set_setting", "Keep a setting in the file."),
            "unset": LazyCommand("config", "unset_setting", "Take a setting out of the file."),
        },
    )
)


class Setting(NamedTuple):
    """A setting as it holds now.

    Attributes:
        name: Its name.
        value: Its value; that of the token is never told.
        source: Where it comes from.
    """

    name: str
    value: str
    source: str


class _Kept(ParamType[str]):
    """The name of a setting that can be kept."""

    name = "setting"

    def convert(self, value: str, param: click.Parameter | None, ctx: click.Context | None) -> str:
        """Return the name; ``base_url`` is understood too."""
        name = value.lower().replace("_", "-")
        if name not in PREFERENCES:
            self.fail(
                f"there is no setting {value!r} to keep; there are {', '.join(PREFERENCES)}",
                param,
                ctx,
            )
        return name

    def shell_complete(
        self, ctx: click.Context, param: click.Parameter, incomplete: str
    ) -> list[CompletionItem[str]]:
        """Return the names that begin with ``incomplete``."""
        return [
            CompletionItem(name, help=meaning)
            for name, meaning in PREFERENCES.items()
            if name.startswith(incomplete)
        ]


@click.command(
    "list",
    cls=Command,
    examples=["runcomfy-sdk config list", "runcomfy-sdk config list --output json"],
)
@common_options
@click.pass_context
def list_settings(ctx: click.Context) -> None:
    """Show every setting, its value and where it comes from, as 'config' alone does; never the token itself."""
    _show(session_of(ctx))


@click.command("get", cls=Command, examples=["runcomfy-sdk config get base-url"])
@click.argument("name")
@common_options
@click.pass_context
def get_setting(ctx: click.Context, name: str) -> None:
    """Print the value of one setting of 'config list', wherever it comes from."""
    session = session_of(ctx)
    settings = {setting.name: setting for setting in _settings(session)}
    wanted = name.lower().replace("_", "-")
    if wanted not in settings:
        raise CliError(
            f"there is no setting {name!r}; there are {', '.join(settings)}", ExitCode.USAGE
        )
    found = settings[wanted]
    emit(found._asdict(), as_json=session.json, text=found.value)


@click.command(
    "set",
    cls=Command,
    examples=[
        "runcomfy-sdk config set output json",
        "runcomfy-sdk config set base-url http://127.0.0.1:8787",
    ],
)
@click.argument("name", type=_Kept())
@click.argument("value")
@common_options
@click.pass_context
def set_setting(ctx: click.Context, name: str, value: str) -> None:
    """Keep a setting in the file: 'base-url' or 'output'."""
    session = session_of(ctx)
    if (fault := check_preference(name, value)) is not None:
        raise CliError(f"{name}: {fault}", ExitCode.BAD_INPUT)
    write_preferences({**read_preferences(), name: value})
    path = str(preferences_path())
    emit({"name": name, "value": value, "file": path}, as_json=session.json, text=f"kept in {path}")


@click.command("unset", cls=Command, examples=["runcomfy-sdk config unset output"])
@click.argument("name", type=_Kept())
@common_options
@click.pass_context
def unset_setting(ctx: click.Context, name: str) -> None:
    """Take a setting out of the file, so that its default holds again."""
    session = session_of(ctx)
    kept = dict(read_preferences())
    was_kept = kept.pop(name, None) is not None
    if was_kept:
        write_preferences(kept)
    text = f"{name} is no longer kept" if was_kept else f"{name} was not kept"
    emit({"name": name, "removed": was_kept}, as_json=session.json, text=text)


def _show(session: Session) -> None:
    settings = _settings(session)
    if session.json:
        emit_lines(to_json(setting._asdict()) for setting in settings)
        return
    from ..tables import emit_table

    emit_table(Setting._fields, settings, whole=2)


def _settings(session: Session) -> list[Setting]:
    file = preferences_path()
    return [
        _base_url(session, f"the file {file}"),
        _output(session, f"the file {file}"),
        _token(),
        Setting("journal", str(session.journal().path), _folder_source("XDG_STATE_HOME")),
        Setting(
            "settings-file", str(file), _folder_source("RUNCOMFY_CONFIG_DIR", "XDG_CONFIG_HOME")
        ),
    ]


def _base_url(session: Session, file: str) -> Setting:
    from ...config import DEFAULT_BASE_URL

    in_environment = os.environ.get(BASE_URL_VARIABLE, "").strip()
    if session.base_url:
        return Setting("base-url", session.base_url, "the option --base-url")
    if in_environment:
        return Setting("base-url", in_environment, f"the variable {BASE_URL_VARIABLE}")
    if kept := session.preferences.get("base-url"):
        return Setting("base-url", kept, file)
    return Setting("base-url", DEFAULT_BASE_URL, "default")


def _output(session: Session, file: str) -> Setting:
    if session.output:
        return Setting("output", session.output, "the option --output")
    if kept := session.preferences.get("output"):
        return Setting("output", kept, file)
    held = "json" if session.json else "pretty"
    return Setting("output", held, "default: json unless standard output is a terminal")


def _token() -> Setting:
    from ...config import find_token
    from ...errors import AuthError

    try:
        return Setting("token", "(not shown)", find_token(os.environ).origin)
    except AuthError:
        return Setting("token", "(none)", "nowhere; see 'login'")


def _folder_source(*variables: str) -> str:
    found = (name for name in variables if os.environ.get(name, "").strip())
    return next((f"the variable {name}" for name in found), "default")
