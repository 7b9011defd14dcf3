"""Tell media types apart by a file's first bytes."""

from __future__ import annotations

import mimetypes
from collections.abc import Mapping
from typing import Final

from .models import MediaKind

__all__ = ["HEAD", "fits", "kind_of", "media_type_of", "reads_as_text", "sniff", "suffixes_of"]

HEAD: Final = 64
"""Number of first bytes that tell the type."""

_SIGNATURES: Final = (
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"GIF87a", "image/gif"),
    (b"GIF89a", "image/gif"),
    (b"BM", "image/bmp"),
    (b"II*\x00", "image/tiff"),
    (b"MM\x00*", "image/tiff"),
    (b"\x00\x00\x00\x0cJXL \r\n\x87\n", "image/jxl"),
    (b"\xff\x0a", "image/jxl"),
    (b"\x00\x00\x00\x0cjP  \r\n\x87\n", "image/jp2"),
    (b"\x00\x00\x01\xba", "video/mpeg"),
    (b"\x00\x00\x01\xb3", "video/mpeg"),
    (b"FLV\x01", "video/x-flv"),
    (b"ID3", "audio/mpeg"),
    (b"\xff\xfb", "audio/mpeg"),
    (b"\xff\xfa", "audio/mpeg"),
    (b"\xff\xf3", "audio/mpeg"),
    (b"\xff\xf2", "audio/mpeg"),
    (b"\xff\xf1", "audio/aac"),
    (b"\xff\xf9", "audio/aac"),
    (b"fLaC", "audio/flac"),
    (b"OggS", "audio/ogg"),
    (b"#!AMR", "audio/amr"),
)
_FORMS: Final = {
    (b"RIFF", b"WEBP"): "image/webp",
    (b"RIFF", b"WAVE"): "audio/wav",
    (b"RIFF", b"AVI "): "video/x-msvideo",
    (b"FORM", b"AIFF"): "audio/aiff",
    (b"FORM", b"AIFC"): "audio/aiff",
}
_BRANDS: Final = {
    b"avif": "image/avif",
    b"avis": "image/avif",
    b"heic": "image/heic",
    b"heix": "image/heic",
    b"hevc": "image/heic",
    b"mif1": "image/heif",
    b"msf1": "image/heif",
    b"M4A ": "audio/mp4",
    b"M4B ": "audio/mp4",
    b"qt  ": "video/quicktime",
    b"3gp4": "video/3gpp",
    b"3gp5": "video/3gpp",
}
_KINDS: Final[Mapping[str, MediaKind]] = {"image": "image", "video": "video", "audio": "audio"}
_SHARED: Final = {
    "audio": {"video/webm", "video/mp4", "application/ogg"},
    "video": {"audio/ogg", "application/mp4", "application/ogg"},
}
"""Containers that hold more than one kind of medium."""
_SUFFIXES: Final = {
    "image/jpeg": (".jpg", ".jpeg", ".jfif"),
    "image/png": (".png", ".apng"),
    "image/webp": (".webp",),
    "image/avif": (".avif",),
    "image/heic": (".heic", ".heif"),
    "image/jxl": (".jxl",),
    "video/mp4": (".mp4", ".m4v"),
    "video/webm": (".webm",),
    "video/quicktime": (".mov", ".qt"),
    "video/x-matroska": (".mkv",),
    "audio/mpeg": (".mp3",),
    "audio/wav": (".wav",),
    "audio/x-wav": (".wav",),
    "audio/mp4": (".m4a", ".mp4"),
    "audio/ogg": (".ogg", ".oga", ".opus"),
    "audio/flac": (".flac",),
    "audio/aac": (".aac",),
}
"""Suffixes of the common types, usual one first; what the standard library knows differs between machines."""


def sniff(head: bytes) -> str | None:
    """Return the media type that a file's first bytes show; None when they are of no known format."""
    if head[:4] in (b"RIFF", b"FORM"):
        return _FORMS.get((head[:4], head[8:12]))
    if head[4:8] == b"ftyp":
        return _BRANDS.get(head[8:12], "video/mp4")
    if head[:4] == b"\x1aE\xdf\xa3":
        return "video/x-matroska" if b"matroska" in head else "video/webm"
    return next((name for magic, name in _SIGNATURES if head.startswith(magic)), None)


def fits(media_type: str, kind: MediaKind) -> bool:
    """Tell whether a medium of this type can stand where ``kind`` is expected."""
    if kind == "file":
        return True
    return media_type.startswith(f"{kind}/") or media_type in _SHARED.get(kind, ())


def kind_of(media_type: str) -> MediaKind | None:
    """Return the kind of medium that ``media_type`` names; None if it names none."""
    return _KINDS.get(media_type.partition("/")[0].strip().lower())


def reads_as_text(head: bytes) -> bool:
    """Tell whether the first bytes are a web page or an error document rather than a medium."""
    start = head.removeprefix(b"\xef\xbb\xbf").lstrip()[:14].lower()
    return start.startswith((b"<!doctype", b"<html", b"<?xml", b"<error", b"<head", b"{", b"["))


def suffixes_of(media_type: str) -> tuple[str, ...]:
    """Return the file suffixes of ``media_type``, the usual one first; empty when none is known."""
    known = _SUFFIXES.get(media_type)
    return known or tuple(mimetypes.guess_all_extensions(media_type))


def media_type_of(name: str) -> str | None:
    """Return the media type that a file's name promises; None when it promises none."""
    lowered = name.lower()
    for media_type, suffixes in _SUFFIXES.items():
        if lowered.endswith(suffixes):
            return media_type
    return mimetypes.guess_type(name)[0]
