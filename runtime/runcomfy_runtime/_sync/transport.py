# Emitted from _async/transport.py by "python -m runcomfy_codegen.twin"; edit that file instead.
# ruff: noqa
"""HTTP: carry out one `Send` and say what came of it."""

from __future__ import annotations

import time
from dataclasses import replace
from functools import cache, cached_property, partial
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import quote, urlsplit

from ..config import Config
from ..discretion import discreet
from ..limits import CONNECT_TIMEOUT, MAX_CONNECTIONS, MAX_REPLY_BYTES, SLOT_TIMEOUT
from ..machine import Send
from ..version import USER_AGENT
from ..wire import NoReply, Reply
from .fileclients import FileClients
from .platform import ClientPool, limit

if TYPE_CHECKING:
    import ssl

    import httpx

    from .connection import Connections

__all__ = ["Transport"]

IDLE_TIMEOUT: Final = 120.0
"""Seconds between two pieces of a file."""
DOWNLOADS_A_CLIENT: Final = 8
KEEPALIVE: Final = 1.0
"""Seconds httpx keeps a connection; short, so that a submit does not meet one that the service just closed."""


class Transport:
    """The ways to the service, which is sent the token, and to the files, which never are.

    The service is reached over `Connections`; over httpx if the user mounted a transport of it, or if the
    environment names a proxy.
    """

    def __init__(self, config: Config, mounted: httpx.BaseTransport | None) -> None:
        self._config = config
        self._mounted = mounted
        self._direct = ClientPool(partial(self._connections, config.base_url))
        self._account = ClientPool(partial(self._connections, config.account_url))
        self._service = ClientPool(self._make)
        self._files = ClientPool(self._make_file_clients)

    @cached_property
    def _over_httpx(self) -> bool:
        from urllib.request import getproxies

        return self._mounted is not None or (not self._config.local and bool(getproxies()))

    def call(self, send: Send) -> Reply | NoReply:
        """Send one request, once (a GET whose kept connection was closed: twice), following no redirect.

        Raises:
            AuthError: If there is no token; nothing was sent.
        """
        token = self._config.token
        headers = [("Authorization", f"Bearer {token.reveal()}"), ("Accept", "application/json")]
        if send.body is not None:
            headers.append(("Content-Type", "application/json"))
        call = self._call_httpx if self._over_httpx else self._call_direct
        reply = call(send, headers)
        if isinstance(reply, NoReply):
            return NoReply(reply.delivered, token.hide_in(reply.reason))
        return replace(reply, body=token.hide_in(reply.body))

    def _call_direct(self, send: Send, headers: list[tuple[str, str]]) -> Reply | NoReply:
        from .connection import Exchange

        end = time.monotonic() + send.timeout
        base = urlsplit(self._base_url(send))
        target = base.path + quote(send.path, safe="/?&=")
        headers += [("User-Agent", USER_AGENT), ("Host", base.netloc)]
        exchange = Exchange(send.method, target, headers, send.body, end)
        try:
            connections = (self._account if send.account else self._direct).get()
            with limit(send.timeout):
                raw = connections.exchange(exchange)
            body = _decoded(raw.body, raw.headers.get("content-encoding", ""))
        except (OSError, UnicodeError) as error:  # a host name may not be encodable
            return NoReply(exchange.sent, _reason(error))
        return Reply(raw.status, raw.headers, body, time.time())

    def _call_httpx(self, send: Send, headers: list[tuple[str, str]]) -> Reply | NoReply:
        import httpx

        client = self._service.get()
        client.cookies.clear()
        request = client.build_request(
            send.method,
            self._base_url(send) + send.path,
            headers=headers,
            content=send.body,
            timeout=httpx.Timeout(send.timeout, connect=CONNECT_TIMEOUT, pool=SLOT_TIMEOUT),
        )
        try:
            with limit(send.timeout):
                return self._exchange(client, request, time.monotonic() + send.timeout)
        except (httpx.HTTPError, OSError) as error:
            return NoReply(not _undelivered(error), _reason_httpx(error))
        except Exception as error:  # noqa: BLE001 - whatever a mounted transport raises
            return NoReply(delivered=True, reason=f"the transport raised {type(error).__name__}")

    def files(self) -> FileClients:
        """Return the clients for files; they are never given the token."""
        return self._files.get()

    def close(self) -> None:
        """Close all connections."""
        self._direct.close()
        self._account.close()
        self._service.close()
        self._files.close()

    def _exchange(self, client: httpx.Client, request: httpx.Request, end: float) -> Reply:
        response = client.send(request, stream=True, follow_redirects=False)
        try:
            body = bytearray()
            for chunk in response.iter_bytes():
                body += chunk
                if len(body) > MAX_REPLY_BYTES:
                    raise OSError(f"the reply is longer than {MAX_REPLY_BYTES} bytes")
                if time.monotonic() > end:
                    raise TimeoutError("the reply took too long")
            headers = {name.lower(): value for name, value in response.headers.items()}
            return Reply(response.status_code, headers, bytes(body), time.time())
        finally:
            response.close()

    def _base_url(self, send: Send) -> str:
        return self._config.account_url if send.account else self._config.base_url

    def _connections(self, base_url: str) -> Connections:
        from .connection import Connections

        parts = urlsplit(base_url)
        tls = parts.scheme == "https"
        port = parts.port or (443 if tls else 80)
        return Connections(parts.hostname or "", port, _certificates() if tls else None)

    def _make_file_clients(self) -> FileClients:
        alone = self._mounted is not None  # what the user mounted is closed once
        return FileClients(self._make, MAX_CONNECTIONS if alone else DOWNLOADS_A_CLIENT)

    def _make(self) -> httpx.Client:
        import httpx

        return _client_class()(
            transport=self._mounted,
            headers={"User-Agent": USER_AGENT},
            follow_redirects=False,
            verify=_certificates(),
            trust_env=not self._config.local,
            timeout=httpx.Timeout(IDLE_TIMEOUT, connect=CONNECT_TIMEOUT, pool=SLOT_TIMEOUT),
            limits=httpx.Limits(
                max_connections=MAX_CONNECTIONS,
                max_keepalive_connections=MAX_CONNECTIONS,
                keepalive_expiry=KEEPALIVE,
            ),
        )


