# Emitted from _async/connection.py by "python -m runcomfy_codegen.twin"; edit that file instead.
# ruff: noqa
"""Keep-alive connections to the service, and one HTTP/1.1 exchange over one of them.

httpx's own pool looks through all its connections at every request, which at 200 requests at a time costs twenty times
the exchange itself. Here a free connection is taken from the end of a list, and h11 reads and writes the protocol.

A kept connection may be closed by the service at any moment, and a submit written to it then has an unknown outcome.
So a submit takes one that was in use a moment ago, or a new one; a poll takes any, and is sent again at once if the
connection turns out to be closed.
"""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import h11

from ..limits import CONNECT_TIMEOUT, MAX_CONNECTIONS, MAX_REPLY_BYTES, SLOT_TIMEOUT
from .platform import Slots, Stream, connect

if TYPE_CHECKING:
    import ssl

__all__ = ["Connections", "Exchange", "RawReply"]

KEEPALIVE: Final = 10.0
"""Seconds an unused connection is kept for a poll."""
SUBMIT_KEEPALIVE: Final = 1.0
"""Seconds an unused connection is kept for what must not be sent twice; servers close none that soon."""
MAX_HEAD: Final = 100 * 1024


@dataclass(slots=True)
class Exchange:
    """A request on its way.

    Attributes:
        method: HTTP method.
        target: Path and query.
        headers: Headers, without the body's length.
        body: Body; None for none.
        end: Time on the monotonic clock at which it must be over.
        sent: Whether a byte of it may have left; as long as it is False the service cannot have acted on it.
    """

    method: str
    target: str
    headers: Sequence[tuple[str, str]]
    body: bytes | None
    end: float
    sent: bool = False


@dataclass(frozen=True, slots=True)
class RawReply:
    """A reply as it came over the wire; header names in lower case."""

    status: int
    headers: dict[str, str]
    body: bytes


class Connections:
    """The connections to one host: each serves one exchange at a time and is used again while it is fresh."""

    def __init__(self, host: str, port: int, context: ssl.SSLContext | None) -> None:
        self._host = host
        self._port = port
        self._context = context
        self._idle: deque[_AsyncConnection] = deque()
        self._slots = Slots(MAX_CONNECTIONS)
        self._closed = False

    def exchange(self, exchange: Exchange) -> RawReply:
        """Send a request and return its reply.

        Raises:
            OSError: If there is none; ``exchange.sent`` tells whether the service may have acted on the request.
        """
        if not self._slots.take(SLOT_TIMEOUT):
            raise TimeoutError("no connection became free")
        try:
            return self._exchange(exchange)
        finally:
            self._slots.free()

    def _exchange(self, exchange: Exchange) -> RawReply:
        repeatable = exchange.method == "GET"
        kept = self._take(KEEPALIVE if repeatable else SUBMIT_KEEPALIVE)
        if kept is not None:
            try:
                return self._over(kept, exchange)
            except ConnectionError:
                if not repeatable:
                    raise
        return self._over(self._open(), exchange)

    def close(self) -> None:
        """Close the connections that are not in use; those in use are closed when their exchange ends."""
        self._closed = True
        while self._idle:
            self._idle.popleft().close()

    def _open(self) -> _AsyncConnection:
        stream = connect(self._host, self._port, self._context, CONNECT_TIMEOUT)
        return _AsyncConnection(stream)

    def _over(self, connection: _AsyncConnection, exchange: Exchange) -> RawReply:
        try:
            reply = connection.exchange(exchange)
        except BaseException:
            connection.abort()
            raise
        if connection.reusable and not self._closed:
            self._keep(connection)
        else:
            connection.abort()
        return reply

    def _take(self, max_idle: float) -> _AsyncConnection | None:
        """Return the connection that was used last, if it is fresh enough and still open."""
        now = time.monotonic()
        with suppress(IndexError):
            while True:
                connection = self._idle.pop()
                if now - connection.used_at > max_idle:
                    self._idle.append(connection)
                    break
                if connection.quiet:
                    return connection
                connection.abort()
        return None

    def _keep(self, connection: _AsyncConnection) -> None:
        now = connection.used_at = time.monotonic()
        self._idle.append(connection)
        with suppress(IndexError):
            while now - self._idle[0].used_at > KEEPALIVE:
                self._idle.popleft().abort()


class _AsyncConnection:
    """One connection.

    Attributes:
        used_at: When its last exchange ended, on the monotonic clock.
        reusable: Whether it can carry another exchange.
    """

    def __init__(self, stream: Stream) -> None:
        self._stream = stream
        self._http = h11.Connection(h11.CLIENT, max_incomplete_event_size=MAX_HEAD)
        self.used_at = 0.0
        self.reusable = False

    @property
    def quiet(self) -> bool:
        """Tell whether it is open with nothing to read; a service that hangs up makes it readable."""
        return self._stream.quiet

    def abort(self) -> None:
        """Close it at once."""
        self._stream.abort()

    def close(self) -> None:
        """Close it and wait until it is."""
        self._stream.close()

    def exchange(self, exchange: Exchange) -> RawReply:
        """Carry out one exchange.

        Raises:
            ConnectionError: If the connection broke off before the reply was complete.
            OSError: If the reply takes too long, is too long, or is not HTTP.
        """
        self.reusable = False
        request = self._write(exchange)
        exchange.sent = True
        whole = False
        with suppress(ConnectionError):  # a refusal may come before all of the body was taken
            self._stream.write(request, exchange.end)
            whole = True
        reply = self._read(exchange.end)
        ended = self._http.our_state is h11.DONE and self._http.their_state is h11.DONE
        if whole and ended and self._http.trailing_data == (b"", False):
            self._http.start_next_cycle()
            self.reusable = True
        return reply

    def _write(self, exchange: Exchange) -> bytes:
        body = exchange.body or b""
        headers = [*exchange.headers]
        if exchange.method != "GET":
            headers.append(("Content-Length", str(len(body))))
        request = h11.Request(method=exchange.method, target=exchange.target, headers=headers)
        parts = [self._http.send(request)]
        if body:
            parts.append(self._http.send(h11.Data(data=body)))
        parts.append(self._http.send(h11.EndOfMessage()))
        return b"".join(part or b"" for part in parts)

    def _read(self, end: float) -> RawReply:
        head: h11.Response | None = None
        body = bytearray()
        while True:
            try:
                event = self._http.next_event()
            except h11.RemoteProtocolError as error:
                raise ConnectionError(f"the reply is broken: {error}") from None
            if event is h11.NEED_DATA:
                data = self._stream.read(end)
                if not data and head is None:
                    raise ConnectionError("the service closed it without a reply")
                self._http.receive_data(data)
            elif isinstance(event, h11.Response):
                head = event
            elif isinstance(event, h11.Data):
                body += event.data
                if len(body) > MAX_REPLY_BYTES:
                    raise OSError(f"the reply is longer than {MAX_REPLY_BYTES} bytes")
            elif isinstance(event, h11.EndOfMessage):
                assert head is not None
                headers = {
                    name.decode("latin-1"): value.decode("latin-1") for name, value in head.headers
                }
                return RawReply(head.status_code, headers, bytes(body))
            elif not isinstance(event, h11.InformationalResponse):
                raise ConnectionError("the connection broke off")
