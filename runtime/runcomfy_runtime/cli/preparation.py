"""From the input given on a command line to a validated request, and what a dry run shows of it."""

from __future__ import annotations

import keyword
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from ..fields import Json, is_list, is_object, local_files
from .assignments import GivenInput
from .catalogue import ModelRecord
from .exitcodes import CliError, ExitCode
from .output import to_json
from .session import Session

if TYPE_CHECKING:
    from .._sync.client import Client
    from .._sync.files import MediaOutput
    from .._sync.request import Request

__all__ = ["payload_text", "prepare", "python_text"]

_SHOWN_URI = 64


def prepare(client: Client, model_id: str, given: GivenInput) -> Request[MediaOutput]:
    """Return the request for ``given``, validated and unsent.

    Raises:
        CliError: If anything is wrong; the message names every fault at once, whether the command line or the model's
            own validation found it.
    """
    from ..errors import InvalidInput

    faults: list[str] = []
    request: Request[MediaOutput] | None = None
    try:
        request = client.model(model_id).prepare(given.values)
    except InvalidInput as error:
        paths = [problem.path for problem in given.problems]
        faults = [
            str(fault)
            for fault in error.faults
            if not any(f"{fault.path}/".startswith(f"{path}/") for path in paths)
        ]
        if not error.faults:
            raise
    if request is not None and not given.problems:
        return request
    found = [*map(str, given.problems), *faults]
    codes = {problem.code for problem in given.problems}
    code = codes.pop() if not faults and len(codes) == 1 else ExitCode.BAD_INPUT
    count = "1 fault" if len(found) == 1 else f"{len(found)} faults"
    lines = [f"{count} in the input of {model_id}; nothing was sent", *(f"  {it}" for it in found)]
    raise CliError("\n".join(lines), code)


def payload_text(payload: Json) -> str:
    """Return a request's body for people: indented, with long data URIs cut."""
    return to_json(_cut(payload), indent=2)


def python_text(
    session: Session,
    model_id: str,
    record: ModelRecord | None,
    given: Mapping[str, Json],
    upload_to: str | None = None,
) -> str:
    """Return a Python program that sends the same input."""
    paths = "from pathlib import Path\n\n" if any(local_files(dict(given))) else ""
    named = all(name.isidentifier() and not keyword.iskeyword(name) for name in given)
    if record is not None and named and "options" not in given:
        arguments = "".join(f"    {name}={_literal(value)},\n" for name, value in given.items())
        call = f"client.{record.summary.attribute_path}.run(\n{arguments})"
    else:
        arguments = "".join(f"    {name!r}: {_literal(value)},\n" for name, value in given.items())
        call = f"client.model({model_id!r}).run({{\n{arguments}}})"
    settings = [f"base_url={session.base_url!r}"] if session.base_url else []
    names = "RunComfy"
    if upload_to:
        settings.append(f"uploader=ObjectStoreUploader.from_url({upload_to!r})")
        names = "ObjectStoreUploader, RunComfy"
    return (
        f"{paths}from {session.package} import {names}\n\n"
        f"client = RunComfy({', '.join(settings)})\nout = {call}\nprint(out.raw)"
    )


def _cut(value: Json) -> Json:
    if is_object(value):
        return {key: _cut(item) for key, item in value.items()}
    if is_list(value):
        return [_cut(item) for item in value]
    if isinstance(value, str) and value.startswith("data:") and len(value) > _SHOWN_URI:
        return f"{value[:_SHOWN_URI]}… ({len(value)} characters)"
    return value


def _literal(value: Json) -> str:
    """Return ``value`` as Python source."""
    if isinstance(value, Path):
        return f"Path({str(value)!r})"
    if is_list(value):
        return f"[{', '.join(map(_literal, value))}]"
    if is_object(value):
        return f"{{{', '.join(f'{key!r}: {_literal(item)}' for key, item in value.items())}}}"
    return repr(value)
