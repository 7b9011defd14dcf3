"""Downloads over real sockets: the emulator's storage host plays every fault, both shells must bear them."""

from __future__ import annotations

import asyncio
import gzip
import http.server
import io
import json
import logging
import os
import pickle
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import runcomfy_runtime as runtime
from PIL import Image
from runcomfy_runtime.outputs import Origin
from runcomfy_runtime.storage import PartFile
from runcomfy_runtime.testing import Emulator

MODEL = "acme/paint/edit"
SPEC = {
    "spec_version": 1,
    "model_id": MODEL,
    "title": "Paint",
    "summary": "Paints.",
    "task": "text-to-image",
    "input_schema": {"type": "object", "properties": {"prompt": {"type": "string"}}},
    "output_schema": {"type": "object", "x-media": "image"},
    "example": {"prompt": "x"},
}
SECRET = "X-Amz-Signature=0f1e2d3c4b5a"


@pytest.fixture(scope="module")
def emulator(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Emulator]:
    folder = tmp_path_factory.mktemp("specs")
    (folder / "models").mkdir()
    (folder / "models" / "paint.json").write_text(json.dumps(SPEC))
    with Emulator(folder, queue_seconds=0, run_seconds=0) as running:
        yield running


class Shell:
    """One of the two shells, pointed at the emulator."""

    def __init__(self, name: str, emulator: Emulator) -> None:
        self.name = name
        self.emulator = emulator
        self.events: list[runtime.Event] = []
        self.opened: list[runtime.Client] = []

    def client(self) -> Any:
        kind: Any = runtime.AsyncClient if self.name == "async" else runtime.Client
        client = kind(**self.emulator.client_options(), on_event=self.events.append)
        if self.name == "sync":
            self.opened.append(client)
        return client

    def run(self, *steps: object, output: object = None) -> Any:
        """Run a job whose downloads go by ``steps``; return its output."""
        self.emulator.clear()
        script: dict[str, object] = {"download": list(steps)}
        self.emulator.script(script if output is None else {**script, "output": output})
        return self.do(lambda: self.client().model(MODEL).run({"prompt": "x"}))

    def do(self, step: Callable[[], Any]) -> Any:
        if self.name == "sync":
            value = step()
            return b"".join(value) if hasattr(value, "__next__") else value

        async def work() -> Any:
            value = step()
            if hasattr(value, "__anext__"):
                return b"".join([piece async for piece in value])
            return await value

        return asyncio.run(work())

    @property
    def statuses(self) -> list[int | None]:
        """Statuses of the downloads."""
        return [call.status for call in self.emulator.calls if call.name == "download"]


@pytest.fixture(params=["sync", "async"])
def shell(request: pytest.FixtureRequest, emulator: Emulator) -> Iterator[Shell]:
    shell = Shell(request.param, emulator)
    yield shell
    for client in shell.opened:
        client.close()


def whole(emulator: Emulator, out: Any) -> bytes:
    import httpx

    return httpx.get(out.image.url).content


