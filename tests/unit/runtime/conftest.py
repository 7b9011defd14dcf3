"""A scripted service on a real socket, and one way to use both shells."""

from __future__ import annotations

import asyncio
import json
import re
import socket
import struct
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
import runcomfy_runtime as runtime

TOKEN = "tok-0123456789abcdef"
PNG = b"\x89PNG\r\n\x1a\n" + b"\0" * 40


@dataclass
class Answer:
    """What the service does with one request."""

    status: int = 200
    body: Any = b""
    headers: dict[str, str] = field(default_factory=dict[str, str])
    fault: str = ""
    delay: float = 0.0


class Loopback:
    """Answers each route with its scripted answers in turn, the last one for ever, and records every request."""

    def __init__(self) -> None:
        self.calls: list[tuple[str, str, dict[str, str], bytes]] = []
        self.scripts: dict[str, list[Answer]] = {
            "submit": [Answer(body={"request_id": "R1"})],
            "status": [Answer(body={"status": "completed"})],
            "result": [Answer(body={"status": "succeeded", "output": {}})],
            "cancel": [Answer(202, {"status": "cancelled", "outcome": "cancelled"})],
        }
        outer = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def _serve(self) -> None:
                length = int(self.headers.get("content-length") or 0)
                body = self.rfile.read(length)
                headers = {name.lower(): value for name, value in self.headers.items()}
                outer.calls.append((self.command, self.path, headers, body))
                outer._answer(self, outer._next(self.path))

            do_GET = do_POST = _serve  # noqa: N815 - names of http.server

            def log_message(self, format: str, *args: object) -> None:  # noqa: A002
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self._server.server_port}"
        threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True).start()

    def script(self, route: str, *answers: Answer) -> None:
        self.scripts[route] = list(answers)

    def count(self, route: str) -> int:
        return sum(1 for call in self.calls if route_of(call[1]) == route)

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()

    def _next(self, path: str) -> Answer:
        answers = self.scripts.get(route_of(path), [Answer(404)])
        return answers.pop(0) if len(answers) > 1 else answers[0]

    def _answer(self, handler: BaseHTTPRequestHandler, answer: Answer) -> None:
        time.sleep(answer.delay)
        handler.close_connection = True
        if answer.fault == "reset":
            handler.connection.setsockopt(
                socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0)
            )
            handler.connection.close()
            return
        if answer.fault == "drop":
            handler.connection.shutdown(socket.SHUT_RDWR)
            return
        body = answer.body if isinstance(answer.body, bytes) else json.dumps(answer.body).encode()
        claimed = len(body) + (1000 if answer.fault == "short" else 0)
        with suppress(OSError):
            handler.send_response(answer.status)
            for name, value in answer.headers.items():
                handler.send_header(name, value)
            handler.send_header("Content-Length", str(claimed))
            handler.send_header("Connection", "close")
            handler.end_headers()
            handler.wfile.write(body)


def route_of(path: str) -> str:
    found = re.search(r"/(status|result|cancel)(\?|$)", path)
    return found[1] if found else "submit" if path.startswith("/v1/models/") else path


class Shell:
    """One of the two shells: makes clients, and carries out what a test does with them."""

    def __init__(self, name: str, url: str) -> None:
        self.name = name
        self.url = url
        self.opened: list[Any] = []

    def client(self, **settings: Any) -> Any:
        settings = {"token": TOKEN, "base_url": self.url, **settings}
        kind = runtime.AsyncClient if self.name == "async" else runtime.Client
        client = kind(**settings)
        self.opened.append(client)
        return client

    def do(self, step: Callable[[], Any]) -> Any:
        """Call ``step``; await what it returns, or gather what it iterates over, where the shell is asynchronous."""
        if self.name == "sync":
            value = step()
            return list(value) if hasattr(value, "__next__") else value

        async def work() -> Any:
            value = step()
            return [item async for item in value] if hasattr(value, "__anext__") else await value

        return asyncio.run(work())


@pytest.fixture
def service() -> Iterator[Loopback]:
    server = Loopback()
    yield server
    server.close()


@pytest.fixture(params=["sync", "async"])
def shell(request: pytest.FixtureRequest, service: Loopback) -> Iterator[Shell]:
    shell = Shell(request.param, service.url)
    yield shell
    if shell.name == "sync":
        for client in shell.opened:
            client.close()


@pytest.fixture(autouse=True)
def _clean_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Any) -> None:
    for name in ("RUNCOMFY_TOKEN", "RUNCOMFY_API_TOKEN", "RUNCOMFY_API_KEY", "RUNCOMFY_CONFIG_DIR"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.delenv("RUNCOMFY_MODEL_API_BASE", raising=False)
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.delenv("XDG_CONFIG_HOME", raising=False)
