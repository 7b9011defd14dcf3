"""From the fields a user gave to the request body: drop unset ones, validate, put local media in."""

from __future__ import annotations

import hashlib
import io
import json
import math
import os
import secrets
import sys
import warnings
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, cast

from . import datauris
from .errors import Fault, InvalidInput
from .media import MAX_REQUEST_BYTES, LocalMedia, MediaError, inspect_media, is_local
from .models import MediaKind, ModelInfo
from .options import UNSET, ValidateMode
from .sniffing import fits, kind_of

__all__ = ["Draft", "Slot", "draft_body", "sha256_of"]

_STAND_IN: Final = "https://local.invalid/file"


@dataclass(frozen=True, slots=True)
class Slot:
    """A place in the payload that a local medium will fill.

    Attributes:
        pointer: JSON pointer to the place.
        media: The medium.
    """

    pointer: str
    media: LocalMedia


@dataclass(frozen=True, slots=True)
class Draft:
    """A validated body whose local media are still to be put in.

    Attributes:
        model_id: The model.
        slots: The local media, in document order.
    """

    model_id: str
    slots: tuple[Slot, ...]
    _parts: tuple[bytes, ...]

    def with_addresses(self, addresses: Sequence[str]) -> bytes:
        """Return the body with an address in each slot.

        Raises:
            InvalidInput: If it is too large.
        """
        first, *others = self._parts
        pairs = zip(addresses, others, strict=True)
        return self._checked(b"".join([first, *(_dump(a) + part for a, part in pairs)]))

    def with_content(self) -> bytes:
        """Return the body with each medium in its slot, as a data URI; each is encoded straight into the body.

        Raises:
            InvalidInput: If one can no longer be read or has changed, or the body is too large.
        """
        first, *others = self._parts
        body = io.BytesIO()
        body.write(first)
        for slot, part in zip(self.slots, others, strict=True):
            body.write(b'"')
            self._write(slot, body)
            body.write(b'"')
            body.write(part)
        return self._checked(body.getvalue())

    def _write(self, slot: Slot, body: io.BytesIO) -> None:
        media = slot.media
        end = body.tell() + datauris.encoded_size(media.media_type, media.size)
        try:
            with media.open() as content:
                for piece in datauris.encoded(media.media_type, content):
                    body.write(piece)
                    if body.tell() > end:
                        break
        except (OSError, ValueError) as error:
            self._refuse(slot.pointer, f"cannot be read: {error}")
        if body.tell() != end:
            self._refuse(slot.pointer, "changed while it was read; try again when it is complete")

    def _checked(self, body: bytes) -> bytes:
        if len(body) > MAX_REQUEST_BYTES:
            self._refuse(
                "",
                f"the request is {len(body)} bytes, more than {MAX_REQUEST_BYTES}; give URLs for large files",
            )
        return body

    def _refuse(self, pointer: str, message: str) -> None:
        raise InvalidInput(_headline(self.model_id, 1), [Fault(pointer, message)])


def draft_body(
    info: ModelInfo, fields: Mapping[str, Any], validate: ValidateMode, *, inline: bool
) -> Draft:
    """Check ``fields`` and return the body that submits them to the model, its local media still to be put in.

    Args:
        info: The model.
        fields: What the user gave.
        validate: What to do with what does not fit the model.
        inline: Whether local media are going to be put into the body, which limits their size.

    Raises:
        InvalidInput: With all faults at once; nothing large was read and nothing was sent.
    """
    walker = _Walker(info)
    shape = walker.convert_object(fields, ())
    faults = list(walker.faults)
    doubts = list(walker.doubts)
    if info.input is not None and validate != "off":
        from .inputs import find_faults

        broken = {fault.path for fault in (*faults, *doubts)}
        doubts += [fault for fault in find_faults(info.input, shape) if fault.path not in broken]
    if validate != "off":
        doubts += walker.broken_rules()
    if validate == "strict":
        faults += doubts
    elif validate == "warn":
        for doubt in doubts:
            warnings.warn(f"{info.id} {doubt}", stacklevel=2)
    slots = [] if faults else [walker.slots[id(place)][1] for place in _stand_ins(shape)]
    if inline and (excess := _excess(shape, slots)):
        faults.append(excess)
    if faults:
        raise InvalidInput(_headline(info.id, len(faults)), faults)
    return Draft(info.id, tuple(slots), _parts(shape, len(slots)))


def sha256_of(body: bytes) -> str:
    """Return the hexadecimal SHA-256 of a request body."""
    return hashlib.sha256(body).hexdigest()


class _StandIn(str):
    """Marks, by its identity, the place of a local medium while the payload is validated."""

    __slots__ = ()

    def __repr__(self) -> str:
        return "a local file"


