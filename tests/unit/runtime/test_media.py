"""Local media: every form, checked before it is read, judged by the service's rules, encoded without copies."""

from __future__ import annotations

import base64
import io
import json
import os
import tracemalloc
import wave
from contextlib import nullcontext, suppress
from pathlib import Path
from typing import Any, cast

import numpy as np
import pytest
import runcomfy_runtime as runtime
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image
from runcomfy_runtime import ModelInfo, datauris
from runcomfy_runtime.media import MAX_REQUEST_BYTES, LocalMedia, MediaError, inspect_media
from runcomfy_runtime.payload import draft_body
from runcomfy_runtime.sniffing import sniff
from runcomfy_runtime.testing.media import MediaFile, render
from runcomfy_runtime.uploads import fill_now
from runcomfy_runtime.validations import broken_rules

KEY = "0123456789abcdef" * 4


def picture(form: str = "PNG", size: tuple[int, int] = (40, 30), **how: Any) -> bytes:
    buffer = io.BytesIO()
    Image.new("RGB", size, (200, 10, 10)).save(buffer, format=form, **how)
    return buffer.getvalue()


def sent(value: object, info: ModelInfo | None = None, **settings: Any) -> tuple[str, bytes]:
    """Return the media type and the content that are sent for ``value``."""
    info = info or ModelInfo("v/m", media={"/image": "image"})
    settings = {"validate": "strict", "inline": True, **settings}
    body = fill_now(draft_body(info, {"image": value}, **settings), None)
    return datauris.decode(json.loads(body)["image"])


def refused(value: object, info: ModelInfo | None = None) -> str:
    with pytest.raises(runtime.InvalidInput) as caught:
        sent(value, info)
    (fault,) = caught.value.faults
    assert fault.path == "/image"
    return fault.message


class Pipe(io.RawIOBase):
    """A stream that can be read once."""

    def __init__(self, content: bytes) -> None:
        super().__init__()
        self._inner = io.BytesIO(content)

    def readable(self) -> bool:
        return True

    def read(self, size: int | None = -1) -> bytes:
        return self._inner.read(size)


def test_every_form_gives_the_same_content(tmp_path: Path) -> None:
    content = picture()
    path = tmp_path / "in.png"
    path.write_bytes(content)
    tail = io.BytesIO(b"before" + content)
    tail.seek(6)
    forms: list[object] = [
        path,
        content,
        bytearray(content),
        memoryview(content),
        memoryview(content[::-1])[::-1],
        io.BytesIO(content),
        tail,
        Pipe(content),
    ]
    for form in forms:
        assert sent(form) == ("image/png", content), form
    with path.open("rb") as file:
        assert sent(file) == ("image/png", content)
        assert file.tell() == 0
    assert tail.tell() == 6


def test_two_fields_may_share_one_open_file() -> None:
    info = ModelInfo("v/m", media={"/a": "image", "/b/*": "image"})
    file = io.BytesIO(picture())
    draft = draft_body(info, {"a": file, "b": [file, file]}, "strict", inline=True)
    body = json.loads(draft.with_content())
    assert body["a"] == body["b"][0] == body["b"][1]
    assert [slot.pointer for slot in draft.slots] == ["/a", "/b/0", "/b/1"]


@pytest.mark.parametrize("shape", [(30, 40), (30, 40, 1), (30, 40, 3), (30, 40, 4)])
def test_arrays_become_png(shape: tuple[int, ...]) -> None:
    array = np.arange(np.prod(shape), dtype=np.uint8).reshape(shape)
    media_type, content = sent(array)
    assert media_type == "image/png"
    back = np.asarray(Image.open(io.BytesIO(content)))
    assert np.array_equal(back, array.squeeze() if shape[-1] == 1 else array)
    assert sent(array[:, ::-1])[0] == "image/png"  # one that does not lie in one piece


