"""Local media as inputs: checked before they are read, told apart by their first bytes, encoded as data URIs."""

from __future__ import annotations

import base64
import io
import os
from collections.abc import Callable
from dataclasses import dataclass
from typing import BinaryIO, Final, Protocol, TypeAlias, cast

from .models import MediaKind

__all__ = [
    "MAX_REQUEST_BYTES",
    "FileInput",
    "LocalMedia",
    "MediaError",
    "Uploader",
    "inspect_media",
    "sniff",
]

MAX_REQUEST_BYTES: Final = 64 * 1024 * 1024
"""Largest request body that is sent (model-api contract: the official nodes' own limit)."""

_HEAD: Final = 64


class PillowImage(Protocol):
    """The part of ``PIL.Image.Image`` that is used; Pillow itself is never imported."""

    @property
    def size(self) -> tuple[int, int]:
        """Width and height in pixels."""
        ...

    def save(self, fp: BinaryIO, format: str | None = None) -> None:  # noqa: A002 - Pillow's name
        """Write the image."""
        ...


FileInput: TypeAlias = str | os.PathLike[str] | bytes | BinaryIO | PillowImage
"""A medium: a URL or data URI as `str`, or local data as a path, bytes, an open binary file or a PIL image."""


class MediaError(Exception):
    """A local medium cannot be used; the text says why and what to do."""


@dataclass(frozen=True, slots=True)
class LocalMedia:
    """A local medium that was checked but not yet read.

    Attributes:
        media_type: Its type, such as ``image/png``.
        size: Its length in bytes.
        name: File name, if it has one.
        read: Returns the content.
    """

    media_type: str
    size: int
    name: str | None
    read: Callable[[], bytes]

    @property
    def encoded_size(self) -> int:
        """Length of its data URI in bytes."""
        return len(f"data:{self.media_type};base64,") + (self.size + 2) // 3 * 4

    def encode(self) -> str:
        """Return the medium as a data URI.

        Raises:
            MediaError: If it can no longer be read, or has changed its size since it was checked.
        """
        try:
            content = self.read()
        except OSError as error:
            raise MediaError(f"cannot be read: {error.strerror or error}") from None
        if len(content) != self.size:
            raise MediaError("changed while it was read; try again when it is complete")
        return f"data:{self.media_type};base64,{base64.b64encode(content).decode('ascii')}"


class Uploader(Protocol):
    """Puts a local medium where the service can fetch it."""

    def upload(self, media: LocalMedia) -> str:
        """Return the https address of the uploaded ``media``."""
        ...


def is_local(value: object) -> bool:
    """Tell whether ``value`` is a local medium rather than JSON."""
    if isinstance(value, (bytes, bytearray, os.PathLike)):
        return True
    return callable(getattr(value, "read", None)) or _is_pillow(value)


def inspect_media(value: object, kind: MediaKind | None) -> LocalMedia:
    """Check a local medium without reading it whole.

    Args:
        value: A path, bytes, an open binary file or a PIL image.
        kind: What the model expects here; None when unknown.

    Raises:
        MediaError: If it does not exist, is empty, cannot be read, or is of another kind.
    """
    media, head = _open(value)
    found = sniff(head)
    if found is None and kind not in (None, "file"):
        raise MediaError(
            f"is no {kind} of a known format (its first bytes are {head[:8].hex(' ')})"
        )
    media_type = found or "application/octet-stream"
    if kind is not None and not fits(media_type, kind):
        raise MediaError(f"is {media_type}, but {kind} is expected")
    if media.size == 0:
        raise MediaError("is empty")
    return LocalMedia(media_type, media.size, media.name, media.read)


def _open(value: object) -> tuple[LocalMedia, bytes]:
    """Return the medium, its type still open, and its first bytes."""
    if isinstance(value, (bytes, bytearray)):
        content = bytes(value)
        return LocalMedia("", len(content), None, lambda: content), content[:_HEAD]
    if isinstance(value, os.PathLike):
        return _open_path(os.fspath(cast("os.PathLike[str]", value)))
    if _is_pillow(value):
        buffer = io.BytesIO()
        try:
            cast("PillowImage", value).save(buffer, format="PNG")
        except (OSError, ValueError) as error:
            raise MediaError(
                f"cannot be encoded as PNG ({error}); convert it to RGB first"
            ) from None
        return _open(buffer.getvalue())
    return _open_stream(cast("BinaryIO", value))


