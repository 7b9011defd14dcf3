"""Whatever a page, a schema or an answer says, it stays text."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, Route, expect
from runcomfy_codegen.jsontypes import Json, JsonObject
from runcomfy_runtime.testing import Emulator

MARKUP = (
    '"></textarea></div><img src=x onerror="window.hit=1"><script>window.hit=1</script>'
    "<svg onload=window.hit=1>${window.hit=1}{{window.hit=1}}'onfocus='window.hit=1"
)
ODD_NAMES = [
    "__proto__",
    "constructor",
    "toString",
    "hasOwnProperty",
    MARKUP,
    "a\u202eb",
    "x" * 300,
]
KINDS: list[JsonObject] = [
    {"type": "string"},
    {"type": "string", "enum": [MARKUP, "javascript:window.hit=1"]},
    {"type": "number", "minimum": 1, "pattern": "((((a"},
    {"type": "string", "x-media": MARKUP},
    {"type": "array", "items": {"type": "string", "x-media": "image", "examples": [MARKUP]}},
    {"type": "object", "properties": {"__proto__": {"type": "string"}, MARKUP: {"type": "null"}}},
    {"anyOf": [{"type": "string"}, {"type": "array", "items": {"type": "boolean"}}]},
]


def answering(document: Json) -> Callable[[Route], None]:
    def answer(route: Route) -> None:
        route.fulfill(body=json.dumps(document), content_type="application/json")

    return answer


def hostile_schema() -> JsonObject:
    properties: JsonObject = {
        name: {
            **kind,
            "title": MARKUP,
            "description": MARKUP,
            "default": MARKUP,
            "examples": kind.get("examples", [MARKUP]),
        }
        for name, kind in zip(ODD_NAMES, KINDS, strict=True)
    }
    names: list[Json] = [*ODD_NAMES]
    return {
        "type": "object",
        "title": MARKUP,
        "properties": properties,
        "required": names[:3],
        "examples": [dict.fromkeys(ODD_NAMES, MARKUP)],
        "x-model": {
            "id": f"acme/{MARKUP}",
            "package": "runcomfy_sdk",
            "attribute_path": "acme.paint",
            "fields": {name: f"field_{at}" for at, name in enumerate(ODD_NAMES)},
            "order": names,
            "output": "image",
        },
    }


def assert_only_text(page: Page, place: str) -> None:
    found = page.locator(f"{place} :is(script, svg, iframe, object, embed)").count()
    handlers = page.locator(place).evaluate(
        """place => [...place.querySelectorAll("*")]
            .flatMap((each) => [...each.attributes]).filter(({ name }) => name.startsWith("on")).length"""
    )
    assert (found, handlers, page.evaluate("window.hit ?? null")) == (0, 0, None)


def test_a_hostile_schema_makes_a_form_of_texts(page: Page, site: str) -> None:
    page.route("**/schemas/**", answering(hostile_schema()))
    page.goto(f"{site}/models/stepfun_ai/stepx_edit2.html")
    page.get_by_role("button", name="Use the page's example").click()
    page.get_by_role("button", name="Check the input").click()
    for name in ("Python, async", "Command line", "curl", "Python"):
        page.get_by_role("tab", name=name, exact=True).click()

    assert page.locator(".rc-form > .rc-field, .rc-more > .rc-field").count() >= 3
    expect(page.get_by_role("alert")).to_contain_text("input should be a valid number")
    assert_only_text(page, ".rc-try")
    assert page.locator(".rc-try img").count() == 0


def test_a_field_named_proto_is_sent_under_its_name(page: Page, site: str) -> None:
    schema = hostile_schema()
    page.route("**/schemas/**", answering(schema))
    page.goto(f"{site}/models/stepfun_ai/stepx_edit2.html")
    page.get_by_role("textbox").and_(page.locator("textarea")).first.fill("kept")
    page.get_by_role("tab", name="curl").click()
    expect(page.get_by_role("tabpanel").locator("code")).to_contain_text('{"__proto__": "kept"}')


@pytest.mark.parametrize("document", [None, [], "x", {}, {"properties": 3}, {"properties": {}}])
def test_a_file_that_is_no_schema_is_told(page: Page, site: str, document: Json) -> None:
    page.route("**/schemas/**", answering(document))
    page.goto(f"{site}/models/stepfun_ai/stepx_edit2.html")
    expect(page.get_by_text("The form cannot be shown")).to_be_visible()
    expect(page.locator(".rc-form")).to_have_count(0)


def test_a_hostile_catalogue_makes_a_table_of_texts(page: Page, site: str) -> None:
    names = ("id", "title", "summary", "task", "vendor", "medium", "python")
    facts: JsonObject = dict.fromkeys(names, MARKUP)
    pages = [
        "javascript:window.hit=1",
        "https://evil.example/",
        "//evil.example/",
        "data:text/html,x",
    ]
    page.route("**/catalogue.json", answering([{**facts, "page": each} for each in pages]))
    page.goto(f"{site}/models/index.html")
    expect(page.locator(".rc-catalogue tbody tr")).to_have_count(len(pages))
    assert page.locator(".rc-catalogue a").count() == 0
    page.goto(f"{site}/models/index.html#text=%3Cimg%20src=x%20onerror=window.hit=1%3E")
    assert_only_text(page, ".rc-catalogue")


def test_a_hostile_output_is_neither_run_nor_fetched(
    page: Page, site: str, emulator: Emulator
) -> None:
    """Other machines' files become links; the fixture fails where anything was fetched from one."""
    svg = "data:image/svg+xml,<svg xmlns='http://www.w3.org/2000/svg' onload='window.hit=1'/>"
    value = {
        "image": "https://evil.example/pixel.png",
        "images": ["javascript:window.hit=1", "data:text/html,<script>window.hit=1</script>", svg],
        "file": MARKUP,
        "video": "file:///etc/passwd",
    }
    emulator.script({"output": {"value": value}})
    page.goto(f"{site}/models/stepfun_ai/stepx_edit2.html")
    page.get_by_label("Base URL").fill(emulator.base_url)
    page.get_by_role("button", name="Use the page's example").click()
    page.get_by_role("button", name="Submit").click()
    expect(page.locator(".rc-state")).to_contain_text("Succeeded")

    links = page.locator(".rc-output a")
    assert [link.get_attribute("href") for link in links.all()] == [value["image"]]
    expect(links).to_have_attribute("rel", "noopener noreferrer")
    assert page.locator(".rc-output :is(img, video, audio)").count() == 0
    assert_only_text(page, ".rc-try")
