"""The wire itself: kept connections that a server closes, replies in every shape, and what counts as delivered."""

from __future__ import annotations

import asyncio
import gzip
import shutil
import socket
import ssl
import struct
import subprocess
import time
from collections.abc import Callable, Iterator
from importlib import import_module
from pathlib import Path
from typing import Any, Protocol

import pytest
import runcomfy_runtime as runtime
from runcomfy_runtime.machine import Send
from runcomfy_runtime.wire import NoReply, Reply

from .conftest import TOKEN, Shell
from .raw_service import Call, RawService, reply

Answer = Callable[[Call, socket.socket], bytes | None]
JOB = {"request_id": "R1"}


class Serve(Protocol):
    """Starts a server."""

    def __call__(self, answer: Answer, context: ssl.SSLContext | None = None) -> RawService: ...


@pytest.fixture
def serve() -> Iterator[Serve]:
    services: list[RawService] = []

    def start(answer: Answer, context: ssl.SSLContext | None = None) -> RawService:
        services.append(RawService(answer, context))
        return services[-1]

    yield start
    for service in services:
        service.close()


@pytest.fixture
def wire(shell: Shell) -> Iterator[Callable[[str], Wire]]:
    """Send through the transport of either shell, all within one event loop."""
    wires: list[Wire] = []

    def connect(url: str) -> Wire:
        wires.append(Wire(shell, url))
        return wires[-1]

    yield connect
    for used in wires:
        used.close()


class Wire:
    """The transport of one client."""

    def __init__(self, shell: Shell, url: str) -> None:
        self.client = shell.client(base_url=url)
        self._runner = asyncio.Runner() if shell.name == "async" else None

    def do(self, call: Callable[[], Any]) -> Any:
        value = call()
        return self._runner.run(value) if self._runner else value

    def post(self, body: bytes = b'{"p": 1}', timeout: float = 10.0) -> Reply | NoReply:
        send = Send("POST", "/v1/models/a/b", body, timeout)
        answer: Reply | NoReply = self.do(lambda: self.client.core.transport.call(send))
        return answer

    def get(self, timeout: float = 10.0) -> Reply | NoReply:
        send = Send("GET", "/v1/requests/R1/status", None, timeout)
        answer: Reply | NoReply = self.do(lambda: self.client.core.transport.call(send))
        return answer

    def close(self) -> None:
        self.do(self.client.close)
        if self._runner:
            self._runner.close()


Connect = Callable[[str], Wire]


class TestKeptConnections:
    def test_one_connection_serves_many_requests(self, serve: Serve, wire: Connect) -> None:
        service = serve(lambda call, _: reply(JOB))
        line = wire(service.url)
        for _ in range(5):
            assert isinstance(line.post(), Reply)
            assert isinstance(line.get(), Reply)
        assert (service.connections, len(service.calls)) == (1, 10)

    def test_a_server_that_hangs_up_after_each_reply_loses_no_submit(
        self, serve: Serve, wire: Connect
    ) -> None:
        """It says nothing of the kind in its headers, so that each kept connection is a closed one."""

        def answer(call: Call, connection: socket.socket) -> bytes | None:
            connection.sendall(reply(JOB))
            return None

        service = serve(answer)
        line = wire(service.url)
        for _ in range(20):
            assert isinstance(line.post(), Reply)
            time.sleep(0.02)
        assert service.submits() == 20

    def test_an_idle_connection_carries_no_submit_but_a_poll(
        self, serve: Serve, wire: Connect
    ) -> None:
        service = serve(lambda call, _: reply(JOB))
        line = wire(service.url)
        line.post()
        time.sleep(1.1)
        line.get()
        assert service.connections == 1
        time.sleep(1.1)
        line.post()
        assert service.connections == 2

    def test_a_submit_that_meets_a_closing_connection_is_unknown_and_not_repeated(
        self, serve: Serve, wire: Connect
    ) -> None:
        service = serve(lambda call, _: reply(JOB) if call.turn == 0 else None)
        line = wire(service.url)
        assert isinstance(line.post(), Reply)
        lost = line.post()
        assert isinstance(lost, NoReply)
        assert lost.delivered
        assert "the service closed it without a reply" in lost.reason
        assert service.submits() == 2

    def test_a_poll_that_meets_a_closing_connection_is_sent_again_at_once(
        self, serve: Serve, wire: Connect
    ) -> None:
        service = serve(lambda call, _: reply(JOB) if call.turn == 0 else None)
        line = wire(service.url)
        assert isinstance(line.get(), Reply)
        assert isinstance(line.get(), Reply)
        assert [call.connection for call in service.calls] == [1, 1, 2]

    def test_a_poll_over_a_new_connection_is_not_sent_again(
        self, serve: Serve, wire: Connect
    ) -> None:
        service = serve(lambda call, _: None)
        assert isinstance(wire(service.url).get(), NoReply)
        assert len(service.calls) == 1

    def test_bytes_after_a_reply_end_the_connection(self, serve: Serve, wire: Connect) -> None:
        service = serve(lambda call, _: reply(JOB) + b"HTTP/1.1 200 OK\r\n")
        line = wire(service.url)
        assert isinstance(line.post(), Reply)
        assert isinstance(line.post(), Reply)
        assert service.connections == 2

    def test_a_client_serves_one_event_loop_after_the_other(self, serve: Serve) -> None:
        service = serve(lambda call, _: reply(JOB))
        client = runtime.AsyncClient(TOKEN, base_url=service.url)
        for _ in range(3):
            job = asyncio.run(client.model("a/b").submit({}))
            assert job.request_id == "R1"
        assert service.connections == 3


