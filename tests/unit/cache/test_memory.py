"""Ingesting with what an earlier run left gives what ingesting without it gives, whatever happened in between."""

from __future__ import annotations

import json
import shutil
import tempfile
from pathlib import Path

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule
from runcomfy_codegen.cache.memory import Memory, read_memory
from runcomfy_codegen.ingest import ingest
from runcomfy_codegen.jsontypes import JsonObject
from runcomfy_codegen.spec import ModelSpec, canonical_json, spec_path
from runcomfy_codegen.spec.store import read_specs
from support.sample_pages import object_schema, render_page

MODELS = st.sampled_from(["acme/paint", "acme/paint/edit", "umbra/Draw Now"])
NAMES = st.sampled_from(["a.txt", "b.txt", "sub/c.md"])
MAXIMA = st.integers(1, 3)


def schema(maximum: int) -> JsonObject:
    return object_schema(
        {"prompt": {"type": "string", "default": "fox"}, "n": {"type": "int", "maximum": maximum}},
        "prompt",
    )


class Runs(RuleBasedStateMachine):
    """A specs folder that people and runs change in turn."""

    def __init__(self) -> None:
        super().__init__()
        self.specs = Path(tempfile.mkdtemp())
        self.pages = self.specs / "pages"
        self.pages.mkdir()
        self.put_page("a.txt", "acme/paint", 2, "en")

    def teardown(self) -> None:
        shutil.rmtree(self.specs)

    @rule(name=NAMES, model=MODELS, maximum=MAXIMA, language=st.sampled_from(["en", "de"]))
    def put_page(self, name: str, model: str, maximum: int, language: str) -> None:
        file = self.pages / name
        file.parent.mkdir(exist_ok=True)
        file.write_text(render_page(model, schema(maximum), language=language), encoding="utf-8")

    @rule(name=NAMES)
    def cut_page(self, name: str) -> None:
        file = self.pages / name
        if file.exists():
            file.write_bytes(file.read_bytes()[:400])

    @rule(name=NAMES)
    def delete_page(self, name: str) -> None:
        (self.pages / name).unlink(missing_ok=True)

    @rule(old=NAMES, new=NAMES)
    def rename_page(self, old: str, new: str) -> None:
        if (self.pages / old).exists():
            (self.pages / new).parent.mkdir(exist_ok=True)
            (self.pages / old).rename(self.pages / new)

    @rule(model=MODELS, maximum=MAXIMA, stale=st.booleans())
    def override(self, model: str, maximum: int, stale: bool) -> None:
        file = self.specs / "overrides" / spec_path(model).relative_to("models")
        file.parent.mkdir(parents=True, exist_ok=True)
        operations = [
            {"op": "test", "path": "/model_id", "value": "other" if stale else model},
            {"op": "replace", "path": "/input_schema/properties/n/maximum", "value": maximum},
        ]
        file.write_text(json.dumps(operations), encoding="utf-8")

    @rule(model=MODELS)
    def drop_override(self, model: str) -> None:
        (self.specs / "overrides" / spec_path(model).relative_to("models")).unlink(missing_ok=True)

    @rule(model=MODELS, indented=st.booleans())
    def edit_spec(self, model: str, indented: bool) -> None:
        file = self.specs / spec_path(model)
        if file.exists():
            data = json.loads(file.read_text(encoding="utf-8"))
            if not indented:
                data["title"] += " by hand"
            text = json.dumps(data) if indented else canonical_json(data)
            file.write_text(text, encoding="utf-8")

    @rule(model=MODELS)
    def delete_spec(self, model: str) -> None:
        (self.specs / spec_path(model)).unlink(missing_ok=True)

    @rule()
    def lose_the_memory(self) -> None:
        shutil.rmtree(self.specs / ".cache", ignore_errors=True)

    @rule()
    def damage_the_memory(self) -> None:
        file = self.specs / ".cache" / "ingest.json"
        if file.exists():
            file.write_bytes(file.read_bytes()[:50])

    @invariant()
    def both_ways_are_one(self) -> None:
        memory = read_memory(self.specs)
        known, broken = read_specs(self.specs, memory.checked)
        plain, found = read_specs(self.specs)
        assert texts(known) == texts(plain)
        assert broken == found == []

        quick = ingest([self.pages], self.specs / "overrides", memory=memory, known=known)
        whole = ingest([self.pages], self.specs / "overrides")
        assert texts(quick.specs) == texts(whole.specs)
        assert quick.problems == whole.problems
        self._keep(known, quick.specs, quick.memory)

    def _keep(self, known: list[ModelSpec], made: tuple[ModelSpec, ...], memory: Memory) -> None:
        for spec in made:
            file = self.specs / spec_path(spec.model_id)
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(spec.text, encoding="utf-8")
        checked = frozenset(spec.sha256 for spec in (*known, *made))
        Memory(memory.pages, memory.models, checked).save(self.specs)


def texts(specs: list[ModelSpec] | tuple[ModelSpec, ...]) -> list[str]:
    return [spec.text for spec in specs]


Runs.TestCase.settings = settings(max_examples=25, stateful_step_count=10, deadline=None)
TestRuns = Runs.TestCase


def test_an_unchanged_page_is_not_parsed_again(tmp_path: Path) -> None:
    page = tmp_path / "a.txt"
    page.write_text(render_page("acme/paint", schema(3)), encoding="utf-8")
    first = ingest([page], tmp_path / "none")
    again = ingest([page], tmp_path / "none", memory=first.memory, known=first.specs)

    assert again.specs[0] is first.specs[0]
    assert again.memory == first.memory
