"""Data URIs (RFC 2397): read, and written piece by piece so that no second copy of a medium is held."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Iterator
from typing import BinaryIO, Final
from urllib.parse import unquote_to_bytes

__all__ = ["decode", "encoded", "encoded_size", "is_data_uri", "split"]

_PIECE: Final = 3 * 256 * 1024
"""Bytes encoded at a time; a multiple of three, so that the pieces of base64 join."""


def is_data_uri(text: str) -> bool:
    """Tell whether ``text`` is a data URI, well formed or not."""
    return text[:5].lower() == "data:"


def split(uri: str) -> tuple[str, bool, str]:
    """Return the media type of a data URI (empty if it names none), whether it is base64, and its data.

    Raises:
        ValueError: If it has no comma.
    """
    header, comma, data = uri[5:].partition(",")
    if not comma:
        raise ValueError("is a data URI without a comma; one looks like data:image/png;base64,…")
    media_type, *parameters = (part.strip().lower() for part in header.split(";"))
    return media_type, "base64" in parameters, data


def decode(uri: str) -> tuple[str, bytes]:
    """Return the media type of a data URI and its content.

    Raises:
        ValueError: If it is malformed.
    """
    media_type, is_base64, data = split(uri)
    if not is_base64:
        return media_type, unquote_to_bytes(data)
    try:
        return media_type, base64.b64decode(data, validate=True)
    except (binascii.Error, ValueError):
        pass
    try:
        return media_type, base64.b64decode(unquote_to_bytes(data), validate=True)
    except (binascii.Error, ValueError) as error:
        raise ValueError(f"is a data URI whose base64 is malformed ({error})") from None


def encoded_size(media_type: str, size: int) -> int:
    """Return the length of the data URI of ``size`` bytes."""
    return len(_header(media_type)) + (size + 2) // 3 * 4


def encoded(media_type: str, content: BinaryIO) -> Iterator[bytes]:
    """Yield the data URI of what ``content`` gives until its end."""
    yield _header(media_type)
    rest = b""
    while piece := content.read(_PIECE):
        piece = rest + piece if rest else piece
        whole = len(piece) - len(piece) % 3
        rest = piece[whole:]
        yield base64.b64encode(memoryview(piece)[:whole])
    yield base64.b64encode(rest)


def _header(media_type: str) -> bytes:
    return f"data:{media_type};base64,".encode()
