"""Local media as inputs: checked before they are read, told apart by their first bytes."""

from __future__ import annotations

import hashlib
import io
import os
import stat
from collections.abc import Callable, Generator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, Final, TypeAlias, cast

from .models import MediaKind
from .pictures import ImageArray, PictureError, PillowImage, encode_array, encode_pillow
from .sniffing import HEAD, fits, media_type_of, sniff

if TYPE_CHECKING:
    from _typeshed import ReadableBuffer

__all__ = [
    "MAX_REQUEST_BYTES",
    "FileInput",
    "LocalMedia",
    "MediaError",
    "inspect_media",
    "is_local",
]

MAX_REQUEST_BYTES: Final = 64 * 1024 * 1024
"""Largest request body that is sent (model-api contract: the official nodes' own limit)."""
_PIECE: Final = 1024 * 1024

FileInput: TypeAlias = (
    str | os.PathLike[str] | bytes | bytearray | memoryview | BinaryIO | PillowImage | ImageArray
)
"""A medium: a URL or data URI as `str`, or local data as a path, bytes, an open binary file, a PIL image or an array.

An array holds ``uint8`` values, height x width or height x width x 1, 3 (RGB) or 4 (RGBA), and is sent as PNG.
"""


class MediaError(Exception):
    """A local medium cannot be used; the text says why and what to do."""


@dataclass(frozen=True, slots=True)
class LocalMedia:
    """A local medium that was checked but not yet read.

    Attributes:
        media_type: Its type, such as ``image/png``.
        size: Its length in bytes.
        name: File name, if it has one.
        source: Opens it; use `open`.
        path: Where it is, if it is a file.
    """

    media_type: str
    size: int
    name: str | None
    source: Callable[[], AbstractContextManager[BinaryIO]]
    path: Path | None = None

    def open(self) -> AbstractContextManager[BinaryIO]:
        """Open the content at its beginning, for reading and seeking.

        Raises:
            OSError: If it can no longer be opened.
        """
        return self.source()

    def read(self) -> bytes:
        """Return the whole content.

        Raises:
            OSError: If it can no longer be read.
        """
        with self.open() as content:
            return content.read()

    def sha256(self) -> str:
        """Return the hexadecimal SHA-256 of the content, which is read piece by piece.

        Raises:
            OSError: If it can no longer be read.
        """
        digest = hashlib.sha256()
        with self.open() as content:
            while piece := content.read(_PIECE):
                digest.update(piece)
        return digest.hexdigest()


def is_local(value: object) -> bool:
    """Tell whether ``value`` is a local medium rather than JSON."""
    if isinstance(value, (bytes, bytearray, memoryview, os.PathLike)):
        return True
    return callable(getattr(value, "read", None)) or _is_pillow(value) or _is_array(value)


def inspect_media(value: object, kind: MediaKind | None) -> tuple[LocalMedia, str | None]:
    """Check a local medium without reading it whole.

    Args:
        value: A path, bytes, an open binary file, a PIL image or an array.
        kind: What the model expects here; None when unknown.

    Returns:
        The medium, and why it does not seem to be what the model expects, if so.

    Raises:
        MediaError: If it does not exist, is empty or cannot be read.
    """
    media = _open(value)
    if media.size == 0:
        raise MediaError("is empty")
    try:
        with media.open() as content:
            head = content.read(HEAD)
    except (OSError, ValueError) as error:
        raise MediaError(f"cannot be read: {_words(error)}") from None
    found = sniff(head)
    doubt: str | None = None
    if found is None:
        found = _promised(media.name, kind)
        if kind not in (None, "file"):
            doubt = f"is no {kind} of a known format (its first bytes are {head[:8].hex(' ')})"
    elif kind is not None and not fits(found, kind):
        doubt = f"is {found}, but {kind} is expected"
    return LocalMedia(found, media.size, media.name, media.source, media.path), doubt


def _promised(name: str | None, kind: MediaKind | None) -> str:
    """Return the type that a file's name promises, where it fits."""
    promised = media_type_of(name or "")
    return (
        promised
        if promised and (kind is None or fits(promised, kind))
        else "application/octet-stream"
    )


