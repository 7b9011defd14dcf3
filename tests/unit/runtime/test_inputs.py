"""From given fields to the request body: faults, local media, what is sent."""

from __future__ import annotations

import base64
import io
import json
import math
from pathlib import Path
from typing import Any, Literal

import pytest
import runcomfy_runtime as runtime
from PIL import Image
from pydantic import Field
from runcomfy_runtime import UNSET, InputModel, ModelInfo
from runcomfy_runtime.media import MAX_REQUEST_BYTES
from runcomfy_runtime.payload import draft_body
from runcomfy_runtime.sniffing import sniff
from runcomfy_runtime.uploads import fill_now

PNG = b"\x89PNG\r\n\x1a\n" + b"\0" * 40
WAV = b"RIFF\x24\0\0\0WAVEfmt " + b"\0" * 30


class Lora(InputModel):
    path: str
    scale: float = Field(default=1.0, ge=0, le=4)


class Input(InputModel):
    prompt: str
    image_url: str
    __nullable__ = frozenset({"seed"})

    seed: int | None = None
    size: Literal["1k", "2k"] | int = "1k"
    loras: list[Lora] = Field(default=[], max_length=2)
    from_: str = Field(default="", alias="from")
    images: list[str] = Field(default=[])
    steps: list[list[Literal[1, 2]]] = Field(default=[])


INFO = ModelInfo("v/m", input=Input, media={"/image_url": "image", "/images/*": "image"})
URL = "https://x.example/y.png"


def build_body(info: ModelInfo, fields: Any, validate: Any, uploader: Any) -> bytes:
    draft = draft_body(info, fields, validate, inline=uploader is None)
    return fill_now(draft, uploader)


def build(validate: Any = "strict", **fields: Any) -> Any:
    return json.loads(build_body(INFO, fields, validate, None))


def faults(**fields: Any) -> dict[str, str]:
    with pytest.raises(runtime.InvalidInput) as caught:
        build(**fields)
    assert all(fault.path in str(caught.value) for fault in caught.value.faults)
    return {fault.path: fault.message for fault in caught.value.faults}


def test_what_was_given_is_sent_and_unset_is_not() -> None:
    sent = build(
        prompt="ü",
        image_url=URL,
        seed=UNSET,
        size="2k",
        loras=[Lora(path="a"), {"path": "b", "scale": 2}],
    )
    assert sent == {
        "prompt": "ü",
        "image_url": URL,
        "size": "2k",
        "loras": [{"path": "a"}, {"path": "b", "scale": 2}],
    }


def test_null_is_sent_only_where_it_is_allowed() -> None:
    assert build(prompt="x", image_url=URL, seed=None)["seed"] is None
    assert "/prompt" in faults(prompt=None, image_url=URL)
    assert faults(prompt="x", image_url=URL, size=None)["/size"].startswith("must not be null")


def test_all_faults_at_once_with_their_paths() -> None:
    found = faults(
        image_url="cat.png",
        seed="7",
        size="4k",
        loras=[{"path": "a", "scale": 9}, {"scale": "x"}],
        sizes=1,
    )
    assert set(found) == {
        "/prompt",
        "/image_url",
        "/seed",
        "/size",
        "/loras/0/scale",
        "/loras/1/path",
        "/loras/1/scale",
        "/sizes",
    }
    assert "pathlib.Path" in found["/image_url"]
    assert "did you mean 'size'" in found["/sizes"]
    assert found["/prompt"] == "is required"


def test_the_nearest_name_and_choice_are_suggested_in_every_depth_and_case() -> None:
    found = faults(prompt="x", image_url=URL, size="2K", loras=[{"pth": "a"}], Seed=1)
    assert "did you mean 'path'" in found["/loras/0/pth"]
    assert "did you mean 'seed'" in found["/Seed"]
    assert "did you mean '2k'" in found["/size"]
    assert "did you mean" not in faults(prompt="x", image_url=URL, size="qqq")["/size"]


def test_fields_go_by_the_service_s_names() -> None:
    assert build(prompt="x", image_url=URL, **{"from": "here"})["from"] == "here"
    assert "/from_" in faults(prompt="x", image_url=URL, from_="here")


def test_strictness_and_its_switches() -> None:
    assert "/seed" in faults(prompt="x", image_url=URL, seed=True)
    with pytest.warns(UserWarning, match="/seed"):
        assert build(validate="warn", prompt="x", image_url=URL, seed="7")["seed"] == "7"
    assert build(validate="off", prompt="x", image_url="cat", other=1)["other"] == 1


