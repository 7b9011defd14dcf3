"""Pages in every layout and language give the same facts; what is missing is named."""

from __future__ import annotations

import json

import pytest
from runcomfy_codegen.errors import Problem
from runcomfy_codegen.extract import Page, decode_page
from runcomfy_codegen.jsontypes import JsonObject
from runcomfy_codegen.parse import RawModel, parse_page
from support.sample_pages import LANGUAGES, LAYOUTS, SampleLayout, object_schema, render_page

ID = "acme/Paint Box 01/v1.5/image-to-image/4K"
PROMPT = (
    "today's \"special\": {a} brace, a \\n escape,\na line, C:\\temp – 'OPEN' </script> $HOME `x`"
)
SCHEMA = object_schema(
    {
        "prompt": {"title": "提示词", "description": "", "type": "string", "default": PROMPT},
        "images": {
            "type": "array",
            "items": {"type": "string"},
            "default": ["https://a.example/b.png"],
        },
        "loras": {
            "type": "array",
            "items": {"path": {"type": "string"}, "scale": {"type": "float"}},
        },
    },
    "prompt",
    "images",
)


def parse(text: str | bytes) -> RawModel | Problem:
    page = decode_page("page.txt", text if isinstance(text, bytes) else text.encode("utf-8"))
    return parse_page(page) if isinstance(page, Page) else page


def parsed(text: str | bytes) -> RawModel:
    model = parse(text)
    assert isinstance(model, RawModel), str(model)
    return model


def refused(text: str | bytes) -> Problem:
    problem = parse(text)
    assert isinstance(problem, Problem)
    assert problem.level == "error"
    assert problem.where == "page.txt"
    return problem


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("layout", LAYOUTS)
def test_every_layout_and_language_gives_the_same_facts(
    layout: SampleLayout, language: str
) -> None:
    model = parsed(render_page(ID, SCHEMA, layout=layout, language=language))
    schema = model.document["input_schema"]

    assert isinstance(schema, dict)
    assert {**schema, "title": "Input"} == SCHEMA
    assert model.model_id == ID
    assert model.document["example"] == {"prompt": PROMPT, "images": ["https://a.example/b.png"]}
    output = model.document["output_schema"]
    assert isinstance(output, dict)
    assert list(output) == ["output"]


@pytest.mark.parametrize(
    ("layout", "language", "locale", "shape"),
    [
        ("flat-keys", "en", "unresolved", "flat"),
        ("flat-words", "en", "en", "flat"),
        ("headed", "en", "en", "headed"),
        ("indented", "en", "en", "indented"),
        ("menu", "en", "en", "menu"),
        ("flat-words", "de", "und-Latn", "flat"),
        ("flat-words", "ja", "und-Jpan", "flat"),
        ("flat-words", "zh", "und-Hani", "flat"),
        ("flat-words", "ru", "und-Cyrl", "flat"),
        ("flat-words", "ko", "und-Kore", "flat"),
    ],
)
def test_locale_and_layout_are_told(
    layout: SampleLayout, language: str, locale: str, shape: str
) -> None:
    source = parsed(render_page(ID, SCHEMA, layout=layout, language=language)).source

    assert (source["locale"], source["layout"]) == (locale, shape)


@pytest.mark.parametrize(
    ("layout", "title", "summary"),
    [
        ("flat-keys", None, None),
        ("flat-words", None, None),
        ("headed", "Paint Box on playground and API | RunComfy", "Paints what it is told."),
        ("indented", "Paint Box on playground and API | RunComfy", None),
        ("menu", None, None),
    ],
)
def test_title_and_summary_are_read_where_the_layout_has_them(
    layout: SampleLayout, title: str | None, summary: str | None
) -> None:
    document = parsed(render_page(ID, SCHEMA, layout=layout)).document

    assert (document.get("title"), document.get("summary")) == (title, summary)


@pytest.mark.parametrize("layout", LAYOUTS)
def test_line_ends_byte_order_mark_and_stray_controls_change_nothing(layout: SampleLayout) -> None:
    text = render_page(ID, SCHEMA, layout=layout)
    plain = parsed(text).document
    damaged = "\ufeff" + text.replace("\n", "\x07\r\n\x00")

    assert parsed(damaged).document == plain
    assert parsed(text.encode("utf-16")).document == plain


def test_the_footer_and_a_missing_output_schema_are_no_problem() -> None:
    model = parsed(render_page(ID, SCHEMA, output=None))

    assert "output_schema" not in model.document


def test_an_example_is_taken_from_the_request_and_not_from_the_defaults() -> None:
    model = parsed(render_page(ID, SCHEMA, {"prompt": "", "images": []}))

    assert model.document["example"] == {"prompt": "", "images": []}