def left_in(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def cut(after: float, variant: str = "none") -> dict[str, object]:
    return {"fault": "cut", "after": after, "variant": variant}


@pytest.mark.parametrize(
    ("steps", "statuses"),
    [
        ([], [200]),
        ([cut(0.5)], [200, 206]),
        ([cut(0.5), cut(0.5), "drop_before", "html_502"], [200, 206, None, 502, 206]),
        ([cut(0.5, "dated"), "dated"], [200, 206]),
        ([cut(0.5, "weak_tag")], [200, 200]),
        ([cut(0.5, "no_ranges"), "no_ranges"], [200, 200]),
        ([cut(0.5), "no_ranges"], [200, 200]),
        ([cut(0.5), "wrong_range"], [200, 206, 200]),
        (["wrong_length"], [200, 416, 200]),
        (["empty"], [200, 200]),
        (["no_length"], [200]),
        ([{"fault": "slow", "seconds": 0.3, "pieces": 7}], [200]),
        (["rate_limited", {"fault": "error", "status": 503}], [429, 503, 200]),
        ([{"fault": "redirect_here", "times": 3}], [302, 302, 302, 200]),
    ],
)
def test_every_mendable_fault_ends_with_the_whole_file(
    shell: Shell, tmp_path: Path, steps: list[object], statuses: list[int | None]
) -> None:
    out = shell.run(*steps)
    path = shell.do(lambda: out.image.save(tmp_path))
    assert shell.statuses == statuses
    assert path.read_bytes() == whole(shell.emulator, out)
    Image.open(path).load()
    assert left_in(tmp_path) == [path.name]
    assert not any(call.authorized for call in shell.emulator.calls if call.name == "download")


@pytest.mark.parametrize("way", ["read", "stream"])
def test_reading_and_streaming_go_on_after_cuts(shell: Shell, way: str) -> None:
    out = shell.run(cut(0.3), cut(0.3), "drop_before")
    content = shell.do(getattr(out.image, way))
    assert shell.statuses == [200, 206, None, 206]
    assert content == whole(shell.emulator, out)


def test_a_file_that_changes_on_the_way_is_fetched_anew(shell: Shell, tmp_path: Path) -> None:
    out = shell.run(cut(0.5), "changed")
    path = shell.do(lambda: out.image.save(tmp_path))
    assert shell.statuses == [200, 200]
    assert path.read_bytes() == whole(shell.emulator, out) + b"\0"


def test_a_stream_never_mixes_two_versions(shell: Shell) -> None:
    out = shell.run(cut(0.5), "changed")
    with pytest.raises(runtime.DownloadFailed, match="cannot go on there; read"):
        shell.do(out.image.stream)


def test_a_server_without_ranges_but_with_a_tag_is_streamed_past_what_was_given(
    shell: Shell,
) -> None:
    out = shell.run(cut(0.5), {"fault": "error", "status": 500})
    assert shell.do(out.image.stream) == whole(shell.emulator, out)


@pytest.mark.parametrize(
    ("step", "words", "expired"),
    [
        ({"fault": "missing", "status": 404}, "results expire after about seven days", True),
        ({"fault": "missing", "status": 403}, "results expire after about seven days", True),
        ({"fault": "missing", "status": 410}, r"client\.jobs\.get\('.+'\)\.result\(\)", True),
        ({"fault": "error", "status": 400}, "HTTP 400", False),
        ("content_type", "should be image, but the host says 'text/html", False),
        ("wrong_content", "should be image, but its content is text", False),
        ({"fault": "wrong_content", "body": "RIFF0000WAVE"}, "its content is audio/wav", False),
        ("oversize", "longer than 1000000 bytes", False),
        ({"fault": "oversize", "announced": False}, "longer than 1000000 bytes", False),
        ("redirect", "redirected to https://collector.example.org/steal, and host", False),
        (
            {"fault": "redirect", "location": "http://169.254.169.254/latest"},
            "the address is http, not https",
            False,
        ),
        ({"fault": "redirect", "location": "file:///etc/passwd"}, "not https", False),
        ({"fault": "redirect", "location": "https://["}, "not among the allowed ones", False),
        ({"fault": "redirect", "location": "https://u:p@a.runcomfy.net/"}, "user name", False),
        ({"fault": "redirect_here", "times": "always"}, "leads on more than 10 times", False),
    ],
)
def test_what_cannot_be_mended_is_said_and_leaves_nothing(
    shell: Shell, tmp_path: Path, step: object, words: str, expired: bool
) -> None:
    out = shell.run(step)
    with pytest.raises(runtime.DownloadFailed, match=words) as caught:
        shell.do(lambda: out.image.save(tmp_path, max_bytes=1_000_000))
    error = caught.value
    assert error.expired is expired
    assert not error.retryable
    assert "do not run it again" in str(error)
    assert out.image.url.partition("?")[0] in str(error)
    assert error.request_id == out.request_id
    assert left_in(tmp_path) == []
    assert str(pickle.loads(pickle.dumps(error))) == str(error)


def test_a_host_that_never_recovers_is_given_up_and_the_next_save_goes_on(
    shell: Shell, tmp_path: Path
) -> None:
    out = shell.run(cut(0.5), {"fault": "drop_before", "times": 5})
    with pytest.raises(runtime.DownloadFailed, match="5 times in a row") as caught:
        shell.do(lambda: out.image.save(tmp_path))
    assert caught.value.retryable
    assert all(name.startswith(".") for name in left_in(tmp_path))
    path = shell.do(lambda: out.image.save(tmp_path))
    assert shell.statuses[-1] == 206
    assert path.read_bytes() == whole(shell.emulator, out)
    assert left_in(tmp_path) == [path.name]


def test_signed_queries_stay_secret(
    shell: Shell, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    plain = shell.run().image.url
    signed = f"{plain}?{SECRET}"
    out = shell.run(cut(0.5), "drop_before", output={"value": {"image": signed}})
    (tmp_path / "a").mkdir()
    shell.emulator.script({"scope": "calls", "download": [cut(0.5), "missing"]})
    assert out.image.url == signed
    with pytest.raises(runtime.DownloadFailed) as caught:
        shell.do(lambda: out.image.save(tmp_path / "a"))
    seen = [
        repr(out),
        repr(out.image),
        out._repr_html_(),
        repr(out._repr_mimebundle_()),
        str(caught.value),
        repr(vars(caught.value)),
        repr(pickle.dumps(caught.value)),
        repr(shell.events),
        *(record.getMessage() for record in caplog.records),
        *(str(record.__dict__.get("runcomfy")) for record in caplog.records),
    ]
    assert any(record.getMessage().startswith("download ") for record in caplog.records)
    assert not [text for text in seen if "0f1e2d3c4b5a" in text]


def test_progress_is_told_with_the_bytes_that_are_here(shell: Shell, tmp_path: Path) -> None:
    told: list[runtime.DownloadProgress] = []
    out = shell.run(cut(0.5))
    path = shell.do(lambda: out.image.save(tmp_path, on_progress=told.append))
    size = path.stat().st_size
    assert [one.done for one in told] == sorted(one.done for one in told)
    assert (told[-1].done, told[-1].total, told[-1].index) == (size, size, 1)
    assert told[0].url == out.image.url


def test_what_the_progress_callback_raises_ends_the_download(shell: Shell, tmp_path: Path) -> None:
    def stop(_: runtime.DownloadProgress) -> None:
        raise RuntimeError("enough")

    out = shell.run()
    with pytest.raises(RuntimeError, match="enough"):
        shell.do(lambda: out.image.save(tmp_path / "x.png", on_progress=stop))
    assert not (tmp_path / "x.png").exists()
    path = shell.do(lambda: out.image.save(tmp_path / "x.png"))
    assert path.read_bytes() == whole(shell.emulator, out)


def test_save_all_keeps_the_order_and_names_apart(shell: Shell, tmp_path: Path) -> None:
    out = shell.run(cut(0.5), output={"shape": "images", "count": 5, "format": "webp"})
    paths = shell.do(lambda: out.save_all(tmp_path / "new", concurrency=3))
    assert [path.name for path in paths] == [file.url.rpartition("/")[2] for file in out.files]
    assert all(path.read_bytes()[8:12] == b"WEBP" for path in paths)
    named = shell.do(lambda: out.save_all(tmp_path, name="{model}_{index:02}{suffix}"))
    assert [path.name for path in named] == [f"acme_paint_edit_{n:02}.webp" for n in range(1, 6)]
    assert [path.read_bytes() for path in named] == [path.read_bytes() for path in paths]
    with pytest.raises(ValueError, match="it can hold"):
        shell.do(lambda: out.save_all(tmp_path, name="{nothing}"))
    with pytest.raises(ValueError, match="give 1 or more"):
        shell.do(lambda: out.save_all(tmp_path, concurrency=0))


def test_one_lost_file_harms_no_other_and_is_named(shell: Shell, tmp_path: Path) -> None:
    out = shell.run("missing", output={"shape": "foreign", "count": 3})
    with pytest.raises(runtime.DownloadFailed, match="2 of 4 files could not be saved") as caught:
        shell.do(lambda: out.save_all(tmp_path, concurrency=1))
    error = caught.value
    assert "storage.example.org" in str(error)
    assert len(error.failures) == 2
    assert [failure.expired for failure in error.failures] == [False, True]
    assert left_in(tmp_path) == sorted(path.name for path in error.saved)
    assert len(error.saved) == 2


def test_data_uris_in_an_output_are_files_too(shell: Shell, tmp_path: Path) -> None:
    import base64

    content = shell.do(shell.run().image.read)
    uri = f"data:image/png;base64,{base64.b64encode(content).decode()}"
    out = shell.run(output={"value": ["data:image/png;base64,@", uri, {"data": uri}]})
    assert [file.kind for file in out.files] == ["image", "image"]
    path = shell.do(lambda: out.files[1].save(tmp_path))
    assert path.name == "output.png"
    assert path.read_bytes() == content == shell.do(out.files[1].read)
    assert shell.do(out.files[1].stream) == content
    with pytest.raises(runtime.DownloadFailed, match="base64 is malformed"):
        shell.do(out.files[0].read)
    with pytest.raises(runtime.DownloadFailed, match="longer than 10 bytes"):
        shell.do(lambda: out.files[1].read(max_bytes=10))
    assert len(repr(out)) < 600


def test_outputs_and_files_pickle(shell: Shell, tmp_path: Path) -> None:
    out = shell.run()
    path = shell.do(lambda: out.image.save(tmp_path))
    again = pickle.loads(pickle.dumps(out))
    assert (again.raw, again.record, again.files) == (out.raw, out.record, out.files)
    assert again.image.origin == Origin(out.request_id, MODEL, 1)
    file = pickle.loads(pickle.dumps(out.image))
    assert (file, file.path) == (out.image, path)
    assert shell.emulator.client_options()["token"].encode() not in pickle.dumps(out)


def test_a_full_disk_is_an_error_of_its_own(shell: Shell, tmp_path: Path) -> None:
    out = shell.run()
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(runtime.DownloadFailed, match="cannot be stored") as caught:
        shell.do(lambda: out.image.save(tmp_path / "file" / "below" / "x.png"))
    assert caught.value.cannot_write


SAVER = """
import sys
import runcomfy_runtime as runtime
client = runtime.Client("token", base_url=sys.argv[1])
runtime.FileOutput(client.core, sys.argv[2], "file").save(sys.argv[3])
print("saved", flush=True)
"""


class Giver:
    """A storage host that gives a file slowly, by ranges, with a tag; and counts what it was asked for."""

    def __init__(self, content: bytes, pause: float) -> None:
        self.asked: list[str | None] = []
        self.pause = pause
        outer = self

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self) -> None:
                wanted = self.headers.get("Range")
                outer.asked.append(wanted)
                first = int(wanted[6:-1]) if wanted else 0
                self.send_response(206 if wanted else 200)
                self.send_header("ETag", '"one"')
                self.send_header("Content-Type", "application/octet-stream")
                self.send_header("Content-Length", str(len(content) - first))
                if wanted:
                    span = f"bytes {first}-{len(content) - 1}/{len(content)}"
                    self.send_header("Content-Range", span)
                self.end_headers()
                try:
                    for start in range(first, len(content), 65536):
                        self.wfile.write(content[start : start + 65536])
                        time.sleep(outer.pause)
                except OSError:
                    self.close_connection = True

            def log_message(self, format: str, *args: object) -> None:  # noqa: A002
                pass

        self._server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self.base = f"http://127.0.0.1:{self._server.server_port}"
        threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True).start()

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()


