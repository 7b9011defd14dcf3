"""Local media sent through an uploader: a real S3-compatible server in a process of its own, and homemade ones."""

from __future__ import annotations

import asyncio
import hashlib
import inspect
import io
import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
import runcomfy_runtime as runtime
from PIL import Image
from runcomfy_runtime import ModelInfo

SERVER = """
import sys
from moto.moto_server.threaded_moto_server import ThreadedMotoServer
server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
server.start()
print(*server.get_host_and_port(), flush=True)
sys.stdin.read()
"""
KEYS = {"access_key_id": "AKIATEST", "secret_access_key": "secret-key-7f", "region": "us-east-1"}


@pytest.fixture(scope="module")
def store() -> Iterator[str]:
    """Return the address of an S3 server that has one bucket."""
    pipes: Any = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": subprocess.DEVNULL}
    with subprocess.Popen([sys.executable, "-c", SERVER], text=True, **pipes) as process:
        assert process.stdout is not None
        assert process.stdin is not None
        host, port = process.stdout.readline().split()
        url = f"http://{host}:{port}"
        httpx.put(f"{url}/media").raise_for_status()
        yield url
        process.stdin.close()
        process.wait(20)


class Shell:
    """One of the two shells; what it submits goes to a service that records it."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.sent: list[httpx.Request] = []

    def _answer(self, request: httpx.Request) -> httpx.Response:
        self.sent.append(request)
        return httpx.Response(200, json={"request_id": "R1"})

    def uploader(self, store: str, **settings: Any) -> Any:
        kind: Any = (
            runtime.AsyncObjectStoreUploader
            if self.name == "async"
            else runtime.ObjectStoreUploader
        )
        where = {"endpoint": store, "client_options": {"allow_http": True}}
        return kind.from_url("s3://media", **KEYS, **where, **settings)

    def submit(self, uploader: Any, fields: dict[str, Any]) -> Any:
        """Submit ``fields``; return what would be sent as JSON."""
        transport = httpx.MockTransport(self._answer)
        facts: Any = {"token": "tok", "base_url": "http://127.0.0.1:9", "transport": transport}
        if self.name == "sync":
            with runtime.Client(**facts, uploader=uploader) as client:
                client.model("a/b").submit(fields)
        else:

            async def work() -> None:
                async with runtime.AsyncClient(**facts, uploader=uploader) as client:
                    await client.model("a/b").submit(fields)

            asyncio.run(work())
        (request,) = self.sent
        return json.loads(request.content)


@pytest.fixture(params=["sync", "async"])
def shell(request: pytest.FixtureRequest) -> Shell:
    return Shell(request.param)


def picture(colour: int) -> bytes:
    buffer = io.BytesIO()
    Image.new("RGB", (64, 64), (colour, 0, 0)).save(buffer, "PNG")
    return buffer.getvalue()


def objects(store: str) -> dict[str, int]:
    listing = httpx.get(f"{store}/media?list-type=2").text
    found = re.findall(r"<Key>(.*?)</Key>.*?<Size>(\d+)</Size>", listing, re.DOTALL)
    return {name: int(size) for name, size in found}


def test_every_form_is_uploaded_and_can_be_fetched_without_credentials(
    shell: Shell, store: str, tmp_path: Path
) -> None:
    path = tmp_path / "in.png"
    path.write_bytes(picture(1))
    fields = {"a": path, "b": [picture(2), io.BytesIO(picture(3))], "c": Image.new("L", (9, 9))}
    sent = shell.submit(shell.uploader(store, prefix=f"{shell.name}/"), fields)
    addresses = [sent["a"], *sent["b"], sent["c"]]
    for address, content in zip(addresses, [picture(1), picture(2), picture(3)], strict=False):
        reply = httpx.get(address)
        assert reply.content == content
        assert reply.headers["content-type"] == "image/png"
        name = hashlib.sha256(content).hexdigest()
        assert httpx.URL(address).path == f"/media/{shell.name}/{name}.png"
        assert httpx.URL(address).params["X-Amz-Expires"] == "86400"
        assert KEYS["secret_access_key"] not in address
    assert httpx.get(addresses[3]).content.startswith(b"\x89PNG")


def test_a_large_file_goes_in_parts_and_over_the_guard_of_a_request(
    shell: Shell, store: str, tmp_path: Path
) -> None:
    path = tmp_path / f"{shell.name}.mp4"
    head = b"\0\0\0\x18ftypmp42" + shell.name.encode()
    path.write_bytes(head + os.urandom(1024) + bytes(70 * 1024 * 1024))
    media: Any = {"/video": "video"}
    assert runtime.ModelInfo("a/b", media=media).media
    sent = shell.submit(shell.uploader(store, expires=timedelta(minutes=5)), {"video": path})
    with httpx.stream("GET", sent["video"]) as reply:
        digest = hashlib.sha256()
        for chunk in reply.iter_raw():
            digest.update(chunk)
    assert digest.hexdigest() in sent["video"]
    assert reply.headers["content-type"] == "video/mp4"
    assert re.fullmatch(r'"[0-9a-f]+-\d+"', reply.headers["etag"])  # S3's mark of several parts
    assert httpx.URL(sent["video"]).params["X-Amz-Expires"] == "300"


def test_the_same_content_is_stored_once(shell: Shell, store: str) -> None:
    uploader = shell.uploader(store, prefix=f"once-{shell.name}/")
    shell.submit(uploader, {"a": picture(7), "b": [picture(7)]})
    shell.sent.clear()
    before = {name for name in objects(store) if name.startswith(f"once-{shell.name}/")}
    shell.submit(uploader, {"a": picture(7)})
    after = {name for name in objects(store) if name.startswith(f"once-{shell.name}/")}
    assert len(before) == 1
    assert after == before


@pytest.mark.parametrize("fault", ["no bucket", "no server"])
def test_a_failed_upload_submits_nothing(shell: Shell, store: str, fault: str) -> None:
    from obstore.store import S3Store

    where = store if fault == "no bucket" else "http://127.0.0.1:1"
    patience: Any = {"max_retries": 1, "retry_timeout": timedelta(seconds=2)}
    options: Any = {"endpoint": where, "client_options": {"allow_http": True}, **KEYS}
    bucket = S3Store("nowhere", retry_config=patience, **options)
    uploader: Any = shell.uploader(store)
    kind = uploader.__class__
    with pytest.raises(runtime.UploadFailed, match="could not be uploaded") as caught:
        shell.submit(kind(bucket), {"image": picture(1)})
    assert shell.sent == []
    assert caught.value.path == "/image"
    assert "Nothing was submitted." in str(caught.value)
    assert "secret-key" not in str(caught.value)
    assert "\n" not in str(caught.value)


def test_faults_of_the_input_are_found_before_anything_is_uploaded(shell: Shell) -> None:
    class Never:
        def upload(self, media: runtime.LocalMedia) -> str:
            raise AssertionError

    with pytest.raises(runtime.InvalidInput, match="does not exist"):
        shell.submit(Never(), {"a": picture(1), "b": Path("/no/such/file.png")})
    assert shell.sent == []


@pytest.mark.parametrize("answer", ["s3://bucket/x", "", None, 7])
def test_what_is_no_address_is_not_sent(shell: Shell, answer: Any) -> None:
    class Odd:
        def upload(self, media: runtime.LocalMedia) -> Any:
            return answer

    with pytest.raises(runtime.UploadFailed, match=r"no http\(s\) address"):
        shell.submit(Odd(), {"a": picture(1)})
    assert shell.sent == []


def test_queries_are_left_out_of_the_words_of_a_failure(shell: Shell) -> None:
    class Leaky:
        def upload(self, media: runtime.LocalMedia) -> str:
            raise RuntimeError("PUT https://h/x?X-Amz-Signature=abc failed")

    with pytest.raises(runtime.UploadFailed, match=r"PUT https://h/x\?… failed"):
        shell.submit(Leaky(), {"a": picture(1)})


def test_a_blocking_uploader_serves_both_shells_and_several_files_at_once(shell: Shell) -> None:
    import threading

    gate = threading.Barrier(3, timeout=20)

    class Store:
        def upload(self, media: runtime.LocalMedia) -> str:
            gate.wait()
            return f"https://store.example/{media.sha256()}"

    contents = [picture(n) for n in (1, 2, 3)]
    sent = shell.submit(Store(), {"images": contents})
    hashes = [hashlib.sha256(content).hexdigest() for content in contents]
    assert sent["images"] == [f"https://store.example/{it}" for it in hashes]


def test_an_asynchronous_uploader_runs_on_the_loop_and_cannot_prepare() -> None:
    class Store:
        async def upload(self, media: runtime.LocalMedia) -> str:
            await asyncio.sleep(0)
            return "https://store.example/x.png"

    shell = Shell("async")
    assert shell.submit(Store(), {"a": picture(1)}) == {"a": "https://store.example/x.png"}
    client = runtime.AsyncClient("tok", uploader=Store())
    assert client.model("a/b").prepare({"a": "https://h/x.png"}).payload
    with pytest.raises(TypeError, match="is not awaited"):
        client.model("a/b").prepare({"a": picture(1)})


def test_settings_are_checked(store: str) -> None:
    with pytest.raises(ValueError, match="one minute to seven days"):
        Shell("sync").uploader(store, expires=timedelta(days=8))
    with pytest.raises(ValueError, match="memory:// stores cannot sign"):
        runtime.ObjectStoreUploader.from_url("memory:///")
    assert "secret" not in repr(Shell("sync").uploader(store))
    assert not inspect.iscoroutinefunction(runtime.ObjectStoreUploader.upload)
    assert ModelInfo("a/b").media == {}
