"""Parameters that several commands share."""

# ruff: noqa: ARG002 - click gives its hooks more than each of them needs

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any, TypeVar

import click
from click.shell_completion import CompletionItem

from .paramtype import ParamType
from .session import OutputMode, Session

__all__ = ["MODEL", "TASK", "Duration", "common_options", "model_argument", "session_of"]

_Decorated = TypeVar("_Decorated", bound=Callable[..., Any] | click.Command)
_UNITS = {"": 1.0, "s": 1.0, "m": 60.0, "h": 3600.0, "d": 86400.0}
_DURATION = re.compile(r"(\d+(?:\.\d+)?)\s*([smhd]?)")


class Duration(ParamType[float]):
    """A time such as ``90``, ``90s``, ``10m`` or ``1h30m``, in seconds."""

    name = "duration"

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> float:
        """Return the seconds."""
        if isinstance(value, (int, float)):
            return float(value)
        text = str(value).strip().lower()
        parts = _DURATION.findall(text)
        if not parts or _DURATION.sub("", text).strip():
            self.fail(f"{value!r} is not a time; write 90s, 10m or 1h30m", param, ctx)
        return sum(float(count) * _UNITS[unit] for count, unit in parts)


class ModelId(ParamType[str]):
    """A model id, completed from the offline index."""

    name = "model"

    def shell_complete(
        self, ctx: click.Context, param: click.Parameter, incomplete: str
    ) -> list[CompletionItem[str]]:
        """Return the ids that begin with ``incomplete``."""
        return [
            CompletionItem(model.model_id, help=model.title)
            for model in session_of(ctx).catalogue.models()
            if model.model_id.startswith(incomplete)
        ]


class Task(ParamType[str]):
    """What a model does, completed from the offline index; the service may know more."""

    name = "category"

    def shell_complete(
        self, ctx: click.Context, param: click.Parameter, incomplete: str
    ) -> list[CompletionItem[str]]:
        """Return the categories that begin with ``incomplete``."""
        tasks = session_of(ctx).catalogue.tasks()
        return [CompletionItem(task) for task in tasks if task.startswith(incomplete)]


MODEL = ModelId()
TASK = Task()


def session_of(ctx: click.Context) -> Session:
    """Return the invocation's session."""
    session = ctx.find_object(Session)
    assert session is not None
    return session


def model_argument(function: _Decorated) -> _Decorated:
    """Add the argument ``MODEL``."""
    return click.argument("model", type=MODEL, metavar="MODEL")(function)


def common_options(function: _Decorated) -> _Decorated:
    """Add ``--output``, ``--base-url``, ``-q`` and ``-v``, which are understood before and after a command's name."""
    for decorate in (
        click.option(
            "-v",
            "--verbose",
            count=True,
            expose_value=False,
            callback=_set_verbose,
            help="Say what is sent and answered; -vv says all. Never the token.",
        ),
        click.option(
            "-q",
            "--quiet",
            is_flag=True,
            expose_value=False,
            callback=_set_quiet,
            help="Say nothing about progress.",
        ),
        click.option(
            "--base-url",
            metavar="URL",
            expose_value=False,
            callback=_set_base_url,
            help="Address of the service, such as the emulator's.",
        ),
        click.option(
            "--output",
            type=click.Choice(["pretty", "json"]),
            expose_value=False,
            callback=_set_output,
            help="Form of standard output; JSON when it is not a terminal.",
        ),
    ):
        function = decorate(function)
    return function


def _set_quiet(ctx: click.Context, _: click.Parameter, value: bool) -> None:
    if value:
        session_of(ctx).quiet = True


def _set_verbose(ctx: click.Context, _: click.Parameter, value: int) -> None:
    session_of(ctx).verbose += value


def _set_base_url(ctx: click.Context, _: click.Parameter, value: str | None) -> None:
    if value:
        session_of(ctx).base_url = value


def _set_output(ctx: click.Context, _: click.Parameter, value: OutputMode | None) -> None:
    if value:
        session_of(ctx).output = value
