"""What the docs say of faults, errors, names and models is what the code does."""

from __future__ import annotations

import inspect
import json
import re
from collections.abc import Iterator
from pathlib import Path

import jsonschema
import pytest
import runcomfy_runtime as runtime
import runcomfy_sdk
from runcomfy_codegen.site.pages import write_pages
from runcomfy_codegen.validator import refusals
from runcomfy_runtime import errors
from runcomfy_runtime.testing import Emulator
from runcomfy_runtime.testing.faults import FAULTS
from runcomfy_sdk import Options, RunComfy
from runcomfy_sdk._catalog import MODELS
from support.command import REPOSITORY

DOCS = REPOSITORY / "generated" / "docs"
WAITING = (DOCS / "guides/waiting.md").read_text(encoding="utf-8")
ROW = re.compile(r"^\| `(\w+)` \|(.*)\|$", re.M)
SUBMITS, POLLS = (ROW.findall(part) for part in WAITING.split("## Waiting survives"))
FIELDS = {"prompt": "make it blue", "image_url": "https://example.com/in.png"}
MODEL = "stepfun-ai/stepx-edit2"


@pytest.fixture(scope="module")
def running() -> Iterator[Emulator]:
    with Emulator(REPOSITORY / "specs", queue_seconds=0, run_seconds=0.05) as emulator:
        yield emulator


@pytest.fixture
def emulator(running: Emulator) -> Emulator:
    running.clear()
    return running


@pytest.mark.parametrize(("fault", "rest"), SUBMITS)
def test_the_table_of_submit_faults(emulator: Emulator, fault: str, rest: str) -> None:
    _, raised, sent = (cell.strip() for cell in rest.split("|"))
    emulator.script({"submit": fault})
    with RunComfy(**emulator.client_options()) as client:
        name = ""
        try:
            client.model(MODEL).submit(FIELDS)
        except runtime.RunComfyError as error:
            name = f"`{type(error).__name__}`"
    assert name == raised or (not name and raised.startswith("nothing"))
    assert emulator.count("submit") == int(sent)


@pytest.mark.parametrize(("fault", "_words"), POLLS)
def test_the_table_of_poll_faults(emulator: Emulator, fault: str, _words: str) -> None:
    emulator.script({"status": fault, "result": fault})
    with RunComfy(**emulator.client_options()) as client:
        assert client.model(MODEL).run(FIELDS, options=Options(timeout=60)).files
    assert emulator.count("submit") == 1
    assert any(call.fault for call in emulator.calls)


def test_the_tables_name_faults_that_exist() -> None:
    named = [fault for fault, _ in (*SUBMITS, *POLLS)]
    assert set(named) <= set(FAULTS)
    assert len(SUBMITS) > 12
    assert len(POLLS) > 7


def test_every_error_has_its_cause_and_its_remedy() -> None:
    guide = (DOCS / "guides/errors.md").read_text(encoding="utf-8")
    sections = dict(re.findall(r"^## (\w+)\n(.*?)(?=^## |\Z)", guide, re.M | re.S))
    raised = {
        name
        for name, found in vars(errors).items()
        if inspect.isclass(found) and issubclass(found, runtime.RunComfyError)
    } - {"RunComfyError"}
    assert set(sections) == raised
    assert all("**Cause.**" in text and "**Remedy.**" in text for text in sections.values())


def test_the_reference_has_every_name_that_the_package_shows() -> None:
    pages = "\n".join(page.read_text("utf-8") for page in (DOCS / "reference").glob("*.md"))
    headings = set(re.findall(r"^## (\w+)$", pages, re.M))
    shown = {name for name in runcomfy_sdk.__all__ if not name.startswith("_")}
    missing = {name for name in shown if name.removeprefix("Async") not in headings}
    assert missing - {"AsyncRunComfy", "AnyUploader"} == set()


def test_the_reference_and_the_changelog_are_current() -> None:
    assert write_pages(REPOSITORY, check=True) == []


def test_the_command_line_guide_lists_every_exit_code() -> None:
    from runcomfy_runtime.cli.exitcodes import ExitCode

    guide = (DOCS / "guides/cli.md").read_text(encoding="utf-8")
    listed = {int(code) for code in re.findall(r"^\| (\d+) \|", guide, re.M)}
    assert listed == {int(code) for code in ExitCode} - {ExitCode.INTERNAL}


def test_the_catalogue_leads_to_the_page_of_every_model() -> None:
    catalogue = json.loads((DOCS / "catalogue.json").read_text(encoding="utf-8"))
    assert [entry["id"] for entry in catalogue] == list(MODELS)
    for entry in catalogue:
        page = (DOCS / entry["page"]).with_suffix(".md")
        assert f"`{entry['id']}`" in page.read_text(encoding="utf-8")
        assert entry["python"] == f"client.{MODELS[entry['id']].attribute_path}"


@pytest.mark.parametrize("file", sorted((DOCS / "schemas").rglob("*.json")), ids=lambda f: f.name)
def test_schemas_are_json_schema_and_take_their_own_example(file: Path) -> None:
    schema = json.loads(file.read_text(encoding="utf-8"))
    jsonschema.Draft202012Validator.check_schema(schema)
    for example in schema.get("examples", ()):
        assert not refusals(schema, example)
    if not file.name.endswith(".output.json"):
        model = schema["x-model"]
        assert MODELS[model["id"]].attribute_path == model["attribute_path"]
        assert sorted(model["order"]) == sorted(schema["properties"])
