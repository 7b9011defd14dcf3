"""What a notebook shows: saved files embedded, others only named, everything escaped, nothing fetched."""

from __future__ import annotations

import base64
import io
import pickle
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
import runcomfy_runtime as runtime
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image
from runcomfy_runtime.display import MAX_SHOWN_BYTES
from runcomfy_runtime.testing.media import MediaFile, render

KEY = "0123456789abcdef" * 4
HOSTILE = 'https://h/<script>alert(1)</script>"onerror="x\'.png?sig=s'


class Tags(HTMLParser):
    """Collects tags and their attributes."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))


def output(*urls: str) -> Any:
    return runtime.MediaOutput(
        None, {"output": list(urls)}, "image", "R", "a/b", "http://127.0.0.1:9"
    )


@pytest.mark.parametrize(
    ("form", "tag"),
    [("png", "img"), ("jpeg", "img"), ("webp", "img"), ("mp4", "video"), ("wav", "audio")],
)
def test_a_saved_file_is_embedded(tmp_path: Path, form: str, tag: str) -> None:
    content = render(MediaFile(form, KEY, 32, 32))
    file = output("https://h/x").image
    file.path = tmp_path / '"><b>.png'
    file.path.write_bytes(content)
    ((name, attributes),) = Tags(file._repr_html_()).found
    assert name == tag
    _, _, data = str(attributes["src"]).partition("base64,")
    assert base64.b64decode(data) == content
    assert (file._repr_png_() == content) == (form == "png")
    bundle = file._repr_mimebundle_(include=None, exclude=None)
    assert bundle["text/html"] == file._repr_html_()
    assert bundle["text/plain"] == repr(file)
    file.path.unlink()
    assert "src" not in file._repr_html_()


def test_what_was_not_saved_is_named_and_never_fetched() -> None:
    out = output(HOSTILE, "https://h/b.png?sig=s")
    tags = Tags(out._repr_html_()).found
    assert {tag for tag, _ in tags} == {"div", "code", "small"}
    assert not any(attributes for _, attributes in tags)
    assert "sig=s" not in out._repr_html_()
    assert "preview()" in out._repr_html_()
    assert "no files" in output()._repr_html_()


def test_a_long_file_is_not_embedded(tmp_path: Path) -> None:
    file = output("https://h/x").image
    file.path = tmp_path / "long.png"
    with file.path.open("wb") as sink:
        sink.truncate(MAX_SHOWN_BYTES + 1)
    assert "long.png" in file._repr_html_()
    assert "src" not in file._repr_html_()
    assert file._repr_png_() is None


def test_a_preview_shows_by_content_and_pickles() -> None:
    buffer = io.BytesIO()
    Image.new("RGB", (2, 2)).save(buffer, "JPEG")
    preview: Any = runtime.Preview(buffer.getvalue(), "<x>")
    assert preview.media_type == "image/jpeg"
    assert preview._repr_jpeg_() == buffer.getvalue()
    assert preview._repr_png_() is None
    assert pickle.loads(pickle.dumps(preview)) == preview
    assert str(len(buffer.getvalue())) not in repr(preview)
    page: Any = runtime.Preview(b"<html><script>alert(1)</script>", "x.png")
    assert "script" not in page._repr_html_()
    assert "src" not in page._repr_html_()


@given(st.text(), st.text(), st.binary(max_size=40))
def test_no_text_escapes(url: str, name: str, content: bytes) -> None:
    shown: list[Any] = [
        runtime.FileOutput(None, url, "file", "http://127.0.0.1:9"),
        runtime.Preview(content, name),
    ]
    tags = Tags("".join(one._repr_html_() for one in shown)).found
    assert {tag for tag, _ in tags} <= {"div", "code", "small", "img", "video", "audio"}
    assert not any(name.startswith("on") for _, attributes in tags for name in attributes)
