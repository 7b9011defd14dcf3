"""Sound: one second of a tone whose pitch is taken from a digest."""

from __future__ import annotations

import array
import io
import math
import sys
import wave

__all__ = ["encode"]

_RATE = 16_000


def encode(key: str) -> bytes:
    """Make a WAV file: 16 kHz, mono, 16 bit, one second.

    Args:
        key: hexadecimal digest; at least 32 digits.

    Returns:
        The bytes of the file.
    """
    step = int(key[:2], 16) % 25
    turn = 2 * math.pi * 220.0 * 2 ** (step / 12) / _RATE
    fade = _RATE // 20
    samples = array.array(
        "h",
        (
            int(12_000 * min(1.0, n / fade, (_RATE - n) / fade) * math.sin(turn * n))
            for n in range(_RATE)
        ),
    )
    if sys.byteorder == "big":
        samples.byteswap()
    sink = io.BytesIO()
    with wave.open(sink, "wb") as sound:
        sound.setnchannels(1)
        sound.setsampwidth(2)
        sound.setframerate(_RATE)
        sound.writeframes(samples.tobytes())
    return sink.getvalue()
