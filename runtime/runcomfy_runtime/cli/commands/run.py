"""``run MODEL`` and ``submit MODEL``: from the words of a command line to a job, its result and its files."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from ...fields import Json
from ..assignments import GivenInput, gather, read_object
from ..catalogue import ModelRecord
from ..model_command import ModelCommand
from ..output import emit
from ..parameters import Duration, common_options, model_argument, session_of
from ..saving_options import prepared, saving_options
from ..session import Session

if TYPE_CHECKING:
    from ..._sync.client import Client
    from ..._sync.files import MediaOutput
    from ..._sync.request import Request
    from ..saving import Saving

__all__ = ["run", "submit"]

_Decorated = TypeVar("_Decorated", bound=Callable[..., Any] | click.Command)


def _input_options(function: _Decorated) -> _Decorated:
    """Add what `run` and `submit` share: the model, its input, and how much of the way to go."""
    for decorate in (
        click.option(
            "--upload-to",
            metavar="URL",
            envvar="RUNCOMFY_UPLOAD_TO",
            help="Put local files into this bucket (s3://, gs://, az://) and send their signed addresses; they are "
            "put into the request otherwise. Also taken from RUNCOMFY_UPLOAD_TO.",
        ),
        click.option(
            "--max-price",
            type=click.FloatRange(min=0),
            metavar="USD",
            help="Refuse a job whose published price is higher, or not told. It is a base price: resolution, sound "
            "and the like may raise it, so what the job has cost is looked at as well.",
        ),
        click.option(
            "--unlisted",
            is_flag=True,
            expose_value=False,
            help="MODEL may be newer than this release: its input, given as FIELD=VALUE, is sent unchecked.",
        ),
        click.option(
            "--dry-run",
            is_flag=True,
            help="Check the input, print the request, the curl and the Python for it; send nothing.",
        ),
        click.option(
            "--input-file", metavar="PATH|-", help="A JSON object with the input, from a file."
        ),
        click.option(
            "--input",
            "input_text",
            metavar="JSON|@FILE|-",
            help="A JSON object with the input; fields given besides it win.",
        ),
        click.argument("words", nargs=-1, metavar="[FIELD=VALUE]..."),
        model_argument,
    ):
        function = decorate(function)
    return function


@dataclass(frozen=True, slots=True)
class _Wanted:
    """A model and the input that a command line gives for it.

    Attributes:
        model_id: The model.
        record: What the index knows of it; None for one that it does not hold.
        given: The input.
        upload_to: The bucket for local files, if any.
        most: What it may cost in US dollars, if that is to be looked at.
    """

    model_id: str
    record: ModelRecord | None
    given: GivenInput
    upload_to: str | None
    most: float | None


def _note_own_pace(ctx: click.Context, _: click.Parameter, value: float | None) -> None:
    """Accept the official CLI's option, which has nothing to set here."""
    if value is not None:
        session_of(ctx).tell(
            "note: --poll-secs has no effect; the pace follows the job and the service"
        )


@click.command(
    "run",
    cls=ModelCommand,
    examples=[
        "runcomfy-sdk run MODEL --help",
        "runcomfy-sdk run MODEL --input-file input.json -o out --timeout 10m",
        "runcomfy-sdk run MODEL --input @input.json --dry-run",
    ],
    epilog="'run MODEL --help' shows the options of MODEL. Inputs are given as those, or as FIELD=VALUE, FIELD:=JSON "
    "or FIELD=@file. A medium is a URL or a local file.",
)
@_input_options
@saving_options(Path("."))
@click.option("--no-download", is_flag=True, help="Do not save the files.")
@click.option("--poll-secs", type=float, hidden=True, expose_value=False, callback=_note_own_pace)
@click.option("--no-wait", is_flag=True, help="Print the request id as soon as the job is queued.")
@click.option(
    "--timeout", type=Duration(), metavar="TIME", help="Longest time to wait, such as 90s or 10m."
)
@click.option(
    "--on-timeout",
    type=click.Choice(["cancel", "detach"]),
    default="cancel",
    help="What becomes of the job then: cancel it (the default), or let it go on.",
)
@common_options
@click.pass_context
def run(
    ctx: click.Context,
    *,
    model: str,
    words: tuple[str, ...],
    input_text: str | None,
    input_file: str | None,
    upload_to: str | None,
    max_price: float | None,
    saving: Saving | None,
    no_download: bool,
    no_wait: bool,
    timeout: float | None,
    on_timeout: str,
    dry_run: bool,
    record: ModelRecord | None,
    flags: Mapping[str, Sequence[str] | bool],
) -> None:
    """Run a model, wait, save the files it makes, print the result.

    Ctrl-C cancels the job if it is still queued, and says what becomes of it otherwise; Ctrl-C again leaves at once.
    """
    session = session_of(ctx)
    given = _gather(ctx, record, words, read_object(input_text, input_file), flags)
    wanted = _Wanted(_model_id(model, record), record, given, upload_to, max_price)
    if dry_run:
        _print_request(session, wanted)
        return
    if no_wait:
        _submit(session, wanted)
        return
    from ..lifecycle import Plan, run_request

    plan = Plan(
        timeout=timeout,
        cancels=on_timeout == "cancel",
        saving=None if no_download else prepared(saving),
        most=max_price,
    )
    with _client(session, wanted) as client:
        run_request(session, _checked_request(session, client, wanted), plan)


