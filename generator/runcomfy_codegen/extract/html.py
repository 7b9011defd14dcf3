"""Saved HTML of a model page as the text that a reader sees."""

from __future__ import annotations

import re

__all__ = ["html_to_text", "is_html"]

_DOCUMENT = re.compile(
    r"\s*(<!--.*?-->\s*)?<(!doctype\s+html|html|head|body)\b", re.IGNORECASE | re.DOTALL
)
_UNSEEN = ("script", "style", "template", "noscript", "svg")
_BLOCKS = (
    "address",
    "article",
    "blockquote",
    "br",
    "dd",
    "div",
    "dl",
    "dt",
    "figure",
    "footer",
    "form",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "header",
    "hr",
    "li",
    "main",
    "nav",
    "ol",
    "p",
    "pre",
    "section",
    "table",
    "tr",
    "ul",
)


def is_html(name: str, text: str) -> bool:
    """Tell whether a file is an HTML document, by its name or by how it begins."""
    return name.lower().endswith((".html", ".htm")) or _DOCUMENT.match(text[:4096]) is not None


def html_to_text(text: str) -> str:
    """Return the visible text: entities resolved, a line a block, ``pre`` and highlighted code as they stand.

    Raises:
        ValueError: The document is nested too deeply to be read.
    """
    from bs4 import BeautifulSoup

    try:
        soup = BeautifulSoup(text, "html.parser")
        for tag in soup.find_all(_UNSEEN):
            tag.decompose()
        for tag in soup.find_all(_BLOCKS):
            tag.insert_after("\n")
        return soup.get_text()
    except RecursionError:
        raise ValueError("the HTML is nested too deeply") from None
