"""Safe names for downloaded files, whatever the service calls them."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from pathlib import PurePosixPath
from typing import Final
from urllib.parse import unquote, urlsplit

from . import datauris
from .models import MediaKind
from .sniffing import fits, media_type_of, suffixes_of

__all__ = ["complete", "cut", "distinct", "expand", "name_in", "numbered", "safe_name"]

_UNSAFE = re.compile(r'[/\\:*?"<>|]+')
_RESERVED = re.compile(r"(?i)(con|prn|aux|nul|conin\$|conout\$|clock\$|(com|lpt)[0-9¹²³])\s*(\.|$)")
_MAX_NAME: Final = 150
"""Longest name in bytes; file systems take 255, and a number may be added."""
_MAX_SUFFIX: Final = 10
_VAGUE: Final = ("", "application/octet-stream", "binary/octet-stream")


def name_in(url: str) -> str:
    """Return the safe form of the name that ``url`` ends with; "output" if it has none."""
    try:
        segments = [] if datauris.is_data_uri(url) else urlsplit(url).path.split("/")
    except ValueError:
        segments = []
    return safe_name(unquote(next((part for part in reversed(segments) if part), "")))


def complete(name: str, media_type: str = "", kind: MediaKind = "file") -> str:
    """Return ``name`` with the suffix of what the file holds.

    A suffix that is none of a medium of ``kind`` (``.php``, ``.exe``) gets the right one behind it.

    Args:
        name: A safe name.
        media_type: What the file holds, if known.
        kind: What the job was to make.
    """
    stem, suffix = cut(name)
    usual = "" if media_type in _VAGUE else next(iter(suffixes_of(media_type)), "")
    promised = media_type_of(name) if suffix else None
    if not suffix or (kind != "file" and usual and not (promised and fits(promised, kind))):
        stem, suffix = name, usual
    return _short(stem, suffix)


def safe_name(text: str) -> str:
    """Return ``text`` as one path segment that every system takes and that hides nothing; "output" if it is empty."""
    text = unicodedata.normalize("NFC", text.encode("utf-8", "replace").decode("utf-8"))
    shown = "".join(
        "_" if unicodedata.category(letter) in ("Cc", "Cs", "Zl", "Zp") else letter
        for letter in text
        if unicodedata.category(letter) not in ("Cf", "Co", "Cn")
    )
    name = re.sub(r"_{2,}", "_", _UNSAFE.sub("_", shown)).strip(". ")
    if name[:1] in ("-", "~"):
        name = f"_{name[1:]}"
    if _RESERVED.match(name):
        name = f"_{name}"
    return _short(*cut(name)) if name.strip("_. ") else "output"


def expand(template: str, facts: Mapping[str, str | int]) -> str:
    """Return the file name that ``template`` gives.

    Raises:
        ValueError: If it asks for what there is not; the message lists what there is.
    """
    try:
        return safe_name(template.format_map(facts))
    except (KeyError, IndexError, AttributeError, ValueError) as error:
        known = ", ".join(f"{{{name}}}" for name in facts)
        raise ValueError(
            f"the name template {template!r} cannot be used ({type(error).__name__}: {error}); it can hold {known}"
        ) from None


def numbered(name: str) -> Iterator[str]:
    """Yield ``name`` and then ``name-1``, ``name-2`` and so on, suffix kept."""
    yield name
    stem, suffix = cut(name)
    number = 1
    while True:
        yield f"{stem}-{number}{suffix}"
        number += 1


def distinct(names: Sequence[str]) -> list[str]:
    """Return the names in order, each made one of its own by a number; case does not tell two names apart."""
    taken: set[str] = set()
    result: list[str] = []
    for name in names:
        free = next(it for it in numbered(name) if it.casefold() not in taken)
        taken.add(free.casefold())
        result.append(free)
    return result


def cut(name: str) -> tuple[str, str]:
    """Return ``name`` as stem and suffix."""
    path = PurePosixPath(name)
    suffix = path.suffix if 1 < len(path.suffix) <= _MAX_SUFFIX else ""
    return (name[: len(name) - len(suffix)] if suffix else name), suffix


def _short(stem: str, suffix: str) -> str:
    room = _MAX_NAME - len(suffix.encode())
    cut = stem.encode()[:room].decode("utf-8", "ignore").rstrip(". ")
    return f"{cut or 'output'}{suffix}"
