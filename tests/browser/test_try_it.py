"""The form of a model page, used as a reader uses it, against a running emulator."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect
from runcomfy_codegen.jsontypes import JsonObject
from runcomfy_runtime.testing import Emulator
from support.command import REPOSITORY

LORA = "models/tongyi_mai/z_image__turbo__inpainting__lora.html"
STEP = "models/stepfun_ai/stepx_edit2.html"


@pytest.fixture
def form(page: Page, site: str, emulator: Emulator) -> Iterator[Page]:
    emulator.clear()
    page.goto(f"{site}/{LORA}")
    page.get_by_label("Base URL").fill(emulator.base_url)
    yield page
    page.goto("about:blank")


def snippet(page: Page, tab: str = "Python") -> str:
    page.get_by_role("tab", name=tab, exact=True).click()
    return page.get_by_role("tabpanel").locator("code").inner_text()


def test_only_what_was_filled_in_is_sent(form: Page) -> None:
    assert ".run(\n)" in snippet(form)
    form.get_by_label("Prompt").first.fill("it's\nred")
    form.get_by_text("Optional fields").click()
    form.get_by_label("Strength").fill("0.5")
    form.get_by_label("Output Format").select_option("webp")

    wanted = """(\n    prompt="it's\\nred",\n    output_format="webp",\n    strength=0.5,\n)"""
    assert wanted in snippet(form)
    form.get_by_label("Strength").fill("")
    assert "strength" not in snippet(form, "curl")


def test_samples_are_placeholders_until_the_reader_takes_them(form: Page) -> None:
    prompt = form.get_by_label("Prompt").first
    expect(prompt).to_have_value("")
    expect(prompt).to_have_attribute("placeholder", re.compile("Replace the girl"))
    form.get_by_role("button", name="Use the page's example").click()
    expect(prompt).to_have_value(re.compile("Replace the girl"))
    expect(form.get_by_text("The input fits the model.")).to_be_visible()
    form.get_by_role("button", name="Empty all fields").click()
    expect(prompt).to_have_value("")


def test_faults_are_told_in_the_sdk_s_words_and_lead_to_their_fields(form: Page) -> None:
    form.get_by_role("button", name="Use the page's example").click()
    form.get_by_label("Prompt").first.fill("")
    form.get_by_text("Optional fields").click()
    form.get_by_label("Number of Inference Steps").fill("31")
    form.get_by_role("button", name="Add to LoRAs").click()
    expect(form.get_by_label("LoRA Path")).to_be_focused()
    form.get_by_label("LoRA Scale").fill("heavy")
    form.get_by_role("button", name="Submit").click()

    summary = form.get_by_role("alert")
    expect(summary).to_be_focused()
    expect(summary).to_contain_text(
        "The input for tongyi-mai/z-image/turbo/inpainting/lora has 3 faults; nothing was sent:"
    )
    assert summary.get_by_role("listitem").all_inner_texts() == [
        "/prompt: is required",
        "/loras/0/scale: input should be a valid number",
        "/num_inference_steps: input should be less than or equal to 30",
    ]
    summary.get_by_role("button", name="/loras/0/scale").click()
    scale = form.get_by_label("LoRA Scale")
    expect(scale).to_be_focused()
    expect(scale).to_have_attribute("aria-invalid", "true")
    expect(scale).to_have_accessible_description(re.compile("input should be a valid number"))
    scale.fill("2")
    expect(scale).not_to_have_attribute("aria-invalid", "true")


def test_a_job_is_submitted_followed_and_its_picture_shown(form: Page, emulator: Emulator) -> None:
    form.get_by_role("button", name="Use the page's example").click()
    form.get_by_label("Token").fill("secret-token")
    form.get_by_role("button", name="Submit").click()

    expect(form.locator(".rc-state")).to_contain_text("Succeeded")
    picture = form.get_by_role("img", name="Result: image 1")
    expect(picture).to_be_visible()
    assert picture.evaluate("image => image.decode().then(() => image.naturalWidth)") > 0
    assert emulator.count("submit") == 1
    assert all(call.authorized == (call.name != "download") for call in emulator.calls)
    kept = form.evaluate(
        "[JSON.stringify(localStorage), JSON.stringify(sessionStorage), document.cookie]"
    )
    assert "secret-token" not in "".join([*kept, form.content(), form.url])


def test_the_form_of_every_model_runs_the_page_s_example(
    page: Page, site: str, emulator: Emulator
) -> None:
    listed = json.loads((REPOSITORY / "generated" / "docs" / "catalogue.json").read_text("utf-8"))
    for model in listed:
        emulator.clear()
        page.goto(f"{site}/{model['page']}")
        page.get_by_label("Base URL").fill(emulator.base_url)
        page.get_by_role("button", name="Use the page's example").click()
        expect(page.locator(".rc-verdict")).to_have_text("The input fits the model.")
        page.get_by_role("button", name="Submit").click()
        expect(page.locator(".rc-state")).to_contain_text("Succeeded")
        expect(page.locator(".rc-output :is(img, video, audio)").first).to_be_visible()
        [submitted] = [call for call in emulator.calls if call.name == "submit"]
        assert submitted.target == model["id"]


def test_a_waiting_job_can_be_cancelled(form: Page, emulator: Emulator) -> None:
    emulator.script({"job": {"queue_seconds": 60}})
    form.get_by_role("button", name="Use the page's example").click()
    cancel = form.get_by_role("button", name="Cancel")
    expect(cancel).to_be_disabled()
    form.get_by_role("button", name="Submit").click()
    expect(form.locator(".rc-state")).to_contain_text("In the queue")
    cancel.click()
    expect(form.locator(".rc-state")).to_contain_text("Cancelled (request")
    assert emulator.count("cancel") == 1


def test_a_job_that_runs_goes_on_when_it_cannot_be_cancelled(
    form: Page, emulator: Emulator
) -> None:
    emulator.script({"job": {"queue_seconds": 0, "run_seconds": 3}})
    form.get_by_role("button", name="Use the page's example").click()
    form.get_by_role("button", name="Submit").click()
    expect(form.locator(".rc-state")).to_contain_text("Running")
    form.get_by_role("button", name="Cancel").click()
    expect(form.locator(".rc-state")).to_contain_text("The service says: not cancellable")
    expect(form.locator(".rc-state")).to_contain_text("Succeeded")


def test_a_failed_job_is_told_in_the_service_s_words(form: Page, emulator: Emulator) -> None:
    words = "moderation: <img src=x onerror=alert(1)> was refused"
    emulator.script({"job": {"outcome": "failed", "error": words}})
    form.get_by_role("button", name="Use the page's example").click()
    form.get_by_role("button", name="Submit").click()
    expect(form.locator(".rc-state")).to_contain_text("Failed (request")
    expect(form.locator(".rc-outcome")).to_contain_text(words)
    expect(form.locator(".rc-outcome img")).to_have_count(0)
    expect(form.get_by_role("button", name="Submit")).to_be_enabled()


def test_faults_of_polls_are_survived_and_a_lost_submit_is_not_repeated(
    form: Page, watched_complaints: list[str], emulator: Emulator
) -> None:
    form.get_by_role("button", name="Use the page's example").click()
    emulator.script({"status": ["gateway_timeout", "drop_before"], "result": ["html_502"]})
    form.get_by_role("button", name="Submit").click()
    expect(form.locator(".rc-state")).to_contain_text("Succeeded")

    emulator.clear()
    emulator.script({"submit": "gateway_timeout"})
    form.get_by_role("button", name="Submit").click()
    expect(form.locator(".rc-state")).to_contain_text("it was not sent again")
    assert emulator.count("submit") == 1
    watched_complaints.clear()


def test_a_refusal_of_the_service_stands_at_its_field(
    form: Page, watched_complaints: list[str], emulator: Emulator
) -> None:
    form.get_by_role("button", name="Use the page's example").click()
    form.get_by_label("Image").first.fill("https://x.example/a.png")
    form.route("**/v1/models/**", lambda route: route.fallback(post_data=json.dumps({"prompt": 3})))
    form.get_by_role("button", name="Submit").click()

    expect(form.get_by_role("alert")).to_contain_text("The service refused the input:")
    expect(form.get_by_role("alert")).to_contain_text("/prompt: Input should be of type string")
    watched_complaints.clear()


def test_a_local_file_becomes_a_data_uri_and_snippets_name_it(
    form: Page, emulator: Emulator, tmp_path: Path
) -> None:
    form.get_by_role("button", name="Use the page's example").click()
    picture = tmp_path / "it's mine.png"
    picture.write_bytes(b"\x89PNG\r\n\x1a\n" + b"\0" * 40)
    form.get_by_label("or a local file for Image", exact=True).set_input_files(picture)
    expect(form.get_by_text("it's mine.png, image/png, 48 bytes")).to_be_visible()

    assert 'image_url=Path("it\'s mine.png")' in snippet(form)
    with form.expect_request("**/v1/models/**") as sent:
        form.get_by_role("button", name="Submit").click()
    assert "data:image/png;base64,iVBORw0KGgo" in (sent.value.post_data or "")
    (tmp_path / "a.wav").write_bytes(b"RIFF\x24\0\0\0WAVEfmt " + b"\0" * 30)
    form.get_by_label("or a local file for Mask Image").set_input_files(tmp_path / "a.wav")
    expect(form.get_by_text("is audio/wav, but image is expected")).to_be_visible()
    form.get_by_role("button", name="Remove file of Mask Image").click()
    expect(form.get_by_text("is audio/wav")).to_have_count(0)


@pytest.mark.parametrize(
    ("address", "words"),
    [
        ("http://model-api.example", "must be https; plain http is for this machine only"),
        ("http://127.0.0.1.evil.example", "must be https"),
        ("javascript:alert(1)", "must begin with http"),
        ("http://me@127.0.0.1:1", "must hold no user name"),
        ("nonsense", "is no URL"),
        (
            "https://other.example",
            "This is another machine: the input and the token go to other.example",
        ),
    ],
)
def test_addresses_of_other_machines_are_refused_or_pointed_out(
    form: Page, emulator: Emulator, address: str, words: str
) -> None:
    form.get_by_role("button", name="Use the page's example").click()
    base = form.get_by_label("Base URL")
    base.fill(address)
    expect(base).to_have_accessible_description(re.compile(re.escape(words)))
    form.get_by_role("button", name=re.compile("^Submit")).click()
    if address.startswith("https"):
        expect(form.locator(".rc-state")).to_contain_text("A token is needed for other.example")
    assert emulator.count() == 0


def test_items_come_and_go_with_the_focus_in_place(page: Page, site: str) -> None:
    page.goto(f"{site}/models/openai/gpt_image_2__edit.html")
    add = page.get_by_role("button", name="Add to Images")
    for number in (1, 2, 3):
        add.focus()
        page.keyboard.press("Enter")
        expect(page.get_by_label(f"Images {number}", exact=True)).to_be_focused()
        page.keyboard.type(f"https://x.example/{number}.png")
    page.get_by_role("button", name="Remove Images 2").press("Enter")
    second = page.get_by_label("Images 2", exact=True)
    expect(second).to_be_focused()
    expect(second).to_have_value("https://x.example/3.png")
    for _ in range(2):
        page.get_by_role("button", name="Remove Images 1").press("Enter")
    expect(add).to_be_focused()


def test_tabs_go_by_arrow_keys_and_copying_is_told(form: Page) -> None:
    form.context.grant_permissions(["clipboard-read", "clipboard-write"])
    form.get_by_role("tab", name="Python", exact=True).focus()
    form.keyboard.press("ArrowLeft")
    expect(form.get_by_role("tab", name="curl")).to_be_focused()
    form.keyboard.press("Home")
    form.keyboard.press("ArrowRight")
    expect(form.get_by_role("tab", name="Python, async")).to_have_attribute("aria-selected", "true")
    form.get_by_role("button", name="Copy the Python, async snippet").press("Enter")
    expect(form.get_by_text("Python, async copied.")).to_be_visible()
    copied = form.evaluate("navigator.clipboard.readText()")
    assert copied.startswith("import asyncio\n")


def test_a_page_that_cannot_get_its_schema_says_so(
    page: Page, site: str, watched_complaints: list[str]
) -> None:
    page.route("**/schemas/**", lambda route: route.fulfill(status=404))
    page.goto(f"{site}/{STEP}")
    expect(page.get_by_text("The form cannot be shown: HTTP 404")).to_be_visible()
    watched_complaints.clear()


EVERY_KIND: JsonObject = {
    "type": "object",
    "properties": {
        "seed": {"type": ["integer", "null"], "title": "Seed"},
        "big": {"type": "integer", "title": "Big", "maximum": 18446744073709551615},
        "ratio": {"type": "number", "title": "Ratio", "multipleOf": 0.1},
        "flag": {"type": "boolean", "title": "Flag", "default": True},
        "mode": {"enum": ["a", 2, None, True], "title": "Mode"},
        "either": {
            "title": "Either",
            "anyOf": [{"type": "integer"}, {"type": "array", "items": {"type": "string"}}],
        },
        "nested": {
            "title": "Nested",
            "type": "object",
            "properties": {
                "rows": {
                    "title": "Rows",
                    "type": "array",
                    "items": {"type": "array", "items": {"type": "number"}},
                },
            },
        },
        "empty": {"type": "null", "title": "Empty"},
    },
    "additionalProperties": False,
    "x-model": {
        "id": "a/b",
        "package": "p",
        "attribute_path": "a.b",
        "fields": {},
        "order": [],
        "output": None,
    },
}


def test_every_kind_of_field_can_be_filled_in(page: Page, site: str) -> None:
    page.route("**/schemas/**", lambda route: route.fulfill(body=json.dumps(EVERY_KIND)))
    page.goto(f"{site}/{STEP}")
    form = page.locator(".rc-form")
    form.get_by_label("Seed").first.fill("7")
    form.get_by_label("Send null for Seed").check()
    form.get_by_label("Big").fill("18446744073709551615")
    form.get_by_label("Ratio").fill("0.3")
    form.get_by_label("Flag").select_option("false")
    form.get_by_label("Mode").select_option("2")
    form.get_by_label("Give").select_option("a list of text")
    form.get_by_role("button", name="Add to Either").click()
    form.get_by_label("Either 1").fill("5")
    form.get_by_role("button", name="Add to Rows", exact=True).click()
    form.get_by_role("button", name="Add to Rows 1").click()
    form.get_by_label("Rows 1 1").fill("1e3")
    form.get_by_label("Empty").select_option("null")

    wanted = (
        '{"seed": null, "big": 18446744073709551615, "ratio": 0.3, "flag": false, "mode": 2, '
        '"either": ["5"], "nested": {"rows": [[1000]]}, "empty": null}'
    )
    assert f"--data '{wanted}'" in snippet(page, "curl")
    expect(page.locator(".rc-verdict")).to_have_text("The input fits the model.")
    form.get_by_label("Send null for Seed").uncheck()
    form.get_by_label("Mode").select_option("null")
    form.get_by_label("Give").select_option("a whole number")
    assert '"seed": 7, ' in snippet(page, "curl")
    assert '"mode": null, "nested"' in snippet(page, "curl")
