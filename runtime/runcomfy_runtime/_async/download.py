"""Open a file of a finished job: allowed hosts only, never with the token, of the right kind and size."""

from __future__ import annotations

import time
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Final

from ..discretion import without_query
from ..errors import DownloadFailed
from ..events import Downloaded
from ..models import MediaKind
from ..outputs import accepts

if TYPE_CHECKING:
    import httpx

    from .core import AsyncCore

__all__ = ["AsyncSource", "BrokenOffError", "opened"]

MAX_REDIRECTS: Final = 10
_CHUNK: Final = 256 * 1024


class BrokenOffError(Exception):
    """The download broke off in a way that another try may mend."""


class AsyncSource:
    """A file that is being downloaded.

    Attributes:
        url: Where it comes from, after redirects.
        content_type: What the host says it is.
        received: Bytes that came so far.
    """

    def __init__(self, response: httpx.Response, url: str, max_bytes: int) -> None:
        self._response = response
        self._max_bytes = max_bytes
        self.url = url
        self.received = 0
        self.content_type = response.headers.get("content-type", "")

    async def chunks(self) -> AsyncIterator[bytes]:
        """Yield the content.

        Raises:
            BrokenOffError: If it breaks off, or is empty.
            DownloadFailed: If it is too long.
        """
        import httpx

        try:
            async for chunk in self._response.aiter_bytes(_CHUNK):
                self.received += len(chunk)
                if self.received > self._max_bytes:
                    raise _too_long(self.url, self._max_bytes)
                yield chunk
        except httpx.HTTPError as error:
            raise BrokenOffError(
                f"it broke off after {self.received} bytes ({type(error).__name__})"
            ) from None
        if self.received == 0:
            raise BrokenOffError("the host sent an empty file")


@asynccontextmanager
async def opened(
    core: AsyncCore, url: str, kind: MediaKind, max_bytes: int
) -> AsyncGenerator[AsyncSource]:
    """Open ``url``, following redirects as long as each goes to an allowed host.

    Raises:
        DownloadFailed: If a host is not allowed, or the file is gone, of another kind or too long.
        BrokenOffError: If another try may bring it.
    """
    client = await core.transport.files()
    response, final = await _follow(core, client, url)
    try:
        _check_status(response, url)
        content_type = response.headers.get("content-type", "")
        if not accepts(kind, content_type):
            raise DownloadFailed(f"The file should be {kind}, but is {content_type}.", url=url)
        length = response.headers.get("content-length", "")
        if length.isascii() and length.isdigit() and int(length) > max_bytes:
            raise _too_long(url, max_bytes)
        source = AsyncSource(response, final, max_bytes)
        began = time.monotonic()
        try:
            yield source
        finally:
            core.notify(
                Downloaded(
                    url=without_query(final),
                    content_type=content_type,
                    bytes=source.received,
                    elapsed=time.monotonic() - began,
                )
            )
    finally:
        await response.aclose()


async def _follow(
    core: AsyncCore, client: httpx.AsyncClient, url: str
) -> tuple[httpx.Response, str]:
    """Return the reply at the end of the redirects, and its address; every hop is checked before it is asked."""
    import httpx

    here = url
    for _ in range(MAX_REDIRECTS + 1):
        try:
            target = httpx.URL(here)
        except httpx.InvalidURL:
            raise DownloadFailed("The file's address is malformed.", url=url) from None
        reason = core.config.refuse_download(
            target.scheme, target.host, target.port, target.userinfo
        )
        if reason is not None:
            moved = f" (redirected from {without_query(url)})" if here != url else ""
            where = f"The file at {without_query(here)}{moved}"
            raise DownloadFailed(f"{where} is not fetched: {reason}.", url=url)
        client.cookies.clear()
        headers = {"Accept": "*/*", "Accept-Encoding": "identity"}
        request = client.build_request("GET", target, headers=headers)
        try:
            response = await client.send(request, stream=True, follow_redirects=False)
        except httpx.HTTPError as error:
            raise BrokenOffError(f"the host could not be read ({type(error).__name__})") from None
        if not response.has_redirect_location:
            return response, here
        await response.aclose()
        try:
            here = str(target.join(response.headers["location"]))
        except httpx.InvalidURL:
            raise DownloadFailed("The file's address leads to a malformed one.", url=url) from None
    raise DownloadFailed(f"The file's address leads on more than {MAX_REDIRECTS} times.", url=url)


def _check_status(response: httpx.Response, url: str) -> None:
    status = response.status_code
    if status == 200:
        return
    if status in (408, 425, 429) or status >= 500:
        raise BrokenOffError(f"the host answered HTTP {status}")
    gone = "; it may have expired" if status in (403, 404, 410) else ""
    raise DownloadFailed(
        f"The file's host answered HTTP {status}{gone}.", url=url, http_status=status
    )


def _too_long(url: str, max_bytes: int) -> DownloadFailed:
    return DownloadFailed(f"The file is longer than {max_bytes} bytes; raise max_bytes.", url=url)