@pytest.fixture
def content() -> bytes:
    return os.urandom(12 * 1024 * 1024)


@pytest.fixture
def giver(content: bytes) -> Iterator[Giver]:
    giver = Giver(content, 0.02)
    yield giver
    giver.close()


def start_saver(giver: Giver, folder: Path) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-c", SAVER, giver.base, f"{giver.base}/big.bin", str(folder)]
    environment = {**os.environ, "PYTHONPATH": str(Path(runtime.__file__).parents[1])}
    return subprocess.Popen(command, env=environment, stdout=subprocess.PIPE)


def wait_for(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 60
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.01)


def noted(folder: Path) -> int:
    for path in folder.glob(".*.note"):
        text = path.read_text()
        return int(json.loads(text)["size"]) if text else 0
    return 0


def test_kill_9_leaves_no_half_file_and_the_next_save_goes_on(
    giver: Giver, content: bytes, tmp_path: Path
) -> None:
    with start_saver(giver, tmp_path) as process:
        wait_for(lambda: noted(tmp_path) > 0)
        process.send_signal(signal.SIGKILL)
        assert process.communicate()[0] == b""
    assert all(name.startswith(".") for name in left_in(tmp_path))
    giver.pause = 0
    start = noted(tmp_path)
    with runtime.Client("token", base_url=giver.base) as client:
        path = runtime.FileOutput(client.core, f"{giver.base}/big.bin", "file").save(tmp_path)
    assert giver.asked == [None, f"bytes={start}-"]
    assert start > 0
    assert path.read_bytes() == content
    assert left_in(tmp_path) == ["big.bin"]