def _open(value: object) -> LocalMedia:
    """Return the medium, its type still open."""
    try:
        if isinstance(value, memoryview):
            view = cast("memoryview[int]", value)
            return _held(view if view.c_contiguous else view.tobytes())
        if isinstance(value, (bytes, bytearray)):
            return _held(value)
        if isinstance(value, os.PathLike):
            return _open_path(os.fsdecode(cast("os.PathLike[str]", value)))
        if _is_pillow(value):
            return _held(encode_pillow(cast("PillowImage", value)))
        if _is_array(value):
            return _held(encode_array(cast("ImageArray", value)))
    except PictureError as error:
        raise MediaError(str(error)) from None
    return _open_stream(cast("BinaryIO", value))


def _held(content: ReadableBuffer) -> LocalMedia:
    """Return a medium that lies in memory."""
    size = memoryview(content).nbytes
    return LocalMedia("", size, None, lambda: io.BytesIO(content))


def _open_path(path: str) -> LocalMedia:
    try:
        facts = os.stat(path)
        if stat.S_ISDIR(facts.st_mode):
            raise MediaError("is a folder, not a file")
        if not stat.S_ISREG(facts.st_mode):
            raise MediaError("is a device, a pipe or a socket, not a file")
        with open(path, "rb"):
            pass
    except FileNotFoundError:
        raise MediaError("does not exist") from None
    except (OSError, ValueError) as error:
        raise MediaError(f"cannot be read: {_words(error)}") from None
    return LocalMedia(
        "", facts.st_size, os.path.basename(path), lambda: open(path, "rb"), Path(path)
    )


def _open_stream(stream: BinaryIO) -> LocalMedia:
    if isinstance(stream, io.TextIOBase):
        raise MediaError('is open as text; open the file with mode "rb"')
    try:
        if not stream.seekable():
            return _read_once(stream)
        start = stream.tell()
        size = stream.seek(0, os.SEEK_END) - start
        stream.seek(start)
        _as_bytes(stream.read(0))
    except (OSError, ValueError) as error:
        raise MediaError(f"cannot be read: {_words(error)}") from None
    except (AttributeError, TypeError) as error:
        raise MediaError(f"is no open binary file ({error}); open one with mode 'rb'") from None
    name = getattr(stream, "name", None)

    @contextmanager
    def source() -> Generator[BinaryIO]:
        stream.seek(start)
        try:
            yield stream if start == 0 else cast("BinaryIO", _Tail(stream, start))
        finally:
            stream.seek(start)

    return LocalMedia(
        "", max(0, size), os.path.basename(name) if isinstance(name, str) else None, source
    )


def _read_once(stream: BinaryIO) -> LocalMedia:
    """Read a stream that cannot be read twice."""
    content = bytearray()
    while piece := _as_bytes(stream.read(_PIECE)):
        content += piece
        if len(content) > MAX_REQUEST_BYTES:
            raise MediaError(
                f"is a stream of more than {MAX_REQUEST_BYTES} bytes that cannot be read twice; "
                "write it to a file and give its path"
            )
    return _held(content)


class _Tail(io.RawIOBase):
    """A seekable file seen from where it stood when it was given."""

    def __init__(self, stream: BinaryIO, start: int) -> None:
        super().__init__()
        self._stream = stream
        self._start = start

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def tell(self) -> int:
        return self._stream.tell() - self._start

    def seek(self, offset: int, whence: int = os.SEEK_SET) -> int:
        if whence == os.SEEK_SET:
            return self._stream.seek(self._start + max(0, offset)) - self._start
        return max(self._start, self._stream.seek(offset, whence)) - self._start

    def read(self, size: int | None = -1) -> bytes:
        return self._stream.read(-1 if size is None else size)


def _as_bytes(content: object) -> bytes:
    if isinstance(content, str):
        raise MediaError('gives text; open the file with mode "rb"')
    return bytes(cast("bytes", content or b""))


def _words(error: Exception) -> str:
    return (error.strerror if isinstance(error, OSError) else None) or str(error)


def _is_pillow(value: object) -> bool:
    return callable(getattr(value, "save", None)) and isinstance(
        getattr(value, "size", None), tuple
    )


def _is_array(value: object) -> bool:
    return isinstance(getattr(value, "__array_interface__", None), dict) and isinstance(
        getattr(value, "shape", None), tuple
    )