class TestReplies:
    def body_of(self, serve: Serve, wire: Connect, raw: bytes) -> bytes:
        def answer(call: Call, connection: socket.socket) -> None:
            for at in range(0, len(raw), 7):
                connection.sendall(raw[at : at + 7])

        found = wire(serve(answer).url).get()
        assert isinstance(found, Reply), found
        return found.body

    def test_chunked(self, serve: Serve, wire: Connect) -> None:
        raw = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\n{}\n\r\n2\r\n{}\r\n0\r\n\r\n"
        assert self.body_of(serve, wire, raw) == b"{}\n{}"

    def test_until_the_connection_closes(self, serve: Serve, wire: Connect) -> None:
        assert self.body_of(serve, wire, b"HTTP/1.0 200 OK\r\n\r\n{}") == b"{}"

    def test_after_informational_ones(self, serve: Serve, wire: Connect) -> None:
        raw = b"HTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\n" + reply(b"{}")
        assert self.body_of(serve, wire, raw) == b"{}"

    @pytest.mark.parametrize("encoding", ["gzip", "deflate"])
    def test_compressed_though_not_asked_for(
        self, serve: Serve, wire: Connect, encoding: str
    ) -> None:
        import zlib

        packed = gzip.compress(b"{}") if encoding == "gzip" else zlib.compress(b"{}")
        raw = reply(packed, f"Content-Encoding: {encoding}")
        assert self.body_of(serve, wire, raw) == b"{}"

    @pytest.mark.parametrize(
        "raw",
        [
            b"",
            b"HTTP/1.1 200 OK\r\nContent-Le",
            b"HTTP/1.1 200 OK\r\nContent-Length: 50\r\n\r\n{}",
            b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\n{}",
            b"SSH-2.0-OpenSSH_9.6\r\n\r\n",
            b"HTTP/1.1 200 OK\r\nX: " + b"x" * 200_000,
            b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\nConnection: upgrade\r\n\r\n",
        ],
        ids=["nothing", "half a head", "short", "half a chunk", "no HTTP", "long head", "upgrade"],
    )
    def test_broken_ones_leave_a_submit_unknown(
        self, serve: Serve, shell: Shell, raw: bytes
    ) -> None:
        def answer(call: Call, connection: socket.socket) -> None:
            connection.sendall(raw)

        service = serve(answer)
        client = shell.client(base_url=service.url)
        with pytest.raises(runtime.SubmitUnknown, match="whether it arrived is unknown"):
            shell.do(lambda: client.model("a/b").submit({"p": 1}))
        assert service.submits() == 1

    def test_one_that_trickles_ends_in_time(self, serve: Serve, wire: Connect) -> None:
        def answer(call: Call, connection: socket.socket) -> None:
            for byte in reply(JOB) * 10:
                connection.sendall(bytes([byte]))
                time.sleep(0.05)

        started = time.monotonic()
        lost = wire(serve(answer).url).post(timeout=0.5)
        assert isinstance(lost, NoReply)
        assert lost.delivered
        assert lost.reason == "no reply in time"
        assert time.monotonic() - started < 3

    def test_a_refusal_before_the_body_was_taken_is_heard(
        self, serve: Serve, wire: Connect
    ) -> None:
        """The server answers after the head and closes for sending only; most of the body is still to come."""

        def answer(call: Call, connection: socket.socket) -> None:
            connection.sendall(reply({"message": "too large"}, status="413 Too Large"))
            connection.shutdown(socket.SHUT_WR)
            while connection.recv(1 << 20):
                pass

        found = wire(serve(answer).url).post(b"x" * 30_000_000)
        assert isinstance(found, Reply)
        assert found.status == 413

    def test_a_reset_while_the_body_is_sent_is_delivered_for_all_we_know(
        self, serve: Serve, wire: Connect
    ) -> None:
        def answer(call: Call, connection: socket.socket) -> None:
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))

        lost = wire(serve(answer).url).post(b"x" * 30_000_000)
        assert isinstance(lost, NoReply)
        assert lost.delivered


