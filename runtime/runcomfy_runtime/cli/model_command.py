"""Commands whose options are those of the model they name: ``run MODEL`` and ``submit MODEL``."""

# ruff: noqa: ARG002 - click gives its hooks more than each of them needs

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import click

from .catalogue import ModelRecord
from .help import Documented
from .options import FieldOption, command_example, field_options, given_flags
from .parameters import session_of

__all__ = ["ModelCommand"]


class ModelCommand(Documented):
    """A command that takes MODEL and, once that is known, the model's own options.

    The callback gets ``record`` (what the index knows; with ``--unlisted`` None for a model that it does not hold) and
    ``flags`` (texts by wire name).
    """

    def make_context(
        self,
        info_name: str | None,
        args: list[str],
        parent: click.Context | None = None,
        **extra: Any,
    ) -> click.Context:
        """Parse ``args`` with the options of the model that they name."""
        command = self
        place = None if parent is None else self._place_of_model(args, parent)
        if parent is not None and place is not None:
            model_id = args[place]
            catalogue = session_of(parent).catalogue
            lenient = "--unlisted" in args or parent.resilient_parsing
            if catalogue.resolve(model_id) or not (lenient or extra.get("resilient_parsing")):
                command = self._with_options_of(catalogue.record(model_id))
                args = [model_id, *args[:place], *args[place + 1 :]]
        return super(ModelCommand, command).make_context(info_name, args, parent, **extra)

    def invoke(self, ctx: click.Context) -> Any:
        """Call the callback."""
        ctx.params["record"] = None
        ctx.params["flags"] = {}
        return super().invoke(ctx)

    def _place_of_model(self, args: Sequence[str], parent: click.Context) -> int | None:
        """Return where the model is named: by the first word that the index knows, else by the first of all."""
        takes_value = {
            spelling
            for option in self.params
            if isinstance(option, click.Option) and not option.is_flag
            for spelling in option.opts
        }
        catalogue = session_of(parent).catalogue
        places: list[int] = []
        skip = False
        for place, word in enumerate(args):
            if not skip and not word.startswith("-"):
                places.append(place)
            skip = not skip and word in takes_value
        known = [place for place in places if catalogue.resolve(args[place])]
        return next(iter([*known, *places]), None)

    def options_of(self, record: ModelRecord) -> list[FieldOption]:
        """Return the options of a model as this command spells them."""
        reserved = {"-h", "--help"}
        for option in self.params:
            reserved.update(option.opts, option.secondary_opts)
        return field_options(record.fields, reserved)

    def _with_options_of(self, record: ModelRecord) -> _BoundModelCommand:
        return _BoundModelCommand(self, record, self.options_of(record))


class _BoundModelCommand(ModelCommand):
    """A model command with the options of one model.

    Options that it does not have are left among the words, so that they are named together with all other faults.
    """

    def __init__(
        self, base: ModelCommand, record: ModelRecord, options: Sequence[FieldOption]
    ) -> None:
        super().__init__(
            base.name,
            context_settings={**base.context_settings, "ignore_unknown_options": True},
            callback=base.callback,
            params=[*base.params, *options],
            help=base.help,
            epilog=base.epilog,
        )
        self.record = record
        self.field_options = options

    def invoke(self, ctx: click.Context) -> Any:
        """Call the callback with the model's record and the flags given."""
        ctx.params["flags"] = given_flags(ctx)
        ctx.params["record"] = self.record
        return click.Command.invoke(self, ctx)

    def collect_usage_pieces(self, ctx: click.Context) -> list[str]:
        """Return the usage line's parts, with the model's id in place of MODEL."""
        pieces = super().collect_usage_pieces(ctx)
        return [self.record.summary.model_id if piece == "MODEL" else piece for piece in pieces]

    def format_help_text(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write what the model is."""
        summary = self.record.summary
        formatter.write_paragraph()
        with formatter.indentation():
            formatter.write_text(f"{summary.title} ({summary.task})")
            about = str(self.record.document.get("summary") or "")
            if about and about != summary.title:
                formatter.write_paragraph()
                formatter.write_text(about)

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the model's options, then the command's own."""
        own = [
            param
            for param in self.get_params(ctx)
            if isinstance(param, click.Option) and not isinstance(param, FieldOption)
        ]
        for title, params in (("Model options", self.field_options), ("Options", own)):
            rows = [row for param in params if (row := param.get_help_record(ctx)) is not None]
            if rows:
                with formatter.section(title):
                    formatter.write_dl(rows)

    def format_epilog(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the ways to give input, and the documentation's own input as a command."""
        super().format_epilog(ctx, formatter)
        example = self.record.example
        if example:
            text = command_example(
                session_of(ctx).program,
                self.name or "",
                self.record.summary.model_id,
                self.field_options,
                example,
            )
            formatter.write_paragraph()
            formatter.write("Example:\n")
            formatter.write("".join(f"  {line}\n" for line in text.split("\n")))
