"""The files really are what they say."""

from __future__ import annotations

import io
import struct
import wave
from typing import TYPE_CHECKING
from urllib.parse import quote

import httpx
import pytest
from PIL import Image

if TYPE_CHECKING:
    from collections.abc import Iterator

    from .conftest import Desk

MOVIE = "/v1/models/" + quote("acme/movie-2.5/4K/text to video")


@pytest.mark.parametrize("form", ["png", "jpeg", "webp"])
def test_pictures_open_in_the_format_and_shape_asked_for(desk: Desk, form: str) -> None:
    request_id = desk.submit(
        prompt="x", image_url="https://e.org/i.png", output_format=form, aspect_ratio="16:9"
    )
    (url,) = desk.urls(request_id)
    reply = httpx.get(url)
    picture = Image.open(io.BytesIO(reply.content))
    picture.load()
    assert url.startswith(desk.emulator.storage_url)
    assert "%3D/output/" in url
    assert reply.headers["content-type"] == f"image/{form}"
    assert picture.format == form.upper()
    assert picture.size == (512, 288)
    assert len(set(picture.convert("RGB").tobytes())) > 10


def test_as_many_different_pictures_as_asked_for(desk: Desk) -> None:
    urls = desk.urls(desk.submit(prompt="x", image_url="https://e.org/i.png", num_images=3))
    assert len({httpx.get(url).content for url in urls}) == 3


def test_different_prompts_give_different_pictures(desk: Desk) -> None:
    jobs = [desk.submit(prompt=p, image_url="https://e.org/i.png") for p in "ab"]
    first, second = (httpx.get(desk.urls(job)[0]).content for job in jobs)
    assert first != second


def test_sound_is_one_second_of_a_tone(desk: Desk) -> None:
    (url,) = desk.urls(desk.submit("/v1/models/acme/voice", text="hello"))
    reply = httpx.get(url)
    assert reply.headers["content-type"] == "audio/wav"
    with wave.open(io.BytesIO(reply.content)) as sound:
        assert sound.getnframes() / sound.getframerate() == 1.0
        assert len(set(sound.readframes(2000))) > 10


def _boxes(content: bytes) -> Iterator[tuple[bytes, bytes]]:
    while content:
        size, kind = struct.unpack(">I4s", content[:8])
        assert 8 <= size <= len(content)
        yield kind, content[8:size]
        content = content[size:]


def _inside(content: bytes, *path: bytes) -> bytes:
    for kind in path:
        content = dict(_boxes(content))[kind]
    return content


def test_video_is_an_mp4_whose_tables_point_at_its_frames(desk: Desk) -> None:
    (url,) = desk.urls(desk.submit(MOVIE, prompt="a wave"))
    reply = httpx.get(url)
    content = reply.content
    assert reply.headers["content-type"] == "video/mp4"
    assert [kind for kind, _ in _boxes(content)] == [b"ftyp", b"mdat", b"moov"]
    scale, length = struct.unpack(">2I", _inside(content, b"moov", b"mvhd")[12:20])
    assert length == scale
    table = _inside(content, b"moov", b"trak", b"mdia", b"minf", b"stbl")
    count = struct.unpack(">I", _inside(table, b"stsz")[8:12])[0]
    sizes = struct.unpack(f">{count}I", _inside(table, b"stsz")[12:])
    (at,) = struct.unpack(">I", _inside(table, b"stco")[8:12])
    assert b"avc1" in _inside(table, b"stsd")
    for size in sizes:
        unit = content[at : at + size]
        assert struct.unpack(">I", unit[:4])[0] == size - 4
        assert unit[4] == 0x65
        assert not any(bytes((0, 0, n)) in unit[4:] for n in range(3))
        at += size
    assert sum(sizes) == len(_inside(content, b"mdat"))


def test_ranges_resume_a_file_and_if_range_guards_it(desk: Desk) -> None:
    (url,) = desk.urls(desk.submit())
    whole = httpx.get(url)
    tag = whole.headers["etag"]
    rest = httpx.get(url, headers={"Range": "bytes=100-", "If-Range": tag})
    assert rest.status_code == 206
    assert rest.content == whole.content[100:]
    total = len(whole.content)
    assert rest.headers["content-range"] == f"bytes 100-{total - 1}/{total}"
    assert httpx.get(url, headers={"Range": "bytes=3-5"}).content == whole.content[3:6]
    changed = httpx.get(url, headers={"Range": "bytes=100-", "If-Range": '"old"'})
    assert (changed.status_code, changed.content) == (200, whole.content)
    assert httpx.get(url, headers={"Range": f"bytes={total}-"}).status_code == 416


def test_files_exist_only_when_the_job_has_finished(desk: Desk) -> None:
    first = desk.submit()
    (url,) = desk.urls(first)
    second = desk.submit()
    assert httpx.get(url.replace(first, second)).status_code == 404
    desk.clock.advance(60)
    assert httpx.get(url.replace(first, second)).status_code == 200
    assert httpx.get(url.replace("_output", "_other")).status_code == 404


def test_downloads_need_no_token_and_show_when_one_was_sent(desk: Desk) -> None:
    (url,) = desk.urls(desk.submit())
    httpx.get(url)
    httpx.get(url, headers={"Authorization": "Bearer leaked"})
    downloads = [call for call in desk.emulator.calls if call.name == "download"]
    assert [call.authorized for call in downloads] == [False, True]
