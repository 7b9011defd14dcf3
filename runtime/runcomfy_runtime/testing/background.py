"""Two listening sockets, one event loop, one background thread."""

from __future__ import annotations

import asyncio
import contextlib
import errno
import os
import socket
import struct
import threading
from typing import TYPE_CHECKING

import uvicorn

from .errors import EmulatorError

if TYPE_CHECKING:
    from starlette.applications import Starlette

__all__ = ["Running", "listen"]

_START_SECONDS = 20.0
_BACKLOG = 4096


class Running:
    """The thread with its event loop and its two servers.

    Args:
        listeners: the sockets of the API and of the storage host.

    Attributes:
        urls: addresses of the two.
        closing: set when the emulator stops.
    """

    def __init__(self, listeners: list[socket.socket]) -> None:
        self._listeners = listeners
        self.urls: tuple[str, ...] = tuple(_url(listener) for listener in listeners)
        self._servers: list[_Server] = []
        self._ready = threading.Event()
        self._thread: threading.Thread | None = None
        self._loop: asyncio.AbstractEventLoop | None = None
        self.closing: asyncio.Event = asyncio.Event()

    def close(self, client: tuple[str, int], *, flush: bool, reset: bool = False) -> None:
        """Close a client's connection, at once or after what is buffered has gone out, or by a reset."""
        for server in self._servers:
            for connection in server.server_state.connections:
                transport = connection.transport
                if transport.get_extra_info("peername") == tuple(client):
                    if reset:
                        linger = struct.pack("ii", 1, 0)
                        end = transport.get_extra_info("socket")
                        end.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
                    (transport.close if flush else transport.abort)()
                    return

    def start(self, applications: tuple[Starlette, Starlette]) -> None:
        """Start the thread and wait until both sockets answer.

        Args:
            applications: what answers on the API's and on the storage host's socket.

        Raises:
            EmulatorError: they do not answer in time.
        """
        self._servers = [_Server(_config(app), self.closing) for app in applications]
        self._thread = threading.Thread(target=self._run, name="runcomfy-emulator", daemon=True)
        self._thread.start()
        if not self._ready.wait(_START_SECONDS):
            raise EmulatorError(f"the emulator did not start within {_START_SECONDS:.0f} s")

    def stop(self) -> None:
        """Close all connections and end the thread."""
        if self._loop is not None and self._thread is not None:
            self._loop.call_soon_threadsafe(self._finish)
            self._thread.join()

    def _finish(self) -> None:
        self.closing.set()
        for server in self._servers:
            server.should_exit = True

    def _run(self) -> None:
        asyncio.run(self._serve())

    async def _serve(self) -> None:
        self._loop = asyncio.get_running_loop()
        tasks = [
            asyncio.create_task(server.serve(sockets=[listener]))
            for server, listener in zip(self._servers, self._listeners, strict=True)
        ]
        failed: set[asyncio.Task[None]] = set()
        while not failed and not all(server.started for server in self._servers):
            failed, _ = await asyncio.wait(tasks, timeout=0.002)
        self._ready.set()
        await asyncio.gather(*tasks)


class _Server(uvicorn.Server):
    """A server that ends when an event is set, without waiting for its next tick."""

    def __init__(self, config: uvicorn.Config, closing: asyncio.Event) -> None:
        super().__init__(config)
        self._closing = closing

    async def main_loop(self) -> None:
        while not await self.on_tick(0):
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._closing.wait(), 1.0)


def listen(host: str, port: int, option: str) -> socket.socket:
    """Open a listening socket.

    Args:
        host: address.
        port: port; 0 picks a free one.
        option: the option that chooses the port, named when it is taken.

    Raises:
        EmulatorError: the port is in use, or the address is not this machine's.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    # named as TCP: asyncio switches Nagle's delay off only where the protocol is not left as 0
    listener = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    try:
        if os.name == "posix":
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind((host, port))
        listener.listen(_BACKLOG)
    except OSError as error:
        listener.close()
        if error.errno == errno.EADDRINUSE:
            raise EmulatorError(
                f"port {port} on {host} is in use; stop what listens there or choose another port "
                f"with {option}"
            ) from error
        raise EmulatorError(f"cannot listen on {host} port {port}: {error.strerror}") from error
    return listener


def _url(listener: socket.socket) -> str:
    host, port = listener.getsockname()[:2]
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


def _config(application: Starlette) -> uvicorn.Config:
    return uvicorn.Config(
        application,
        loop="asyncio",
        ws="none",
        lifespan="off",
        log_config=None,
        log_level="critical",
        access_log=False,
        server_header=False,
        backlog=_BACKLOG,
        timeout_keep_alive=75,
        timeout_graceful_shutdown=1,
    )
