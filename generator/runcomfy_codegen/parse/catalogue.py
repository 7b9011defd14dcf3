"""Parse a saved catalogue: the answer of ``GET /v1/models?include_schema=true``, or of ``GET /v1/models/{id}``."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator

from runcomfy_codegen.errors import Problem
from runcomfy_codegen.jsontypes import Json, JsonObject
from runcomfy_codegen.parse.model_id import check_model_id
from runcomfy_codegen.parse.page import RawModel
from runcomfy_codegen.parse.scan import read_object

__all__ = ["parse_catalogue"]

_FACTS = ("base_price_usd", "categories", "kind", "model_url", "price_unit", "pricing_note")
"""What the catalogue says besides the schema; kept with the source, as prices change without notice."""


def parse_catalogue(name: str, data: bytes) -> tuple[list[RawModel], list[Problem]]:
    """Return a raw model for every entry of a saved catalogue, and a problem for each entry that is none.

    Args:
        name: The file's name, for reports and sources.
        data: JSON: ``{"models": [...]}`` or one entry. A member ``retrieved`` (ISO 8601) says when it was read.
    """
    content = read_object(data)
    if isinstance(content, str):
        return [], [_problem(name, "", f"the catalogue is not JSON: {content}")]
    listed = content.get("models", [content])
    if not isinstance(listed, list) or ("models" not in content and "model_id" not in content):
        return [], [
            _problem(name, "", "there is neither a list 'models' nor one entry with 'model_id'")
        ]
    retrieved = content.get("retrieved")
    models: list[RawModel] = []
    problems: list[Problem] = []
    for index, entry in enumerate(listed):
        where = f"/models/{index}" if "models" in content else ""
        parsed = _parse_entry(name, where, entry, retrieved)
        if isinstance(parsed, Problem):
            problems.append(parsed)
        else:
            models.append(parsed)
    problems += _repeated(name, models)
    return models, problems


def _parse_entry(name: str, where: str, entry: Json, retrieved: Json) -> RawModel | Problem:
    if not isinstance(entry, dict) or not isinstance(entry.get("model_id"), str):
        return _problem(name, where, "the entry has no model_id")
    model_id = check_model_id(str(entry["model_id"]), f"{name}#{where}/model_id")
    if isinstance(model_id, Problem):
        return model_id
    schema = entry.get("input_schema")
    if not isinstance(schema, dict):
        return _problem(name, where, f"the entry of {model_id} has no input_schema")
    document: JsonObject = {"model_id": model_id, "input_schema": schema}
    for key, member in (("title", "display_name"), ("summary", "description")):
        if isinstance(entry.get(member), str) and entry[member]:
            document[key] = entry[member]
    text = json.dumps(entry, sort_keys=True, ensure_ascii=False)
    source: JsonObject = {
        "catalogue": name,
        "retrieved": retrieved if isinstance(retrieved, str) else None,
        "sha256": hashlib.sha256(text.encode()).hexdigest(),
        **{key: entry[key] for key in _FACTS if key in entry},
    }
    return RawModel(document, source)


def _repeated(name: str, models: list[RawModel]) -> Iterator[Problem]:
    seen: dict[str, RawModel] = {}
    for model in models:
        earlier = seen.setdefault(model.model_id, model)
        if earlier.document != model.document:
            yield _problem(name, "/models", f"{model.model_id} stands twice with different content")


def _problem(name: str, where: str, message: str) -> Problem:
    remedy = "save it again: GET /v1/models?include_schema=true, or ingest --live"
    return Problem("error", "catalogue", f"{name}#{where}" if where else name, message, remedy)
