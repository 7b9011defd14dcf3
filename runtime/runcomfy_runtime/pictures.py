"""Pictures that live in memory (Pillow images, arrays) as PNG; Pillow is loaded only if one is given."""

from __future__ import annotations

import io
from typing import Any, BinaryIO, Final, Protocol, cast

__all__ = ["ImageArray", "PictureError", "PillowImage", "encode_array", "encode_pillow"]

_CHANNELS: Final = (1, 3, 4)


class PictureError(Exception):
    """A picture cannot be encoded; the text says why and what to do."""


class PillowImage(Protocol):
    """The part of ``PIL.Image.Image`` that is used."""

    @property
    def size(self) -> tuple[int, int]:
        """Width and height in pixels."""
        ...

    @property
    def mode(self) -> str:
        """Pixel format, such as ``RGB``."""
        ...

    def save(self, fp: BinaryIO, format: str | None = None) -> None:  # noqa: A002 - Pillow's name
        """Write the image."""
        ...


class ImageArray(Protocol):
    """An array such as numpy's: height x width, or height x width x 1, 3 (RGB) or 4 (RGBA), of ``uint8``."""

    @property
    def shape(self) -> tuple[int, ...]:
        """Length of each axis."""
        ...

    @property
    def __array_interface__(self) -> dict[str, Any]:
        """Where and how the values lie in memory."""
        ...


def encode_pillow(image: PillowImage) -> bytes:
    """Return ``image`` as PNG, which loses nothing.

    Raises:
        PictureError: If PNG has no such pixel format.
    """
    buffer = io.BytesIO()
    try:
        image.save(buffer, format="PNG")
    except (OSError, ValueError, SystemError) as error:
        raise PictureError(f"cannot be encoded as PNG ({error}); convert it to RGB first") from None
    return buffer.getvalue()


def encode_array(array: ImageArray) -> bytes:
    """Return ``array`` as PNG.

    Raises:
        PictureError: If its values are not ``uint8`` (nothing is scaled by guess), its shape is none of a picture, or
            Pillow is not installed.
    """
    shape = tuple(array.shape)
    kind = str(array.__array_interface__.get("typestr", ""))
    if kind not in ("|u1", "<u1", ">u1", "=u1"):
        advice = (
            'for values from 0 to 1 give (array * 255).round().astype("uint8")'
            if kind[1:2] == "f"
            else 'give array.astype("uint8") with values from 0 to 255'
        )
        raise PictureError(f"is an array of {getattr(array, 'dtype', kind)}, not uint8; {advice}")
    if len(shape) not in (2, 3) or 0 in shape or (len(shape) == 3 and shape[2] not in _CHANNELS):
        raise PictureError(
            f"is an array of shape {shape}; give height x width, or height x width x 3 (RGB) or 4 (RGBA)"
        )
    try:
        from PIL import Image
    except ImportError:
        raise PictureError(
            "is an array, which needs Pillow to be encoded: pip install pillow"
        ) from None
    grid = cast("Any", array)
    flat = grid[:, :, 0] if shape[2:] == (1,) else grid
    return encode_pillow(Image.fromarray(flat))
