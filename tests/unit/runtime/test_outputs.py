"""Files in outputs of every shape, and their names on the disk."""

from __future__ import annotations

from itertools import islice
from typing import Any

import pytest
import runcomfy_runtime as runtime
from hypothesis import given
from hypothesis import strategies as st
from runcomfy_runtime.filenames import complete, name_in, numbered
from runcomfy_runtime.outputs import accepts, harvest

P = "https://h/p.png"
V = "https://h/v.mp4"


@pytest.mark.parametrize(
    ("output", "expected"),
    [
        (P, [(P, "image")]),
        ([P, V, P], [(P, "image"), (V, "video")]),
        ({"image": P, "images": [P]}, [(P, "image")]),
        ({"videos": [V], "image": P}, [(V, "video"), (P, "image")]),
        ({"preview": {"url": "https://h/x"}}, [("https://h/x", "file")]),
        ({"audio": {"url": "https://h/x.mp4"}}, [("https://h/x.mp4", "audio")]),
        ({"images": ["http://h/x?a=b"]}, [("http://h/x?a=b", "image")]),
        ({"text": "see https://h/p.png", "n": 1, "x": None}, []),
        (None, []),
        ({}, []),
    ],
)
def test_harvest(output: Any, expected: list[tuple[str, str]]) -> None:
    assert [(found.url, found.kind) for found in harvest(output, None)] == expected


def test_the_model_s_kind_is_the_last_resort() -> None:
    assert harvest(["https://h/x"], "video")[0].kind == "video"
    assert harvest(["https://h/x.png"], "video")[0].kind == "image"


def test_only_the_output_is_looked_at() -> None:
    record = {"input": {"image_url": "https://h/mine.png"}, "output": {"video": V}}
    out = runtime.MediaOutput(None, record, None, "R", "a/b")
    assert [file.url for file in out.files] == [V]
    assert out.raw == {"video": V}
    with pytest.raises(runtime.OutputMissing, match="holds no image; it holds 1 video"):
        _ = out.image


@pytest.mark.parametrize(
    ("url", "content_type", "name"),
    [
        ("https://h/a/b.png?x=1#f", "", "b.png"),
        ("https://h/", "image/png", "output.png"),
        (
            "https://h/a%2F..%2F..%2Fetc%2Fpasswd",
            "",
            "_.._.._etc_passwd".replace("_.._.._", "a_.._.._"),
        ),
        ("https://h/..%5C..%5Cx.png", "", "_.._x.png"),
        ("https://h/.hidden", "", "hidden"),
        ("https://h/CON.png", "", "_CON.png"),
        ("https://h/%00%0A.png", "", "_.png"),
        ("https://h/x", "image/jpeg; q=1", "x.jpg"),
    ],
)
def test_file_name(url: str, content_type: str, name: str) -> None:
    assert complete(name_in(url), content_type.partition(";")[0]) == name


@given(st.text())
def test_no_name_leaves_its_folder(tail: str) -> None:
    name = complete(name_in("https://h/" + tail), "image/png", "image")
    assert name
    assert "/" not in name
    assert "\\" not in name
    assert name not in (".", "..")
    assert not name.startswith(".")
    assert len(name.encode()) <= 200


def test_numbered_keeps_the_suffix() -> None:
    assert list(islice(numbered("a.b.png"), 3)) == ["a.b.png", "a.b-1.png", "a.b-2.png"]


@pytest.mark.parametrize(
    ("kind", "content_type", "good"),
    [
        ("image", "image/webp", True),
        ("image", "", True),
        ("video", "application/octet-stream", True),
        ("image", "text/html; charset=utf-8", False),
        ("image", "video/mp4", False),
        ("file", "application/zip", True),
        ("file", "text/html", False),
    ],
)
def test_content_type(kind: Any, content_type: str, good: bool) -> None:
    assert accepts(kind, content_type) is good
