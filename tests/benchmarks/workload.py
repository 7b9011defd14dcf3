"""Many different models made of the few real ones: pages, specs, and the inputs that other generators read.

A copy differs from its original in id, vendor, title, enum values, bounds and the number of its properties. The same
number of models gives the same bytes.
"""

from __future__ import annotations

import copy
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import cast

from runcomfy_codegen.extract import Page, decode_page
from runcomfy_codegen.ingest import ingest
from runcomfy_codegen.jsontypes import Json, JsonObject
from runcomfy_codegen.normalize.nodes import walk_schema
from runcomfy_codegen.parse import RawModel, parse_page
from runcomfy_codegen.parse.scan import FoundObject, scan_objects
from runcomfy_codegen.spec import ModelSpec, canonical_json, spec_path

__all__ = [
    "Original",
    "change_page",
    "change_spec",
    "make_pages",
    "openapi_document",
    "originals",
    "page_of",
    "write_specs",
]

ROOT = Path(__file__).resolve().parents[2]
SOURCES = (ROOT.parent / "shared" / "corpus" / "pages", ROOT / "specs" / "pages")
VENDORS_EVERY = 6
"""A vendor's models are copied so often under its own name before a new vendor is invented."""


@dataclass(frozen=True, slots=True)
class Original:
    """A real page and what it says."""

    text: str
    raw: RawModel


@cache
def originals() -> tuple[Original, ...]:
    """Return one sound page a model, from the corpus beside the checkout if there is one, else the bundled pages."""
    folder = next(folder for folder in SOURCES if folder.is_dir())
    sound = {spec.model_id for spec in ingest([folder], folder / "none").specs}
    found: dict[str, Original] = {}
    for file in sorted(folder.glob("*.txt")):
        page = decode_page(file.name, file.read_bytes())
        raw = parse_page(page) if isinstance(page, Page) else None
        if isinstance(page, Page) and isinstance(raw, RawModel) and raw.model_id in sound:
            found.setdefault(raw.model_id, Original(page.text, raw))
    return tuple(found.values())


def page_of(original: Original, number: int, edition: int = 0) -> str:
    """Return the page of the model ``number``; another ``edition`` is the same model, changed in one bound.

    The first copies are the originals themselves.
    """
    model_id = original.raw.model_id
    text = original.text
    schema = original.raw.document["input_schema"]
    found = [each for each in scan_objects(text) if isinstance(each, FoundObject)]
    for each in reversed(found):
        if each.value == schema:
            varied = json.dumps(_vary(each.value, number, edition), ensure_ascii=False, indent=2)
            text = f"{text[: each.start]}{varied}{text[each.end :]}"
    return text.replace(model_id, _new_id(model_id, number))


def make_pages(folder: Path, count: int) -> None:
    """Write ``count`` pages of different models into ``folder``."""
    folder.mkdir(parents=True)
    real = originals()
    for number in range(count):
        original = real[number % len(real)]
        text = page_of(original, number // len(real))
        (folder / f"{number:05}.txt").write_text(text, encoding="utf-8")


def write_specs(pages: Path, specs: Path) -> list[ModelSpec]:
    """Ingest ``pages`` and write the spec files into ``specs``.

    Raises:
        RuntimeError: A page was refused, so that the workload would be smaller than it claims.
    """
    ingested = ingest([pages], specs / "overrides")
    expected = sum(1 for _ in pages.iterdir())
    if len(ingested.specs) != expected:
        raise RuntimeError(f"{len(ingested.specs)} of {expected} models: {ingested.problems[:3]}")
    for spec in ingested.specs:
        file = specs / spec_path(spec.model_id)
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(spec.text, encoding="utf-8")
    return list(ingested.specs)


def openapi_document(specs: Sequence[ModelSpec]) -> JsonObject:
    """Return an OpenAPI 3.1 document with one POST path a model, as another generator would be given it."""
    return {
        "openapi": "3.1.0",
        "info": {"title": "Models", "version": "1.0.0"},
        "paths": {f"/v1/models/{spec.model_id}": {"post": _operation(spec)} for spec in specs},
    }


def _operation(spec: ModelSpec) -> JsonObject:
    vendor, _, rest = spec.model_id.partition("/")
    return {
        "operationId": f"run {vendor} {rest}",
        "tags": [vendor],
        "summary": spec.title,
        "requestBody": {
            "required": True,
            "content": {"application/json": {"schema": _titled(spec.input_schema, spec, "input")}},
        },
        "responses": {
            "200": {
                "description": "The output.",
                "content": {
                    "application/json": {"schema": _titled(spec.output_schema, spec, "output")}
                },
            }
        },
    }


def _titled(schema: JsonObject, spec: ModelSpec, part: str) -> JsonObject:
    return {**schema, "title": f"{spec.model_id} {part}"}


def _new_id(model_id: str, number: int) -> str:
    if not number:
        return model_id
    vendor, _, rest = model_id.partition("/")
    invented = f"{vendor}-{number // VENDORS_EVERY}" if number >= VENDORS_EVERY else vendor
    return f"{invented}/{rest}-{number}"


def _vary(schema: JsonObject, number: int, edition: int) -> JsonObject:
    """Return a schema that accepts whatever ``schema`` accepts, and more."""
    varied = copy.deepcopy(schema)
    properties = cast("JsonObject", varied["properties"])
    if number:
        for node in _nodes(varied):
            _widen(node, number)
        properties.update(_new_properties(number))
    if edition:
        properties["edition"] = _edition(edition)
    return varied


def _nodes(schema: JsonObject) -> Iterator[JsonObject]:
    holder: JsonObject = {"input_schema": schema}
    for node in walk_schema(holder):
        yield node.schema


def _widen(node: JsonObject, number: int) -> None:
    enum = node.get("enum")
    if isinstance(enum, list) and enum and all(isinstance(value, str) for value in enum):
        enum.append(f"choice-{number}")
    for bound in ("maximum", "maxLength", "maxItems"):
        value = node.get(bound)
        if isinstance(value, int) and not isinstance(value, bool):
            node[bound] = value + number


def _new_properties(number: int) -> JsonObject:
    kinds: tuple[JsonObject, ...] = (
        {"type": "integer", "minimum": 0, "maximum": 10 + number, "default": 5},
        {"type": "string", "maxLength": 100 + number, "description": "Words of your own."},
        {"type": "string", "enum": ["low", "high", f"level-{number}"], "default": "low"},
        {"type": "boolean", "default": False},
        {"type": "array", "items": {"type": "string"}, "maxItems": 1 + number},
    )
    return {
        f"extra_{place}": cast("Json", {"title": f"Extra {place}", **kinds[place]})
        for place in range(number % (len(kinds) + 1))
    }


def change_page(pages: Path, edition: int) -> None:
    """Give the last page of ``pages`` another edition, so that one model is changed."""
    file = max(pages.iterdir())
    real = originals()
    number = int(file.stem)
    text = page_of(real[number % len(real)], number // len(real), edition)
    file.write_text(text, encoding="utf-8")


def change_spec(specs: Path, edition: int) -> None:
    """Give the last spec file of ``specs`` another property, so that one model is changed."""
    file = max((specs / "models").rglob("*.json"))
    data = cast("JsonObject", json.loads(file.read_text(encoding="utf-8")))
    schema = cast("JsonObject", data["input_schema"])
    cast("JsonObject", schema["properties"])["edition"] = _edition(edition)
    file.write_text(canonical_json(data), encoding="utf-8")


def _edition(edition: int) -> JsonObject:
    return {
        "title": "Edition",
        "description": "A number.",
        "type": "integer",
        "minimum": 0,
        "maximum": edition,
    }
