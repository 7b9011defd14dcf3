"""Options of one model, built from the schema of its input."""

# ruff: noqa: ARG002 - click gives its hooks more than each of them needs

from __future__ import annotations

import json
import re
import shlex
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

import click
from click.shell_completion import CompletionItem

from ..fields import ABSENT, Field, Json, is_list, is_object

__all__ = ["FieldOption", "command_example", "field_options", "flag_name", "given_flags"]

_CAMEL: Final = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")
_NEEDS_JSON: Final = re.compile(r'[,"]')
"""What has a meaning of its own between the values of ``key=value`` pairs."""
_NO_WORD: Final = re.compile(r"[^\w.]+|_+")
_PLAIN_NAME: Final = re.compile(r"\w[\w.-]*")
_METAVARS: Final = (
    ("integer", "INTEGER"),
    ("number", "NUMBER"),
    ("boolean", "true|false"),
    ("string", "TEXT"),
    ("object", "JSON"),
)
_SUFFIXES: Final = ("", *(f"-{number}" for number in range(2, 100)))
_SHORT_CHOICES: Final = 48
_SHORT_VALUE: Final = 60


class FieldOption(click.Option):
    """The option of one field: ``--image-url``, with ``--image_url`` understood too.

    Args:
        field: The field.
        declarations: click's declarations, the parameter's name first, the spelling that help shows second.
    """

    def __init__(self, field: Field, declarations: Sequence[str]) -> None:
        settings: dict[str, Any] = (
            {"default": None} if field.boolean else {"multiple": True, "type": str}
        )
        super().__init__(
            declarations,
            help=_help(field),
            metavar=None if field.boolean else metavar(field),
            **settings,
        )
        self.field = field
        self.shown: str = declarations[1]

    def get_help_record(self, ctx: click.Context) -> tuple[str, str] | None:
        """Return the one spelling to show, and the help text."""
        name = self.shown.replace("/", " / ")
        return (f"{name} {self.metavar}" if self.metavar else name), self.help or ""

    def shell_complete(self, ctx: click.Context, incomplete: str) -> list[CompletionItem[str]]:
        """Complete the values of an enum, and files where a medium is wanted."""
        element = self.field.element
        if element.media:
            return [CompletionItem(incomplete, type="file")]
        texts = map(_text, element.choices or self.field.choices)
        return [CompletionItem(text) for text in texts if text.startswith(incomplete)]


def field_options(fields: Mapping[str, Field], reserved: Iterable[str]) -> list[FieldOption]:
    """Return an option for each field, required ones first.

    A spelling that the command itself uses (or an earlier field) is left to it: the field is then ``--field-NAME``.

    Args:
        fields: The model's fields by wire name.
        reserved: Spellings that the command uses itself, such as ``--output``.
    """
    taken = set(reserved)
    of_all = {spelling for field in fields.values() for spelling in _spellings(field)}
    options: list[FieldOption] = []
    for field in sorted(fields.values(), key=lambda field: not field.required):
        flag = flag_name(field.name)
        of_one = [spelling for spelling in _spellings_of_one(field) if spelling not in of_all]
        spellings = [*_spellings(field), *of_one]
        forms = [_with_negation(name, field) for name in dict.fromkeys(spellings)]
        free = [form for form in forms if not taken.intersection(form)]
        if forms[0] not in free:
            fallbacks = (f"--field-{flag[2:]}{suffix}" for suffix in _SUFFIXES)
            forms = [_with_negation(name, field) for name in fallbacks]
            free = [next(form for form in forms if not taken.intersection(form)), *free]
        taken.update(*free)
        declarations = [f"field_{len(options)}", *("/".join(form) for form in free)]
        options.append(FieldOption(field, declarations))
    return options


def given_flags(ctx: click.Context) -> dict[str, Sequence[str] | bool]:
    """Take the values of all field options out of ``ctx.params`` and return those given, by wire name."""
    given: dict[str, Sequence[str] | bool] = {}
    for option in ctx.command.params:
        if isinstance(option, FieldOption) and option.name in ctx.params:
            value = ctx.params.pop(option.name)
            if value is not None and value != ():
                given[option.field.name] = value
    return given


