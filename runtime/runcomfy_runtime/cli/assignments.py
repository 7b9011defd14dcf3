"""The input of a job as it is given on the command line: flags, ``FIELD=VALUE`` words and whole JSON objects."""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from ..fields import Field, Json, MalformedTextError, is_list, is_object, local_files
from .exitcodes import CliError, ExitCode

__all__ = ["GivenInput", "Problem", "gather", "read_object"]

_SIGN: Final = r"(:=@|:=|=@|=)(.*)"
_ASSIGNMENT: Final = re.compile(rf"(\w[\w.\-]*){_SIGN}", re.DOTALL)
_GRAMMAR: Final = "FIELD=VALUE, FIELD:=JSON or FIELD=@file"


@dataclass(frozen=True, slots=True)
class Problem:
    """One fault of what was given, found before the model's own validation.

    Attributes:
        path: JSON pointer to the value, or the word of the command line.
        message: What is wrong and what is allowed.
        code: The exit code that this fault alone leads to.
    """

    path: str
    message: str
    code: ExitCode = ExitCode.BAD_INPUT

    def __str__(self) -> str:
        return f"{self.path or '/'}: {self.message}"


@dataclass(slots=True)
class GivenInput:
    """Everything given, as far as it could be read.

    Attributes:
        values: Wire name to value; a local file is a `pathlib.Path`.
        problems: What could not be read.
    """

    values: dict[str, Json] = field(default_factory=dict[str, Any])
    problems: list[Problem] = field(default_factory=list[Problem])


def gather(
    fields: Mapping[str, Field],
    *,
    base: Mapping[str, Json],
    words: Sequence[str] = (),
    flags: Mapping[str, Sequence[str] | bool] | None = None,
    spellings: Collection[str] = (),
) -> GivenInput:
    """Return the input that a command line gives; flags win over words, and words over ``base``.

    Args:
        fields: The model's fields by wire name; empty for a model that the index does not hold.
        base: The object given with ``--input``.
        words: ``FIELD=VALUE``, ``FIELD:=JSON``, ``FIELD=@file`` or ``FIELD:=@file``; a list's field may be
            repeated. What has none of these forms is a problem, as is an option that the command does not have.
        flags: Texts of each flag given, by wire name, or the value of a boolean one.
        spellings: The options there are, for suggestions.
    """
    given = GivenInput()
    assignments = _assignments(words, fields, spellings, given)
    for name, value in base.items():
        given.values[name] = fields[name].with_media(value) if name in fields else value
    by_loose_name = {_loose(field.name_of_one): name for name, field in fields.items()}
    by_loose_name |= {_loose(name): name for name in fields}
    repeated: set[str] = set()
    for raw_name, sign, text in assignments:
        name = raw_name if raw_name in fields else by_loose_name.get(_loose(raw_name), raw_name)
        target = fields.get(name, Field(name))
        with _noting(given, name):
            value = _assigned(target, sign, text)
            if target.repeatable and is_list(value) and name in repeated:
                value = [*given.values.get(name, ()), *value]
            given.values[name] = value
            repeated.add(name)
    for name, texts in (flags or {}).items():
        with _noting(given, name):
            given.values[name] = _flagged(fields[name], texts)
    _check_files(given)
    return given


def read_object(text: str | None, path: str | None) -> dict[str, Json]:
    """Return the JSON object given by ``--input JSON|@file|-`` or ``--input-file PATH|-``; ``{}`` if neither is.

    Raises:
        CliError: If both are given, a file cannot be read, or the text is not a JSON object.
    """
    if text is not None and path is not None:
        raise CliError("give --input or --input-file, not both", ExitCode.USAGE)
    if text is None and path is None:
        return {}
    if text is not None and text[:1] == "@":
        path, text = text[1:], None
    source = "--input" if path is None else path
    if "-" in (text, path):
        source, content = "standard input", sys.stdin.read()
    else:
        content = text if path is None else _read_text(path)
    try:
        value = json.loads((content or "").removeprefix("\ufeff"))
    except ValueError as error:
        raise CliError(f"{source} is not JSON: {error}", ExitCode.BAD_INPUT) from None
    if not is_object(value):
        kind = type(value).__name__
        raise CliError(
            f"{source} holds a JSON {kind}; an object with the model's fields is needed",
            ExitCode.BAD_INPUT,
        )
    return value


