"""From the fields a user gave to the request body: drop unset ones, validate, encode local media."""

from __future__ import annotations

import hashlib
import json
import math
import os
import sys
import warnings
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, cast

from .errors import Fault, InvalidInput
from .media import MAX_REQUEST_BYTES, LocalMedia, MediaError, Uploader, inspect_media, is_local
from .models import MediaKind, ModelInfo
from .options import UNSET, ValidateMode

__all__ = ["build_body", "sha256_of"]

_STAND_IN = "https://local.invalid/file"


def build_body(
    info: ModelInfo, fields: Mapping[str, Any], validate: ValidateMode, uploader: Uploader | None
) -> bytes:
    """Return the JSON body that submits ``fields`` to the model.

    Raises:
        InvalidInput: With all faults at once; nothing large was read and nothing was sent.
    """
    walker = _Walker(info)
    shape = walker.convert_object(fields, ())
    faults = list(walker.faults)
    doubts = list(walker.doubts)
    if info.input is not None and validate != "off":
        from .inputs import find_faults

        broken = {fault.path for fault in faults}
        doubts += [fault for fault in find_faults(info.input, shape) if fault.path not in broken]
    if validate == "strict":
        faults += doubts
    elif validate == "warn":
        for doubt in doubts:
            warnings.warn(f"{info.id} {doubt}", stacklevel=2)
    if not faults and (excess := _excess(shape, walker.media, uploader)):
        faults.append(excess)
    if faults:
        raise InvalidInput(_headline(info.id, len(faults)), faults)
    body = _dump(_fill(shape, walker.media, uploader, info.id))
    if len(body) > MAX_REQUEST_BYTES:
        limit = f"is {len(body)} bytes, more than {MAX_REQUEST_BYTES}; give URLs for large files"
        raise InvalidInput(_headline(info.id, 1), [Fault("", f"the request {limit}")])
    return body


def sha256_of(body: bytes) -> str:
    """Return the hexadecimal SHA-256 of a request body."""
    return hashlib.sha256(body).hexdigest()


@dataclass(slots=True)
class _Slot:
    """A place in the payload that a local medium will fill."""

    pointer: str
    media: LocalMedia


class _Walker:
    """Turns given values into JSON values, collecting local media and faults on the way."""

    def __init__(self, info: ModelInfo) -> None:
        self._patterns: list[tuple[tuple[str, ...], MediaKind]] = [
            (tuple(pattern.split("/")[1:]), kind) for pattern, kind in info.media.items()
        ]
        self.media: dict[int, _Slot] = {}
        self.faults: list[Fault] = []
        self.doubts: list[Fault] = []

    def convert_object(self, value: Mapping[Any, object], path: tuple[str, ...]) -> dict[str, Any]:
        """Return the object without the fields that are not to be sent."""
        return {
            str(key): self.convert(item, (*path, str(key)))
            for key, item in value.items()
            if item is not UNSET
        }

    def convert(self, value: object, path: tuple[str, ...]) -> Any:
        """Return ``value`` as JSON; a local medium becomes a stand-in that is filled last."""
        if isinstance(value, str):
            self._check_url(value, path)
            return value
        if value is None or isinstance(value, (bool, int)):
            return value
        if isinstance(value, float):
            if not math.isfinite(value):
                self.faults.append(Fault(_pointer(path), "is not a finite number", repr(value)))
            return value
        if isinstance(value, Mapping):
            return self.convert_object(cast("Mapping[object, object]", value), path)
        if _is_input_model(value):
            from .inputs import InputModel, plain

            return self.convert_object(plain(cast("InputModel", value)), path)
        if is_local(value):
            return self._take(value, path)
        if isinstance(value, (Sequence, set, frozenset)):
            items = cast("Sequence[object]", value)
            return [
                self.convert(item, (*path, str(index)))
                for index, item in enumerate(item for item in items if item is not UNSET)
            ]
        message = f"a {type(value).__name__} cannot be sent; give text, a number, a list, an object or a file"
        self.faults.append(Fault(_pointer(path), message))
        return None

    def _kind(self, path: tuple[str, ...]) -> MediaKind | None:
        for pattern, kind in self._patterns:
            if len(pattern) == len(path) and all(
                want in ("*", have) for want, have in zip(pattern, path, strict=True)
            ):
                return kind
        return None

    def _check_url(self, value: str, path: tuple[str, ...]) -> None:
        kind = self._kind(path)
        if kind is None or value[:8].lower().startswith(("http://", "https://", "data:")):
            return
        message = "is no http(s) URL and no data URI; give a pathlib.Path for a local file"
        self.doubts.append(Fault(_pointer(path), message, repr(value[:80])))

    def _take(self, value: object, path: tuple[str, ...]) -> str:
        stand_in = _StandIn(_STAND_IN)
        try:
            self.media[id(stand_in)] = _Slot(_pointer(path), inspect_media(value, self._kind(path)))
        except MediaError as fault:
            shown = (
                os.fspath(cast("os.PathLike[str]", value)) if isinstance(value, os.PathLike) else ""
            )
            self.faults.append(Fault(_pointer(path), str(fault), repr(shown) if shown else ""))
        return stand_in


class _StandIn(str):
    """Marks, by its identity, the place of a local medium while the payload is validated."""

    __slots__ = ()


def _fill(value: Any, media: Mapping[int, _Slot], uploader: Uploader | None, model_id: str) -> Any:
    if isinstance(value, dict):
        entries = cast("dict[str, object]", value)
        return {key: _fill(item, media, uploader, model_id) for key, item in entries.items()}
    if isinstance(value, list):
        items = cast("list[object]", value)
        return [_fill(item, media, uploader, model_id) for item in items]
    if not isinstance(value, _StandIn):
        return value
    slot = media[id(value)]
    try:
        return uploader.upload(slot.media) if uploader is not None else slot.media.encode()
    except MediaError as fault:
        raise InvalidInput(_headline(model_id, 1), [Fault(slot.pointer, str(fault))]) from None


def _excess(shape: Any, media: Mapping[int, _Slot], uploader: Uploader | None) -> Fault | None:
    """Return the fault of a request that would be too large, naming its largest medium."""
    if uploader is not None or not media:
        return None
    total = len(_dump(shape)) + sum(slot.media.encoded_size for slot in media.values())
    if total <= MAX_REQUEST_BYTES:
        return None
    largest = max(media.values(), key=lambda slot: slot.media.size)
    message = (
        f"is {largest.media.size} bytes and makes the request {total} bytes, more than {MAX_REQUEST_BYTES}; "
        "give a URL instead"
    )
    return Fault(largest.pointer, message)


def _dump(value: object) -> bytes:
    """Return compact UTF-8 JSON; text that UTF-8 cannot hold (unpaired surrogates) makes it fall back to escapes."""
    try:
        return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()
    except UnicodeEncodeError:
        return json.dumps(value, separators=(",", ":")).encode()


def _is_input_model(value: object) -> bool:
    """Tell whether ``value`` is an `InputModel`, without loading pydantic for it."""
    module = sys.modules.get(f"{__package__}.inputs")
    return module is not None and isinstance(value, module.InputModel)


def _pointer(path: Sequence[str]) -> str:
    return "".join(f"/{part.replace('~', '~0').replace('/', '~1')}" for part in path)


def _headline(model_id: str, count: int) -> str:
    return (
        f"The input for {model_id} has {count} fault{'' if count == 1 else 's'}; nothing was sent:"
    )
