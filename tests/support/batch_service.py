"""A Model API on loopback that knows, for each row of a batch, how often it was submitted.

A job runs as long as its input's ``seconds`` says and makes one small file; of ten files so many as the first argument
says are downloaded, the others stand in the result. ``python tests/support/batch_service.py 10`` prints its port and
serves until its input ends; ``GET /ledger`` tells what it saw.
"""

from __future__ import annotations

import asyncio
import base64
import json
import sys
import time
from collections import Counter
from typing import Any

__all__ = ["BatchService"]

FILE = b"\x89PNG\r\n\x1a\n" + bytes(9_000)
INLINE = "data:image/png;base64," + base64.b64encode(FILE).decode()
_LENGTH = b"\r\ncontent-length:"


class BatchService:
    """Counts what clients do.

    Attributes:
        posts: Submits by row.
        keys: The row that each request id belongs to.
        most: Most jobs that ran at the same time.
    """

    def __init__(self) -> None:
        self.port = 0
        self.posts: Counter[str] = Counter()
        self.keys: dict[str, str] = {}
        self.most = 0
        self.downloads = 0
        self._ends: dict[str, float] = {}
        self._running = 0
        self.hosted_of_ten = 10
        self.token: str | None = None

    def answer(self, method: str, path: str, body: bytes, head: str) -> tuple[int, Any]:
        """Return HTTP status and JSON value (or bytes) of the reply."""
        parts = path.partition("?")[0].strip("/").split("/")
        if parts[0] == "ledger":
            return 200, {
                "posts": self.posts,
                "keys": self.keys,
                "most": self.most,
                "running": self._running,
                "downloads": self.downloads,
            }
        if parts[0] == "file":
            self.downloads += 1
            return 200, FILE
        if parts[0] == "set":
            self.token = parts[1] if len(parts) > 1 else None
            return 200, {}
        if self.token is not None and f"bearer {self.token}" not in head.lower():
            return 401, {"error_code": 400004, "error_message": "bad token"}
        if method == "POST" and parts[1] == "models":
            return self._submit(json.loads(body))
        request_id, what = parts[2], parts[3]
        if what == "cancel":
            return 202, {"request_id": request_id, "outcome": "not_cancellable"}
        done = time.monotonic() >= self._ends[request_id]
        if what == "status":
            word = "completed" if done else "in_progress"
            return 200, {"request_id": request_id, "status": word}
        if not done:
            return 200, {"request_id": request_id, "status": "in_progress"}
        inline = int(request_id[1:]) % 10 >= self.hosted_of_ten
        url = INLINE if inline else f"http://127.0.0.1:{self.port}/file/{request_id}.png"
        record = {"request_id": request_id, "status": "succeeded", "output": {"image": url}}
        return 200, {**record, "cost": 0.01}

    def _submit(self, fields: dict[str, Any]) -> tuple[int, Any]:
        self.posts[fields["key"]] += 1
        request_id = f"r{len(self.keys)}"
        self.keys[request_id] = fields["key"]
        seconds = float(fields["seconds"])
        self._ends[request_id] = time.monotonic() + seconds
        self._running += 1
        self.most = max(self.most, self._running)
        asyncio.get_running_loop().call_later(seconds, self._end)
        return 200, {"request_id": request_id}

    def _end(self) -> None:
        self._running -= 1


class _Connection(asyncio.Protocol):
    def __init__(self, service: BatchService) -> None:
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
            at = head.lower().find(_LENGTH)
            size = int(head[at + len(_LENGTH) :].split(b"\r\n", 1)[0]) if at >= 0 else 0
            if len(self._data) < end + 4 + size:
                return
            body, self._data = self._data[end + 4 : end + 4 + size], self._data[end + 4 + size :]
            method, path, _ = head.split(b"\r\n", 1)[0].decode().split(" ")
            status, value = self._service.answer(method, path, body, head.decode())
            kind = "application/json"
            if isinstance(value, bytes):
                text, kind = value, "image/png"
            else:
                text = json.dumps(value).encode()
            said = f"HTTP/1.1 {status} X\r\ncontent-type: {kind}\r\ncontent-length: {len(text)}\r\n\r\n"
            assert self._transport is not None
            self._transport.write(said.encode() + text)


async def _serve() -> None:
    loop = asyncio.get_running_loop()
    service = BatchService()
    server = await loop.create_server(lambda: _Connection(service), "127.0.0.1", 0, backlog=4096)
    service.port = server.sockets[0].getsockname()[1]
    service.hosted_of_ten = int(sys.argv[1]) if len(sys.argv) > 1 else 10
    print(service.port, flush=True)
    async with server:
        await loop.run_in_executor(None, sys.stdin.read)


if __name__ == "__main__":
    asyncio.run(_serve())