def _assignments(
    words: Sequence[str],
    names: Collection[str],
    spellings: Collection[str],
    given: GivenInput,
) -> list[tuple[str, str, str]]:
    """Return the name, sign and text of each word that is an assignment; note the others as problems of ``given``."""
    found: list[tuple[str, str, str]] = []
    rest = list(words)
    while rest:
        word = rest.pop(0)
        assignment = _assignment(word, names)
        if assignment is not None:
            found.append(assignment)
        elif word.startswith("-") and word != "-":
            flag, equals, _ = word.partition("=")
            if not equals and rest and not (rest[0].startswith("-") or _assignment(rest[0], names)):
                rest.pop(0)
            given.problems.append(_unknown_option(flag, spellings))
        else:
            given.problems.append(
                Problem(repr(word), f"is not an input; write {_GRAMMAR}", ExitCode.USAGE)
            )
    return found


def _unknown_option(flag: str, spellings: Collection[str]) -> Problem:
    from difflib import get_close_matches

    near = get_close_matches(flag, spellings, n=1)
    hint = f"; did you mean {near[0]}?" if near else ""
    return Problem(flag, f"no such option{hint}", ExitCode.USAGE)


def _assignment(word: str, names: Collection[str]) -> tuple[str, str, str] | None:
    """Return the name, sign and text of an assignment to one of ``names``, or to any name of letters and digits."""
    own = "|".join(map(re.escape, sorted(names, key=len, reverse=True)))
    match = re.fullmatch(f"({own}){_SIGN}", word, re.DOTALL) if own else None
    match = match or _ASSIGNMENT.fullmatch(word)
    return (match[1], match[2], match[3]) if match else None


def _loose(name: str) -> str:
    return name.replace("-", "_").lower()


class _noting:  # noqa: N801 - used as a statement, like contextlib.suppress
    """Turn a value that cannot be read into a problem of ``name``."""

    def __init__(self, given: GivenInput, name: str) -> None:
        self._given, self._path = given, f"/{name}"

    def __enter__(self) -> None:
        return None

    def __exit__(self, kind: object, error: BaseException | None, trace: object) -> bool:
        if isinstance(error, MalformedTextError):
            self._given.problems.append(Problem(self._path, str(error)))
            return True
        if isinstance(error, CliError) and error.code == ExitCode.NO_FILE:
            self._given.problems.append(Problem(self._path, error.message, error.code))
            return True
        return False


def _assigned(target: Field, sign: str, text: str) -> Json:
    if sign == "=":
        return target.from_text(text)
    if sign == "=@":
        if target.element.media:
            return target.from_text(text)
        return target.from_text(_read_text(text).removesuffix("\n"))
    try:
        return target.with_media(json.loads(_read_text(text) if sign == ":=@" else text))
    except ValueError as error:
        raise MalformedTextError(f"is not JSON: {error}") from None


def _flagged(target: Field, texts: Sequence[str] | bool) -> Json:
    if isinstance(texts, bool):
        return texts
    if not target.repeatable:
        return target.from_text(texts[-1])
    value: list[Json] = []
    for text in texts:
        read = target.from_text(text)
        value += read if is_list(read) else [read]
    return value


def _check_files(given: GivenInput) -> None:
    for pointer, path in local_files(given.values):
        if path.is_dir():
            given.problems.append(
                Problem(pointer, f"{str(path)!r} is a folder, not a file", ExitCode.NO_FILE)
            )
        elif not path.exists():
            message = f"no such file: {str(path)!r}; give a local file, an https URL or a data URI"
            given.problems.append(Problem(pointer, message, ExitCode.NO_FILE))


def _read_text(path: str) -> str:
    if path == "-":
        return sys.stdin.read()
    try:
        return Path(path).read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        raise CliError(f"no such file: {path!r}", ExitCode.NO_FILE) from None
    except OSError as error:
        reason = error.strerror or error
        raise CliError(f"cannot read {path!r}: {reason}", ExitCode.NO_FILE) from None
    except UnicodeDecodeError:
        raise CliError(f"{path!r} is not UTF-8 text", ExitCode.BAD_INPUT) from None