@cache
def _client_class() -> type[httpx.Client]:
    """Return a client that leaves the telling to our own events."""
    import httpx

    class _AsyncDiscreetClient(httpx.Client):
        def send(self, request: httpx.Request, **options: Any) -> httpx.Response:
            with discreet():
                return super().send(request, **options)

    return _AsyncDiscreetClient


@cache
def _certificates() -> ssl.SSLContext:
    """Return the trusted certificates; loading them takes longer than all else, so all clients share them."""
    import httpx

    return httpx.create_ssl_context()


def _undelivered(error: Exception) -> bool:
    """Tell whether the request provably never reached the service: no connection to it was made."""
    import httpx

    never = (
        httpx.ConnectError,
        httpx.ConnectTimeout,
        httpx.PoolTimeout,
        httpx.ProxyError,
        httpx.UnsupportedProtocol,
    )
    return isinstance(error, never)


def _decoded(body: bytes, encoding: str) -> bytes:
    """Return a body uncompressed; none is asked to be compressed, but a proxy may do it all the same."""
    if encoding.strip().lower() not in ("gzip", "x-gzip", "deflate"):
        return body
    import zlib

    try:
        text = zlib.decompressobj(wbits=47).decompress(body, MAX_REPLY_BYTES + 1)
    except zlib.error:
        return body
    if len(text) > MAX_REPLY_BYTES:
        raise OSError(f"the reply is longer than {MAX_REPLY_BYTES} bytes")
    return text


def _reason(error: Exception) -> str:
    """Return what happened in a few words."""
    detail = str(error)
    if isinstance(error, TimeoutError):
        return detail or "no reply in time"
    if isinstance(error, ConnectionError):
        return f"the connection broke off ({detail})" if detail else "the connection broke off"
    return detail or type(error).__name__


def _reason_httpx(error: Exception) -> str:
    """Return what happened in a few words."""
    import httpx

    names = (
        (httpx.ConnectTimeout, "connecting took too long"),
        (httpx.PoolTimeout, "no connection became free"),
        (TimeoutError, "no reply in time"),
        (httpx.TimeoutException, "no reply in time"),
        (httpx.RemoteProtocolError, "the connection broke off"),
        (httpx.ReadError, "the connection broke off"),
        (httpx.WriteError, "the connection broke off"),
    )
    words = next((words for kind, words in names if isinstance(error, kind)), "")
    detail = str(error)
    return f"{words} ({detail})" if words and detail else words or detail or type(error).__name__
