"""Blocks of code are coloured as by the highlighter of the site tools, and come to no more than their text."""

from __future__ import annotations

import re

import pytest
from bs4 import BeautifulSoup
from hypothesis import example, given
from hypothesis import strategies as st
from markdown import Markdown
from runcomfy_codegen.site.code import colour
from support.command import REPOSITORY
from support.snippets import Snippet, code_blocks

DOCS = REPOSITORY / "generated" / "docs"
PIECES = (
    "from a import b\n",
    "x = 'é'\n",
    "def f(x: int = 3) -> None:\n",
    '    return f"{x!r}"  # note\n',
    '"""Doc\n',
    'end."""\n',
    "    '''\n",
    "with x as y:\n",
    "@wraps\n",
    "class A(B):\n",
    "call(\n",
    "    a=[1, 2.5, 0x1f],\n",
    ")\n",
    "s = 'open\n",
    'f"{a\n',
    '}"\n',
    "\\\n",
    "\n",
    "match = 1\n",
    "<script>&amp;\n",
)


def blocks() -> list[Snippet]:
    return [block for page in sorted(DOCS.rglob("*.md")) for block in code_blocks(page)]


def by_pymdownx(code: str, language: str) -> str:
    plain = Markdown(
        extensions=["pymdownx.highlight", "pymdownx.superfences"],
        extension_configs={"pymdownx.highlight": {"use_pygments": True}},
    )
    return str(plain.convert(f"````{language}\n{code}````\n"))


def test_every_block_of_the_docs_is_coloured_as_by_the_highlighter() -> None:
    assert len(blocks()) > 100
    for block in blocks():
        code = block.code.removesuffix("\n")
        assert colour(code, block.language) == by_pymdownx(block.code, block.language), block.where


@example(['"""Doc\n', "x = 'é'\n", 'end."""\n'])
@example(["s = 'open\n", "x = 'é'\n"])
@given(st.lists(st.sampled_from(PIECES), min_size=1, max_size=12))
def test_what_reaches_over_lines_is_coloured_as_one(pieces: list[str]) -> None:
    code = "".join(pieces).strip("\n")
    assert colour(code, "python") == by_pymdownx(f"{code}\n", "python")


@pytest.mark.parametrize("language", ["python", "sh", "json", "text", "", "no-such-language"])
@given(code=st.text(st.characters(codec="utf-8", exclude_characters="\r"), max_size=200))
def test_any_text_stays_that_text(code: str, language: str) -> None:
    shown = colour(code, language)
    assert not re.sub(r"</?(?:div|pre|span|code)(?: class=\"[a-z0-9 ]+\")?>", "", shown).count("<")
    assert BeautifulSoup(shown, "html.parser").get_text().strip("\n") == code.strip("\n")