def test_two_processes_never_share_a_part_or_a_name(
    giver: Giver, content: bytes, tmp_path: Path
) -> None:
    giver.pause = 0.005
    processes = [start_saver(giver, tmp_path) for _ in range(3)]
    assert [process.communicate(timeout=60)[0] for process in processes] == [b"saved\n"] * 3
    assert left_in(tmp_path) == ["big-1.bin", "big-2.bin", "big.bin"]
    assert all(path.read_bytes() == content for path in tmp_path.iterdir())
    assert giver.asked == [None, None, None]


def test_ctrl_c_during_save_all_ends_at_once_and_keeps_what_came(
    giver: Giver, tmp_path: Path
) -> None:
    script = SAVER.replace(
        'runtime.FileOutput(client.core, sys.argv[2], "file").save(sys.argv[3])',
        'record = {"output": [sys.argv[2] + "?n=1", sys.argv[2] + "?n=2"]}\n'
        'runtime.MediaOutput(client.core, record, "file", "R", None).save_all(sys.argv[3])',
    )
    command = [sys.executable, "-c", script, giver.base, f"{giver.base}/big.bin", str(tmp_path)]
    environment = {**os.environ, "PYTHONPATH": str(Path(runtime.__file__).parents[1])}
    process = subprocess.Popen(command, env=environment, stderr=subprocess.PIPE, text=True)
    wait_for(lambda: noted(tmp_path) > 0)
    giver.pause = 0.3
    process.send_signal(signal.SIGINT)
    _, told = process.communicate(timeout=30)
    assert "KeyboardInterrupt" in told
    names = left_in(tmp_path)
    assert names
    assert all(name.startswith(".") for name in names)


