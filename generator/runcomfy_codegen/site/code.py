"""Colour blocks of code as Pygments does; a line that many pages have in common is read once for all of them."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from io import StringIO

from pygments.formatters import HtmlFormatter
from pygments.lexer import Lexer
from pygments.lexers import find_lexer_class_by_name
from pygments.token import _TokenType  # pyright: ignore[reportPrivateUsage] - has no other name
from pygments.util import ClassNotFound

__all__ = ["colour"]

_Token = tuple[_TokenType, str]
_BY_LINE = ("python", "py")
"""Languages whose lexers read on from line to line in one state. That of a shell does not: a here-document."""
_PROBE = "a('b', \"c\")\n"
_FORMATTER: HtmlFormatter[str] = HtmlFormatter(cssclass="highlight", wrapcode=True)


def colour(source: str, language: str, *_: object, **__: object) -> str:
    """Return ``source`` as HTML; ``pymdownx.superfences`` calls this for each block (see ``mkdocs.yml``)."""
    html = StringIO()
    text = source.strip("\n") + "\n"
    tokens = _by_line(text, language) if language in _BY_LINE else _lexer(language).get_tokens(text)
    _FORMATTER.format(tokens, html)
    return html.getvalue().rstrip("\n")


def _by_line(text: str, language: str) -> Iterator[_Token]:
    rest = text
    while rest:
        line, newline, after = rest.partition("\n")
        tokens = _line(line + newline, language)
        if tokens is None:
            tokens, after = tuple(_lexer(language).get_tokens(rest)), ""
        yield from tokens
        rest = after


@cache
def _line(line: str, language: str) -> tuple[_Token, ...] | None:
    """Return the tokens of ``line``, or None where it leaves something open, such as a string of many lines."""
    probe = _probe(language)
    tokens = tuple(_lexer(language).get_tokens(line + _PROBE))
    own = tokens[: -len(probe)]
    closed = tokens[-len(probe) :] == probe and sum(len(value) for _, value in own) == len(line)
    return own if closed else None


@cache
def _probe(language: str) -> tuple[_Token, ...]:
    return tuple(_lexer(language).get_tokens(_PROBE))


@cache
def _lexer(language: str) -> Lexer:
    try:
        found = find_lexer_class_by_name(language)
    except ClassNotFound:
        found = find_lexer_class_by_name("text")
    return found(stripnl=False)
