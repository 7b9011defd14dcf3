"""Filters make page text harmless where it is printed: in docstrings, Markdown, tables and code."""

from __future__ import annotations

import ast
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from runcomfy_codegen.render.env import code, doc, environment, fence, line, md, sentence, span

HOSTILE = [
    'ends with a quote "',
    'ends with an escaped quote \\"',
    '"""\nimport os\nos.system("id")\n"""',
    '""""',
    '\\"""',
    "\\",
    "\\\\",
    "\\N{BULLET} \\x41 \\u0041 \\1",
    "line\u2028line\u2029line\x85line\rline\x0bline",
    "\x00\x1b[31m",
    "{{ 7 * 7 }} {% for %} {# #}",
    "# comment ''' + ''' %s {0}",
    "a" * 300,
    "",
]
TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=60)


def seen(text: str) -> str:
    """Return ``text`` as the docstring filters may change it: breaks and controls become blanks."""
    return " ".join(re.sub(r"[\x00-\x1f\x7f\x85\u2028\u2029]+", " ", text).split())


@given(st.one_of(st.sampled_from(HOSTILE), TEXTS, st.text('"\\ a', max_size=9)))
def test_a_line_is_a_docstring_that_says_the_text(text: str) -> None:
    source = f'"""{line(text)}"""'

    assert "\n" not in source
    assert " ".join(str(ast.literal_eval(source)).split()) == seen(text)


@given(
    st.one_of(st.sampled_from(HOSTILE), TEXTS, st.text('"\\ a', max_size=300)),
    st.sampled_from([0, 4, 12]),
)
def test_a_wrapped_docstring_says_the_text(text: str, indent: int) -> None:
    wrapped = doc(text, indent, 4)
    said = str(ast.literal_eval(f'"""{wrapped}"""'))

    assert "".join(said.split()) == "".join(seen(text).split())
    assert all(len(row) <= 200 for row in wrapped.split("\n"))


@pytest.mark.parametrize("text", [each for each in HOSTILE if each])
def test_templates_print_hostile_text_as_one_docstring(text: str) -> None:
    from runcomfy_codegen.render import templates_folder

    template = environment(templates_folder()).from_string(
        'def f() -> None:\n    """{{ text | sentence | doc(4) }}"""\n'
    )
    [function] = ast.parse(template.render(text=text)).body

    assert isinstance(function, ast.FunctionDef)
    assert len(function.body) == 1
    assert "".join((ast.get_docstring(function) or "").split()).startswith(
        "".join(seen(text).split())[:9]
    )


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("a | b", "a &#124; b"),
        ("<img src=x onerror=alert(1)>", "&#60;img src=x onerror=alert(1)&#62;"),
        ("[link](http://x)", "\\[link\\](http://x)"),
        ("`code` *b* _i_ ~s~", "\\`code\\` \\*b\\* \\_i\\_ &#126;s&#126;"),
        ("# heading", "\\# heading"),
        ("- item", "\\- item"),
        ("a\n\n# b", "a \\# b"),
        ("&lt;", "&#38;lt;"),
        ("$x$", "&#36;x&#36;"),
        ("back\\slash", "back\\\\slash"),
        ("a - b", "a - b"),
    ],
)
def test_markdown_shows_the_text_itself(text: str, shown: str) -> None:
    assert md(text) == shown


@given(TEXTS)
def test_markdown_stays_on_one_line_and_in_its_cell(text: str) -> None:
    shown = md(text)

    assert len(shown.splitlines()) <= 1 or "\n" not in shown
    assert not re.search(r"(?<!\\)(?:\\\\)*[|<`]", shown)


@pytest.mark.parametrize(
    ("text", "inside", "outside"),
    [
        ("plain", "`plain`", "`plain`"),
        ("a|b", "<code>a&#124;b</code>", "`a|b`"),
        ("a`b", "``a`b``", "``a`b``"),
        ("`a``", "``` `a`` ```", "``` `a`` ```"),
        ("two\nlines", "`two lines`", "`two lines`"),
        ("", "", ""),
    ],
)
def test_code_spans_show_the_text_inside_and_outside_of_tables(
    text: str, inside: str, outside: str
) -> None:
    assert code(text) == inside
    assert span(text) == outside


@given(st.text("`ab\n", max_size=30))
def test_a_fence_is_longer_than_any_run_of_backticks_inside(text: str) -> None:
    head, *_, tail = fence(text, "sh").split("\n")
    ticks = head.removesuffix("sh")

    assert set(ticks) == {"`"}
    assert tail == ticks
    assert len(ticks) >= 3
    assert ticks not in text


@pytest.mark.parametrize(
    ("text", "said"), [("", ""), ("a", "a."), ("a.", "a."), (" a? ", "a?"), ("你好。", "你好。")]
)
def test_sentences_end_with_a_stop(text: str, said: str) -> None:
    assert sentence(text) == said
