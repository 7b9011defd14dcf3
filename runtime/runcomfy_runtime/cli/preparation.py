"""From the input given on a command line to a validated request, and what a dry run shows of it."""

from __future__ import annotations

import keyword
from pathlib import Path
from typing import TYPE_CHECKING, cast

from .assignments import GivenInput
from .catalogue import ModelRecord
from .exitcodes import CliError, ExitCode
from .fields import Json
from .output import to_json

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
    only_files = not faults and all(problem.no_file for problem in given.problems)
    count = "1 fault" if len(found) == 1 else f"{len(found)} faults"
    lines = [f"{count} in the input of {model_id}; nothing was sent", *(f"  {it}" for it in found)]
    raise CliError("\n".join(lines), ExitCode.NO_FILE if only_files else ExitCode.BAD_INPUT)


def payload_text(payload: Json) -> str:
    """Return a request's body for people: indented, with long data URIs cut."""
    return to_json(_cut(payload), indent=2)


def python_text(package: str, model_id: str, record: ModelRecord | None, values: Json) -> str:
    """Return a Python program that sends the same input."""
    paths = "from pathlib import Path\n\n" if _holds_path(values) else ""
    given = cast("dict[str, Json]", values)
    named = all(name.isidentifier() and not keyword.iskeyword(name) for name in given)
    if record is not None and named and "options" not in given:
        arguments = "".join(f"    {name}={_literal(value)},\n" for name, value in given.items())
        call = f"client.{record.summary.attribute_path}.run(\n{arguments})"
    else:
        arguments = "".join(f"    {name!r}: {_literal(value)},\n" for name, value in given.items())
        call = f"client.model({model_id!r}).run({{\n{arguments}}})"
    return f"{paths}from {package} import RunComfy\n\nclient = RunComfy()\nout = {call}\nprint(out.raw)"


def _cut(value: Json) -> Json:
    if isinstance(value, dict):
        return {key: _cut(item) for key, item in cast("dict[str, Json]", value).items()}
    if isinstance(value, list):
        return [_cut(item) for item in cast("list[Json]", value)]
    if isinstance(value, str) and value.startswith("data:") and len(value) > _SHOWN_URI:
        return f"{value[:_SHOWN_URI]}… ({len(value)} characters)"
    return value


def _holds_path(value: Json) -> bool:
    if isinstance(value, dict):
        return any(map(_holds_path, cast("dict[str, Json]", value).values()))
    if isinstance(value, list):
        return any(map(_holds_path, cast("list[Json]", value)))
    return isinstance(value, Path)


def _literal(value: Json) -> str:
    """Return ``value`` as Python source."""
    if isinstance(value, Path):
        return f"Path({str(value)!r})"
    if isinstance(value, list):
        return f"[{', '.join(map(_literal, cast('list[Json]', value)))}]"
    if isinstance(value, dict):
        pairs = cast("dict[str, Json]", value).items()
        return f"{{{', '.join(f'{key!r}: {_literal(item)}' for key, item in pairs)}}}"
    return repr(value)
