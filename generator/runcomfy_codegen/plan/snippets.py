"""The docs' own example as Python, as a command and as a request; each quoted for its own reader."""

from __future__ import annotations

import json
import re
import shlex
from collections import Counter
from collections.abc import Sequence
from functools import cache

from runcomfy_codegen.jsontypes import Json, JsonObject, MediaKind
from runcomfy_codegen.plan.units import Parameter, Snippets

__all__ = ["plan_snippets"]

_LINK = re.compile(r"(https?:|data:)", re.IGNORECASE)
_FLAG = re.compile(r"[A-Za-z0-9_]+")
API = "https://model-api.runcomfy.net/v1/models"


def plan_snippets(
    package: str,
    model_id: str,
    attribute_path: str,
    parameters: Sequence[Parameter],
    example: JsonObject,
    output: MediaKind | None,
) -> Snippets:
    """Return the snippets for running ``example`` on a model."""
    names = {parameter.wire: parameter.name for parameter in parameters}
    example = {**{wire: example[wire] for wire in names if wire in example}, **example}
    media = {parameter.wire for parameter in parameters if parameter.media is not None}
    arguments = "".join(
        f"    {names[wire]}={python_literal(value, 4, files=wire in media)},\n"
        for wire, value in example.items()
        if wire in names
    )
    local = any(
        python_literal(example[wire], 4, files=True) != python_literal(example[wire], 4)
        for wire in media & set(example)
    )
    paths = "from pathlib import Path\n" if local else ""
    blank = "\n" if paths else ""
    member = "file" if output in (None, "file") else output
    save = f'out.{member}.save("out/")' if member != "file" else 'out.files[0].save("out/")'
    return Snippets(
        python=(
            f"{paths}{blank}from {package} import RunComfy\n\nclient = RunComfy()\n"
            f"out = client.{attribute_path}.run(\n{arguments})\nprint({save})\n"
        ),
        python_async=(
            f"import asyncio\n{paths}\nfrom {package} import AsyncRunComfy\n\n\nasync def main() -> None:\n"
            f"    async with AsyncRunComfy() as client:\n"
            f"        out = await client.{attribute_path}.run(\n{_indent(arguments, 8)}        )\n"
            f"        print(await {save})\n\n\nasyncio.run(main())\n"
        ),
        cli=_cli(model_id, parameters, example),
        curl=(
            f"curl --request POST \\\n  --url {shlex.quote(f'{API}/{model_id}'.replace(' ', '%20'))} \\\n"
            '  --header "Content-Type: application/json" \\\n'
            '  --header "Authorization: Bearer $RUNCOMFY_TOKEN" \\\n'
            f"  --data {shlex.quote(json.dumps(example, ensure_ascii=False))}\n"
        ),
    )


def _cli(model_id: str, parameters: Sequence[Parameter], example: JsonObject) -> str:
    parts = [f"runcomfy-sdk run {shlex.quote(model_id)}"]
    plain = {parameter.wire for parameter in parameters if parameter.annotation == "str"}
    flags = Counter(map(_flag, (parameter.wire for parameter in parameters)))
    whole = not all(_FLAG.fullmatch(wire) and _is_typable(value) for wire, value in example.items())
    if whole:
        parts.append(f"--input {shlex.quote(json.dumps(example))}")
    for wire, value in example.items() if not whole else ():
        flag = _flag(wire)
        free = flag not in _own_options() and flags[flag] < 2
        texts = value if isinstance(value, list) else [value]
        if free and texts and all(_is_text(text, plain=wire in plain) for text in texts):
            parts += [f"{flag} {shlex.quote(str(text))}" for text in texts]
        else:
            parts.append(shlex.quote(f"{wire}:={json.dumps(value, ensure_ascii=False)}"))
    parts.append("--output-dir out")
    return " \\\n  ".join(parts) + "\n"


def _flag(wire: str) -> str:
    return f"--{wire.replace('_', '-')}"


def _is_text(value: Json, *, plain: bool) -> bool:
    """Tell whether ``value`` is a text that an option takes for one, and for no number or word of JSON."""
    if not isinstance(value, str):
        return False
    try:
        return plain or isinstance(json.loads(value), str)
    except ValueError:
        return True


@cache
def _own_options() -> frozenset[str]:
    """Return the spellings that the command has for itself, whatever a model's fields are called."""
    from runcomfy_runtime.cli.commands.run import run

    return frozenset(
        spelling for option in run.params for spelling in (*option.opts, *option.secondary_opts)
    )


def _is_typable(value: Json) -> bool:
    """Tell whether a text can be typed in a shell; control characters cannot, and others are not seen."""
    if isinstance(value, list):
        return all(_is_typable(item) for item in value)
    return not isinstance(value, str) or value.replace("\n", "").isprintable()


def python_literal(value: Json, indent: int, *, files: bool = False) -> str:
    """Return ``value`` as Python source, lists and objects one member a line.

    With ``files``, texts that are no links become paths: the samples of some models are bare file names.
    """
    pad = " " * indent
    if isinstance(value, list) and value:
        inner = "".join(
            f"{pad}    {python_literal(item, indent + 4, files=files)},\n" for item in value
        )
        return f"[\n{inner}{pad}]"
    if isinstance(value, dict) and value:
        inner = "".join(
            f"{pad}    {python_literal(name, 0)}: {python_literal(item, indent + 4)},\n"
            for name, item in value.items()
        )
        return f"{{\n{inner}{pad}}}"
    if files and isinstance(value, str) and not _LINK.match(value):
        return f"Path({python_literal(value, 0)})"
    if isinstance(value, str) and value.isprintable():
        return json.dumps(value, ensure_ascii=False)
    return repr(value)


def _indent(text: str, width: int) -> str:
    return "".join(f"{' ' * width}{line}\n" for line in text.splitlines())
