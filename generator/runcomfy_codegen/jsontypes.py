"""The JSON value types shared by all stages."""

from __future__ import annotations

from typing import Literal, TypeAlias, Union, get_args

__all__ = ["MEDIA_KINDS", "Json", "JsonObject", "MediaKind"]

Json: TypeAlias = Union[bool, int, float, str, "list[Json]", "dict[str, Json]", None]
JsonObject: TypeAlias = dict[str, Json]

MediaKind = Literal["image", "video", "audio", "file"]
MEDIA_KINDS: tuple[MediaKind, ...] = get_args(MediaKind)
