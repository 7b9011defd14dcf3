"""The options that say where files are saved and how: the same for each command that saves any."""

from __future__ import annotations

import functools
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from .saving import Saving

__all__ = ["prepared", "saving_options"]


def saving_options(default: Path | None) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Return a decorator that adds the options; the command gets them as ``saving``, None without a folder.

    Args:
        default: The folder if none is given; None saves nothing then.
    """
    usual = "; the current one by default" if default is not None else ""

    def decorate(function: Callable[..., Any]) -> Callable[..., Any]:
        @functools.wraps(function)
        def gathered(
            *arguments: Any,
            output_dir: Path | None,
            name: str | None,
            overwrite: bool,
            show: bool,
            **rest: Any,
        ) -> Any:
            from .saving import Saving

            saving = Saving(output_dir, name, overwrite, show) if output_dir else None
            return function(*arguments, saving=saving, **rest)

        for option in (
            click.option(
                "--show/--no-show",
                default=True,
                envvar="RUNCOMFY_SHOW",
                help="Show saved images in a terminal that can (kitty, iTerm2, sixel); RUNCOMFY_SHOW=0 never does.",
            ),
            click.option("--overwrite", is_flag=True, help="Replace files of the same names."),
            click.option(
                "--name",
                metavar="TEMPLATE",
                help="Name of each file, such as '{model}-{index:03}{suffix}'; it can hold {stem}, {suffix}, "
                "{index}, {kind}, {request_id} and {model}.",
            ),
            click.option(
                "-o",
                "--output-dir",
                type=click.Path(path_type=Path),
                default=default,
                metavar="DIR",
                help=f"Folder to save the files in, made if need be{usual}.",
            ),
        ):
            gathered = option(gathered)
        return gathered

    return decorate


def prepared(saving: Saving | None) -> Saving | None:
    """Make the folder and check the names' template, before anything is paid for.

    Raises:
        CliError: If the folder cannot be written to, or the template asks for what there is not.
    """
    if saving is None:
        return None
    from dataclasses import replace

    from .saving import checked_template, writable_folder

    template = checked_template(saving.template)
    return replace(saving, folder=writable_folder(saving.folder), template=template)
