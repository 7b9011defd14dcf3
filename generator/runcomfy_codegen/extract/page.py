"""Scraped pages as text with their identity."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass

from runcomfy_codegen.errors import Problem
from runcomfy_codegen.extract.html import html_to_text, is_html

__all__ = ["PAGE_SUFFIXES", "Page", "PageFile", "decode_page"]

PAGE_SUFFIXES = (".txt", ".md", ".html", ".htm")
MAX_PAGE_BYTES = 8 * 1024 * 1024
_CONTROLS = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")


@dataclass(frozen=True, slots=True)
class PageFile:
    """One scraped page as it lies on disk: its name in reports, its bytes and their sha256."""

    name: str
    data: bytes
    sha256: str


@dataclass(frozen=True, slots=True)
class Page:
    """One scraped page: its file name, the sha256 of its bytes, and its text with LF line ends."""

    name: str
    sha256: str
    text: str


def decode_page(name: str, data: bytes) -> Page | Problem:
    """Decode one page, dropping a byte order mark, carriage returns and stray control characters.

    Args:
        name: Name used in reports and in the spec's sources.
        data: The file's bytes; UTF-8, or UTF-16 with a byte order mark.
    """
    if len(data) > MAX_PAGE_BYTES:
        return Problem(
            "error",
            "page-too-large",
            name,
            f"the page has {len(data)} bytes, more than the {MAX_PAGE_BYTES} a model page can have",
            "pass single model pages, not a dump of a site",
        )
    encoding = "utf-16" if data[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8-sig"
    try:
        text = data.decode(encoding)
    except UnicodeDecodeError as error:
        return Problem(
            "error",
            "page-not-text",
            name,
            f"the bytes are not {encoding.removesuffix('-sig').upper()} text ({error.reason} at byte {error.start})",
            "save the page as UTF-8 text",
        )
    if is_html(name, text):
        try:
            text = html_to_text(text)
        except ValueError as error:
            return Problem("error", "page-not-text", name, str(error), "save the page as text")
    text = _CONTROLS.sub("", text.replace("\r\n", "\n").replace("\r", "\n").replace("\xa0", " "))
    if not text.strip():
        return Problem(
            "error", "page-empty", name, "the page is empty", "scrape it again or remove the file"
        )
    return Page(name, hashlib.sha256(data).hexdigest(), text)
