"""``run MODEL`` and ``submit MODEL``: from the words of a command line to a job, its result and its files."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from ..assignments import GivenInput, gather, read_object
from ..catalogue import ModelRecord
from ..model_command import ModelCommand
from ..output import emit, say
from ..parameters import Duration, common_options, model_argument, session_of
from ..session import Session

if TYPE_CHECKING:
    from ..._sync.client import Client
    from ..._sync.files import MediaOutput
    from ..._sync.request import Request

__all__ = ["run", "submit"]

_Decorated = TypeVar("_Decorated", bound=Callable[..., Any] | click.Command)


def _input_options(function: _Decorated) -> _Decorated:
    """Add what `run` and `submit` share: the model, its input, and how much of the way to go."""
    for decorate in (
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


def _note_own_pace(ctx: click.Context, _: click.Parameter, value: float | None) -> None:
    """Accept the official CLI's option, which has nothing to set here."""
    if value is not None and not session_of(ctx).quiet:
        say("note: --poll-secs has no effect; the pace follows the job and the service")


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
@click.option(
    "-o",
    "--output-dir",
    type=click.Path(path_type=Path),
    default=Path("."),
    metavar="DIR",
    help="Folder to save the files in, made if need be; the current one by default.",
)
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
    output_dir: Path,
    no_download: bool,
    no_wait: bool,
    timeout: float | None,
    on_timeout: str,
    dry_run: bool,
    record: ModelRecord | None,
    flags: Mapping[str, Sequence[str] | bool],
) -> None:
    """Run a model, wait, save the files it makes, print the result.

    Ctrl-C cancels the job if it is still queued, and says what becomes of it otherwise.
    """
    session = session_of(ctx)
    given = _gather(record, words, input_text, input_file, flags)
    if dry_run:
        _print_request(session, model, record, given)
        return
    if no_wait:
        _submit(session, model, record, given)
        return
    from ..lifecycle import Plan, run_request, writable_folder

    folder = None if no_download else writable_folder(output_dir)
    plan = Plan(timeout=timeout, cancels=on_timeout == "cancel", folder=folder)
    with session.client() as client:
        run_request(session, _request(client, model, record, given), plan)


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
    dry_run: bool,
    record: ModelRecord | None,
    flags: Mapping[str, Sequence[str] | bool],
) -> None:
    """Queue a job and print its request id at once.

    'wait ID' and 'result ID -o DIR' collect what it makes.
    """
    session = session_of(ctx)
    given = _gather(record, words, input_text, input_file, flags)
    if dry_run:
        _print_request(session, model, record, given)
    else:
        _submit(session, model, record, given)


def _gather(
    record: ModelRecord | None,
    words: tuple[str, ...],
    input_text: str | None,
    input_file: str | None,
    flags: Mapping[str, Sequence[str] | bool],
) -> GivenInput:
    return gather(
        record.fields if record else {},
        base=read_object(input_text, input_file),
        words=words,
        flags=flags,
    )


def _request(
    client: Client, model: str, record: ModelRecord | None, given: GivenInput
) -> Request[MediaOutput]:
    from ..preparation import prepare

    return prepare(client, _model_id(model, record), given)


def _model_id(model: str, record: ModelRecord | None) -> str:
    return record.summary.model_id if record else model.strip().strip("/")


def _submit(session: Session, model: str, record: ModelRecord | None, given: GivenInput) -> None:
    with session.client() as client:
        job = _request(client, model, record, given).submit()
    facts = {"request_id": job.request_id, "model_id": job.model_id, "wait": False}
    emit(facts, as_json=session.json, text=job.request_id)
    if not session.json and not session.quiet:
        say(f"queued; collect it with: {session.program} wait {job.request_id} -o DIR")


def _print_request(
    session: Session, model: str, record: ModelRecord | None, given: GivenInput
) -> None:
    from ..preparation import payload_text, python_text

    model_id = _model_id(model, record)
    with session.client() as client:
        request = _request(client, model, record, given)
        url = f"{session.address}/v1/models/{model_id}"
    curl = request.curl()
    python = python_text(session, model_id, record, given.values)
    facts = {
        "method": "POST",
        "url": url,
        "model_id": model_id,
        "payload": request.payload,
        "curl": curl,
        "python": python,
    }
    text = "\n\n".join([f"POST {url}\n{payload_text(request.payload)}", curl, python])
    emit(facts, as_json=session.json, text=text)
