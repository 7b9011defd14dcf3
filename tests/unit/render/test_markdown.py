"""Page text that templates print is shown by a real Markdown renderer exactly as it is, and is nothing else."""

from __future__ import annotations

import markdown
import pytest
from bs4 import BeautifulSoup
from hypothesis import given
from hypothesis import strategies as st
from runcomfy_codegen.render.env import attribute, code, fence, md, span
from runcomfy_codegen.site.code import colour

CONFIGURED = {
    "tables": {},
    "toc": {"marker": ""},
    "pymdownx.superfences": {
        "custom_fences": [{"name": "*", "class": "highlight", "format": colour}]
    },
}
"""The extensions of mkdocs.yml, but for its permanent links."""
LETTERS = "abX0 \t\n\r\x0b\u2028`*_{}[]()<>#|~&$\\!\"'-+=.:/@^%;,é图"
WORDS = [
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "[x](javascript:alert(1))",
    "![x](https://example.com/x.png)",
    "[x]: https://example.com",
    "<https://example.com>",
    "&lt;b&gt;",
    "&#60;b>",
    "{: onclick=alert(1) }",
    "{.x #y onclick=z}",
    "| a | b |",
    "```",
    "~~~",
    "--8<-- 'x'",
    "*[HTML]: x",
    "[^1]",
    '=== "tab"',
    "!!! note",
    "<!-- x -->",
    "<?php x ?>",
    "1. x",
    "* x",
    "# x",
    "    x",
    "$(x)",
    "http://example.com",
    "a@example.com",
    "</td></tr></table><b>",
    "\x02stx\x03",
    "klzzwxh:0001",
    "wzxhzdk:0",
]
texts = st.lists(st.one_of(st.sampled_from(WORDS), st.text(LETTERS, max_size=6)), max_size=6).map(
    "".join
)


def rendered(text: str) -> BeautifulSoup:
    shown = markdown.markdown(text, extensions=[*CONFIGURED], extension_configs=CONFIGURED)
    return BeautifulSoup(shown, "html.parser")


def flat(text: str) -> str:
    return " ".join(text.replace("\x7f", " ").split())


def visible(text: str) -> str:
    """Return ``text`` as a reader sees it: control characters and runs of blanks are one blank."""
    return flat("".join(" " if letter < " " else letter for letter in text))


@given(texts)
def test_a_cell_shows_its_text(text: str) -> None:
    soup = rendered(f"| a | b |\n|---|---|\n| {md(text)} | end |\n")
    cells = soup.find_all("td")
    assert [flat(cell.get_text()) for cell in cells] == [visible(text), "end"]
    assert not cells[0].find_all(True)


@given(texts)
def test_a_code_span_in_a_cell_shows_its_text(text: str) -> None:
    soup = rendered(f"| a | b |\n|---|---|\n| {code(text)} | end |\n")
    cells = soup.find_all("td")
    assert [flat(cell.get_text()) for cell in cells] == [visible(text), "end"]
    assert {tag.name for tag in cells[0].find_all(True)} <= {"code"}


@given(texts)
def test_a_heading_and_a_list_item_show_their_text(text: str) -> None:
    soup = rendered(f"# x {md(text)}\n\n* {span('x' + text)}: {md(text)}\n")
    heading, item = soup.find("h1"), soup.find("li")
    assert heading is not None
    assert item is not None
    assert flat(heading.get_text()) == flat(f"x {visible(text)}")
    assert flat(item.get_text()) == flat(f"{visible('x' + text)}: {visible(text)}")
    assert {tag.name for tag in soup.find_all(True)} <= {"h1", "ul", "li", "code"}


@given(texts)
def test_a_block_shows_its_text(text: str) -> None:
    soup = rendered(f"before\n\n{fence(text, 'text')}\n\nafter\n")
    shown = soup.find("pre")
    assert shown is not None
    assert flat(shown.get_text()) == flat(text.replace("\x02", "").replace("\x03", ""))
    assert [flat(p.get_text()) for p in soup.find_all("p")] == ["before", "after"]


@given(texts)
def test_an_attribute_holds_its_text(text: str) -> None:
    soup = rendered(f'<div class="x" data-model="{attribute(text)}"></div>\n\nafter\n')
    found = soup.find("div")
    assert found is not None
    assert flat(str(found["data-model"])) == visible(text)
    assert sorted(found.attrs) == ["class", "data-model"]
    assert not found.find_all(True)


@pytest.mark.parametrize("text", WORDS)
def test_what_looks_like_markup_is_text(text: str) -> None:
    soup = rendered(f"{md('x ' + text)}\n")
    assert flat(soup.get_text()) == visible(f"x {text}")
    assert [tag.name for tag in soup.find_all(True)] == ["p"]
