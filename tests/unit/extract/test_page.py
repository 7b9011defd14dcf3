"""Reading pages from disk: identity, encodings, order, and a problem for each that cannot be read."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path

import pytest
from runcomfy_codegen.errors import Problem
from runcomfy_codegen.extract import Page, decode_page, read_sources


@pytest.mark.parametrize(
    ("data", "text"),
    [
        (b"a\r\nb\rc\n", "a\nb\nc\n"),
        (b"\xef\xbb\xbfa", "a"),
        ("ü\n图".encode("utf-16"), "ü\n图"),
        (b"a\x00\x07\x1b[0m\x7fb\tc", "a[0mb\tc"),
        ("U+2028 \u2028 stays".encode(), "U+2028 \u2028 stays"),
    ],
)
def test_bytes_become_text_with_identity(data: bytes, text: str) -> None:
    assert decode_page("p.txt", data) == Page("p.txt", hashlib.sha256(data).hexdigest(), text)


@pytest.mark.parametrize("data", [b"\xff\xfe\x00", b"caf\xe9", b"\x89PNG\r\n\x1a\n"])
def test_what_is_not_text_is_a_problem(data: bytes) -> None:
    problem = decode_page("p.txt", data)

    assert isinstance(problem, Problem)
    assert problem.code == "page-not-text"


def test_folders_are_read_in_an_order_that_does_not_depend_on_the_disk(tmp_path: Path) -> None:
    for name in ("b.txt", "a.md", "sub/c.txt", "picture.png", "README"):
        file = tmp_path / name
        file.parent.mkdir(exist_ok=True)
        file.write_text(name, encoding="utf-8")
    read = read_sources([tmp_path])

    assert [page.name for page in read.pages] == ["a.md", "b.txt", "sub/c.txt"]
    assert list(read.problems) == []


def test_a_missing_file_and_an_empty_folder_are_problems(tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    read = read_sources([tmp_path / "none.txt", tmp_path / "empty"])

    assert [problem.code for problem in read.problems] == ["page-unreadable", "no-pages"]
    assert str(tmp_path / "none.txt") in read.problems[0].where


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_a_file_without_permission_is_a_problem(tmp_path: Path) -> None:
    file = tmp_path / "a.txt"
    file.write_text("x", encoding="utf-8")
    file.chmod(0)

    assert [problem.code for problem in read_sources([file]).problems] == ["page-unreadable"]
