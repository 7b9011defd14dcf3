"""Pictures: two colour gradients and a few discs, all taken from a digest."""

from __future__ import annotations

import io

from PIL import Image, ImageDraw

__all__ = ["encode", "paint"]

_SAVE: dict[str, dict[str, int]] = {
    "png": {"compress_level": 6},
    "jpeg": {"quality": 85},
    "webp": {"quality": 80, "method": 2},
}


def paint(key: str, width: int, height: int, shift: float = 0.0) -> Image.Image:
    """Draw a picture.

    Args:
        key: hexadecimal digest; at least 32 digits.
        width: pixels.
        height: pixels.
        shift: how far the discs have moved, as a share of the width; for the frames of a video.

    Returns:
        A picture in mode RGB.
    """
    seed = bytes.fromhex(key[:32])
    ramp = _scaled_ramp(width, height)
    first, second = (Image.new("RGB", (width, height), _colour(seed[i : i + 3])) for i in (0, 3))
    picture = Image.composite(first, second, ramp if seed[6] & 1 else ramp.transpose(_TURN))
    draw = ImageDraw.Draw(picture)
    for index in range(3):
        across, down, size = seed[7 + 3 * index : 10 + 3 * index]
        x = int((across / 255 + shift * (index + 1)) % 1.0 * width)
        y = int(down / 255 * height)
        radius = (20 + size // 4) * min(width, height) // 256
        colour = _colour(bytes((seed[15 - index], across, down)))
        draw.ellipse((x - radius, y - radius, x + radius, y + radius), fill=colour)
    return picture


def encode(key: str, width: int, height: int, form: str) -> bytes:
    """Draw a picture and encode it.

    Args:
        key: hexadecimal digest; at least 32 digits.
        width: pixels.
        height: pixels.
        form: `png`, `jpeg` or `webp`.

    Returns:
        The bytes of the file.
    """
    sink = io.BytesIO()
    paint(key, width, height).save(sink, format=form.upper(), **_SAVE[form])
    return sink.getvalue()


_TURN = Image.Transpose.FLIP_TOP_BOTTOM


def _scaled_ramp(width: int, height: int) -> Image.Image:
    whole = (0, 0, 256, 256)
    return Image.linear_gradient("L").transform((width, height), Image.Transform.EXTENT, whole)


def _colour(seed: bytes) -> tuple[int, int, int]:
    return (32 + seed[0] * 3 // 4, 32 + seed[1] * 3 // 4, 32 + seed[2] * 3 // 4)
