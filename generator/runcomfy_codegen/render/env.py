"""The jinja2 environment: strict, and with the filters that make page text harmless where it is printed."""

from __future__ import annotations

import html
import re
import textwrap
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import cast

import jinja2

from runcomfy_codegen.format import WIDTH, fit
from runcomfy_codegen.literals import literal
from runcomfy_codegen.render.imports import in_order
from runcomfy_codegen.render.literals import text_source

__all__ = ["environment"]

_BREAKS = re.compile(r"[\x00-\x1f\x7f\x85\u2028\u2029]+")
_LAST_QUOTE = re.compile(r'(?<!\\)((?:\\\\)*)"$')
_MARKDOWN = re.compile(r"[\\`*_{}\[\]<>#|~&$]|^[-+=]|(?<=^\d)[.)]|(?<=^\d\d)[.)]|(?<=^\d{3})[.)]")
_AS_ENTITY = frozenset("<>|~&$=")
"""Characters that some renderers of Markdown do not let a backslash escape."""
_ACTIVE = re.compile(r"(\\*)(<(?=[A-Za-z/!?])|\](?=[(\[:]))")


@cache
def environment(folder: Path) -> jinja2.Environment:
    """Return the environment over ``folder``; an undefined name in a template is an error."""
    env = jinja2.Environment(
        loader=jinja2.FileSystemLoader(folder),
        auto_reload=False,
        undefined=jinja2.StrictUndefined,
        autoescape=False,  # noqa: S701 - no HTML is rendered; every filter below escapes for its own place
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    filters: dict[str, Callable[..., object]] = {
        "attribute": attribute,
        "code": code,
        "doc": doc,
        "docstring": docstring,
        "fence": fence,
        "in_order": in_order,
        "inert": inert,
        "line": line,
        "first_line": first_line,
        "fit": fit,
        "literal": literal,
        "md": md,
        "sentence": sentence,
        "span": span,
        "text": text_source,
    }
    cast("dict[str, Callable[..., object]]", env.filters).update(filters)
    return env


def line(text: str) -> str:
    """Return ``text`` on one line, safe inside a triple-quoted docstring."""
    flat = _BREAKS.sub(" ", text).strip().replace("\\", "\\\\").replace('"""', '\\"\\"\\"')
    return _LAST_QUOTE.sub(r'\1\\"', flat)


def first_line(text: str) -> str:
    """Return ``text`` as the line after the opening quotes of a docstring, from which a quote keeps a distance."""
    flat = line(text)
    return f" {flat}" if flat[:1] == '"' else flat


def doc(text: str, indent: int, hanging: int = 0) -> str:
    """Return ``text`` wrapped for a docstring; the first line stands where the template put it."""
    return f"\n{' ' * indent}".join(_rows(text, WIDTH - indent, hanging))


def docstring(text: str, indent: int = 0) -> str:
    """Return ``text`` as a whole docstring; where it needs several lines, the closing quotes have one of their own."""
    rows = _rows(text, WIDTH - indent - 6, 0) or [""]
    opening = f" {rows[0]}" if rows[0][:1] == '"' else rows[0]
    if len(rows) == 1:
        return f'"""{opening} """' if opening[-1:] == '"' else f'"""{opening}"""'
    return f"\n{' ' * indent}".join([f'"""{opening}', *rows[1:], '"""'])


def _rows(text: str, width: int, hanging: int) -> list[str]:
    """Return ``text`` wrapped; this happens before escaping, so that no escape is cut in two."""
    rows = textwrap.wrap(
        _BREAKS.sub(" ", text).strip(),
        max(width, 40),
        subsequent_indent=" " * hanging,
        break_on_hyphens=False,
    )
    return [f"{' ' * (len(row) - len(row.lstrip(' ')))}{line(row)}" for row in rows]


def sentence(text: str) -> str:
    """Return ``text`` with a full stop at its end, or nothing for nothing."""
    text = text.strip()
    return text if not text or text[-1] in ".!?:。！？" else f"{text}."


def md(text: str) -> str:
    """Return ``text`` as inline Markdown that shows exactly this text."""
    return _MARKDOWN.sub(_escaped, _BREAKS.sub(" ", text).strip())


def _escaped(found: re.Match[str]) -> str:
    letter = found.group()
    return f"&#{ord(letter)};" if letter in _AS_ENTITY else f"\\{letter}"


def inert(text: str) -> str:
    """Return ``text`` for a place that is shown as Markdown, as it is but without HTML, links or images."""
    return _ACTIVE.sub(lambda found: f"{found[1] * 2}\\{found[2]}", text)


def attribute(text: str) -> str:
    """Return ``text`` for the quoted attribute of an HTML element that stands in Markdown."""
    return html.escape(_BREAKS.sub(" ", text).strip())


def code(text: str) -> str:
    """Return ``text`` as a code span inside a table, where renderers disagree about a pipe between backticks."""
    return f"<code>{md(text)}</code>" if "|" in text else span(text)


def span(text: str) -> str:
    """Return ``text`` as a code span outside of tables."""
    flat = _BREAKS.sub(" ", text).strip()
    ticks = "`" * (max((len(run) for run in re.findall(r"`+", flat)), default=0) + 1)
    pad = " " if flat[:1] == "`" or flat[-1:] == "`" else ""
    return f"{ticks}{pad}{flat}{pad}{ticks}" if flat else ""


def fence(code: str, language: str = "") -> str:
    """Return ``code`` as a fenced block, with a fence longer than any run of backticks inside."""
    longest = max((len(run) for run in re.findall(r"`+", code)), default=0)
    ticks = "`" * max(3, longest + 1)
    return f"{ticks}{language}\n{code.rstrip()}\n{ticks}"
