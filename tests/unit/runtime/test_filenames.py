"""Names of downloaded files: safe on every system, whatever the service calls them."""

from __future__ import annotations

import os
import unicodedata
from itertools import islice
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from runcomfy_runtime.addresses import identity, shown
from runcomfy_runtime.filenames import complete, distinct, expand, name_in, numbered, safe_name

RESERVED = {
    "con",
    "prn",
    "aux",
    "nul",
    *(f"com{n}" for n in range(10)),
    *(f"lpt{n}" for n in range(10)),
}
FACTS: dict[str, str | int] = {"stem": "a", "suffix": ".png", "index": 3, "model": "v/m"}


def check(name: str) -> None:
    assert name
    assert not set(name) & set('/\\:*?"<>|')
    assert all(unicodedata.category(letter)[0] != "C" for letter in name)
    assert name[0] not in ".-~ "
    assert name[-1] not in ". "
    assert name.partition(".")[0].strip().lower() not in RESERVED
    assert len(name.encode()) <= 200
    assert unicodedata.normalize("NFC", name) == name or len(name.encode()) > 140


@given(st.text(), st.sampled_from(["", "image/png", "video/mp4", "text/x-nothing"]))
@example("../../etc/passwd", "image/png")
@example("..\\..\\x", "")
@example("CON.png", "image/png")
@example("con .tar.gz", "")
@example("-rf", "")
@example("~root.png", "image/png")
@example("a\u202egnp.exe", "image/png")
@example("\ud800", "")
@example("é" * 300 + ".png", "image/png")
@example("x." + "y" * 300, "image/png")
@example("...", "")
def test_names_are_safe_everywhere(text: str, media_type: str) -> None:
    for kind in ("image", "file"):
        check(complete(safe_name(text), media_type, kind))  # type: ignore[arg-type]
    check(complete(name_in("https://h/" + quote(text, safe="", errors="replace")), media_type))
    check(complete(name_in("https://h/" + text), media_type))
    check(next(islice(numbered(safe_name(text)), 7, None)))


@given(st.text(min_size=1, max_size=300))
def test_names_can_be_made_here(tmp_path_factory: pytest.TempPathFactory, text: str) -> None:
    folder = tmp_path_factory.getbasetemp() / "names"
    folder.mkdir(exist_ok=True)
    path = folder / safe_name(text)
    path.write_bytes(b"x")
    assert path.resolve().parent == folder.resolve()
    assert os.path.getsize(path) == 1
    path.unlink()


@pytest.mark.parametrize(
    ("url", "media_type", "kind", "name"),
    [
        ("https://h/a/shot.png?sig=1#x", "image/png", "image", "shot.png"),
        ("https://h/shot.jpeg", "image/jpeg", "image", "shot.jpeg"),
        ("https://h/shot.png", "image/webp", "image", "shot.png"),
        ("https://h/shot.php", "image/png", "image", "shot.php.png"),
        ("https://h/setup.exe", "video/mp4", "video", "setup.exe.mp4"),
        ("https://h/v1.5", "image/png", "image", "v1.5.png"),
        ("https://h/model.safetensors", "application/octet-stream", "file", "model.safetensors"),
        ("https://h/", "audio/wav", "audio", "output.wav"),
        ("https://h/%E2%80%AE%00", "image/png", "image", "output.png"),
        ("https://[broken", "image/png", "image", "output.png"),
        ("data:image/png;base64,AAAA/x.exe", "image/png", "image", "output.png"),
    ],
)
def test_suffixes_tell_the_truth(url: str, media_type: str, kind: Any, name: str) -> None:
    assert complete(name_in(url), media_type, kind) == name


@given(st.lists(st.sampled_from(["a.png", "A.png", "a-1.png", "b", "output"]), max_size=12))
def test_distinct_names_differ_even_where_case_does_not_count(names: list[str]) -> None:
    given_names = distinct(names)
    assert len({name.casefold() for name in given_names}) == len(names)
    assert distinct(names) == given_names


def test_templates() -> None:
    assert expand("{model}-{index:03}{suffix}", FACTS) == "v_m-003.png"
    assert expand("../{stem}{suffix}", FACTS) == "_a.png"
    for wrong in ("{nmae}", "{0}", "{index:x!}", "{stem.missing}", "{"):
        with pytest.raises(ValueError, match=r"it can hold \{stem\}, \{suffix\}"):
            expand(wrong, FACTS)


def test_what_is_shown_of_an_address() -> None:
    assert shown("https://user:pw@h:8/a%20b?X-Amz-Signature=s#f") == "https://h:8/a%20b?…"
    assert shown("https://h/a") == "https://h/a"
    assert shown("data:image/png;base64,AAAA") == "data:image/png;base64,…"
    assert shown("https://[x?s=1") == "(a malformed address)"
    assert "\n" not in shown("https://h/a\u2028b\x1b[2J")
    assert len(shown("https://h/" + "a" * 9999)) <= 310


@given(st.text(max_size=40))
def test_no_query_is_ever_shown(secret: str) -> None:
    assert shown(f"https://h/x?sig={quote(secret)}%00SECRET") == "https://h/x?…"


def test_signatures_do_not_tell_files_apart_and_other_parameters_do() -> None:
    signed = "https://h/a.png?id=1&X-Amz-Signature={}&X-Amz-Date={}&Expires=9"
    assert identity(signed.format("a", 1)) == identity(signed.format("b", 2))
    assert identity("https://h/a.png?id=1") != identity("https://h/a.png?id=2")
    assert identity("https://h/a.png") != identity("https://h/b.png")
    assert Path(identity("https://[")).name == identity("https://[")
