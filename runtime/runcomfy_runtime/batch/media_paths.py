"""Local media in stored payloads: written as ``file:`` addresses, turned back into paths when a job is submitted."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, cast
from urllib.parse import urlsplit
from urllib.request import url2pathname

from ..fields import is_list, is_object
from ..models import ModelInfo

__all__ = ["address_of", "with_paths"]


def address_of(path: Path) -> str:
    """Return an absolute path as a ``file:`` address."""
    return path.as_uri()


def with_paths(payload: Mapping[str, Any], info: ModelInfo) -> dict[str, Any]:
    """Return ``payload`` with each ``file:`` address that stands where the model takes a medium as a path."""
    value: object = dict(payload)
    for pointer in info.media:
        value = _replaced(value, pointer.split("/")[1:])
    return cast("dict[str, Any]", value)


def _replaced(value: object, parts: list[str]) -> object:
    if not parts:
        return _path_of(value) if isinstance(value, str) else value
    name = parts[0].replace("~1", "/").replace("~0", "~")
    if name == "*" and is_list(value):
        return [_replaced(item, parts[1:]) for item in value]
    if is_object(value) and name in value:
        return {**value, name: _replaced(value[name], parts[1:])}
    return value


def _path_of(text: str) -> str | Path:
    if not text[:8].lower().startswith("file:///"):
        return text
    return Path(url2pathname(urlsplit(text).path))