def flag_name(name: str) -> str:
    """Return the flag of a wire name: ``image_url`` and ``imageUrl`` both give ``--image-url``."""
    words = _NO_WORD.sub("-", _CAMEL.sub("-", name)).strip("-.").lower()
    return f"--{words or 'field'}"


def metavar(field: Field) -> str:
    """Return the placeholder for a value of ``field``."""
    element = field.element
    choices = [_text(choice) for choice in element.choices]
    if element.media:
        return f"{element.media.upper()}_FILE|URL"
    if choices and len("|".join(choices)) <= _SHORT_CHOICES:
        return "|".join(choices)
    if choices:
        return "CHOICE"
    if "object" in element.kinds and element.properties:
        return ",".join(f"{name}=…" for name in element.properties)
    return next((word for kind, word in _METAVARS if kind in element.kinds), "TEXT")


def command_example(
    program: str, command: str, model_id: str, options: Sequence[FieldOption], example: Json
) -> str:
    """Return a shell command over several lines that gives the object ``example`` as options."""
    lines = [f"{program} {command} {shlex.quote(model_id)}"]
    for option in options:
        value = example.get(option.field.name)
        flag, _, negation = option.shown.partition("/")
        if isinstance(value, bool) and negation:
            lines.append(flag if value else negation)
        elif is_list(value):
            lines += [f"{flag} {_quoted_item(item)}" for item in value]
        elif value is not None:
            lines.append(f"{flag} {_quoted(value)}")
    return " \\\n    ".join(lines)


def _quoted_item(value: Json) -> str:
    """Return the text for one element of a list; what could be taken for a whole list is given as one."""
    if is_list(value) or (isinstance(value, str) and value.startswith("[")):
        return shlex.quote(json.dumps([value], ensure_ascii=False))
    return _quoted(value)


def _quoted(value: Json) -> str:
    """Return one option's value for a shell; an object of plain values as ``key=value`` pairs."""
    if is_object(value):
        texts = {name: _text(part) for name, part in value.items()}
        plain = all(isinstance(part, (str, int, float)) for part in value.values())
        if value and plain and not any(_NEEDS_JSON.search(text) for text in texts.values()):
            return shlex.quote(",".join(f"{name}={text}" for name, text in texts.items()))
    return shlex.quote(_text(value))


def _spellings(field: Field) -> list[str]:
    """Return the ways to write a field's flag, the one to show first."""
    flag = flag_name(field.name)
    own = [f"--{field.name}"] if _PLAIN_NAME.fullmatch(field.name) else []
    return [flag, *own, f"--{flag[2:].replace('-', '_')}"]


def _spellings_of_one(field: Field) -> list[str]:
    """Return the ways to write the flag for one element of a list."""
    one = flag_name(field.name_of_one)
    return [one, f"--{one[2:].replace('-', '_')}"] if field.name_of_one != field.name else []


def _with_negation(flag: str, field: Field) -> tuple[str, ...]:
    if field.boolean:
        return flag, f"--no-{flag[2:]}"
    return (flag,)


def _help(field: Field) -> str:
    element = field.element
    facts: list[str] = []
    if element.choices and metavar(field) == "CHOICE":
        facts.append("one of: " + ", ".join(map(_text, element.choices)))
    if field.repeatable:
        facts.append("repeat it for more")
    facts += filter(None, [field.bounds, element.bounds if element is not field else ""])
    sample = field.example if field.example is not ABSENT else element.example
    if field.default is not ABSENT and field.default not in (None, ""):
        facts.append(f"service's default: {_shorten(field.default)}")
    elif not element.choices and not element.media and sample not in (ABSENT, None, ""):
        facts.append(f"such as {_shorten(sample)}")
    words = field.description or str(field.schema.get("title") or "")
    ending = "." if words[-1:].isascii() and words[-1:].isalnum() else ""
    required = "[required]" if field.required else ""
    noted = f"({'; '.join(facts)})" if facts else ""
    return " ".join(filter(None, [f"{words}{ending}", noted, required]))


def _shorten(value: Json) -> str:
    text = _text(value)
    return text if len(text) <= _SHORT_VALUE else f"{text[: _SHORT_VALUE - 1]}…"


def _text(value: Json) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