def test_what_json_cannot_hold_is_a_fault_even_unvalidated() -> None:
    with pytest.raises(runtime.InvalidInput) as caught:
        build(validate="off", a=math.nan, b=object(), c=[{"d": math.inf}])
    assert [fault.path for fault in caught.value.faults] == ["/a", "/b", "/c/0/d"]


def test_every_form_of_a_local_file(tmp_path: Path) -> None:
    path = tmp_path / "in.png"
    path.write_bytes(PNG)
    expected = "data:image/png;base64," + base64.b64encode(PNG).decode()
    with path.open("rb") as file:
        for value in (path, PNG, bytearray(PNG), io.BytesIO(PNG), file):
            assert build(prompt="x", image_url=value)["image_url"] == expected
    assert build(prompt="x", image_url=URL, images=[URL, path])["images"] == [URL, expected]
    drawn = build(prompt="x", image_url=Image.new("RGB", (2, 3)))["image_url"]
    decoded = Image.open(io.BytesIO(base64.b64decode(drawn.partition(",")[2])))
    assert decoded.size == (2, 3)


def test_a_stream_is_read_from_where_it_stands() -> None:
    stream = io.BytesIO(b"skip" + PNG)
    stream.seek(4)
    sent = build(prompt="x", image_url=stream)["image_url"]
    assert base64.b64decode(sent.partition(",")[2]) == PNG


def test_unusable_files_are_faults(tmp_path: Path) -> None:
    (tmp_path / "empty.png").touch()
    (tmp_path / "a.wav").write_bytes(WAV)
    (tmp_path / "a.png").write_text("not an image")
    cases: dict[Any, str] = {
        tmp_path / "missing.png": "does not exist",
        tmp_path: "folder",
        tmp_path / "empty.png": "is empty",
        tmp_path / "a.wav": "is audio/wav, but image is expected",
        tmp_path / "a.png": "no image of a known format",
    }
    for value, words in cases.items():
        assert words in faults(prompt="x", image_url=value)["/image_url"]
    assert "rb" in faults(prompt="x", image_url=io.StringIO("x"))["/image_url"]


def test_the_size_is_checked_before_anything_is_read(tmp_path: Path) -> None:
    path = tmp_path / "big.png"
    with path.open("wb") as file:
        file.write(PNG)
        file.truncate(MAX_REQUEST_BYTES)
    assert "give a URL instead" in faults(prompt="x", image_url=path)["/image_url"]


def test_unknown_model_takes_files_anywhere(tmp_path: Path) -> None:
    sent = json.loads(build_body(ModelInfo("v/m"), {"a": {"b": [PNG]}}, "strict", None))
    assert sent["a"]["b"][0].startswith("data:image/png;base64,")


def test_uploader_takes_the_place_of_encoding() -> None:
    class Store:
        def upload(self, media: runtime.LocalMedia) -> str:
            return f"https://store.example/{media.size}?type={media.media_type}"

    body = build_body(INFO, {"prompt": "x", "image_url": PNG}, "strict", Store())
    assert json.loads(body)["image_url"] == "https://store.example/48?type=image/png"


def test_a_file_where_text_belongs_is_refused_before_it_is_paid_for(tmp_path: Path) -> None:
    path = tmp_path / "prompt.txt"
    path.write_text("a cat")
    assert "takes no file; give its text" in faults(prompt=path, image_url=URL)["/prompt"]
    assert "takes no file" in faults(prompt="x", image_url=URL, seed=path)["/seed"]


def test_unpaired_surrogates_are_sent_as_escapes() -> None:
    assert build(prompt="a\ud800", image_url=URL)["prompt"] == "a\ud800"


@pytest.mark.parametrize(
    ("head", "kind"),
    [
        (PNG, "image/png"),
        (b"\xff\xd8\xff\xe0", "image/jpeg"),
        (b"RIFF1234WEBPVP8 ", "image/webp"),
        (b"\0\0\0\x18ftypmp42", "video/mp4"),
        (b"\0\0\0\x18ftypM4A ", "audio/mp4"),
        (b"\0\0\0\x18ftypqt  ", "video/quicktime"),
        (b"\x1aE\xdf\xa3", "video/webm"),
        (WAV, "audio/wav"),
        (b"ID3\x04", "audio/mpeg"),
        (b"fLaC", "audio/flac"),
        (b"hello", None),
        (b"", None),
    ],
)
def test_sniff(head: bytes, kind: str | None) -> None:
    assert sniff(head) == kind


def test_a_truth_value_is_refused_at_its_place() -> None:
    assert faults(prompt="x", image_url=URL, seed=True)["/seed"] == "must not be true or false"
    assert list(faults(prompt="x", image_url=URL, steps=[[1, True]])) == ["/steps/0/1"]
