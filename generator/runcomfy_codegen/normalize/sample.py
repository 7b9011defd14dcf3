"""Make up a value that a schema accepts, for models whose source has no example."""

from __future__ import annotations

from runcomfy_codegen.jsontypes import Json, JsonObject
from runcomfy_codegen.normalize.nodes import type_names
from runcomfy_codegen.normalize.text import readable_title

__all__ = ["sample_input"]

_FILES = {"image": "image.png", "video": "video.mp4", "audio": "audio.wav", "file": "file.bin"}


def sample_input(schema: JsonObject, name: str = "") -> Json:
    """Return a small value for ``schema``: its own sample, default or first choice, else one made of its bounds.

    Only required properties are filled in. A ``pattern`` is not looked at.
    """
    for key in ("examples", "enum"):
        listed = schema.get(key)
        if isinstance(listed, list) and listed:
            return listed[0]
    for key in ("const", "default"):
        if key in schema:
            return schema[key]
    kind = next(iter(type_names(schema)), "null")
    if kind == "string":
        return _sample_text(schema, name)
    if kind in ("integer", "number"):
        return _sample_number(schema)
    if kind == "boolean":
        return True
    if kind == "array":
        return _sample_list(schema, name)
    return _sample_object(schema) if kind == "object" else None


def _sample_text(schema: JsonObject, name: str) -> str:
    media = schema.get("x-media")
    if media is not None:
        return f"https://example.com/{_FILES[str(media)]}"
    text = readable_title(name) or "text"
    shortest, longest = schema.get("minLength"), schema.get("maxLength")
    text = text.ljust(shortest, ".") if isinstance(shortest, int) else text
    return text[:longest] if isinstance(longest, int) else text


def _sample_number(schema: JsonObject) -> int | float:
    low, high = schema.get("minimum"), schema.get("maximum")
    if isinstance(low, (int, float)):
        return low
    return high if isinstance(high, (int, float)) and high < 1 else 1


def _sample_list(schema: JsonObject, name: str) -> list[Json]:
    items, count = schema.get("items"), schema.get("minItems")
    if not isinstance(items, dict):
        return []
    return [
        sample_input(items, name) for _ in range(max(1, count if isinstance(count, int) else 1))
    ]


def _sample_object(schema: JsonObject) -> JsonObject:
    properties, required = schema.get("properties"), schema.get("required")
    if not isinstance(properties, dict) or not isinstance(required, list):
        return {}
    return {
        str(name): sample_input(member, str(name))
        for name in required
        if isinstance(member := properties.get(str(name)), dict)
    }
