"""Derive what a model does, and what comes out of it, from its id and its inputs."""

from __future__ import annotations

import re

from runcomfy_codegen.jsontypes import MEDIA_KINDS, Json, JsonObject, MediaKind
from runcomfy_codegen.normalize.nodes import walk_schema

__all__ = ["derive_task", "input_media", "media_kind", "output_medium"]

_EXPLICIT = re.compile(
    r"(text|image|video|audio|reference|keyframes|first-last-frame)-to-(image|video|audio|music|speech)"
)
_WORDS: tuple[tuple[str, MediaKind], ...] = (
    (r"audio|music|speech|sound|voice|tts", "audio"),
    (
        r"video|lipsync|lip-sync|motion|animate|avatar|portrait|talk|frame|camera|reframe-video",
        "video",
    ),
    (r"image|edit|inpaint|outpaint|upscale|reframe|replace-background|generate|photo", "image"),
)


_MOVING = frozenset({"duration", "fps", "num_frames", "frames_per_second", "generate_audio"})
_WEIGHT: tuple[MediaKind, ...] = ("video", "image", "audio", "file")
_PICTURED = frozenset({"aspect_ratio", "resolution", "image_size", "size", "width", "height"})


def input_media(document: JsonObject, *, required: bool = False) -> list[MediaKind]:
    """Return the kinds of media that the model's input takes, each once, what shapes the output most first.

    Args:
        document: A document whose media fields are marked.
        required: Count only what must be given.
    """
    found: list[MediaKind] = []
    needed: set[str] = set()
    for node in walk_schema(document):
        if node.required:
            needed.add(node.pointer)
        kind = media_kind(node.schema.get("x-media"))
        owner = node.pointer.removesuffix("/items")
        if kind is not None and (not required or owner in needed) and kind not in found:
            found.append(kind)
    return sorted(found, key=_WEIGHT.index)


def media_kind(value: Json) -> MediaKind | None:
    """Return ``value`` as a kind of media, or None when it is none."""
    return next((kind for kind in MEDIA_KINDS if kind == value), None)


def output_medium(document: JsonObject) -> MediaKind | None:
    """Return the medium that comes out: said by the id, or by the fields that only such a medium has."""
    model_id = str(document.get("model_id", "")).lower()
    explicit = _EXPLICIT.search(model_id)
    if explicit:
        word = explicit.group(2)
        return media_kind(word) or "audio"
    _, _, tail = model_id.partition("/")
    for scope in (tail.split("/")[-1], tail):
        for pattern, medium in _WORDS:
            if re.search(pattern, scope):
                edited = medium == "image" and "video" in input_media(document, required=True)
                return "video" if edited else medium
    names = {node.name for node in walk_schema(document)}
    if names & _PICTURED:
        return "video" if names & _MOVING else "image"
    return next(iter(input_media(document)), None)


def derive_task(document: JsonObject) -> str:
    """Return the task as ``<in>-to-<out>``: the id's own words where it has them, else required media to output."""
    explicit = _EXPLICIT.search(str(document.get("model_id", "")).lower())
    if explicit:
        return explicit.group(0)
    given = next(iter(input_media(document, required=True)), "text")
    return f"{given}-to-{output_medium(document) or 'media'}"
