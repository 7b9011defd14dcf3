"""Hostile pages end in bounded time: what is linear takes a fraction of the limit, what is quadratic many times it."""

from __future__ import annotations

import time
from collections.abc import Callable

import pytest
from runcomfy_codegen.extract import Page, decode_page
from runcomfy_codegen.normalize import normalize
from runcomfy_codegen.parse import RawModel, parse_page
from runcomfy_codegen.parse.scan import MAX_BROKEN, BrokenObject, FoundObject, scan_objects
from support.documents import raw_document
from support.sample_pages import object_schema, render_page

PAGE = render_page("acme/paint", object_schema({"prompt": {"type": "string"}}))
SECONDS = 5.0
NONSENSE: list[Callable[[int], str]] = [
    lambda n: "{" * n,
    lambda n: "{ " * n,
    lambda n: '{"{' * (n // 3),
    lambda n: '{"a":' * (n // 5),
    lambda n: '{"a":{}' * (n // 7),
    lambda n: "[" * n,
    lambda n: "{request_id}\n" * (n // 13),
    lambda n: "1." + "2." * (n // 2),
    lambda n: "\n1." * (n // 3),
    lambda n: "\\\n" + " " * n,
    lambda n: '--data \'{"a":1} ' * (n // 16),
    lambda n: "".join(f'--data \'{{"a":{i}}} ' for i in range(n // 20)),
    lambda n: "--data" + " " * n,
    lambda n: "curl\n" * (n // 5),
    lambda n: "\ud55c" * (n // 3),
    lambda n: "https://model-api.runcomfy.net/v1/models/" * (n // 41),
]


@pytest.mark.timeout(60)
@pytest.mark.parametrize(
    "make",
    NONSENSE,
    ids=range(len(NONSENSE)),
)
@pytest.mark.parametrize("place", ["before", "inside", "after"])
def test_half_a_megabyte_of_nonsense_ends_soon(make: Callable[[int], str], place: str) -> None:
    nonsense = make(500_000)
    cancel = PAGE.index("/cancel") + len("/cancel")
    text = {
        "before": f"{nonsense}\n{PAGE}",
        "inside": f"{PAGE[:cancel]}\n{nonsense}\n{PAGE[cancel:]}",
        "after": f"{PAGE}\n{nonsense}",
    }[place]
    page = decode_page("page.txt", text.encode("utf-8"))
    assert isinstance(page, Page)
    begin = time.monotonic()
    parse_page(page)

    assert time.monotonic() - begin < SECONDS


@pytest.mark.parametrize(
    "text", ["a" + " " * 500_000 + "b", "| " * 200_000, " |" * 200_000, ": " * 9]
)
def test_long_titles_are_shortened_soon(text: str) -> None:
    begin = time.monotonic()
    normalize({**raw_document({}), "title": text}, "page.txt")

    assert time.monotonic() - begin < SECONDS


def test_a_page_larger_than_any_page_is_refused_unread() -> None:
    problem = decode_page("page.txt", b"x" * (8 * 1024 * 1024 + 1))

    assert not isinstance(problem, Page)
    assert problem.code == "page-too-large"


def test_braces_in_prose_hide_no_object() -> None:
    text = '{"x' * 10 + "{brace} {" + '{"a": {"b": "}"}} {}'
    found = [found.value for found in scan_objects(text) if isinstance(found, FoundObject)]

    assert found == [{"a": {"b": "}"}}, {}]


def test_scanning_gives_up_on_noise_with_a_reason() -> None:
    *_, last = scan_objects('{"a" ' * (MAX_BROKEN + 2))

    assert isinstance(last, BrokenObject)
    assert str(MAX_BROKEN) in last.reason


def test_a_description_of_a_megabyte_is_read() -> None:
    schema = object_schema({"prompt": {"type": "string", "description": "word " * 200_000}})
    page = decode_page("page.txt", render_page("acme/paint", schema).encode())
    assert isinstance(page, Page)

    assert isinstance(parse_page(page), RawModel)
