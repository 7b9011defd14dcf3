"""Video: one second of H.264 in MP4, written without an encoder.

Every frame is an IDR picture of I_PCM macroblocks (ITU-T H.264, 7.3.5): raw samples that every
decoder, browsers' included, can show. The container is ISO/IEC 14496-12 with one track.
"""

from __future__ import annotations

import re
import struct
from typing import TYPE_CHECKING

from . import images

if TYPE_CHECKING:
    from PIL import Image

__all__ = ["encode"]

_FRAMES = 5
_TIMESCALE = 1000
_TICKS = _TIMESCALE // _FRAMES
_LONG_SIDE = 128

_MATRIX = struct.pack(">9i", 0x10000, 0, 0, 0, 0x10000, 0, 0, 0, 0x40000000)
_LUMA = bytes(16 + value * 219 // 255 for value in range(256))  # full range to video range
_CHROMA = bytes(16 + value * 224 // 255 for value in range(256))
_PCM_MACROBLOCK = b"\x0d\x00"  # mb_type ue(25), then zero bits up to the byte boundary


def encode(key: str, width: int, height: int) -> bytes:
    """Make an MP4 file of one second.

    Args:
        key: hexadecimal digest; at least 32 digits.
        width: wanted width; together with the height it fixes the shape only.
        height: wanted height.

    Returns:
        The bytes of the file; the longer side has 128 pixels, both are multiples of 16.
    """
    scale = _LONG_SIDE / max(width, height)
    across, down = (max(1, round(side * scale / 16)) for side in (width, height))
    size = (across * 16, down * 16)
    samples = [
        _sample(images.paint(key, *size, shift=number / _FRAMES), number)
        for number in range(_FRAMES)
    ]
    return _container(samples, size, _sequence_set(across, down), _picture_set())


class _Bits:
    """Collect bits; fixed-length and Exp-Golomb codes of H.264, clause 9.1."""

    def __init__(self) -> None:
        self._text = ""

    def fixed(self, value: int, count: int) -> None:
        self._text += f"{value:0{count}b}"

    def golomb(self, *values: int) -> None:
        for value in values:
            code = f"{value + 1:b}"
            self._text += "0" * (len(code) - 1) + code

    def padded(self) -> bytes:
        text = self._text + "0" * (-len(self._text) % 8)
        return int(text, 2).to_bytes(len(text) // 8, "big")

    def finished(self) -> bytes:
        self._text += "1"
        return self.padded()


def _sequence_set(across: int, down: int) -> bytes:
    bits = _Bits()
    bits.golomb(0, 0, 2, 1)  # id 0; 4 bits of frame_num; order type 2; one reference frame
    bits.fixed(0, 1)
    bits.golomb(across - 1, down - 1)
    bits.fixed(0b1100, 4)  # frames only, direct 8x8, no cropping, no VUI
    return b"\x67\x42\xc0\x28" + bits.finished()  # baseline, level 4.0


def _picture_set() -> bytes:
    bits = _Bits()
    bits.golomb(0, 0)
    bits.fixed(0, 2)  # CAVLC, no field order
    bits.golomb(0, 0, 0)
    bits.fixed(0, 3)
    bits.golomb(0, 0, 0)
    bits.fixed(0b100, 3)  # the slice says how to deblock
    return b"\x68" + bits.finished()


def _sample(picture: Image.Image, number: int) -> bytes:
    header = _Bits()
    header.golomb(0, 7, 0)  # first macroblock 0; all slices I; parameter set 0
    header.fixed(0, 4)
    header.golomb(number % 2)  # two IDR pictures in a row differ in idr_pic_id
    header.fixed(0, 2)
    header.golomb(0, 1)  # QP unchanged; no deblocking
    header.golomb(25)
    blocks = _macroblocks(picture)
    payload = header.padded() + blocks[0]
    payload += b"".join(_PCM_MACROBLOCK + block for block in blocks[1:]) + b"\x80"
    escaped = re.sub(rb"\x00\x00(?=[\x00-\x03])", b"\x00\x00\x03", payload)
    return struct.pack(">I", len(escaped) + 1) + b"\x65" + escaped


def _macroblocks(picture: Image.Image) -> list[bytes]:
    luma, blue, red = picture.convert("YCbCr").split()
    chroma = (blue.reduce(2), red.reduce(2))
    return [
        luma.crop((x, y, x + 16, y + 16)).tobytes().translate(_LUMA)
        + b"".join(
            plane.crop((x // 2, y // 2, x // 2 + 8, y // 2 + 8)).tobytes().translate(_CHROMA)
            for plane in chroma
        )
        for y in range(0, picture.height, 16)
        for x in range(0, picture.width, 16)
    ]


def _box(kind: bytes, *parts: bytes) -> bytes:
    body = b"".join(parts)
    return struct.pack(">I", len(body) + 8) + kind + body


def _full_box(kind: bytes, *parts: bytes, flags: int = 0) -> bytes:
    return _box(kind, struct.pack(">I", flags), *parts)


def _numbers(*values: int) -> bytes:
    return struct.pack(f">{len(values)}I", *values)


def _container(
    samples: list[bytes], size: tuple[int, int], sequence: bytes, picture: bytes
) -> bytes:
    brand = _box(b"ftyp", b"isom", _numbers(0x200), b"isomiso2avc1mp41")
    length = _TICKS * len(samples)
    description = _full_box(b"stsd", _numbers(1), _sample_entry(size, sequence, picture))
    table = _box(
        b"stbl",
        description,
        _full_box(b"stts", _numbers(1, len(samples), _TICKS)),
        _full_box(b"stsc", _numbers(1, 1, len(samples), 1)),
        _full_box(b"stsz", _numbers(0, len(samples), *map(len, samples))),
        _full_box(b"stco", _numbers(1, len(brand) + 8)),
    )
    media_info = _box(
        b"minf",
        _full_box(b"vmhd", bytes(8), flags=1),
        _box(b"dinf", _full_box(b"dref", _numbers(1), _full_box(b"url ", flags=1))),
        table,
    )
    media = _box(
        b"mdia",
        _full_box(b"mdhd", _numbers(0, 0, _TIMESCALE, length), b"\x55\xc4\x00\x00"),
        _full_box(b"hdlr", bytes(4), b"vide", bytes(12), b"video\x00"),
        media_info,
    )
    shape = _numbers(size[0] << 16, size[1] << 16)
    track = _full_box(b"tkhd", _numbers(0, 0, 1, 0, length), bytes(16), _MATRIX, shape, flags=3)
    movie = _full_box(
        b"mvhd",
        _numbers(0, 0, _TIMESCALE, length, 0x10000),
        b"\x01\x00" + bytes(10),
        _MATRIX,
        bytes(24),
        _numbers(2),
    )
    return brand + _box(b"mdat", *samples) + _box(b"moov", movie, _box(b"trak", track, media))


def _sample_entry(size: tuple[int, int], sequence: bytes, picture: bytes) -> bytes:
    configuration = _box(
        b"avcC",
        b"\x01" + sequence[1:4] + b"\xff\xe1",
        struct.pack(">H", len(sequence)) + sequence,
        b"\x01" + struct.pack(">H", len(picture)) + picture,
    )
    return _box(
        b"avc1",
        bytes(6) + b"\x00\x01" + bytes(16),
        struct.pack(">HHIIIH", *size, 0x480000, 0x480000, 0, 1),
        bytes(32) + b"\x00\x18\xff\xff",
        configuration,
    )