@pytest.mark.parametrize(
    ("array", "words"),
    [
        (
            np.zeros((4, 4, 3), np.float32),
            "float32, not uint8; for values from 0 to 1 give (array * 255)",
        ),
        (np.zeros((4, 4), np.uint16), 'uint16, not uint8; give array.astype("uint8")'),
        (np.zeros((4, 4), np.bool_), "not uint8"),
        (np.zeros((4, 4, 2), np.uint8), "shape (4, 4, 2); give height x width"),
        (np.zeros((1, 4, 4, 3), np.uint8), "shape (1, 4, 4, 3)"),
        (np.zeros((0, 4), np.uint8), "shape (0, 4)"),
        (np.zeros(4, np.uint8), "shape (4,)"),
    ],
)
def test_arrays_that_are_no_pictures_are_refused(array: Any, words: str) -> None:
    assert words in refused(array)


def test_pillow_images_become_png_or_are_refused() -> None:
    assert sent(Image.new("RGBA", (3, 2)))[0] == "image/png"
    assert "convert it to RGB first" in refused(Image.new("CMYK", (3, 2)))


def test_what_is_no_file_is_refused_without_being_opened(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe.png"
    os.mkfifo(pipe)  # opening it would block for ever
    text = tmp_path / "a.txt"
    text.write_text("text")
    closed = io.BytesIO(picture())
    closed.close()
    assert "a pipe or a socket" in refused(pipe)
    assert "is a folder" in refused(tmp_path)
    assert "does not exist" in refused(tmp_path / "no.png")
    assert "cannot be read" in refused(Path("a\0b"))
    assert "closed file" in refused(closed)
    assert 'mode "rb"' in refused(io.StringIO("x"))
    with text.open() as file:
        assert 'mode "rb"' in refused(file)
    assert "is empty" in refused(b"")


def test_a_stream_that_cannot_be_read_twice_is_bounded() -> None:
    class Endless(Pipe):
        def read(self, size: int | None = -1) -> bytes:
            return bytes(size or 0)

    assert "write it to a file and give its path" in refused(Endless(b""))


def test_a_file_of_another_kind_is_refused_unless_validation_is_off(tmp_path: Path) -> None:
    path = tmp_path / "new-format.jpg"
    path.write_bytes(b"\0unheard-of format")
    assert "no image of a known format" in refused(path)
    assert sent(path, validate="off")[0] == "image/jpeg"
    with pytest.warns(UserWarning, match="known format"):
        assert sent(path, validate="warn")[0] == "image/jpeg"
    wav = render(MediaFile("wav", KEY))
    assert "is audio/wav, but image is expected" in refused(wav)


def test_all_faults_of_files_are_named_at_once(tmp_path: Path) -> None:
    media: Any = {"/image": "image", "/clips/*": "video"}
    info = ModelInfo("v/m", media=media, validations={"/image": [rule("width_pixels>", 100)]})
    fields = {"image": picture(), "clips": [tmp_path / "no.mp4", picture(), "clip.mp4"]}
    with pytest.raises(runtime.InvalidInput) as caught:
        draft_body(info, fields, "strict", inline=True)
    assert {fault.path for fault in caught.value.faults} == {
        "/image",
        "/clips/0",
        "/clips/1",
        "/clips/2",
    }


def test_data_uris_are_judged_like_files() -> None:
    good = "data:image/png;base64," + base64.b64encode(picture()).decode()
    assert sent(good) == ("image/png", picture())
    assert "base64 is malformed" in refused("data:image/png;base64,@@@")
    assert "without a comma" in refused("data:image/png;base64")
    assert "audio/wav, but image" in refused(
        "data:image/png;base64," + base64.b64encode(render(MediaFile("wav", KEY))).decode()
    )
    info = ModelInfo(
        "v/m", media={"/image": "image"}, validations={"/image": [rule("width_pixels>", 100)]}
    )
    assert "40 x 30 pixels" in refused(good, info)


def rule(text: Any, value: Any, message: Any = "") -> dict[str, Any]:
    return {"rule": text, "value": value, "message": message}


def media_of(content: bytes) -> LocalMedia:
    return inspect_media(content, None)[0]


@pytest.mark.parametrize("form", ["PNG", "JPEG", "WEBP", "GIF", "BMP", "TIFF"])
def test_pixels_are_read_from_the_header_of_each_format(form: str) -> None:
    media = media_of(picture(form, (300, 200)))
    broken = [rule("width_pixels<", 300), rule("height_pixels>", 200), rule("width/height<", 1.5)]
    kept = [rule("width_pixels<", 301), rule("height_pixels>", 199), rule("width/height<", 1.51)]
    assert len(broken_rules(media, broken)) == 3
    assert "300 x 200 pixels" in broken_rules(media, broken)[0]
    assert broken_rules(media, kept) == []


def test_lossless_webp_and_turned_jpeg() -> None:
    assert broken_rules(media_of(picture("WEBP", (30, 20), lossless=True)), [rule("width=", 31)])
    turned = Image.new("RGB", (30, 20)).getexif()
    turned[0x0112] = 6
    media = media_of(picture("JPEG", (30, 20), exif=turned))
    assert broken_rules(media, [rule("width=", 20), rule("height=", 30)]) == []


@pytest.mark.parametrize(
    ("text", "value", "broken"),
    [
        ("width*height<=", 1200, False),
        ("width*height<", 1200, True),
        ("megapixels>", 0.001, False),
        ("total_pixels>", 5000, True),
        ("aspect_ratio<=", 1, True),
        ("height / width <", 0.5, True),
        ("WIDTH_PIXELS>", "64", True),
        ("width_pixels ==", 40, False),
    ],
)
def test_the_grammar_of_rules(text: str, value: Any, broken: bool) -> None:
    assert bool(broken_rules(media_of(picture()), [rule(text, value)])) is broken


@pytest.mark.parametrize(
    "entry",
    [
        rule("bit_depth<", 8),
        rule("width_pixels<", None),
        rule("width_pixels<", "many"),
        rule("width_pixels<", True),
        rule("width_pixels<", float("nan")),
        rule("width_pixels", 3),
        rule("width_pixels<>", 3),
        rule("duration_seconds<", 1),
        rule("width/phase_of_moon<", 1),
        rule(None, 1),
        rule(["width_pixels<"], 1),
        "width_pixels<1",
        None,
        {},
    ],
)
def test_unknown_rules_block_nothing(entry: Any) -> None:
    assert broken_rules(media_of(picture()), [entry]) == []


@given(st.lists(st.recursive(st.none() | st.booleans() | st.floats() | st.text(), st.lists)))
def test_no_rule_breaks_the_check(rules: list[Any]) -> None:
    broken_rules(
        media_of(b"\x89PNG\r\n\x1a\n"), [*rules, *({"rule": r, "value": r} for r in rules)]
    )


def test_a_megabyte_is_read_in_favour_of_the_file() -> None:
    def of_size(size: int) -> LocalMedia:
        return LocalMedia("video/mp4", size, None, cast("Any", None))

    limit = [rule("file_size_mb<", 30, "File size must be less than 30 MB.")]
    assert broken_rules(of_size(31_000_000), [*limit]) == []  # 29.6 MiB
    (words,) = broken_rules(of_size(31_457_280), limit)
    assert words == "File size must be less than 30 MB. (the file has 31457280 bytes)"
    assert broken_rules(of_size(999_000), [rule("file_size_kb>", 1000)])
    assert broken_rules(of_size(1_010_000), [rule("file_size_kb>", 1000)]) == []


def test_a_broken_file_has_no_pixels_and_breaks_no_rule() -> None:
    assert broken_rules(media_of(picture()[:12]), [rule("width_pixels>", 9999)]) == []


def test_duration_is_checked_where_it_is_written_down(tmp_path: Path) -> None:
    path = tmp_path / "three.wav"
    with wave.open(str(path), "wb") as sound:
        sound.setnchannels(1)
        sound.setsampwidth(2)
        sound.setframerate(8000)
        sound.writeframes(bytes(8000 * 2 * 3))
    media, doubt = inspect_media(path, "audio")
    assert doubt is None
    assert broken_rules(media, [rule("duration<", 3.5), rule("duration_ms>", 2500)]) == []
    assert "3 s" in broken_rules(media, [rule("duration_seconds<", 2)])[0]
    film = media_of(render(MediaFile("mp4", KEY)))
    assert "1 s" in broken_rules(film, [rule("duration>", 4)])[0]


def test_rules_on_a_list_hold_for_each_of_its_files() -> None:
    info = ModelInfo(
        "v/m",
        media={"/images/*": "image"},
        validations={"/images": [rule("width/height<", 2, "At most 2:1.")]},
    )
    fields = {"images": [picture(), picture(size=(90, 30)), "https://example.org/x.png"]}
    with pytest.raises(runtime.InvalidInput) as caught:
        draft_body(info, fields, "strict", inline=True)
    assert [fault.path for fault in caught.value.faults] == ["/images/1"]
    assert "At most 2:1." in str(caught.value)


def test_a_file_that_changes_meanwhile_is_not_sent(tmp_path: Path) -> None:
    path = tmp_path / "in.png"
    info = ModelInfo("v/m", media={"/image": "image"})
    for later in (picture() + b"more", picture()[:-3]):
        path.write_bytes(picture())
        draft = draft_body(info, {"image": path}, "strict", inline=True)
        path.write_bytes(later)
        with pytest.raises(runtime.InvalidInput, match="changed while it was read"):
            draft.with_content()
    path.unlink()
    with pytest.raises(runtime.InvalidInput, match="cannot be read"):
        draft.with_content()


def test_the_guard_counts_all_files_before_any_is_read(tmp_path: Path) -> None:
    path = tmp_path / "large.png"
    with path.open("wb") as file:
        file.write(picture())
        file.truncate(MAX_REQUEST_BYTES // 2)
    info = ModelInfo("v/m", media={"/images/*": "image"})
    tracemalloc.start()
    with pytest.raises(runtime.InvalidInput, match="give the client an uploader"):
        draft_body(info, {"images": [path, path]}, "strict", inline=True)
    assert tracemalloc.get_traced_memory()[1] < 8 * 1024 * 1024
    tracemalloc.stop()
    assert draft_body(info, {"images": [path, path]}, "strict", inline=False).slots


def test_encoding_holds_the_body_and_little_more(tmp_path: Path) -> None:
    path = tmp_path / "large.png"
    path.write_bytes(picture() + os.urandom(24 * 1024 * 1024))
    draft = draft_body(ModelInfo("v/m"), {"image": path}, "strict", inline=True)
    tracemalloc.start()
    body = draft.with_content()
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 1.3 * len(body)
    assert datauris.decode(json.loads(body)["image"])[1] == path.read_bytes()


@given(st.binary(max_size=5000), st.sampled_from([1, 7, 1000, 786431]))
def test_pieces_of_any_length_join_to_one_data_uri(content: bytes, step: int) -> None:
    class Slow(io.BytesIO):
        def read(self, size: int | None = -1) -> bytes:
            return super().read(min(step, size or 0))

    uri = b"".join(datauris.encoded("image/png", Slow(content)))
    assert uri == b"data:image/png;base64," + base64.b64encode(content)
    assert len(uri) == datauris.encoded_size("image/png", len(content))
    assert datauris.decode(uri.decode()) == ("image/png", content)


@given(st.text())
def test_no_text_breaks_the_reading_of_data_uris(text: str) -> None:
    with suppress(ValueError):
        datauris.decode(f"data:{text}")


@given(st.binary(max_size=80))
def test_no_content_breaks_the_check(content: bytes) -> None:
    sniff(content)
    with nullcontext() if content else pytest.raises(MediaError, match="is empty"):
        inspect_media(content, "image")


def test_text_cannot_pass_for_the_place_of_a_file() -> None:
    info = ModelInfo("v/m", media={"/image": "image"})
    fields = {"prompt": "https://local.invalid/file", "image": picture(), "~": '"'}
    body = json.loads(draft_body(info, fields, "strict", inline=True).with_content())
    assert body["prompt"] == fields["prompt"]
    assert datauris.decode(body["image"])[1] == picture()