def test_cancelling_a_task_keeps_what_came_for_the_next_save(
    giver: Giver, content: bytes, tmp_path: Path
) -> None:
    async def work() -> Path:
        async with runtime.AsyncClient("token", base_url=giver.base) as client:
            file = runtime.AsyncFileOutput(client.core, f"{giver.base}/big.bin", "file")
            enough = asyncio.Event()

            def look(progress: runtime.DownloadProgress) -> None:
                if progress.done > 1024 * 1024:
                    enough.set()

            task = asyncio.create_task(file.save(tmp_path, on_progress=look))
            await enough.wait()
            task.cancel()
            with pytest.raises(asyncio.CancelledError):
                await task
            assert all(name.startswith(".") for name in left_in(tmp_path))
            giver.pause = 0
            return await file.save(tmp_path)

    path = asyncio.run(work())
    assert len(giver.asked) == 2
    assert giver.asked[1] is not None
    assert path.read_bytes() == content
    assert left_in(tmp_path) == ["big.bin"]


def test_a_crash_between_naming_and_cleaning_up_harms_nothing(tmp_path: Path) -> None:
    part: Any = PartFile(tmp_path, "id")
    part.begin(0, '"v"', 4)
    part.write(b"done")
    part.finish()
    final = tmp_path / "x.bin"
    os.link(part.path, final)
    part._note.close()  # the process dies here
    again = PartFile(tmp_path, "id")
    assert again.have.size == 0
    again.begin(0, '"w"', 3)
    again.write(b"new")
    again.finish()
    again.close(keep=False)
    assert final.read_bytes() == b"done"
    assert left_in(tmp_path) == ["x.bin"]


@pytest.mark.parametrize("note", ["", "{", "[]", '{"size": 9, "validator": "v", "total": 4}'])
def test_a_torn_or_lying_note_starts_over(tmp_path: Path, note: str) -> None:
    (tmp_path / ".id-0.part").write_bytes(b"abc")
    (tmp_path / ".id-0.note").write_text(note)
    part = PartFile(tmp_path, "id")
    assert part.have.size == 0
    assert part.path.stat().st_size == 0
    part.close(keep=True)
    assert left_in(tmp_path) == []


