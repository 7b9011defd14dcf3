"""The table of models filters as one types, by keyboard too, and its address keeps the choice."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from typing import cast

import pytest
from playwright.sync_api import Locator, Page, expect
from runcomfy_codegen.jsontypes import Json, JsonObject
from support.command import REPOSITORY

ENTRIES = cast(
    "list[dict[str, str]]",
    json.loads((REPOSITORY / "generated" / "docs" / "catalogue.json").read_text(encoding="utf-8")),
)


@pytest.fixture
def table(page: Page, site: str) -> Page:
    page.goto(f"{site}/models/index.html")
    expect(shown(page)).to_have_count(len(ENTRIES))
    return page


def shown(page: Page) -> Locator:
    return page.locator(".rc-catalogue tbody tr")


def test_it_filters_as_one_types_and_says_how_many_are_left(table: Page) -> None:
    text = table.get_by_label("Text", exact=True)
    text.focus()
    table.keyboard.type("LORA inpaint")
    expect(shown(table)).to_have_count(1)
    expect(table.locator(".rc-catalogue").get_by_role("status")).to_have_text(
        f"1 of {len(ENTRIES)} models"
    )
    expect(table).to_have_url(re.compile(r"#text=LORA\+inpaint$"))
    text.fill("nothing has this")
    expect(shown(table)).to_have_count(0)
    text.fill("")
    expect(shown(table)).to_have_count(len(ENTRIES))
    expect(table).not_to_have_url(re.compile("#"))


def test_choices_join_and_the_address_brings_them_back(table: Page, site: str) -> None:
    vendor = ENTRIES[0]["vendor"]
    kept = [e for e in ENTRIES if e["vendor"] == vendor and e["medium"] == "image"]
    table.get_by_label("Makes").select_option("image")
    table.get_by_label("Vendor").select_option(vendor)
    expect(shown(table)).to_have_count(len(kept))

    address = table.url
    table.goto("about:blank")
    table.goto(address)
    expect(table.get_by_label("Vendor")).to_have_value(vendor)
    expect(shown(table)).to_have_count(len(kept))
    table.evaluate("location.hash = '#vendor=nobody&text=x'")
    expect(shown(table)).to_have_count(0)


def test_rows_lead_to_their_pages_by_keyboard(table: Page) -> None:
    table.get_by_label("Makes").focus()
    table.keyboard.press("Tab")
    table.keyboard.press("Tab")
    focused = table.locator(":focus")
    expect(focused).to_have_text(ENTRIES[0]["title"])
    table.keyboard.press("Enter")
    expect(table).to_have_url(re.compile(re.escape(ENTRIES[0]["page"]) + "$"))
    expect(table.locator(".rc-form")).to_be_visible()


def test_without_the_list_the_plain_table_stays(
    page: Page, site: str, watched_complaints: list[str]
) -> None:
    page.route("**/catalogue.json", lambda route: route.fulfill(status=404))
    page.goto(f"{site}/models/index.html")
    expect(page.locator("article table tbody tr")).to_have_count(len(ENTRIES))
    watched_complaints.clear()


@pytest.fixture
def choose(scripts: Page) -> Callable[[list[JsonObject], JsonObject], list[str]]:
    def choose(entries: list[JsonObject], wanted: JsonObject) -> list[str]:
        found = scripts.evaluate(
            """async ([entries, wanted]) => {
                const { filterEntries, readHash, writeHash } = await import("./filter.js");
                return filterEntries(entries, readHash(writeHash(wanted))).map(({ id }) => id);
            }""",
            [cast("Json", entries), wanted],
        )
        return cast("list[str]", found)

    return choose


@pytest.mark.parametrize(
    ("wanted", "kept"),
    [
        ({}, ["a/one", "b/two", "b/zwei"]),
        ({"text": "  "}, ["a/one", "b/two", "b/zwei"]),
        ({"text": "UBER"}, ["b/zwei"]),
        ({"text": "one a/"}, ["a/one"]),
        ({"vendor": "b", "task": "edit"}, ["b/two"]),
        ({"medium": "video"}, ["b/zwei"]),
        ({"text": "&=#+%"}, ["b/two"]),
        ({"text": "none"}, []),
    ],
)
def test_all_words_and_choices_must_fit(
    choose: Callable[[list[JsonObject], JsonObject], list[str]],
    wanted: JsonObject,
    kept: list[str],
) -> None:
    def entry(model_id: str, summary: str, task: str, medium: str) -> JsonObject:
        vendor = model_id.split("/")[0]
        facts: JsonObject = {"title": model_id, "python": "", "page": ""}
        return facts | {
            "id": model_id, "summary": summary, "task": task, "medium": medium, "vendor": vendor,
        }  # fmt: skip

    entries = [
        entry("a/one", "", "edit", "image"),
        entry("b/two", "&=#+%", "edit", "image"),
        entry("b/zwei", "über alles", "film", "video"),
    ]
    assert choose(entries, wanted) == kept