def _open_path(path: str) -> tuple[LocalMedia, bytes]:
    def read() -> bytes:
        with open(path, "rb") as file:
            return file.read(MAX_REQUEST_BYTES + 1)

    try:
        if os.path.isdir(path):
            raise MediaError("is a folder, not a file")
        with open(path, "rb") as file:
            size, head = os.fstat(file.fileno()).st_size, file.read(_HEAD)
    except FileNotFoundError:
        raise MediaError("does not exist") from None
    except (OSError, ValueError) as error:
        raise MediaError(f"cannot be read: {error}") from None
    return LocalMedia("", size, os.path.basename(path), read), head


def _open_stream(stream: BinaryIO) -> tuple[LocalMedia, bytes]:
    try:
        if not stream.seekable():
            content = stream.read(MAX_REQUEST_BYTES + 1)
            return _open(_as_bytes(content))
        start = stream.tell()
        head = _as_bytes(stream.read(_HEAD))
        size = stream.seek(0, os.SEEK_END) - start
        stream.seek(start)
    except (OSError, ValueError) as error:
        raise MediaError(f"cannot be read: {error}") from None
    name = getattr(stream, "name", None)

    def read() -> bytes:
        stream.seek(start)
        return stream.read(MAX_REQUEST_BYTES + 1)

    return (
        LocalMedia("", size, os.path.basename(name) if isinstance(name, str) else None, read),
        head,
    )


def _as_bytes(content: object) -> bytes:
    if not isinstance(content, bytes):
        raise MediaError('gives text; open the file with mode "rb"')
    return content


def _is_pillow(value: object) -> bool:
    return callable(getattr(value, "save", None)) and isinstance(
        getattr(value, "size", None), tuple
    )


_SIGNATURES: Final = (
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"GIF8", "image/gif"),
    (b"BM", "image/bmp"),
    (b"II*\x00", "image/tiff"),
    (b"MM\x00*", "image/tiff"),
    (b"\x1aE\xdf\xa3", "video/webm"),
    (b"ID3", "audio/mpeg"),
    (b"\xff\xfb", "audio/mpeg"),
    (b"\xff\xf3", "audio/mpeg"),
    (b"\xff\xf2", "audio/mpeg"),
    (b"\xff\xf1", "audio/aac"),
    (b"\xff\xf9", "audio/aac"),
    (b"fLaC", "audio/flac"),
    (b"OggS", "audio/ogg"),
)
_RIFF: Final = {b"WEBP": "image/webp", b"WAVE": "audio/wav", b"AVI ": "video/x-msvideo"}
_BRANDS: Final = {
    b"avif": "image/avif",
    b"avis": "image/avif",
    b"heic": "image/heic",
    b"heix": "image/heic",
    b"mif1": "image/heif",
    b"M4A ": "audio/mp4",
    b"M4B ": "audio/mp4",
    b"qt  ": "video/quicktime",
}
_SHARED: Final = {
    "audio": {"video/webm", "video/mp4", "application/ogg"},
    "video": {"audio/ogg", "application/mp4", "application/ogg"},
}
"""Containers that hold more than one kind of medium."""


def sniff(head: bytes) -> str | None:
    """Return the media type that a file's first bytes show; None when they are of no known format."""
    if head[:4] == b"RIFF":
        return _RIFF.get(head[8:12])
    if head[4:8] == b"ftyp":
        return _BRANDS.get(head[8:12], "video/mp4")
    return next((name for magic, name in _SIGNATURES if head.startswith(magic)), None)


def fits(media_type: str, kind: MediaKind) -> bool:
    """Tell whether a medium of this type can stand where ``kind`` is expected."""
    if kind == "file":
        return True
    return media_type.startswith(f"{kind}/") or media_type in _SHARED.get(kind, ())
