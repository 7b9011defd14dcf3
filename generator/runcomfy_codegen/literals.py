"""Python literals in the form that black would give them."""

from __future__ import annotations

import re

__all__ = ["literal", "requote"]

_TOKEN = re.compile(r"""'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*"|(?<=[\d.])e\+(?=\d)""")
_ESCAPED_QUOTE = re.compile(r"""\\(?:(['"])|.)""", re.DOTALL)


def literal(value: object) -> str:
    """Return ``value`` as Python source on one line."""
    text = repr(value)
    if isinstance(value, str) and text[0] == "'" and '"' not in text:  # so it holds neither quote
        return f'"{text[1:-1]}"'
    return requote(text)


def requote(source: str) -> str:
    """Return ``source``, a line as ``repr`` or ``ast.unparse`` writes it, with black's quotes and exponents."""
    return _TOKEN.sub(lambda found: _preferred(found.group()), source)


def _preferred(text: str) -> str:
    """Return a string literal in double quotes, unless that needs more backslashes; an exponent without plus sign."""
    if text == "e+":
        return "e"
    bare = _ESCAPED_QUOTE.sub(lambda found: found.group(1) or found.group(), text[1:-1])
    quote = "'" if bare.count('"') > bare.count("'") else '"'
    escaped = bare.replace(quote, f"\\{quote}")
    return f"{quote}{escaped}{quote}"
