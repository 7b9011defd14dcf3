"""Saved HTML of a page says the same as its text."""

from __future__ import annotations

import html

import pytest
from runcomfy_codegen.errors import Problem
from runcomfy_codegen.extract import Page, decode_page
from runcomfy_codegen.parse import RawModel, parse_page
from support.sample_pages import LANGUAGES, LAYOUTS, SampleLayout, object_schema, render_page

SCHEMA = object_schema(
    {
        "prompt": {"type": "string", "default": 'don\'t say "no" & <b>stop</b>'},
        "strength": {"type": "float", "minimum": 0, "maximum": 1},
    },
    "prompt",
)


def parsed(name: str, text: str) -> RawModel:
    page = decode_page(name, text.encode())
    assert isinstance(page, Page)
    raw = parse_page(page)
    assert isinstance(raw, RawModel), raw
    return raw


def in_pre_blocks(text: str) -> str:
    """Wrap a page as a site does: paragraphs, code in ``pre``, scripts and styles around."""
    body = "".join(f"<pre><code>{html.escape(block)}</code></pre>" for block in text.split("\n\n"))
    return (
        "<!DOCTYPE html><html><head><title>x</title><style>p{}</style>"
        '<script>{"properties": {"evil": {"type": "string"}}}</script></head>'
        f"<body><nav>logo</nav>{body}<script>{{}}</script></body></html>"
    )


def highlighted(text: str) -> str:
    """Wrap every word in a span, as syntax highlighters do, and break lines with ``br``."""
    lines = [
        " ".join(f'<span class="t">{html.escape(word)}</span>' for word in line.split(" "))
        for line in text.split("\n")
    ]
    return f"<html><body><div>{'<br>'.join(lines)}</div></body></html>"


@pytest.mark.parametrize("wrap", [in_pre_blocks, highlighted])
@pytest.mark.parametrize("layout", LAYOUTS)
@pytest.mark.parametrize("language", LANGUAGES)
def test_html_gives_the_facts_of_the_text(
    wrap: object, layout: SampleLayout, language: str
) -> None:
    text = render_page("acme/paint/edit", SCHEMA, layout=layout, language=language)
    assert callable(wrap)

    found = parsed("page.html", str(wrap(text))).document
    wanted = parsed("page.txt", text).document

    for key in ("model_id", "input_schema", "output_schema", "example"):
        assert found[key] == wanted[key], key


def test_html_is_recognised_by_its_beginning_too() -> None:
    page = decode_page("page.txt", b"\n<!doctype HTML>\n<html><body><p>a&amp;b</p></body></html>")
    assert isinstance(page, Page)
    assert page.text.strip() == "a&b"


def test_text_that_speaks_of_html_stays_text() -> None:
    page = decode_page("page.txt", b"how to write <html> &amp; <body>")
    assert isinstance(page, Page)
    assert page.text == "how to write <html> &amp; <body>"


def test_deeply_nested_html_is_a_problem_or_a_page_and_never_a_crash() -> None:
    found = decode_page("page.html", b"<div>" * 20000 + b"x")
    assert isinstance(found, Page | Problem)
