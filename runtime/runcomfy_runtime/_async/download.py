"""Fetch a file of a finished job: allowed hosts only, never with the token, of the right kind and size, cuts mended."""

from __future__ import annotations

import time
from collections.abc import AsyncGenerator
from contextlib import aclosing
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from .. import datauris
from ..addresses import shown
from ..errors import DownloadFailed
from ..events import Downloaded, Retried
from ..models import MediaKind
from ..outputs import accepts
from ..ranges import Have, judge, length_of, range_headers, total_of, validator_of
from ..sniffing import HEAD, fits, reads_as_text, sniff
from ..wire import Reply, retry_after
from .platform import sleep

if TYPE_CHECKING:
    import httpx

    from .core import AsyncCore

__all__ = ["AsyncFetch", "Begun"]

MAX_REDIRECTS: Final = 10
TRIES: Final = 5
"""Tries in a row that bring nothing, before a download is given up."""
MOST_TRIES: Final = 100
"""Tries in all, so that a host that sends a byte at a time has an end too."""
_FIRST_PAUSE: Final = 0.25
_LONGEST_PAUSE: Final = 30.0


class BrokenOffError(Exception):
    """The download broke off in a way that another try may mend.

    Attributes:
        pause: Seconds the host asked to wait, if it did.
    """

    def __init__(self, reason: str, pause: float | None = None) -> None:
        super().__init__(reason)
        self.pause = pause


@dataclass(frozen=True, slots=True)
class Begun:
    """A reply has begun; the pieces that follow belong from ``offset`` on.

    Attributes:
        offset: Where they belong; all that is here behind it is void.
        validator: What tells this version of the file; None if a cut must start over.
        total: Length of the whole file, if known.
        media_type: What the host says it is.
    """

    offset: int
    validator: str | None
    total: int | None
    media_type: str