@click.command(
    "submit",
    cls=ModelCommand,
    examples=["ID=$(runcomfy-sdk submit MODEL --input @input.json --output pretty)"],
    epilog="'submit MODEL --help' shows the options of MODEL.",
)
@_input_options
@common_options
@click.pass_context
def submit(
    ctx: click.Context,
    *,
    model: str,
    words: tuple[str, ...],
    input_text: str | None,
    input_file: str | None,
    upload_to: str | None,
    max_price: float | None,
    dry_run: bool,
    record: ModelRecord | None,
    flags: Mapping[str, Sequence[str] | bool],
) -> None:
    """Queue a job and print its request id at once.

    'wait ID -o DIR' collects what it makes.
    """
    session = session_of(ctx)
    given = _gather(ctx, record, words, read_object(input_text, input_file), flags)
    wanted = _Wanted(_model_id(model, record), record, given, upload_to, max_price)
    if dry_run:
        _print_request(session, wanted)
    else:
        _submit(session, wanted)


def _gather(
    ctx: click.Context,
    record: ModelRecord | None,
    words: tuple[str, ...],
    base: Mapping[str, Json],
    flags: Mapping[str, Sequence[str] | bool],
) -> GivenInput:
    options = [option for option in ctx.command.params if isinstance(option, click.Option)]
    return gather(
        record.fields if record else {},
        base=base,
        words=words,
        flags=flags,
        spellings=[name for option in options for name in (*option.opts, *option.secondary_opts)],
    )


def _model_id(model: str, record: ModelRecord | None) -> str:
    return record.summary.model_id if record else model.strip().strip("/")


def _client(session: Session, wanted: _Wanted) -> Client:
    from ..uploading import open_uploader

    return session.client(open_uploader(session, wanted.upload_to) if wanted.upload_to else None)


def _checked_request(session: Session, client: Client, wanted: _Wanted) -> Request[MediaOutput]:
    """Return the request, valid and not too dear."""
    from ..preparation import prepare

    request = prepare(client, wanted.model_id, wanted.given)
    if wanted.most is not None:
        from ..pricing import check_price

        check_price(session, client, request, wanted.record, wanted.most)
    return request


def _submit(session: Session, wanted: _Wanted) -> None:
    from ..lifecycle import submit_only

    with _client(session, wanted) as client:
        submit_only(session, _checked_request(session, client, wanted))


def _print_request(session: Session, wanted: _Wanted) -> None:
    from ..preparation import payload_text, prepare, python_text
    from ..uploading import Unsent

    with session.client(Unsent(wanted.upload_to) if wanted.upload_to else None) as client:
        request = prepare(client, wanted.model_id, wanted.given)
        url = f"{session.address}/v1/models/{wanted.model_id}"
    curl = request.curl()
    python = python_text(
        session, wanted.model_id, wanted.record, wanted.given.values, wanted.upload_to
    )
    facts = {
        "method": "POST",
        "url": url,
        "model_id": wanted.model_id,
        "payload": request.payload,
        "curl": curl,
        "python": python,
    }
    text = "\n\n".join([f"POST {url}\n{payload_text(request.payload)}", curl, python])
    emit(facts, as_json=session.json, text=text)
