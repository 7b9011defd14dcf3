"""Put an action on the wire, broken connections included."""

from __future__ import annotations

import asyncio
import contextlib
from typing import TYPE_CHECKING, Protocol

from .replies import Action, Cut, Drop, Hang, Reply, Trickle

if TYPE_CHECKING:
    from collections.abc import Iterator

    from starlette.types import Receive, Scope, Send

__all__ = ["Connections", "Delivery"]

_CHUNK = bytes(256 * 1024)


class Connections(Protocol):
    """The open connections of the server."""

    @property
    def closing(self) -> asyncio.Event:
        """Set when the emulator stops."""
        ...

    def close(self, client: tuple[str, int], *, flush: bool, reset: bool = False) -> None:
        """Close a client's connection, at once or after what is buffered has gone out, or by a reset."""
        ...


class Delivery:
    """An ASGI application that carries out one action.

    Args:
        action: what to do.
        connections: where to find the connection to break.
    """

    def __init__(self, action: Action, connections: Connections) -> None:
        self._action = action
        self._connections = connections

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Carry out the action."""
        action = self._action
        if isinstance(action, Reply):
            await _send(action, send, action.content())
        elif isinstance(action, Trickle):
            await _trickle(action, send)
        elif isinstance(action, Hang):
            await self._hang(receive)
        elif isinstance(action, Drop):
            self._connections.close(scope["client"], flush=False, reset=action.reset)
            await self._hang(receive)
        else:
            await self._cut(action, scope, receive, send)

    async def _cut(self, action: Cut, scope: Scope, receive: Receive, send: Send) -> None:
        content = action.reply.content()
        await send(_start(action.reply, len(content) + action.more))
        part = content[: int(len(content) * action.after)]
        await send({"type": "http.response.body", "body": part, "more_body": True})
        self._connections.close(scope["client"], flush=True)
        await self._hang(receive)

    async def _hang(self, receive: Receive) -> None:
        async def gone() -> None:
            while (await receive())["type"] != "http.disconnect":
                pass

        waits = [asyncio.create_task(gone()), asyncio.create_task(self._connections.closing.wait())]
        try:
            await asyncio.wait(waits, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for task in waits:
                task.cancel()
                with contextlib.suppress(asyncio.CancelledError):
                    await task


def _start(reply: Reply, length: int) -> dict[str, object]:
    headers = [(name.lower().encode(), value.encode("latin-1")) for name, value in reply.headers]
    if reply.content_type is not None:
        headers.append((b"content-type", reply.content_type.encode("latin-1")))
    if not reply.chunked:
        headers.append((b"content-length", str(length).encode()))
    return {"type": "http.response.start", "status": reply.status, "headers": headers}


async def _send(reply: Reply, send: Send, content: bytes) -> None:
    await send(_start(reply, len(content) + reply.padding))
    for chunk in _padding(reply.padding):
        await send({"type": "http.response.body", "body": content, "more_body": True})
        content = chunk
        await asyncio.sleep(0)
    await send({"type": "http.response.body", "body": content})


async def _trickle(action: Trickle, send: Send) -> None:
    content = action.reply.content()
    await send(_start(action.reply, len(content)))
    step = max(1, -(-len(content) // max(1, action.pieces)))
    for start in range(0, len(content), step):
        await asyncio.sleep(action.seconds / max(1, action.pieces))
        piece = content[start : start + step]
        await send({"type": "http.response.body", "body": piece, "more_body": True})
    await send({"type": "http.response.body", "body": b""})


def _padding(count: int) -> Iterator[bytes]:
    while count > 0:
        yield _CHUNK[:count]
        count -= len(_CHUNK)
