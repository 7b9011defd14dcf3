"""Rules that recognise media fields which carry no format."""

from __future__ import annotations

import re
from collections.abc import Iterator
from urllib.parse import urlsplit

from runcomfy_codegen.jsontypes import MEDIA_KINDS, Json, MediaKind
from runcomfy_codegen.normalize.nodes import SchemaNode, type_names
from runcomfy_codegen.normalize.registry import Change, Edit, schema_rule
from runcomfy_codegen.pointer import child

_WORDS: dict[str, MediaKind] = {
    "image": "image",
    "images": "image",
    "img": "image",
    "imgs": "image",
    "photo": "image",
    "picture": "image",
    "frames": "image",
    "keyframe": "image",
    "keyframes": "image",
    "mask": "image",
    "frame": "image",
    "video": "video",
    "videos": "video",
    "audio": "audio",
    "audios": "audio",
}
_LINK_WORDS = frozenset({"url", "urls", "uri", "uris"})
_CARRIERS = frozenset({"file", "files", "path", "paths"})
_CALLBACKS = frozenset({"callback", "webhook", "notify", "redirect"})
_SUFFIXES: dict[MediaKind, frozenset[str]] = {
    "image": frozenset({"png", "jpg", "jpeg", "webp", "gif", "bmp", "tif", "tiff", "avif"}),
    "video": frozenset({"mp4", "mov", "webm", "mkv", "avi", "m4v"}),
    "audio": frozenset({"wav", "mp3", "flac", "ogg", "m4a", "aac", "opus"}),
}
_TOKENS = re.compile(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])|\d+")


@schema_rule(
    "media-sample",
    "The sample value is a media file, so the field takes media of that kind.",
    "derive",
)
def mark_by_sample(node: SchemaNode) -> Iterator[Change]:
    """Mark a plain string as media when its sample is the address or name of a media file."""
    kind = media_of_sample(_sample(node.schema.get("default")))
    if kind is not None and _is_plain_string(node):
        yield Edit(node.at("x-media"), kind)


@schema_rule(
    "media-items-sample",
    "The sample list holds media files, so the array takes media of that kind.",
    "derive",
)
def mark_items_by_sample(node: SchemaNode) -> Iterator[Change]:
    """Mark the strings of an array as media when the array's samples are media files."""
    items, samples = node.schema.get("items"), node.schema.get("default")
    if not isinstance(items, dict) or not isinstance(samples, list) or not samples:
        return
    kinds = {media_of_sample(sample) for sample in samples}
    kind = kinds.pop() if len(kinds) == 1 else None
    if (
        kind is not None
        and items.get("type") == "string"
        and not {"x-media", "format", "enum"} & set(items)
    ):
        yield Edit(child(node.at("items"), "x-media"), kind)


@schema_rule(
    "media-name",
    "The field's name says that it takes media; the page gives it no format and no sample.",
    "derive",
)
def mark_by_name(node: SchemaNode) -> Iterator[Change]:
    """Mark a plain string, or the strings of an array, as media when the name ends in a word for media."""
    kind = media_of_name(node.name)
    if kind is not None and _is_plain_string(node) and not _is_prose(node.schema.get("default")):
        yield Edit(node.at("x-media"), kind)


def media_of_name(name: str) -> MediaKind | None:
    """Return the kind of media that a field of this name takes, if the name says so.

    The last word counts (``promptImage``, ``image_url_1``, ``first_frame``); behind a word for links or files any word
    for media does (``frontal_image_url``), and a link of no kind takes a file unless it is a callback.
    """
    words = [str(word).lower() for word in _TOKENS.findall(name) if not str(word).isdigit()]
    ending = words[-1] if words else ""
    if ending not in _LINK_WORDS | _CARRIERS:
        return _WORDS.get(ending)
    kinds: list[MediaKind] = [_WORDS[word] for word in words if word in _WORDS]
    if kinds:
        return kinds[-1]
    return "file" if ending in _LINK_WORDS and not _CALLBACKS & set(words) else None


def media_of_sample(value: Json) -> MediaKind | None:
    """Return the kind of media that ``value`` is the address or file name of, by its suffix."""
    if not isinstance(value, str) or len(value) > 2048 or any(c.isspace() for c in value.strip()):
        return None
    try:
        path = urlsplit(value.strip()).path
    except ValueError:
        return None
    stem, dot, suffix = path.rpartition(".")
    matching: list[MediaKind] = [
        kind for kind in MEDIA_KINDS if suffix.lower() in _SUFFIXES.get(kind, ())
    ]
    return matching[0] if dot and stem and matching else None


def _sample(value: Json) -> Json:
    return value if isinstance(value, str) else None


def _is_plain_string(node: SchemaNode) -> bool:
    names = [name for name in type_names(node.schema) if name != "null"]
    return names == ["string"] and not {"x-media", "format", "enum", "const"} & set(node.schema)


def _is_prose(value: Json) -> bool:
    return (
        isinstance(value, str)
        and bool(value)
        and media_of_sample(value) is None
        and "://" not in value
    )
