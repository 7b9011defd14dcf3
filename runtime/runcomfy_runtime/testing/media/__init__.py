"""Real, small, deterministic media files: the same key gives the same bytes."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["CONTENT_TYPES", "FORMATS", "MediaFile", "render"]

CONTENT_TYPES = {
    "png": "image/png",
    "jpeg": "image/jpeg",
    "webp": "image/webp",
    "mp4": "video/mp4",
    "wav": "audio/wav",
}
"""Content type by format."""

FORMATS: dict[str, tuple[str, ...]] = {
    "image": ("png", "jpeg", "webp"),
    "video": ("mp4",),
    "audio": ("wav",),
}
"""Formats the emulator can make, by medium; the first is what it makes unless asked."""


@dataclass(frozen=True, slots=True)
class MediaFile:
    """A file that can be made at any time.

    Attributes:
        format: key of `CONTENT_TYPES`.
        key: hexadecimal digest of at least 32 digits that colours and tones are taken from.
        width: pixels, for images and videos.
        height: pixels, for images and videos.
    """

    format: str
    key: str
    width: int = 512
    height: int = 512

    @property
    def content_type(self) -> str:
        """The content type the storage host announces."""
        return CONTENT_TYPES[self.format]


def render(file: MediaFile) -> bytes:
    """Make the bytes of a file.

    Args:
        file: what to make.

    Returns:
        A whole PNG, JPEG, WebP, MP4 (H.264, one second) or WAV (one second).
    """
    from . import audio, images, video

    if file.format == "mp4":
        return video.encode(file.key, file.width, file.height)
    if file.format == "wav":
        return audio.encode(file.key)
    return images.encode(file.key, file.width, file.height, file.format)
