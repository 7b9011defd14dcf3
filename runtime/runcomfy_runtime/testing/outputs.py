"""What a job makes: which files, under which names, in which shape of `output`."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, cast

from .media import FORMATS, MediaFile

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from .replies import JsonObject

__all__ = ["FOREIGN_URL", "SHAPES", "OutputPlan", "Shape", "plan_output"]

FOREIGN_URL = "https://storage.example.org/output/foreign_output.png"
"""Address of the shape `foreign`; no client may fetch it."""

_LONG_SIDE = 512
_FORMAT_FIELDS = ("output_format", "format", "image_format")
_COUNT_FIELDS = ("num_images", "num_outputs", "n")
_SIZE_FIELDS = ("size", "image_size", "resolution", "aspect_ratio")
_MOST_FILES = 16


@dataclass(frozen=True, slots=True)
class Shape:
    """A form `output` can take.

    Attributes:
        summary: one line for people.
        medium: kind of file it holds; None keeps the model's own.
        count: number of files it needs at least.
        build: makes the value from the files' addresses.
    """

    summary: str
    medium: str | None
    count: int
    build: Callable[[list[str]], object]


SHAPES: dict[str, Shape] = {
    "image": Shape("an object with one `image`", "image", 1, lambda urls: {"image": urls[0]}),
    "images": Shape("an object with a list `images`", "image", 1, lambda urls: {"images": urls}),
    "video": Shape("an object with one `video`", "video", 1, lambda urls: {"video": urls[0]}),
    "videos": Shape("an object with a list `videos`", "video", 1, lambda urls: {"videos": urls}),
    "audio": Shape("an object with one `audio`", "audio", 1, lambda urls: {"audio": urls[0]}),
    "audios": Shape("an object with a list `audios`", "audio", 1, lambda urls: {"audios": urls}),
    "string": Shape("the bare address", None, 1, lambda urls: urls[0]),
    "list": Shape("a bare list of addresses", None, 1, lambda urls: urls),
    "nested": Shape(
        "addresses deep inside objects and lists",
        None,
        2,
        lambda urls: {"preview": {"url": urls[0]}, "items": [{"file": {"url": u}} for u in urls]},
    ),
    "duplicate": Shape(
        "the same address under `image` and in `images`",
        "image",
        1,
        lambda urls: {"image": urls[0], "images": [*urls, urls[0]]},
    ),
    "mixed": Shape(
        "files beside numbers, texts and nulls",
        None,
        1,
        lambda urls: {"seed": 7, "prompt": "no address", "none": None, "url": urls[0]},
    ),
    "foreign": Shape(
        "the address of a foreign host before the file",
        "image",
        1,
        lambda urls: {"images": [FOREIGN_URL, *urls]},
    ),
    "empty": Shape("an empty object", None, 0, lambda _urls: {}),
    "null": Shape("null", None, 0, lambda _urls: None),
}
"""Every shape of `output` seen in the wild, by name."""


@dataclass(frozen=True, slots=True)
class OutputPlan:
    """The files of a job and the shape they are reported in.

    Attributes:
        shape: key of `SHAPES`.
        files: files by name, in order.
        literal: a value that stands instead of the shape, in a list of one; empty for none.
    """

    shape: str
    files: Mapping[str, MediaFile]
    literal: tuple[object, ...] = ()

    def value(self, folder_url: str) -> object:
        """Build `output`.

        Args:
            folder_url: address of the job's folder on the storage host, without a last slash.
        """
        if self.literal:
            return self.literal[0]
        return SHAPES[self.shape].build([f"{folder_url}/{name}" for name in self.files])


def plan_output(medium: str, payload: JsonObject, digest: str, wanted: JsonObject) -> OutputPlan:
    """Decide what a job will make; the same arguments give the same plan.

    Args:
        medium: what the model makes.
        payload: the job's input; its format, size and number fields are honoured.
        digest: hexadecimal digest of model and input; at least 64 digits.
        wanted: `output` of the job's script: `shape`, `count`, `format`, `value`.

    Returns:
        The plan; file names carry no hint of their order, as on the real storage host.
    """
    count = _count(payload) if "count" not in wanted else int(cast("int", wanted["count"]))
    shape = str(wanted.get("shape") or (medium if count == 1 else f"{medium}s"))
    medium = SHAPES[shape].medium or medium
    count = 0 if not SHAPES[shape].count else max(count, SHAPES[shape].count)
    formats = FORMATS[medium]
    form = _format(payload, formats) if "format" not in wanted else str(wanted["format"])
    width, height = _dimensions(payload)
    files: dict[str, MediaFile] = {}
    for index in range(count):
        key = hashlib.sha256(f"{digest}/{index}".encode()).hexdigest()
        extension = "jpg" if form == "jpeg" else form
        files[f"{key[:12]}_output.{extension}"] = MediaFile(form, key, width, height)
    return OutputPlan(shape, files, (wanted["value"],) if "value" in wanted else ())


def _count(payload: JsonObject) -> int:
    values = (payload.get(name) for name in _COUNT_FIELDS)
    number = next((v for v in values if isinstance(v, int) and not isinstance(v, bool)), 1)
    return min(max(number, 1), _MOST_FILES)


def _format(payload: JsonObject, formats: tuple[str, ...]) -> str:
    for name in _FORMAT_FIELDS:
        value = str(payload.get(name) or "").lower().replace("jpg", "jpeg")
        if value in formats:
            return value
    return formats[0]


def _dimensions(payload: JsonObject) -> tuple[int, int]:
    width, height = payload.get("width"), payload.get("height")
    if not (isinstance(width, int) and isinstance(height, int) and width > 0 and height > 0):
        texts = (str(payload.get(name) or "") for name in _SIZE_FIELDS)
        found = (re.fullmatch(r"(\d{1,5})\s*[:x*_×]\s*(\d{1,5})", text) for text in texts)
        match = next((m for m in found if m and int(m[1]) and int(m[2])), None)
        width, height = (int(match[1]), int(match[2])) if match else (1, 1)
    ratio = min(max(width / height, 1 / 8), 8.0)
    if ratio >= 1:
        return _LONG_SIDE, max(16, round(_LONG_SIDE / ratio))
    return max(16, round(_LONG_SIDE * ratio)), _LONG_SIDE