@pytest.mark.parametrize("layout", LAYOUTS)
def test_a_page_cut_off_anywhere_is_a_problem_or_lacks_only_its_tail(layout: SampleLayout) -> None:
    text = render_page(ID, SCHEMA, layout=layout)
    whole = parsed(text).document
    complete = text.rindex('"properties"')
    for end in range(0, len(text), 37):
        model = parse(text[:end])
        if isinstance(model, RawModel):
            assert end > text.index('"type": "object"')
            assert {**model.document, "output_schema": None} == {**whole, "output_schema": None}
        else:
            assert end < len(text)
            assert model.message
            assert model.remedy
    assert complete


@pytest.mark.parametrize(
    ("text", "code", "message"),
    [
        ("", "page-empty", "empty"),
        (" \n\x00", "page-empty", "empty"),
        ("A recipe for {plum} cake.", "not-a-model-page", "no request URL"),
        (b"\x89PNG\r\n\x1a\n\xff\xfe", "page-not-text", "not UTF-8 text"),
    ],
)
def test_what_is_no_page_is_named(text: str | bytes, code: str, message: str) -> None:
    problem = refused(text)

    assert problem.code == code
    assert message in problem.message
    assert problem.remedy


def test_two_models_on_one_page_are_refused_with_their_names() -> None:
    problem = refused(render_page("acme/a", SCHEMA) + render_page("acme/b", SCHEMA))

    assert problem.code == "several-models"
    assert "acme/a, acme/b" in problem.message


def test_different_payloads_are_refused() -> None:
    text = render_page(
        ID, object_schema({"prompt": {"type": "string", "default": "one"}}, "prompt")
    )
    problem = refused(text.replace('"prompt": "one"', '"prompt": "two"', 1))

    assert problem.code == "examples-differ"


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ('"type": "object",', '"type": "object", "type": "array",', "'type' stands twice"),
        ('"seed": 1', '"seed": NaN', "NaN is not JSON"),
        ('"seed": 1', '"seed": -Infinity', "-Infinity is not JSON"),
        ('"seed": 1', '"seed": 1e999', "out of range"),
        ('"seed": 1', '"seed": "\\ud83d"', "lone surrogate"),
        ('"seed": 1', '"seed": 1,,', "property name"),
    ],
)
def test_json_that_says_no_clear_thing_is_refused(old: str, new: str, message: str) -> None:
    schema: JsonObject = {
        "type": "object",
        "title": "T",
        "required": [],
        "properties": {},
        "seed": 1,
    }
    problem = refused(render_page(ID, schema).replace(old, new))

    assert problem.code == "schema-broken"
    assert message in problem.message


def test_a_name_that_stands_twice_with_the_same_value_is_read() -> None:
    text = render_page(ID, SCHEMA).replace(
        '"type": "object",', '"type": "object", "type": "object",'
    )

    assert parsed(text).model_id == ID


def test_a_surrogate_pair_is_a_character() -> None:
    text = render_page(ID, SCHEMA, {"prompt": "SMILE"}).replace("SMILE", "\\ud83d\\ude00")

    assert parsed(text).document["example"] == {"prompt": "\N{GRINNING FACE}"}


def test_deep_nesting_is_refused() -> None:
    deep = json.loads('{"a":' * 60 + "{}" + "}" * 60)
    problem = refused(render_page(ID, {**SCHEMA, "deep": deep}))

    assert problem.code == "schema-broken"
    assert "nested deeper" in problem.message


@pytest.mark.parametrize(
    "model_id",
    [
        "acme",
        "acme/../../etc/passwd",
        "../acme/paint",
        "acme//paint",
        "/acme/paint",
        "acme/.hidden",
        "acme/paint.",
        "acme/pa%2e%2e",
        "acme/$(id)",
        "acme/a;b",
        "acme/ümlaut",
        "acme/" + "x" * 300,
        "a/b/c/d/e/f",
    ],
)
def test_an_id_that_would_leave_its_folder_or_shell_is_refused(model_id: str) -> None:
    assert refused(render_page(model_id, SCHEMA)).code == "model-id"


@pytest.mark.parametrize(
    "model_id", ["sync/sync/lipsync/v2/pro", "a_b/Hailuo Video 01 Live", "a/4K"]
)
def test_ids_with_blanks_capitals_and_repeats_are_kept(model_id: str) -> None:
    assert parsed(render_page(model_id, SCHEMA)).model_id == model_id


def test_options_behind_the_address_on_one_line_are_no_part_of_the_id() -> None:
    text = render_page("acme/Paint Box 01", object_schema({"prompt": {"type": "string"}}))
    one_line = text.replace(" \\\n", " ")
    assert " --header" in one_line

    page = decode_page("page.txt", one_line.encode())
    assert isinstance(page, Page)
    parsed = parse_page(page)
    assert isinstance(parsed, RawModel)
    assert parsed.model_id == "acme/Paint Box 01"
