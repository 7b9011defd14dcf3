"""``openapi.json`` and the ``llms`` texts: valid, complete, true to the emulator, and deaf to what pages try."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt
from openapi_spec_validator import validate
from runcomfy_codegen.generate import generate
from runcomfy_codegen.plan.lock import Names
from runcomfy_codegen.render.env import inert
from runcomfy_codegen.spec import ModelSpec, load_specs
from runcomfy_codegen.validator import refusals
from runcomfy_codegen.write import Mode
from runcomfy_runtime.testing import Emulator
from support.command import REPOSITORY
from support.documents import make_spec

SPECS = load_specs(REPOSITORY / "specs")
HOSTILE = "# Top\n\n</script><script>x()</script> ```\n[a [b] c](javascript:x) <http://e.example> | \\<img src=x>"
ACTIVE = {"html_inline", "html_block", "link_open", "image"}


def made(folder: Path, *specs: ModelSpec) -> Path:
    done = generate(specs, folder, Names(), Mode.WRITE)
    assert not [problem for problem in done.problems if problem.level == "error"]
    return folder


def openapi_of(folder: Path) -> dict[str, Any]:
    document: dict[str, Any] = json.loads((folder / "openapi.json").read_text(encoding="utf-8"))
    return document


def kinds(markdown: str) -> set[str]:
    """Return the kinds of what is in a Markdown text, at any depth."""
    tokens = MarkdownIt("commonmark").parse(markdown)
    return {inner.type for token in tokens for inner in (token, *(token.children or ()))}


def fields_of(spec: ModelSpec) -> list[str]:
    properties = spec.input_schema["properties"]
    assert isinstance(properties, dict)
    return list(properties)


@pytest.fixture(scope="module")
def document() -> dict[str, Any]:
    return openapi_of(REPOSITORY / "generated")


@pytest.fixture(scope="module")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> Path:
    field = {"type": "string", "description": HOSTILE}
    spec = make_spec(
        {"prompt": {**field}, "description": {"type": "string"}, "list": {"type": "array", "items": {**field}}},
        model_id="acme/Draw Now/4K",
        title=HOSTILE,
        summary=HOSTILE,
    )  # fmt: skip
    return made(tmp_path_factory.mktemp("hostile"), spec, make_spec({}, model_id="acme/max"))


def test_the_document_is_valid_and_has_every_model(document: dict[str, Any]) -> None:
    validate(document)
    for spec in SPECS:
        body = document["paths"][f"/v1/models/{spec.model_id}"]["post"]["requestBody"]
        content = body["content"]["application/json"]
        assert not list(refusals(content["schema"], content["example"]))
        assert content["example"] == spec.example
        assert content["schema"]["required"] == spec.input_schema["required"]


def test_the_document_describes_what_the_emulator_answers(document: dict[str, Any]) -> None:
    def check(reply: httpx.Response, path: str, method: str) -> dict[str, Any]:
        responses = document["paths"][path][method]["responses"]
        response = responses.get(str(reply.status_code), responses["default"])
        while "$ref" in response:
            response = document["components"]["responses"][response["$ref"].rpartition("/")[2]]
        schema = response["content"]["application/json"]["schema"]
        answer: dict[str, Any] = reply.json()
        assert not list(refusals({**schema, "components": document["components"]}, answer))
        return answer

    spec = SPECS[0]
    model = f"/v1/models/{spec.model_id}"
    request = "/v1/requests/{request_id}"
    with (
        Emulator(REPOSITORY / "specs", queue_seconds=0, run_seconds=0.05) as emulator,
        httpx.Client(base_url=emulator.base_url.removesuffix("/v1"), headers={"Authorization": "Bearer t"}) as http,
    ):  # fmt: skip
        job = check(http.post(model, json=spec.example), model, "post")["request_id"]
        shown = f"/v1/requests/{job}"
        while (
            check(http.get(f"{shown}/status"), f"{request}/status", "get")["status"] != "completed"
        ):
            check(http.get(f"{shown}/result"), f"{request}/result", "get")
        ended = check(http.get(f"{shown}/result?include_cost=true"), f"{request}/result", "get")
        cancelled = check(http.post(f"{shown}/cancel"), f"{request}/cancel", "post")
        check(http.get("/v1/models?limit=1"), "/v1/models", "get")
        check(http.get("/v1/models/categories"), "/v1/models/categories", "get")
        entry = check(http.get(model), model, "get")
        missing = check(http.get("/v1/requests/none/status"), f"{request}/status", "get")
        check(http.post(model, json={}), model, "post")

    assert ended["status"] == "succeeded"
    assert cancelled["outcome"] == "not_cancellable"
    assert entry["model_id"] == spec.model_id
    assert missing["error_code"] == 404001


def test_hostile_texts_stay_texts(hostile: Path) -> None:
    document = openapi_of(hostile)
    validate(document)
    operation = document["paths"]["/v1/models/acme/Draw%20Now/4K"]["post"]
    schema = operation["requestBody"]["content"]["application/json"]["schema"]
    texts = [operation["description"], schema["properties"]["prompt"]["description"],
             schema["properties"]["list"]["items"]["description"]]  # fmt: skip

    assert operation["summary"].startswith("# Top")
    assert schema["properties"]["description"]["type"] == "string"
    for text in texts:
        assert "script" in text
        assert not kinds(text) & ACTIVE
    for name in ("llms.txt", "llms-full.txt"):
        text = (hostile / name).read_text(encoding="utf-8")
        assert not kinds(text) & (ACTIVE - {"link_open"})
        targets = [inner.attrs["href"] for token in MarkdownIt("commonmark").parse(text)
                   for inner in token.children or () if inner.type == "link_open"]  # fmt: skip
        assert all(
            str(target).startswith(("docs/", "openapi.json", "llms-full.txt")) for target in targets
        )
    assert "\n# Top" not in (hostile / "llms.txt").read_text(encoding="utf-8")


@given(st.text("ab<>/!?[]():\\`*h&; \n", max_size=30))
def test_inert_text_has_no_html_and_no_links(text: str) -> None:
    assert not kinds(inert(text)) & ACTIVE


def test_llms_texts_name_every_model_with_its_page() -> None:
    folder = REPOSITORY / "generated"
    index, full = (
        (folder / name).read_text(encoding="utf-8") for name in ("llms.txt", "llms-full.txt")
    )
    tokens = MarkdownIt("commonmark").parse(index)
    links = [inner.attrs["href"] for token in tokens for inner in token.children or ()
             if inner.type == "link_open"]  # fmt: skip

    assert [token.tag for token in tokens if token.type == "heading_open"][:2] == ["h1", "h2"]
    assert "blockquote_open" in {token.type for token in tokens}
    assert all((folder / str(link)).is_file() for link in links)
    for spec in SPECS:
        assert f"`{spec.model_id}`, {spec.task}" in index
        assert f"`{spec.model_id}` · {spec.task}" in full
        assert all(f"| `{wire}` |" in full for wire in fields_of(spec))
    assert full.count("runcomfy-sdk run ") >= len(SPECS)


def test_a_changed_model_is_one_changed_line(tmp_path: Path) -> None:
    def lines(word: str) -> set[str]:
        specs = [make_spec({"a": {"type": "string", "description": word}}, model_id="acme/x"),
                 make_spec({}, model_id="acme/y")]  # fmt: skip
        return set((made(tmp_path, *specs) / "openapi.json").read_text("utf-8").splitlines())

    before, after = lines("One."), lines("Two.")

    assert len(after - before) == len(before - after) == 1
