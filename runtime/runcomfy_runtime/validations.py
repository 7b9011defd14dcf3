"""The service's rules for media files (``x-validations``), checked where the file is local.

A rule such as ``{"rule": "width/height<", "value": 16, "message": "…"}`` holds a quantity, an operator and a limit. A
quantity is a measure, or two of them joined by ``/`` or ``*``. A rule in words that are not known here, or about what
cannot be measured, blocks nothing: the service decides.
"""

from __future__ import annotations

import contextlib
import math
import operator
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from importlib import import_module
from typing import Any, BinaryIO, Final, cast

from .media import LocalMedia

__all__ = ["broken_rules"]

_OPERATORS: Final[Mapping[str, Callable[[float, float], bool]]] = {
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
    "=": operator.eq,
    "==": operator.eq,
}
_RULE: Final = re.compile(
    r"\s*([a-z_]+)\s*(?:([/*x])\s*([a-z_]+))?\s*([<>]=?|==?)\s*", re.IGNORECASE
)
_DECIMAL: Final = {"b": 1, "bytes": 1, "kb": 10**3, "mb": 10**6, "gb": 10**9}
_BINARY: Final = {"b": 1, "bytes": 1, "kb": 2**10, "mb": 2**20, "gb": 2**30}
_MEASURES: Final = {
    "width": "width",
    "width_pixels": "width",
    "width_px": "width",
    "height": "height",
    "height_pixels": "height",
    "height_px": "height",
    "pixels": "pixels",
    "total_pixels": "pixels",
    "pixel_count": "pixels",
    "megapixels": "megapixels",
    "aspect_ratio": "ratio",
    "duration": "seconds",
    "duration_s": "seconds",
    "duration_sec": "seconds",
    "duration_seconds": "seconds",
    "duration_ms": "milliseconds",
}
_SIZE: Final = re.compile(r"(?:file_?)?size(?:_in)?_?(b|bytes|kb|mb|gb)", re.IGNORECASE)
_MEASURED: Final = {
    "image/png",
    "image/jpeg",
    "image/webp",
    "image/gif",
    "image/bmp",
    "image/tiff",
    "image/avif",
    "image/heic",
    "image/heif",
}
"""Types whose size in pixels can be told; others (SVG is XML) are not opened."""
_TIMED: Final = {
    "audio/wav",
    "audio/flac",
    "audio/ogg",
    "audio/mp4",
    "audio/aiff",
    "video/mp4",
    "video/quicktime",
    "video/3gpp",
}
"""Types whose length is written down; that of MP3 and AAC is estimated, which is too weak to refuse a file for."""


@dataclass(frozen=True, slots=True)
class _Facts:
    """What is measured of one medium; None where it cannot be told."""

    size: int
    width: int | None
    height: int | None
    seconds: float | None

    def measure(self, name: str) -> float | None:
        """Return a measure by a name of `_MEASURES`' values."""
        across, down, seconds = self.width, self.height, self.seconds
        if name == "milliseconds":
            return None if seconds is None else seconds * 1000
        if name == "seconds":
            return seconds
        if across is None or down is None:
            return None
        by_name = {
            "width": float(across),
            "height": float(down),
            "pixels": float(across * down),
            "megapixels": across * down / 1e6,
            "ratio": across / down,
        }
        return by_name[name]

    def __str__(self) -> str:
        parts = [f"{self.size} bytes"]
        if self.width is not None:
            parts.append(f"{self.width} x {self.height} pixels")
        if self.seconds is not None:
            parts.append(f"{self.seconds:.3g} s")
        return ", ".join(parts)


def broken_rules(media: LocalMedia, rules: list[Any]) -> list[str]:
    """Return what is wrong with ``media`` by the service's ``rules``; empty when nothing is, or nothing can be told."""
    parsed = list(dict.fromkeys(_parsed(rules)))
    if not parsed:
        return []
    facts = _measure(media)
    return [
        f"{message} (the file has {facts})"
        for quantity, sign, limit, message in parsed
        if _is_broken(facts, quantity, sign, limit)
    ]


def _parsed(rules: list[Any]) -> Iterator[tuple[str, str, float, str]]:
    """Yield quantity, operator, limit and message of each rule that is understood."""
    for entry in rules:
        if not isinstance(entry, dict):
            continue
        rule = cast("dict[str, object]", entry)
        limit, text = _number(rule.get("value")), rule.get("rule")
        match = _RULE.fullmatch(text) if isinstance(text, str) else None
        if match is None or limit is None:
            continue
        first, joint, second, sign = match.groups()
        quantity = f"{first}{joint.replace('x', '*')}{second}" if joint else first
        words = " ".join(str(rule.get("message") or "").split())[:300]
        yield quantity.lower(), sign, limit, words or f"must keep {quantity} {sign} {limit:g}"


def _number(value: object) -> float | None:
    if isinstance(value, bool) or not isinstance(value, (int, float, str)):
        return None
    try:
        number = float(value)
    except (ValueError, OverflowError):
        return None
    return number if math.isfinite(number) else None


def _is_broken(facts: _Facts, quantity: str, sign: str, limit: float) -> bool:
    size = _SIZE.fullmatch(quantity)
    if size is not None:
        # "MB" is 10^6 or 2^20 bytes: only what breaks the rule in both readings is broken
        readings = [facts.size / units[size[1].lower()] for units in (_DECIMAL, _BINARY)]
        return not any(_OPERATORS[sign](reading, limit) for reading in readings)
    joint = next((sign for sign in "/*" if sign in quantity), "")
    names = quantity.split(joint) if joint else [quantity]
    values = [facts.measure(_MEASURES[name]) if name in _MEASURES else None for name in names]
    first = values[0]
    if first is None or None in values:
        return False
    if joint:
        second = cast("float", values[1])
        if joint == "/" and second == 0:
            return False
        first = first / second if joint == "/" else first * second
    return not _OPERATORS[sign](first, limit)


def _measure(media: LocalMedia) -> _Facts:
    width, height = _pixels(media) if media.media_type in _MEASURED else (None, None)
    seconds = _seconds(media) if media.media_type in _TIMED else None
    return _Facts(media.size, width, height, seconds)


def _pixels(media: LocalMedia) -> tuple[int | None, int | None]:
    with contextlib.suppress(Exception):  # whatever a broken file makes the parser raise
        get: Callable[[BinaryIO], tuple[int, int]] = import_module(
            "imagesize"
        ).get  # it has no py.typed
        with media.open() as content:
            width, height = get(content)
        if width > 0 and height > 0:
            return width, height
    return None, None


def _seconds(media: LocalMedia) -> float | None:
    with contextlib.suppress(Exception):  # likewise
        from tinytag import TinyTag

        with media.open() as content:
            seconds = TinyTag.get(file_obj=content, tags=False).duration
        if seconds is not None and math.isfinite(seconds) and seconds > 0:
            return seconds
    return None
