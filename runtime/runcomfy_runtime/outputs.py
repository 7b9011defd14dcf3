"""Find the files in a job's output, whatever its shape, and name them safely."""

from __future__ import annotations

import mimetypes
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Any, Final, cast
from urllib.parse import unquote, urlsplit

from .media import fits
from .models import MediaKind

__all__ = ["FoundFile", "accepts", "file_name", "harvest", "numbered"]

_KEYS: Final[dict[str, MediaKind]] = {
    "image": "image",
    "images": "image",
    "video": "video",
    "videos": "video",
    "audio": "audio",
    "audios": "audio",
}
_UNSAFE = re.compile(r'[\x00-\x1f\x7f/\\:*?"<>|]+')
_RESERVED = re.compile(r"(?i)(con|prn|aux|nul|com\d|lpt\d)(\.|$)")
_MAX_NAME: Final = 150
_SUFFIXES: Final = {
    "image/jpeg": ".jpg",
    "image/png": ".png",
    "image/webp": ".webp",
    "video/mp4": ".mp4",
    "video/webm": ".webm",
    "audio/mpeg": ".mp3",
    "audio/wav": ".wav",
    "audio/x-wav": ".wav",
}


@dataclass(frozen=True, slots=True)
class FoundFile:
    """A file's address and the kind of medium it is taken for."""

    url: str
    kind: MediaKind


def harvest(output: object, expected: MediaKind | None) -> list[FoundFile]:
    """Return the files in a job's ``output`` in document order, each once.

    The kind comes from the nearest key that names one, then from the address's suffix, then from the model.
    """
    seen: dict[str, FoundFile] = {}
    for url, key_kind in _walk(output):
        kind = key_kind or _kind_of_suffix(url) or expected or "file"
        seen.setdefault(url, FoundFile(url, kind))
    return list(seen.values())


def _walk(output: object) -> Iterator[tuple[str, MediaKind | None]]:
    stack: list[tuple[object, MediaKind | None]] = [(output, None)]
    while stack:
        value, kind = stack.pop()
        if isinstance(value, str):
            if value[:8].lower().startswith(("http://", "https://")):
                yield value, kind
        elif isinstance(value, dict):
            items = cast("dict[str, Any]", value).items()
            for key, item in reversed(items):
                named = _KEYS.get(key.lower())
                stack.append((item, named or kind))
        elif isinstance(value, list):
            for item in reversed(cast("list[object]", value)):
                stack.append((item, kind))


def _kind_of_suffix(url: str) -> MediaKind | None:
    try:
        guessed = mimetypes.guess_type(urlsplit(url).path)[0] or ""
    except ValueError:
        return None
    for kind in ("image", "video", "audio"):
        if guessed.startswith(f"{kind}/") or (kind == "image" and url.lower().endswith(".webp")):
            return kind
    return None


def file_name(url: str, content_type: str = "") -> str:
    """Return a safe file name for what ``url`` holds: one path segment, no reserved or hidden name, with a suffix."""
    segments = [part for part in urlsplit(url).path.split("/") if part]
    name = _UNSAFE.sub("_", unquote(segments[-1])) if segments else ""
    name = name.strip(". ") or "output"
    if _RESERVED.match(name):
        name = f"_{name}"
    path = PurePosixPath(name)
    suffix = path.suffix if len(path.suffix) <= 10 else ""
    stem = name[: len(name) - len(suffix)] if suffix else name
    if not suffix:
        suffix = _SUFFIXES.get(_media_type(content_type), "")
    stem = stem.encode()[: _MAX_NAME - len(suffix.encode())].decode("utf-8", "ignore")
    return f"{stem}{suffix}"


def numbered(name: str) -> Iterator[str]:
    """Yield ``name`` and then ``name-1``, ``name-2`` and so on, suffix kept."""
    yield name
    path = PurePosixPath(name)
    number = 1
    while True:
        yield f"{path.stem}-{number}{path.suffix}"
        number += 1


def accepts(kind: MediaKind, content_type: str) -> bool:
    """Tell whether a reply of this content type can be a file of ``kind``."""
    media_type = _media_type(content_type)
    if media_type in ("", "application/octet-stream", "binary/octet-stream"):
        return True
    if kind == "file":
        return media_type not in ("text/html", "application/xhtml+xml")
    return fits(media_type, kind)


def _media_type(content_type: str) -> str:
    return content_type.split(";", 1)[0].strip().lower()
