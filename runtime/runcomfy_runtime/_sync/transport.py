# Emitted from _async/transport.py by "python -m runcomfy_codegen.twin"; edit that file instead.
# ruff: noqa
"""HTTP: carry out one `Send` over httpx and say what came of it."""

from __future__ import annotations

import time
from functools import cache
from typing import TYPE_CHECKING, Final

from ..config import Config
from ..machine import Send
from ..version import USER_AGENT
from ..wire import NoReply, Reply
from .platform import ClientPool, limit

if TYPE_CHECKING:
    import ssl

    import httpx

__all__ = ["Transport"]

CONNECT_TIMEOUT: Final = 10.0
POOL_TIMEOUT: Final = 30.0
IDLE_TIMEOUT: Final = 120.0
"""Seconds between two pieces of a file."""
KEEPALIVE: Final = 10.0
"""Seconds a connection is kept for reuse; short, so that a submit does not meet one that the service just closed."""
MAX_CONNECTIONS: Final = 1000
MAX_REPLY_BYTES: Final = 64 * 1024 * 1024


class Transport:
    """Two HTTP clients: one for the service, which is sent the token, and one for files, which never is."""

    def __init__(self, config: Config, mounted: httpx.BaseTransport | None) -> None:
        self._config = config
        self._mounted = mounted
        self._service = ClientPool(self._make)
        self._files = ClientPool(self._make)

    def call(self, send: Send) -> Reply | NoReply:
        """Send one request, once, following no redirect, and return what came back.

        Raises:
            AuthError: If there is no token; nothing was sent.
        """
        import httpx

        token = self._config.token.reveal()
        headers = {"Authorization": f"Bearer {token}", "Accept": "application/json"}
        if send.body is not None:
            headers["Content-Type"] = "application/json"
        client = self._service.get()
        client.cookies.clear()
        request = client.build_request(
            send.method,
            (self._config.account_url if send.account else self._config.base_url) + send.path,
            headers=headers,
            content=send.body,
            timeout=httpx.Timeout(send.timeout, connect=CONNECT_TIMEOUT, pool=POOL_TIMEOUT),
        )
        try:
            with limit(send.timeout):
                reply = self._exchange(client, request, time.monotonic() + send.timeout)
        except (httpx.HTTPError, OSError) as error:
            return NoReply(not _undelivered(error), _reason(error).replace(token, "***"))
        except Exception as error:  # noqa: BLE001 - whatever a mounted transport raises
            return NoReply(delivered=True, reason=f"the transport raised {type(error).__name__}")
        secret = token.encode()
        if secret in reply.body:
            return Reply(
                reply.status, reply.headers, reply.body.replace(secret, b"***"), reply.received_at
            )
        return reply

    def files(self) -> httpx.Client:
        """Return the client for files; it is never given the token."""
        return self._files.get()

    def close(self) -> None:
        """Close all connections."""
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

    def _make(self) -> httpx.Client:
        import httpx

        return httpx.Client(
            transport=self._mounted,
            headers={"User-Agent": USER_AGENT},
            follow_redirects=False,
            verify=_certificates(),
            trust_env=not self._config.local,
            timeout=httpx.Timeout(IDLE_TIMEOUT, connect=CONNECT_TIMEOUT, pool=POOL_TIMEOUT),
            limits=httpx.Limits(
                max_connections=MAX_CONNECTIONS,
                max_keepalive_connections=MAX_CONNECTIONS,
                keepalive_expiry=KEEPALIVE,
            ),
        )


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


def _reason(error: Exception) -> str:
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
