"""Help that ends with examples, which tests run as they stand."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import click

from .parameters import session_of
from .session import Session

__all__ = ["Command", "Documented", "filled"]

_PROGRAM = "runcomfy-sdk"
_MODEL = "MODEL"


class Documented(click.Command):
    """A command whose help ends with examples.

    Args:
        examples: Command lines. ``runcomfy-sdk`` stands for the program that runs, ``MODEL`` for a model that it has.
        sections: What else there is to know: titles, and texts by name under each.
    """

    def __init__(
        self,
        *args: Any,
        examples: Sequence[str] = (),
        sections: Mapping[str, Mapping[str, str]] | None = None,
        **settings: Any,
    ) -> None:
        super().__init__(*args, **settings)
        self.examples: tuple[str, ...] = tuple(examples)
        self.sections: Mapping[str, Mapping[str, str]] = sections or {}

    def format_epilog(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the epilog and the sections, then the examples, unbroken so that they can be copied."""
        super().format_epilog(ctx, formatter)
        for title, texts in self.sections.items():
            with formatter.section(title):
                formatter.write_dl(list(texts.items()))
        if self.examples:
            lines = filled(self.examples, session_of(ctx))
            formatter.write_paragraph()
            formatter.write("Examples:\n")
            formatter.write("".join(f"  {line}\n" for line in lines))


class Command(Documented):
    """A plain command with examples."""


def filled(examples: Sequence[str], session: Session) -> list[str]:
    """Return the examples with the program's own name and a model of its own in them."""
    wants_model = any(_MODEL in example for example in examples)
    model = min(session.catalogue.ids, default=_MODEL) if wants_model else _MODEL
    return [
        example.replace(_PROGRAM, session.program).replace(_MODEL, model) for example in examples
    ]