class TestUndelivered:
    def test_a_refused_connection(self, wire: Connect) -> None:
        with socket.create_server(("127.0.0.1", 0)) as listener:
            port = listener.getsockname()[1]
        lost = wire(f"http://127.0.0.1:{port}").post()
        assert isinstance(lost, NoReply)
        assert not lost.delivered

    def test_a_host_that_no_name_server_knows(self, shell: Shell) -> None:
        line = Wire(shell, "https://no-such-host.invalid")
        lost = line.post()
        line.close()
        assert isinstance(lost, NoReply)
        assert not lost.delivered

    def test_a_server_that_speaks_no_tls(self, serve: Serve, wire: Connect) -> None:
        service = serve(lambda call, _: reply(JOB))
        lost = wire(service.url.replace("http:", "https:")).post()
        assert isinstance(lost, NoReply)
        assert not lost.delivered
        assert not service.calls

    def test_a_proxy_of_the_environment_is_used_and_may_refuse(
        self, serve: Serve, shell: Shell, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        proxy = serve(lambda call, _: reply(b"", status="403 Forbidden"))
        monkeypatch.setenv("HTTPS_PROXY", proxy.url)
        monkeypatch.delenv("NO_PROXY", raising=False)
        monkeypatch.delenv("no_proxy", raising=False)
        line = Wire(shell, "https://model-api.example")
        lost = line.post()
        line.close()
        assert isinstance(lost, NoReply)
        assert not lost.delivered
        assert [call.line for call in proxy.calls] == ["CONNECT model-api.example:443 HTTP/1.1"]
        assert TOKEN not in proxy.calls[0].head


@pytest.mark.skipif(shutil.which("openssl") is None, reason="openssl makes the certificate")
class TestTls:
    @pytest.fixture
    def context(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[ssl.SSLContext]:
        certificate, key = tmp_path / "cert.pem", tmp_path / "key.pem"
        subject = ["-subj", "/CN=localhost", "-addext", "subjectAltName=IP:127.0.0.1"]
        files = ["-out", str(certificate), "-keyout", str(key)]
        kind = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"]
        command = ["openssl", "req", "-x509", *kind, *files, *subject]
        subprocess.run(command, check=True, capture_output=True)
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate, key)
        self.certificate = certificate
        self._forget()
        yield context
        self._forget()

    def _forget(self) -> None:
        for shell in ("_async", "_sync"):
            import_module(f"runcomfy_runtime.{shell}.transport")._certificates.cache_clear()

    def test_a_trusted_certificate(
        self,
        serve: Serve,
        wire: Connect,
        context: ssl.SSLContext,
        monkeypatch: pytest.MonkeyPatch,
    ) -> None:
        monkeypatch.setenv("SSL_CERT_FILE", str(self.certificate))
        service = serve(lambda call, _: reply(JOB), context)
        line = wire(service.url)
        assert isinstance(line.post(), Reply)
        assert isinstance(line.get(), Reply)
        assert service.connections == 1

    def test_an_untrusted_certificate_gets_no_byte_of_the_request(
        self, serve: Serve, wire: Connect, context: ssl.SSLContext
    ) -> None:
        service = serve(lambda call, _: reply(JOB), context)
        lost = wire(service.url).post()
        assert isinstance(lost, NoReply)
        assert not lost.delivered
        assert "certificate" in lost.reason.lower()
        assert not service.calls