class AsyncFetch:
    """One file on its way.

    Attributes:
        have: What is here; kept up to date.
    """

    def __init__(
        self,
        core: AsyncCore,
        url: str,
        kind: MediaKind,
        max_bytes: int,
        *,
        request_id: str = "",
        have: Have | None = None,
    ) -> None:
        """Prepare to fetch.

        Args:
            core: Whose hosts and connections to use.
            url: The address, or a data URI.
            kind: What it should be.
            max_bytes: Longest file that is accepted.
            request_id: The job, for messages.
            have: What is here already.
        """
        self._core = core
        self._url = url
        self._kind: MediaKind = kind
        self._max_bytes = max_bytes
        self._request_id = request_id
        self.have: Have = have or Have()
        self._began = time.monotonic()
        self._tries = 0
        self._came = 0

    async def pieces(self) -> AsyncGenerator[Begun | bytes]:
        """Yield `Begun` and then the content; `Begun` again each time a cut was mended or the file starts over.

        Raises:
            DownloadFailed: If a host is not allowed; the file is gone, of another kind or too long; or it broke off too
                often.
        """
        if datauris.is_data_uri(self._url):
            for piece in self._inline():
                yield piece
            return
        fruitless = 0
        for _ in range(MOST_TRIES):
            before = self.have.size
            try:
                async with aclosing(self._attempt()) as pieces:
                    async for piece in pieces:
                        yield piece
                return
            except BrokenOffError as cut:
                fruitless = 1 if self.have.size > before else fruitless + 1
                reason = str(cut)
                pause = _FIRST_PAUSE * 2 ** (fruitless - 1) if cut.pause is None else cut.pause
                failure = self._failed(f"{reason}, {fruitless} times in a row", retryable=True)
            if fruitless >= TRIES:
                raise failure
            self._core.notify(
                Retried(
                    request_id=self._request_id or None,
                    elapsed=time.monotonic() - self._began,
                    attempt=self._tries,
                    detail=f"{shown(self._url)}: {reason}; {self.have.size} bytes are here",
                )
            )
            await sleep(min(pause, _LONGEST_PAUSE))
        raise self._failed(f"it broke off {MOST_TRIES} times", retryable=True)

    async def _attempt(self) -> AsyncGenerator[Begun | bytes]:
        clients = await self._core.transport.files()
        async with clients.lend() as client, aclosing(self._attempt_with(client)) as pieces:
            async for piece in pieces:
                yield piece

    async def _attempt_with(self, client: httpx.AsyncClient) -> AsyncGenerator[Begun | bytes]:
        import httpx

        self._tries += 1
        self._came = 0
        begun: Begun | None = None
        response = await self._follow(client)
        try:
            begun = self._begin(response)
            self.have.size, self.have.validator = begun.offset, begun.validator
            self.have.total = begun.total
            yield begun
            if begun.offset and begun.offset == begun.total:
                return
            head: bytes | None = b"" if begun.offset == 0 else None
            try:
                async for chunk in response.aiter_bytes():
                    await sleep(0)
                    if head is not None:
                        head += chunk
                        if len(head) < HEAD:
                            continue
                        self._check_head(head)
                        chunk, head = head, None
                    yield self._counted(chunk)
            except httpx.HTTPError as error:
                raise BrokenOffError(
                    f"it broke off after {self.have.size} bytes ({type(error).__name__})"
                ) from None
            if head:
                self._check_head(head)
                yield self._counted(head)
            self._check_end()
        finally:
            if begun is not None:
                self._core.notify(
                    Downloaded(
                        request_id=self._request_id or None,
                        elapsed=time.monotonic() - self._began,
                        attempt=self._tries,
                        url=shown(str(response.url)),
                        content_type=begun.media_type,
                        bytes=self._came,
                    )
                )
            await response.aclose()

    async def _follow(self, client: httpx.AsyncClient) -> httpx.Response:
        """Return the reply at the end of the redirects; every hop is checked before it is asked."""
        import httpx

        here = self._url
        for _ in range(MAX_REDIRECTS + 1):
            try:
                target = httpx.URL(here)
            except (httpx.InvalidURL, ValueError):
                raise self._failed("its address is malformed") from None
            reason = self._core.config.refuse_download(
                target.scheme, target.host, target.port, target.userinfo
            )
            if reason is not None:
                moved = f"it is redirected to {shown(here)}, and " if here != self._url else ""
                raise self._failed(f"{moved}{reason}")
            client.cookies.clear()
            headers = {"Accept": "*/*", "Accept-Encoding": "identity", **range_headers(self.have)}
            request = client.build_request("GET", target, headers=headers)
            try:
                response = await client.send(request, stream=True, follow_redirects=False)
            except httpx.HTTPError as error:
                raise BrokenOffError(
                    f"the host could not be read ({type(error).__name__})"
                ) from None
            if not response.has_redirect_location:
                return response
            await response.aclose()
            try:
                here = str(target.join(response.headers["location"]))
            except (httpx.InvalidURL, ValueError):
                raise self._failed("its address leads to a malformed one") from None
        raise self._failed(f"its address leads on more than {MAX_REDIRECTS} times")

    def _begin(self, response: httpx.Response) -> Begun:
        """Return where the content of a reply belongs.

        Raises:
            DownloadFailed: If it is none that is wanted.
            BrokenOffError: If another try may bring it.
        """
        headers = {name.lower(): value for name, value in response.headers.items()}
        status = response.status_code
        verdict = judge(status, headers, self.have)
        if verdict is None:
            raise self._bad_status(status, headers)
        if verdict == "start over":
            self.have.reset()
            raise BrokenOffError("the host's part of the file does not fit what is here", 0.0)
        content_type = headers.get("content-type", "")
        if verdict != "complete" and not accepts(self._kind, content_type):
            raise self._failed(
                f"it should be {self._kind}, but the host says {content_type[:80]!r}"
            )
        whole = verdict == "whole"
        validator = validator_of(headers) if whole else self.have.validator
        total = length_of(headers) if whole else total_of(headers) or self.have.total
        if verdict == "complete":
            total = self.have.size
        if total is not None and total > self._max_bytes:
            raise self._too_long()
        media_type = content_type.split(";", 1)[0].strip().lower()
        return Begun(0 if whole else self.have.size, validator, total, media_type)

    def _counted(self, chunk: bytes) -> bytes:
        self._came += len(chunk)
        self.have.size += len(chunk)
        if self.have.size > self._max_bytes:
            raise self._too_long()
        return chunk

    def _check_head(self, head: bytes) -> None:
        """Check what the file is by its first bytes, whatever the host says.

        Raises:
            DownloadFailed: If it is something else than it should be.
        """
        found = sniff(head)
        if found is not None and not fits(found, self._kind):
            raise self._failed(f"it should be {self._kind}, but its content is {found}")
        is_svg = self._kind == "image" and b"<svg" in head
        if found is None and self._kind != "file" and reads_as_text(head) and not is_svg:
            raise self._failed(f"it should be {self._kind}, but its content is text")

    def _check_end(self) -> None:
        total, size = self.have.total, self.have.size
        if size == 0:
            raise BrokenOffError("the host sent an empty file")
        if total is not None and size < total:
            raise BrokenOffError(f"it broke off after {size} of {total} bytes")
        if total is not None and size > total:
            self.have.reset()
            raise BrokenOffError("the host sent more than it announced")

    def _inline(self) -> list[Begun | bytes]:
        try:
            media_type, content = datauris.decode(self._url)
        except ValueError as error:
            raise self._failed(f"it {error}") from None
        if len(content) > self._max_bytes:
            raise self._too_long()
        if not content:
            raise self._failed("it is empty")
        if not accepts(self._kind, media_type):
            raise self._failed(f"it should be {self._kind}, but it says {media_type[:80]!r}")
        self._check_head(content[:HEAD])
        self.have.reset()
        self.have.size = self.have.total = len(content)
        return [Begun(0, None, len(content), media_type), content]

    def _bad_status(self, status: int, headers: dict[str, str]) -> DownloadFailed | BrokenOffError:
        if status in (408, 425, 429) or status >= 500:
            pause = retry_after(Reply(status, headers, b"", time.time()))
            return BrokenOffError(f"the host answered HTTP {status}", pause)
        if status in (403, 404, 410):
            where = (
                f"client.jobs.get({self._request_id!r}).result()" if self._request_id else "its job"
            )
            return self._failed(
                f"the host no longer gives it (HTTP {status}); results expire after about seven days, and signed "
                f"addresses sooner. Ask {where} for a fresh address",
                expired=True,
                http_status=status,
            )
        return self._failed(f"the host answered HTTP {status}", http_status=status)

    def _too_long(self) -> DownloadFailed:
        return self._failed(f"it is longer than {self._max_bytes} bytes; raise max_bytes")

    def _failed(
        self,
        reason: str,
        *,
        expired: bool = False,
        retryable: bool = False,
        http_status: int | None = None,
    ) -> DownloadFailed:
        later = (
            " Save it again within seven days, while the service keeps it; what came so far is used."
            if retryable
            else ""
        )
        return DownloadFailed(
            f"The file at {shown(self._url)} could not be downloaded: {reason}. The job itself is done, do not run it "
            f"again.{later}",
            url=shown(self._url),
            expired=expired,
            retryable=retryable,
            http_status=http_status,
            request_id=self._request_id or None,
        )
