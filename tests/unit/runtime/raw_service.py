"""A server that decides on every byte and every hang-up itself."""

from __future__ import annotations

import json
import socket
import ssl
import threading
from collections.abc import Callable
from contextlib import suppress

__all__ = ["Call", "RawService", "reply"]


def reply(body: object, *headers: str, status: str = "200 OK") -> bytes:
    """Return a whole HTTP reply."""
    text = body if isinstance(body, bytes) else json.dumps(body).encode()
    lines = [f"HTTP/1.1 {status}", f"Content-Length: {len(text)}", *headers]
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + text


class Call:
    """One request as it came: which connection, which of its requests, its first line, head and body."""

    def __init__(self, connection: int, turn: int, head: bytes, body: bytes) -> None:
        self.connection = connection
        self.turn = turn
        self.line = head.split(b"\r\n", 1)[0].decode("latin-1")
        self.head = head.decode("latin-1")
        self.body = body


class RawService:
    """Serves each connection in a thread; ``answer`` says what to send, and None or an empty reply hangs up.

    Attributes:
        calls: Every request that came.
        connections: Connections taken.
    """

    def __init__(
        self,
        answer: Callable[[Call, socket.socket], bytes | None],
        context: ssl.SSLContext | None = None,
    ) -> None:
        self.calls: list[Call] = []
        self.connections = 0
        self._answer = answer
        self._context = context
        self._listener = socket.create_server(("127.0.0.1", 0), backlog=128)
        self.port: int = self._listener.getsockname()[1]
        self.url = f"{'https' if context else 'http'}://127.0.0.1:{self.port}"
        threading.Thread(target=self._accept, daemon=True).start()

    def close(self) -> None:
        with suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()

    def submits(self) -> int:
        return sum(call.line.startswith("POST /v1/models/") for call in self.calls)

    def _accept(self) -> None:
        while True:
            try:
                connection, _ = self._listener.accept()
            except OSError:
                return
            self.connections += 1
            arguments = (connection, self.connections)
            threading.Thread(target=self._serve, args=arguments, daemon=True).start()

    def _serve(self, plain: socket.socket, number: int) -> None:
        with suppress(OSError), plain:
            plain.settimeout(20)
            connection = (
                self._context.wrap_socket(plain, server_side=True) if self._context else plain
            )
            with connection:
                turn = 0
                while (call := self._read(connection, number, turn)) is not None:
                    self.calls.append(call)
                    turn += 1
                    answer = self._answer(call, connection)
                    if not answer:
                        return
                    connection.sendall(answer)

    def _read(self, connection: socket.socket, number: int, turn: int) -> Call | None:
        data = b""
        while b"\r\n\r\n" not in data:
            piece = connection.recv(65536)
            if not piece:
                return None
            data += piece
        head, _, body = data.partition(b"\r\n\r\n")
        length = next(
            (
                int(line.split(b":")[1])
                for line in head.split(b"\r\n")
                if line.lower().startswith(b"content-length:")
            ),
            0,
        )
        while len(body) < min(length, 1_000_000):
            body += connection.recv(65536)
        return Call(number, turn, head, body)
