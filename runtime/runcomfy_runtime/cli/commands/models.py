"""``models list|search|show|categories``: the offline index, or the service's own catalogue with ``--live``."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import islice
from typing import TYPE_CHECKING, Any, TypeVar, cast

import click

from ..app import LazyCommand, LazyGroup
from ..catalogue import ModelRecord, ModelSummary
from ..exitcodes import CliError, ExitCode
from ..help import Command
from ..options import command_example
from ..output import emit, emit_lines, say, to_json
from ..parameters import TASK, common_options, model_argument, session_of

if TYPE_CHECKING:
    from ..session import Session

__all__ = ["list_categories", "list_models", "models", "search_models", "show_model"]

_NO_SUCH_MODEL = 400001
_Decorated = TypeVar("_Decorated", bound=Callable[..., Any] | click.Command)

models: LazyGroup = common_options(
    LazyGroup(
        "models",
        help="List, search and show the models of this release; no network, no token.\n\n"
        "With --live the service is asked for its own catalogue instead, which may be newer and names prices.",
        examples=[
            "runcomfy-sdk models list",
            "runcomfy-sdk models search edit",
            "runcomfy-sdk models show MODEL",
        ],
        lazy={
            "list": LazyCommand("models", "list_models", "List all models."),
            "search": LazyCommand("models", "search_models", "List the models that match words."),
            "show": LazyCommand("models", "show_model", "Show a model's fields and an example."),
            "categories": LazyCommand(
                "models", "list_categories", "List what models do, with how many there are."
            ),
            "get": LazyCommand("models", "show_model"),
        },
    )
)

_live = click.option(
    "--live", is_flag=True, help="Ask the service for its own catalogue; needs a token."
)


def _filters(function: _Decorated) -> _Decorated:
    """Add what limits a list."""
    for decorate in (
        click.option(
            "--offset",
            type=click.IntRange(0),
            default=0,
            metavar="N",
            help="Pass over the first N.",
        ),
        click.option(
            "--limit", type=click.IntRange(1), metavar="N", help="At most N; all by default."
        ),
        click.option(
            "--include-schema", is_flag=True, help="The schema of each input as well; prints JSON."
        ),
        click.option(
            "--kind", metavar="KIND", help="With --live: only model, workflow or inference."
        ),
        click.option(
            "--category",
            "--task",
            "category",
            type=TASK,
            metavar="CATEGORY",
            help="Only what does this, such as image-to-image; see 'models categories'.",
        ),
        _live,
    ):
        function = decorate(function)
    return function


@click.command(
    "list",
    cls=Command,
    examples=[
        "runcomfy-sdk models list --category image-to-image",
        "runcomfy-sdk models list --live --limit 20",
        "runcomfy-sdk models list --output json | head -n 1",
    ],
)
@click.option("--search", metavar="TEXT", help="Only models that match all words of TEXT.")
@_filters
@common_options
@click.pass_context
def list_models(ctx: click.Context, /, *, search: str | None, **filters: Any) -> None:
    """List all models of this release, or of the service, one a line."""
    _list(session_of(ctx), (search or "").split(), **filters)


@click.command(
    "search",
    cls=Command,
    examples=["runcomfy-sdk models search edit", "runcomfy-sdk models search edit max --live"],
)
@click.argument("words", nargs=-1, required=True, metavar="WORD...")
@_filters
@common_options
@click.pass_context
def search_models(ctx: click.Context, /, *, words: tuple[str, ...], **filters: Any) -> None:
    """List the models whose id, title or category (with --live: or description) holds every WORD."""
    _list(session_of(ctx), words, **filters)


@click.command(
    "show",
    cls=Command,
    examples=["runcomfy-sdk models show MODEL", "runcomfy-sdk models show MODEL --live"],
)
@model_argument
@_live
@common_options
@click.pass_context
def show_model(ctx: click.Context, model: str, live: bool) -> None:
    """Show a model's fields, its place in the Python client and an example; 'models get' does the same.

    With --live: what the service says of it, its price and its schema.
    """
    session = session_of(ctx)
    if live:
        _show_live(session, model.strip().strip("/"))
        return
    record = session.catalogue.record(model)
    if session.json:
        emit(record.document, as_json=True)
        return
    _show(session, record)


@click.command(
    "categories",
    cls=Command,
    examples=["runcomfy-sdk models categories", "runcomfy-sdk models categories --live"],
)
@_live
@common_options
@click.pass_context
def list_categories(ctx: click.Context, live: bool) -> None:
    """List what models do, such as image-to-image; without --live with the number of models in this release."""
    session = session_of(ctx)
    if live:
        from ..reading import ask

        with session.client() as client:
            names: Any = ask(client, "/v1/models/categories").get("categories") or []
        records: list[dict[str, Any]] = [{"category": str(name)} for name in names]
    else:
        tasks = session.catalogue.tasks()
        records = [{"category": task, "models": count} for task, count in tasks.items()]
    if session.json:
        emit_lines(map(to_json, records))
        return
    from ..tables import emit_table

    emit_table(
        ("category", *(() if live else ("models",))),
        [tuple(map(str, record.values())) for record in records],
    )


def _list(
    session: Session,
    words: Sequence[str],
    *,
    live: bool,
    category: str | None,
    kind: str | None,
    include_schema: bool,
    limit: int | None,
    offset: int,
) -> None:
    if live:
        _list_live(session, words, category, kind, include_schema, limit, offset)
        return
    if kind is not None:
        raise click.UsageError("--kind is known to the service only: add --live")
    found = session.catalogue.search(words, category)
    shown = found[offset : None if limit is None else offset + limit]
    if session.json or include_schema:
        emit_lines(to_json(_record(session, model, include_schema)) for model in shown)
    else:
        from ..tables import emit_table

        emit_table(
            ("model", "category", "name"),
            [(model.model_id, model.task, model.title) for model in shown],
        )
    if not found:
        near = session.catalogue.nearest(" ".join(words)) if words else []
        hint = f"; the nearest ids are {', '.join(near)}" if near else ""
        say(f"no model matches{hint}; --live asks the service for newer ones")


def _list_live(
    session: Session,
    words: Sequence[str],
    category: str | None,
    kind: str | None,
    include_schema: bool,
    limit: int | None,
    offset: int,
) -> None:
    from ..reading import ask_models

    query = {
        "search": words[0] if words else None,
        "category": category,
        "kind": kind,
        "include_schema": "true" if include_schema else None,
    }
    most = limit if len(words) < 2 else None
    with session.client() as client:
        found = ask_models(client, most, offset, **query)
        entries = [entry for entry in found if all(_holds(entry, word) for word in words[1:])]
    entries = list(islice(entries, limit))
    if session.json or include_schema:
        emit_lines(map(to_json, entries))
    else:
        from ..tables import emit_table

        emit_table(("model", "category", "price", "name"), [_live_row(entry) for entry in entries])
    if not entries:
        say("no model matches")


def _record(session: Session, model: ModelSummary, include_schema: bool) -> dict[str, Any]:
    record: dict[str, Any] = {
        "model_id": model.model_id,
        "title": model.title,
        "task": model.task,
        "attribute_path": model.attribute_path,
    }
    if include_schema:
        record["input_schema"] = session.catalogue.record(model.model_id).document["input_schema"]
    return record


def _holds(entry: dict[str, Any], word: str) -> bool:
    texts = (str(entry.get(key) or "") for key in ("model_id", "display_name", "description"))
    return word.lower() in " ".join(texts).lower()


def _live_row(entry: dict[str, Any]) -> tuple[str, ...]:
    return (
        str(entry.get("model_id") or "-"),
        ", ".join(map(str, _list_of(entry.get("categories")))),
        _price(entry),
        str(entry.get("display_name") or ""),
    )


def _price(entry: dict[str, Any]) -> str:
    price, unit = entry.get("base_price_usd"), entry.get("price_unit")
    if not isinstance(price, int | float):
        return "-"
    return f"${price:g}/{unit}" if unit else f"${price:g}"


def _list_of(value: Any) -> list[object]:
    return cast("list[object]", value) if isinstance(value, list) else []


def _show_live(session: Session, model_id: str) -> None:
    from ...errors import ServiceError
    from ..reading import ask
    from ..tables import one_line

    with session.client() as client:
        try:
            entry = ask(client, f"/v1/models/{model_id}")
        except ServiceError as error:
            if error.http_status != 404 and error.code != _NO_SUCH_MODEL:
                raise
            near = session.catalogue.nearest(model_id)
            hint = f"; did you mean {' or '.join(near)}?" if near else ""
            message = f"the service knows no model {model_id!r}{hint}"
            raise CliError(message, ExitCode.BAD_INPUT) from None
    if session.json:
        emit(entry, as_json=True)
        return
    about = {
        "model": entry.get("model_id"),
        "name": entry.get("display_name"),
        "category": ", ".join(map(str, _list_of(entry.get("categories")))),
        "price": _price(entry),
        "note": entry.get("pricing_note"),
        "about": entry.get("description"),
        "page": entry.get("model_url"),
    }
    emit_lines(f"{name:8}  {one_line(str(value))}" for name, value in about.items() if value)
    emit_lines(["", to_json(entry.get("input_schema"), indent=2)])


def _show(session: Session, record: ModelRecord) -> None:
    from ..tables import emit_table, one_line
    from .run import run
    from .schema import HEADER, schema_rows

    summary = record.summary
    emit_lines(
        [
            f"{summary.model_id}: {one_line(summary.title)} ({summary.task})",
            f"client.{summary.attribute_path}.run(...)",
            "",
        ]
    )
    emit_table(HEADER, schema_rows(record))
    if record.example:
        options = run.options_of(record)
        example = command_example(session.program, "run", summary.model_id, options, record.example)
        emit_lines(["", example])
