"""Where local media go when they are not put into the request: the protocols, and names by content."""

from __future__ import annotations

import re
from inspect import iscoroutinefunction
from typing import Protocol, TypeAlias, cast

from .errors import UploadFailed
from .media import LocalMedia
from .payload import Draft, Slot
from .sniffing import suffixes_of

__all__ = [
    "AnyUploader",
    "AsyncAnyUploader",
    "AsyncUploader",
    "Uploader",
    "check_address",
    "content_name",
    "fill_now",
    "upload_failed",
]


class Uploader(Protocol):
    """Puts local media where the service can fetch them, for both shells.

    The asynchronous client calls it in a thread.
    """

    def upload(self, media: LocalMedia) -> str:
        """Return the https address of the uploaded ``media``; the service fetches it without credentials.

        Any exception means that nothing is submitted: it becomes an `UploadFailed`.
        """
        ...


class AsyncUploader(Protocol):
    """Puts local media where the service can fetch them, for the asynchronous client."""

    async def upload(self, media: LocalMedia) -> str:
        """Return the https address of the uploaded ``media``, as `Uploader.upload` does."""
        ...


AnyUploader: TypeAlias = Uploader
"""What the synchronous client takes."""
AsyncAnyUploader: TypeAlias = Uploader | AsyncUploader
"""What the asynchronous client takes."""


def content_name(media: LocalMedia, prefix: str = "") -> str:
    """Return a name that the same content always gets, with the suffix of its type; reads the content once.

    Raises:
        OSError: If it cannot be read.
    """
    suffix = next(iter(suffixes_of(media.media_type)), "")
    return f"{prefix}{media.sha256()}{suffix}"


def check_address(address: object) -> str:
    """Return the address that an uploader gave.

    Raises:
        ValueError: If it is none that the service could fetch.
    """
    if isinstance(address, str) and address[:8].lower().startswith(("https://", "http://")):
        return address
    given = "a text" if isinstance(address, str) else f"a {type(address).__name__}"
    raise ValueError(f"the uploader returned {given} that is no http(s) address")


def upload_failed(slot: Slot, error: Exception) -> UploadFailed:
    """Return what a failed upload means to the user; queries of addresses are left out, they may hold signatures."""
    if isinstance(error, UploadFailed):
        error.path = error.path or slot.pointer
        return error
    words = " ".join(str(error).partition("\n\n")[0].split()) or type(error).__name__
    words = re.sub(r"\?[^\s\"')]+", "?…", words)[:400]
    return UploadFailed(
        f"The local file for {slot.pointer} could not be uploaded: {words}. Nothing was submitted.",
        path=slot.pointer,
    )


def fill_now(draft: Draft, uploader: AsyncAnyUploader | None) -> bytes:
    """Return the body of ``draft`` without an event loop: media uploaded one after the other, or put in.

    Raises:
        TypeError: If the uploader is asynchronous.
        UploadFailed: If a medium could not be uploaded.
    """
    if uploader is None or not draft.slots:
        return draft.with_content()
    if iscoroutinefunction(uploader.upload):
        raise TypeError(
            "prepare() is not awaited, so it cannot use the client's asynchronous uploader; "
            "use run() or submit(), or give the client an uploader whose upload() is a plain method"
        )
    addresses: list[str] = []
    for slot in draft.slots:
        try:
            addresses.append(check_address(cast("Uploader", uploader).upload(slot.media)))
        except Exception as error:
            raise upload_failed(slot, error) from error
    return draft.with_addresses(addresses)