class _Walker:
    """Turns given values into JSON values, collecting local media and faults on the way."""

    def __init__(self, info: ModelInfo) -> None:
        self._kinds: list[tuple[tuple[str, ...], MediaKind]] = [
            (_pattern(pointer), kind) for pointer, kind in info.media.items()
        ]
        self._rules: list[tuple[tuple[str, ...], list[Any]]] = [
            (_pattern(pointer), rules) for pointer, rules in info.validations.items()
        ]
        self._known = info.input is not None
        self.slots: dict[int, tuple[_StandIn, Slot]] = {}
        self.faults: list[Fault] = []
        self.doubts: list[Fault] = []
        self._ruled: list[tuple[str, LocalMedia, list[Any]]] = []

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
            self._check_text(value, path)
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

    def broken_rules(self) -> list[Fault]:
        """Return the faults of the local media by the service's rules for them."""
        if not self._ruled:
            return []
        from .validations import broken_rules

        return [
            Fault(pointer, message)
            for pointer, media, rules in self._ruled
            for message in broken_rules(media, rules)
        ]

    def _check_text(self, value: str, path: tuple[str, ...]) -> None:
        kind = _look_up(self._kinds, path)
        if kind is None or value[:8].lower().startswith(("http://", "https://")):
            return
        if not datauris.is_data_uri(value):
            message = "is no http(s) URL and no data URI; give a pathlib.Path for a local file"
            self.doubts.append(Fault(_pointer(path), message, repr(value[:80])))
            return
        try:
            media_type, content = datauris.decode(value)
            media, doubt = inspect_media(content, kind)
        except (ValueError, MediaError) as error:
            self.doubts.append(Fault(_pointer(path), str(error), "data:…"))
            return
        if doubt is None and kind_of(media_type) and not fits(media_type, kind):
            doubt = f"is a data URI of {media_type[:80]}, but {kind} is expected"
        self._judge(path, media, doubt, "data:…")

    def _take(self, value: object, path: tuple[str, ...]) -> str:
        stand_in = _StandIn(_STAND_IN)
        is_path = isinstance(value, os.PathLike)
        shown = repr(os.fspath(cast("os.PathLike[str]", value))) if is_path else ""
        try:
            kind = _look_up(self._kinds, path)
            media, doubt = inspect_media(value, kind)
        except MediaError as fault:
            self.faults.append(Fault(_pointer(path), str(fault), shown))
            return stand_in
        self.slots[id(stand_in)] = stand_in, Slot(_pointer(path), media)
        if kind is None and self._known:
            doubt = "takes no file; give its text, or its address"
        self._judge(path, media, doubt, shown)
        return stand_in

    def _judge(
        self, path: tuple[str, ...], media: LocalMedia, doubt: str | None, shown: str
    ) -> None:
        if doubt is not None:
            self.doubts.append(Fault(_pointer(path), doubt, shown))
            return
        rules = [
            rule
            for pattern, listed in self._rules
            if _matches(pattern, path)
            or (path[-1:] and path[-1].isdigit() and _matches(pattern, path[:-1]))
            for rule in listed
        ]
        if rules:
            self._ruled.append((_pointer(path), media, rules))


def _pattern(pointer: str) -> tuple[str, ...]:
    return tuple(pointer.split("/")[1:])


def _matches(pattern: Sequence[str], path: Sequence[str]) -> bool:
    return len(pattern) == len(path) and all(
        want in ("*", have.replace("~", "~0").replace("/", "~1"))
        for want, have in zip(pattern, path, strict=True)
    )


def _look_up(
    kinds: Sequence[tuple[tuple[str, ...], MediaKind]], path: tuple[str, ...]
) -> MediaKind | None:
    return next((kind for pattern, kind in kinds if _matches(pattern, path)), None)


def _stand_ins(shape: Any) -> Iterator[_StandIn]:
    """Yield the stand-ins in document order."""
    if isinstance(shape, dict):
        shape = list(cast("dict[str, object]", shape).values())
    if isinstance(shape, list):
        for item in cast("list[object]", shape):
            yield from _stand_ins(item)
    elif isinstance(shape, _StandIn):
        yield shape


def _parts(shape: Any, cuts: int) -> tuple[bytes, ...]:
    """Return the body as JSON, cut into pieces where the local media stand."""
    if not cuts:
        return (_dump(shape),)
    mark = secrets.token_hex(16)
    parts = _dump(_marked(shape, mark)).split(f'"{mark}"'.encode())
    assert len(parts) == cuts + 1
    return tuple(parts)


def _marked(value: Any, mark: str) -> Any:
    if isinstance(value, dict):
        entries = cast("dict[str, object]", value)
        return {key: _marked(item, mark) for key, item in entries.items()}
    if isinstance(value, list):
        return [_marked(item, mark) for item in cast("list[object]", value)]
    return mark if isinstance(value, _StandIn) else value


def _excess(shape: Any, slots: Sequence[Slot]) -> Fault | None:
    """Return the fault of a request that would be too large, naming its largest medium."""
    if not slots:
        return None
    media = [slot.media for slot in slots]
    encoded = sum(datauris.encoded_size(one.media_type, one.size) - len(_STAND_IN) for one in media)
    total = len(_dump(shape)) + encoded
    if total <= MAX_REQUEST_BYTES:
        return None
    largest = max(slots, key=lambda slot: slot.media.size)
    message = (
        f"is {largest.media.size} bytes and makes the request {total} bytes, more than {MAX_REQUEST_BYTES}; "
        "give a URL instead, or give the client an uploader"
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
