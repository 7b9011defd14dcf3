"""A queue service on loopback that costs next to nothing, so that a benchmark measures its clients.

It speaks the Model API (``/v1/models/...``, ``/v1/requests/...``) and, under any other path, the queue dialect that
fal-client and comfy-sdk share. A job runs as long as its input's ``seconds``
says. ``python tests/benchmarks/http_service.py`` prints its port and runs until its input ends.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import re
import sys
import time
from itertools import count

__all__ = ["QueueService"]

_SECONDS = re.compile(rb'"seconds"\s*:\s*([0-9.]+)')
_LENGTH = re.compile(rb"\r\ncontent-length:\s*(\d+)", re.IGNORECASE)


class QueueService:
    """The jobs of one server.

    Attributes:
        requests: Requests answered so far.
        submits: Those of them that made a job.
        most: Most jobs that ran at the same time.
    """

    def __init__(self, port: int = 0) -> None:
        self.requests = 0
        self.submits = 0
        self.most = 0
        self._port = port
        self._ends: dict[str, float] = {}
        self._ids = count()
        self._running = 0

    def answer(self, method: bytes, path: str, body: bytes) -> tuple[int, dict[str, object]]:
        """Return HTTP status and body of the reply to one request."""
        self.requests += 1
        if method == b"POST" and not path.endswith("/cancel"):
            return self._submit(path, body)
        if path == "/statistics":
            figures: dict[str, object] = {
                "requests": self.requests - 1,
                "submits": self.submits,
                "most": self.most,
            }
            self.requests = self.submits = self.most = 0
            return 200, figures
        parts = path.partition("?")[0].split("/")
        request_id = parts[parts.index("requests") + 1]
        done = time.monotonic() >= self._ends[request_id]
        native = parts[1] == "v1"
        if parts[-1] == "status":
            word = "completed" if done else "in_progress"
            if native:
                return 200, {"request_id": request_id, "status": word}
            return 200, {"request_id": request_id, "status": word.upper(), "logs": None}
        if parts[-1] == "cancel":
            return 202, {"request_id": request_id, "outcome": "not_cancellable"}
        output: dict[str, object] = {"image": f"https://files.runcomfy.net/{request_id}.png"}
        if not native:
            return 200, output
        return 200, {
            "request_id": request_id,
            "status": "succeeded" if done else "in_progress",
            "output": output if done else None,
        }

    def _submit(self, path: str, body: bytes) -> tuple[int, dict[str, object]]:
        self.submits += 1
        request_id = f"r{next(self._ids)}"
        found = _SECONDS.search(body)
        seconds = float(found[1]) if found else 0.0
        self._ends[request_id] = time.monotonic() + seconds
        self._running += 1
        self.most = max(self.most, self._running)
        asyncio.get_running_loop().call_later(seconds, self._end)
        root = "/v1" if path.startswith("/v1/") else path.removesuffix("/requests")
        here = f"http://127.0.0.1:{self._port}{root}/requests/{request_id}"
        return 200, {
            "request_id": request_id,
            "status": "IN_QUEUE",
            "status_url": f"{here}/status",
            "response_url": here,
            "result_url": f"{here}/result",
            "cancel_url": f"{here}/cancel",
        }

    def _end(self) -> None:
        self._running -= 1

    def set_port(self, port: int) -> None:
        """Name the port that the addresses in replies lead to."""
        self._port = port


class _Connection(asyncio.Protocol):
    """One keep-alive connection; requests come one after the other, pipelined or cut anywhere."""

    def __init__(self, service: QueueService) -> None:
        self._service = service
        self._data = b""
        self._transport: asyncio.Transport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        self._data += data
        while (end := self._data.find(b"\r\n\r\n")) >= 0:
            head = self._data[:end]
            found = _LENGTH.search(head)
            total = end + 4 + (int(found[1]) if found else 0)
            if len(self._data) < total:
                return
            body, self._data = self._data[end + 4 : total], self._data[total:]
            method, path, _ = head.split(b"\r\n", 1)[0].split(b" ")
            status, value = self._service.answer(method, path.decode(), body)
            text = json.dumps(value).encode()
            assert self._transport is not None
            self._transport.write(
                b"HTTP/1.1 %d OK\r\ncontent-type: application/json\r\ncontent-length: %d\r\n\r\n%s"
                % (status, len(text), text)
            )


async def serve(port: int) -> None:
    """Serve until the standard input ends."""
    loop = asyncio.get_running_loop()
    service = QueueService()
    server = await loop.create_server(lambda: _Connection(service), "127.0.0.1", port, backlog=2048)
    bound: int = server.sockets[0].getsockname()[1]
    service.set_port(bound)
    print(bound, flush=True)
    async with server:
        await loop.run_in_executor(None, sys.stdin.read)


def main() -> int:
    """Run the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--port", type=int, default=0, help="0 takes a free one")
    asyncio.run(serve(parser.parse_args().port))
    return 0


if __name__ == "__main__":
    sys.exit(main())
