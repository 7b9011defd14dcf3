"""Find the files in a job's output, whatever its shape."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final, cast
from urllib.parse import urlsplit

from . import datauris
from .models import MediaKind
from .sniffing import fits, kind_of, media_type_of

__all__ = ["DownloadProgress", "FoundFile", "Origin", "accepts", "harvest"]

_WORDS: Final[Mapping[str, MediaKind]] = {
    "image": "image",
    "images": "image",
    "video": "video",
    "videos": "video",
    "audio": "audio",
    "audios": "audio",
}
_TYPE_KEYS: Final = (
    "content_type",
    "contenttype",
    "mime_type",
    "mimetype",
    "media_type",
    "mediatype",
)
_VAGUE: Final = ("", "application/octet-stream", "binary/octet-stream")
_PAGES: Final = ("text/html", "application/xhtml+xml")


@dataclass(frozen=True, slots=True)
class FoundFile:
    """A file's address (or data URI) and the kind of medium it is taken for."""

    url: str
    kind: MediaKind


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a file comes from.

    Attributes:
        request_id: The job.
        model_id: The model, if known.
        index: Position among the job's files, from 1.
    """

    request_id: str = ""
    model_id: str | None = None
    index: int = 1


@dataclass(frozen=True, slots=True)
class DownloadProgress:
    """How far the download of one file is.

    Attributes:
        url: The file's address, without the query.
        index: Position among the job's files, from 1.
        done: Bytes that are here.
        total: Bytes it has; None where the host does not say.
    """

    url: str
    index: int
    done: int
    total: int | None


def harvest(output: object, expected: MediaKind | None) -> list[FoundFile]:
    """Return the files in a job's ``output`` in document order, each once.

    The kind comes from the nearest key that names one or a content type beside the address, then from the address's
    suffix, then from the model.
    """
    seen: dict[str, FoundFile] = {}
    for url, named in _walk(output):
        seen.setdefault(url, FoundFile(url, named or _kind_of_address(url) or expected or "file"))
    return list(seen.values())


def accepts(kind: MediaKind, content_type: str) -> bool:
    """Tell whether a reply of this content type can be a file of ``kind``."""
    media_type = content_type.split(";", 1)[0].strip().lower()
    if media_type in _VAGUE:
        return True
    return media_type not in _PAGES if kind == "file" else fits(media_type, kind)


def _walk(output: object) -> Iterator[tuple[str, MediaKind | None]]:
    stack: list[tuple[object, MediaKind | None]] = [(output, None)]
    while stack:
        value, kind = stack.pop()
        if isinstance(value, str):
            url = value.strip()
            if _is_address(url):
                yield url, kind
        elif isinstance(value, dict):
            members = cast("dict[str, Any]", value)
            told = _told_kind(members) or kind
            for key, item in reversed(members.items()):
                stack.append((item, _kind_of_key(key) or told))
        elif isinstance(value, list):
            for item in reversed(cast("list[object]", value)):
                stack.append((item, kind))


def _is_address(text: str) -> bool:
    if datauris.is_data_uri(text):
        return "," in text[:200] and "/" in text[:200].partition(",")[0]
    return text[:8].lower().startswith(("http://", "https://")) and not re.search(r"\s", text)


def _told_kind(members: Mapping[str, Any]) -> MediaKind | None:
    """Return the kind by a content type that stands beside an address."""
    for key, value in members.items():
        if key.lower() in _TYPE_KEYS and isinstance(value, str):
            return kind_of(value)
    return None


def _kind_of_key(key: str) -> MediaKind | None:
    """Return the kind that a key such as ``video_url`` names; the last word decides."""
    words = re.sub(r"([a-z])([A-Z])", r"\1 \2", key).lower()
    kinds: list[MediaKind] = [
        _WORDS[word] for word in re.split(r"[^a-z]+", words) if word in _WORDS
    ]
    return kinds[-1] if kinds else None


def _kind_of_address(url: str) -> MediaKind | None:
    if datauris.is_data_uri(url):
        return kind_of(url[5:80])
    try:
        return kind_of(media_type_of(urlsplit(url).path) or "")
    except ValueError:
        return None
