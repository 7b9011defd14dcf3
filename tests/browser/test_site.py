"""The site as a whole: search, copying, small and dark screens, keyboards, screen readers."""

from __future__ import annotations

import re
from importlib.resources import files
from typing import Literal, cast

import pytest
from playwright.sync_api import Page, expect
from runcomfy_runtime.testing import Emulator

MODEL = "models/tongyi_mai/z_image__turbo__inpainting__lora.html"
PAGES = ["index.html", "models/index.html", "guides/errors.html", MODEL]
Scheme = Literal["light", "dark"]


def open_page(page: Page, address: str) -> None:
    """Open a page and wait until its scripts have done their work."""
    page.goto(address)
    if address.endswith(MODEL):
        page.get_by_text("Optional fields").click()
        page.get_by_role("button", name="Add to LoRAs").click()
        page.get_by_label("LoRA Scale").fill("heavy")
        page.get_by_role("button", name="Check the input").click()
        expect(page.get_by_role("alert")).to_be_focused()
    elif address.endswith("models/index.html"):
        expect(page.locator(".rc-catalogue table")).to_be_visible()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("path", PAGES)
def test_axe_finds_nothing(page: Page, site: str, path: str, scheme: Scheme) -> None:
    page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
    open_page(page, f"{site}/{path}")
    page.evaluate((files("axe_playwright_python") / "axe.min.js").read_text(encoding="utf-8"))
    found = page.evaluate("""async () => (await axe.run()).violations.flatMap(({ id, nodes }) =>
            nodes.map((node) => `${id}: ${node.target}: ${node.failureSummary}`))""")
    assert found == []


@pytest.mark.parametrize("path", PAGES)
def test_nothing_is_cut_off_at_360_pixels(page: Page, site: str, path: str) -> None:
    page.set_viewport_size({"width": 360, "height": 740})
    open_page(page, f"{site}/{path}")
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    outside = page.evaluate("""() => [...document.querySelectorAll(".rc-try *, .rc-catalogue *")]
            .filter((each) => !each.closest("pre, .rc-scroll, .rc-hidden") && each.getClientRects().length)
            .filter((each) => each.getBoundingClientRect().right > innerWidth || each.getBoundingClientRect().left < 0)
            .map((each) => each.outerHTML.slice(0, 200))""")
    assert outside == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_form_is_dark_or_light_as_the_reader_wants(
    page: Page, site: str, scheme: Scheme
) -> None:
    page.emulate_media(color_scheme=scheme)
    open_page(page, f"{site}/{MODEL}")
    assert_readable(page, scheme)
    other: Scheme = "dark" if scheme == "light" else "light"
    page.get_by_title(f"Switch to {other}").click()
    assert_readable(page, other)


def assert_readable(page: Page, scheme: Scheme) -> None:
    word = {"light": "default", "dark": "slate"}[scheme]
    expect(page.locator("body")).to_have_attribute("data-md-color-scheme", word)
    for place in (".rc-try textarea", ".rc-try pre", ".rc-try .rc-help", ".rc-try .rc-fault"):
        back, text = (brightness(page, place, name) for name in ("backgroundColor", "color"))
        assert (back > 200) == (scheme == "light"), place
        assert abs(back - text) > 80, place


def brightness(page: Page, selector: str, prop: str) -> float:
    """Return how bright a colour of an element is where it stands, 0 to 255."""
    return cast(
        "float",
        page.locator(selector).first.evaluate(
            """(element, prop) => {
                const pen = document.createElement("canvas").getContext("2d");
                for (let each = element, layers = []; each; each = each.parentElement) {
                    layers.unshift(getComputedStyle(each)[each === element ? prop : "backgroundColor"]);
                    if (!each.parentElement) for (const fill of layers) {
                        pen.fillStyle = fill;
                        pen.fillRect(0, 0, 1, 1);
                    }
                }
                const [red, green, blue] = pen.getImageData(0, 0, 1, 1).data;
                return (red + green + blue) / 3;
            }""",
            prop,
        ),
    )


def test_search_finds_a_model_without_a_network(page: Page, site: str) -> None:
    page.goto(f"{site}/index.html")
    page.get_by_role("button", name="Search").first.click()
    page.keyboard.type("inpainting lora")
    expect(page.get_by_role("option").first).to_contain_text("Z Image Turbo Inpainting LoRA")
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile(re.escape(MODEL)))


def test_the_page_s_own_snippets_can_be_copied(page: Page, site: str) -> None:
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    open_page(page, f"{site}/{MODEL}")
    block = page.locator("div.highlight").first
    block.hover()
    block.get_by_role("button", name=re.compile("Copy")).click()
    copied = page.evaluate("navigator.clipboard.readText()")
    assert copied.strip() == block.locator("code").inner_text().strip()
    assert copied.startswith("from runcomfy_sdk import RunComfy")


def test_a_job_can_be_run_by_keyboard_alone(page: Page, site: str, emulator: Emulator) -> None:
    page.goto(f"{site}/models/stepfun_ai/stepx_edit2.html")
    expect(page.locator(".rc-form")).to_be_visible()

    def go_to(name: str) -> None:
        for _ in range(80):
            page.keyboard.press("Tab")
            here = page.locator(":focus")
            if here.count() and name in (here.get_attribute("aria-label") or words(page)):
                assert_visible_focus(page)
                return
        raise AssertionError(f"{name} is not reached by Tab")

    go_to("Prompt")
    page.keyboard.type("make it orange")
    go_to("Image")
    page.keyboard.type("https://x.example/in.png")
    go_to("Optional fields")
    page.keyboard.press("Enter")
    go_to("Output Format")
    page.keyboard.type("png")
    go_to("Python")
    go_to("Base URL")
    page.keyboard.press("Control+a")
    page.keyboard.type(emulator.base_url)
    go_to("Submit")
    page.keyboard.press("Enter")
    expect(page.locator(".rc-state")).to_contain_text("Succeeded")
    expect(page.get_by_role("img", name="Result: image 1")).to_be_visible()
    expect(page.get_by_role("tabpanel").locator("code")).to_contain_text('output_format="png"')


def words(page: Page) -> str:
    return cast(
        "str",
        page.evaluate(
            "(document.activeElement.labels?.[0] ?? document.activeElement).textContent.slice(0, 80)"
        ),
    )


def assert_visible_focus(page: Page) -> None:
    style = page.evaluate(
        "(({ outlineStyle, outlineWidth }) => [outlineStyle, outlineWidth])(getComputedStyle(document.activeElement))"
    )
    assert style[0] != "none", words(page)
    assert style[1] != "0px", words(page)


def test_a_form_comes_with_an_article_that_is_put_in_place(page: Page, site: str) -> None:
    """Instant navigation replaces the article, and runs no script anew."""
    page.goto(f"{site}/models/stepfun_ai/stepx_edit2.html")
    expect(page.locator(".rc-form")).to_have_count(1)
    page.evaluate(
        """async (path) => {
            const text = await (await fetch(path)).text();
            history.pushState(null, "", path);
            const next = new DOMParser().parseFromString(text, "text/html").querySelector("article");
            document.querySelector("article").replaceWith(next);
        }""",
        f"/{MODEL}",
    )
    expect(page.get_by_label("Mask Image", exact=False).first).to_be_visible()
    expect(page.locator(".rc-form")).to_have_count(1)