def test_what_lies_behind_the_note_is_not_trusted(tmp_path: Path) -> None:
    (tmp_path / ".id-0.part").write_bytes(b"abcdef")
    (tmp_path / ".id-0.note").write_text('{"size": 3, "validator": "\\"v\\"", "total": 6}')
    part = PartFile(tmp_path, "id")
    assert (part.have.size, part.head(9)) == (3, b"abc")
    part.close(keep=True)
    assert left_in(tmp_path) == [".id-0.note", ".id-0.part"]


class Canned:
    """A host that gives the same raw answer each time and records what it was asked."""

    def __init__(self, head: str, body: bytes) -> None:
        self.seen: list[bytes] = []
        self._answer = f"HTTP/1.1 200 OK\r\nConnection: close\r\n{head}\r\n".encode() + body
        self._server = socket.create_server(("127.0.0.1", 0))
        self.base = f"http://127.0.0.1:{self._server.getsockname()[1]}"
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._thread.start()

    def _serve(self) -> None:
        while True:
            connection, _ = self._server.accept()
            with connection:
                request = connection.recv(65536)
                if not request:
                    return
                self.seen.append(request)
                connection.sendall(self._answer)

    def close(self) -> None:
        with socket.create_connection(self._server.getsockname()):
            pass
        self._thread.join(10)
        self._server.close()


@pytest.fixture
def canned() -> Iterator[Callable[[str, bytes], Canned]]:
    opened: list[Canned] = []

    def make(head: str, body: bytes) -> Canned:
        opened.append(Canned(head, body))
        return opened[-1]

    yield make
    for host in opened:
        host.close()


def small_picture() -> bytes:
    buffer = io.BytesIO()
    Image.new("RGB", (4, 4)).save(buffer, "PNG")
    return buffer.getvalue()


def test_cookies_and_the_token_never_reach_a_file_host(canned: Any, tmp_path: Path) -> None:
    body = small_picture()
    host = canned(f"Set-Cookie: a=b\r\nContent-Length: {len(body)}\r\n", body)
    with runtime.Client("tok-secret", base_url=host.base) as client:
        file = runtime.FileOutput(client.core, f"{host.base}/x", "image")
        assert file.save(tmp_path).name == "x.png"
        assert file.read() == body
    assert len(host.seen) == 2
    assert not any(b"cookie" in asked.lower() or b"tok-secret" in asked for asked in host.seen)


def test_a_compressed_answer_is_unpacked_and_never_resumed(canned: Any, tmp_path: Path) -> None:
    packed = gzip.compress(small_picture())
    head = f'Content-Encoding: gzip\r\nETag: "v"\r\nContent-Length: {len(packed)}\r\n'
    host = canned(head, packed)
    with runtime.Client("token", base_url=host.base) as client:
        path = runtime.FileOutput(client.core, f"{host.base}/x.png", "image").save(tmp_path)
    assert path.read_bytes() == small_picture()
    bomb = canned(head.replace(str(len(packed)), "999999"), gzip.compress(bytes(50_000_000)))
    with (
        runtime.Client("token", base_url=bomb.base) as client,
        pytest.raises(runtime.DownloadFailed, match="longer than 1000000 bytes"),
    ):
        runtime.FileOutput(client.core, f"{bomb.base}/x", "file").read(max_bytes=1_000_000)


def test_a_file_that_ends_with_its_connection_is_taken(canned: Any, tmp_path: Path) -> None:
    host = canned("", small_picture())
    with runtime.Client("token", base_url=host.base) as client:
        path = runtime.FileOutput(client.core, f"{host.base}/x.png", "image").save(tmp_path)
    assert path.read_bytes() == small_picture()


def test_malformed_framing_is_given_up_and_leaves_nothing(canned: Any, tmp_path: Path) -> None:
    host = canned("Transfer-Encoding: chunked\r\n", small_picture())
    with (
        runtime.Client("token", base_url=host.base) as client,
        pytest.raises(runtime.DownloadFailed, match="5 times in a row"),
    ):
        runtime.FileOutput(client.core, f"{host.base}/x.png", "image").save(tmp_path)
    assert len(host.seen) == 5
    assert left_in(tmp_path) == []
