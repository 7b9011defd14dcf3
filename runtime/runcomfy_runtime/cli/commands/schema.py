"""``schema MODEL``: the schema of a model's input, for programs and for people."""

from __future__ import annotations

import click

from ...fields import ABSENT, Field
from ..catalogue import ModelRecord
from ..help import Command
from ..options import metavar
from ..output import emit_lines, to_json
from ..parameters import common_options, model_argument, session_of

__all__ = ["schema", "schema_rows"]

HEADER = ("field", "value", "need", "bounds", "default", "about")


@click.command(
    "schema",
    cls=Command,
    examples=[
        "runcomfy-sdk schema MODEL --format table",
        "runcomfy-sdk schema MODEL --format yaml",
        "runcomfy-sdk schema MODEL --part output > output.schema.json",
    ],
)
@model_argument
@click.option(
    "--format",
    "form",
    type=click.Choice(["json", "yaml", "table"]),
    help="Form of the schema; JSON, on one line where it is not for a terminal, by default.",
)
@click.option(
    "--part",
    type=click.Choice(["input", "output"]),
    default="input",
    help="Which schema: that of the input (the default) or of the output.",
)
@common_options
@click.pass_context
def schema(ctx: click.Context, model: str, form: str | None, part: str) -> None:
    """Print the JSON Schema (2020-12) of a model's input or output; no network.

    The table names each field of the input with what it takes; the other forms are the whole schema.
    """
    session = session_of(ctx)
    record = session.catalogue.record(model)
    document = record.document[f"{part}_schema"]
    if form == "yaml":
        from ..yamltext import to_yaml

        emit_lines([to_yaml(document)])
    elif form == "table":
        from ..tables import emit_table

        emit_table(HEADER, schema_rows(record, part))
    else:
        emit_lines([to_json(document, indent=None if session.json and form is None else 2)])


def schema_rows(record: ModelRecord, part: str = "input") -> list[tuple[str, ...]]:
    """Return the cells that describe each field of a model, in document order."""
    from ...fields import read_fields

    return [_row(field) for field in read_fields(record.document[f"{part}_schema"]).values()]


def _row(field: Field) -> tuple[str, ...]:
    need = "required" if field.required else "optional"
    element = field.element
    bounds = "; ".join(dict.fromkeys(filter(None, [field.bounds, element.bounds])))
    default = "" if field.default is ABSENT else to_json(field.default)
    value = metavar(field)
    if element.choices and value == "CHOICE":
        value = "|".join(
            choice if isinstance(choice, str) else to_json(choice) for choice in element.choices
        )
    about = field.description or str(field.schema.get("title") or "")
    return field.name, value, need, bounds, default, about
