"""``models list|search|show`` and ``schema``: the offline index."""

from __future__ import annotations

from collections.abc import Sequence

import click

from ...fields import Field
from ..app import LazyCommand, LazyGroup
from ..catalogue import ModelRecord, ModelSummary
from ..options import command_example, metavar
from ..output import emit, emit_lines, to_json
from ..parameters import common_options, model_argument, session_of
from ..session import Session

__all__ = ["list_models", "models", "schema", "search_models", "show_model"]

models: LazyGroup = common_options(
    LazyGroup(
        "models",
        help="List, search and show the models of this release; no network, no token.",
        lazy={
            "list": LazyCommand("models", "list_models", "List all models."),
            "search": LazyCommand("models", "search_models", "List the models that match words."),
            "show": LazyCommand("models", "show_model", "Show a model's fields and an example."),
        },
    )
)

_task = click.option("--task", metavar="TASK", help="Only this task, such as image-to-image.")


@common_options
@click.command("list")
@_task
@click.pass_context
def list_models(ctx: click.Context, task: str | None) -> None:
    """List all models of this release, one a line.

    Example: runcomfy-sdk models list --task image-to-image
    """
    session = session_of(ctx)
    _print(session, session.catalogue.search((), task))


@common_options
@click.command("search")
@click.argument("words", nargs=-1, required=True)
@_task
@click.pass_context
def search_models(ctx: click.Context, words: tuple[str, ...], task: str | None) -> None:
    """List the models whose id, title or task holds all WORDS.

    Example: runcomfy-sdk models search flux edit
    """
    session = session_of(ctx)
    found = session.catalogue.search(words, task)
    _print(session, found)
    if not found:
        near = session.catalogue.nearest(" ".join(words))
        hint = f"; the nearest ids are {', '.join(near)}" if near else ""
        click.echo(f"no model matches{hint}", err=True)


@common_options
@click.command("show")
@model_argument
@click.pass_context
def show_model(ctx: click.Context, model: str) -> None:
    """Show a model's fields, its place in the Python client and an example.

    Example: runcomfy-sdk models show stepfun-ai/stepx-edit2
    """
    session = session_of(ctx)
    record = session.catalogue.record(model)
    emit(record.document, as_json=session.json, text=_described(session, record))


@common_options
@click.command("schema")
@model_argument
@click.pass_context
def schema(ctx: click.Context, model: str) -> None:
    """Print the JSON Schema (2020-12) of a model's input.

    Example: runcomfy-sdk schema stepfun-ai/stepx-edit2
    """
    session = session_of(ctx)
    emit(session.catalogue.record(model).document["input_schema"], as_json=session.json)


def _print(session: Session, found: Sequence[ModelSummary]) -> None:
    if session.json:
        emit_lines(
            to_json(
                {
                    "model_id": model.model_id,
                    "title": model.title,
                    "task": model.task,
                    "attribute_path": model.attribute_path,
                }
            )
            for model in found
        )
        return
    emit_lines(_columns([(model.model_id, model.task, model.title) for model in found]))


def _described(session: Session, record: ModelRecord) -> str:
    summary = record.summary
    fields = record.fields
    lines = [
        f"{summary.model_id}: {summary.title} ({summary.task})",
        f"client.{summary.attribute_path}.run(...)",
        "",
        *_columns([_field_row(field) for field in fields.values()]),
    ]
    if record.example:
        from .run import run

        options = run.options_of(record)
        example = command_example(session.program, "run", summary.model_id, options, record.example)
        lines += ["", example]
    return "\n".join(lines)


def _field_row(field: Field) -> tuple[str, ...]:
    need = "required" if field.required else "optional"
    bounds = field.bounds or field.element.bounds
    return field.name, metavar(field), need, bounds, field.description


def _columns(rows: Sequence[tuple[str, ...]]) -> list[str]:
    """Return the rows as lines, every column but the last padded to its widest cell."""
    if not rows:
        return []
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]) - 1)]
    return [
        "  ".join(
            [*(cell.ljust(width) for cell, width in zip(row, widths, strict=False)), row[-1]]
        ).rstrip()
        for row in rows
    ]
