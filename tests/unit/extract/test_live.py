"""The live catalogue, read from a real service on loopback."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from runcomfy_codegen.app import save_catalogue
from runcomfy_codegen.errors import CodegenError
from runcomfy_codegen.extract import live
from runcomfy_codegen.ingest import ingest
from runcomfy_codegen.reporting import Reporter
from runcomfy_runtime.testing import Emulator

NOWHERE = Path("nowhere")


def test_the_live_catalogue_gives_the_specs_that_the_service_was_made_from(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("RUNCOMFY_TOKEN", "t")
    with Emulator(dialect={"schemas": "service"}) as emulator:
        file = save_catalogue(tmp_path, emulator.base_url, Reporter())
        specs = {name: spec.input_schema for name, spec in emulator.specs.items()}

    found = ingest([file], NOWHERE)
    assert [problem for problem in found.problems if problem.level == "error"] == []
    assert {spec.model_id for spec in found.specs} == set(specs)
    saved = json.loads(file.read_text(encoding="utf-8"))
    assert saved["retrieved"].endswith("+00:00")
    for spec in found.specs:
        wanted = specs[spec.model_id]
        assert spec.input_schema["required"] == wanted["required"]
        assert types_of(spec.input_schema) == types_of(wanted)


def types_of(schema: Any) -> dict[str, str]:
    return {name: member["type"] for name, member in schema["properties"].items()}


def test_all_pages_of_the_catalogue_are_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(live, "PAGE_SIZE", 1)
    seen: list[tuple[int, int]] = []
    with Emulator() as emulator:
        catalogue = live.fetch_catalogue(
            "t", emulator.base_url, lambda _, done, all_: seen.append((done, all_))
        )
        assert emulator.count("models") == 4

    models = catalogue["models"]
    assert isinstance(models, list)
    assert len(models) == 4
    assert seen == [(1, 4), (2, 4), (3, 4), (4, 4)]


def test_a_passing_fault_is_tried_again(monkeypatch: pytest.MonkeyPatch) -> None:
    with Emulator() as emulator:
        emulator.script({"scope": "calls", "models": ["html_502", "drop_after", "gateway_timeout"]})
        catalogue = live.fetch_catalogue("t", emulator.base_url)

    assert len(catalogue["models"]) == 4  # type: ignore[arg-type]


def test_a_refused_token_is_one_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    with (
        Emulator(token="right") as emulator,
        pytest.raises(CodegenError, match=r"is the token right|not given"),
    ):
        live.fetch_catalogue("wrong", emulator.base_url)


def test_an_unreachable_service_is_one_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(live, "ATTEMPTS", 1)
    with pytest.raises(CodegenError, match="cannot be reached"):
        live.fetch_catalogue("t", "http://127.0.0.1:9")


def test_without_a_token_it_says_where_to_put_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("RUNCOMFY_TOKEN", "RUNCOMFY_API_TOKEN", "RUNCOMFY_API_KEY"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("RUNCOMFY_CONFIG_DIR", str(tmp_path))
    with pytest.raises(CodegenError, match="RUNCOMFY_TOKEN"):
        live.fetch_catalogue(None, "http://127.0.0.1:9")
