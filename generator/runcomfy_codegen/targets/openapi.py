"""The whole service as one OpenAPI 3.1 document: a path a model, and the paths that all jobs share."""

from __future__ import annotations

import json
from collections.abc import Iterator
from functools import partial
from typing import cast
from urllib.parse import quote

from runcomfy_codegen.jsontypes import Json, JsonObject
from runcomfy_codegen.plan import ModelPlan, Plan
from runcomfy_codegen.render.env import inert
from runcomfy_codegen.render.renderer import Renderer
from runcomfy_codegen.targets.unit import Unit

__all__ = ["endpoint_path", "units"]

_SHARED = "openapi.json"
_SCHEMA_MAPS = ("properties", "$defs")
_SCHEMA_LISTS = ("anyOf", "oneOf", "allOf")
_SCHEMAS = ("items", "additionalProperties", "not")


def units(plan: Plan) -> Iterator[Unit]:
    """Yield the document."""
    facts = " ".join(f"{model.spec.sha256} {model.names.module}" for model in plan.models)
    yield Unit("openapi.json", facts, (_SHARED,), partial(_render, plan))


def endpoint_path(model_id: str) -> str:
    """Return the path of the model's address; blanks in ids are escaped."""
    return f"/v1/models/{quote(model_id)}"


def _render(plan: Plan, renderer: Renderer) -> str:
    """Return the document with one line a path, so that a changed model is a changed line."""
    document = cast("JsonObject", json.loads(renderer.fill(_SHARED)))
    paths = cast("JsonObject", document.pop("paths"))
    tags = cast("list[Json]", document["tags"])
    tags += [{"name": _tag(vendor.segment)} for vendor in plan.vendors]
    lines = {path: _line(item) for path, item in paths.items()}
    segments = {vendor.attribute: vendor.segment for vendor in plan.vendors}
    for model in plan.models:
        lines[endpoint_path(model.spec.model_id)] = renderer.pieces.get(
            f"openapi {model.spec.sha256} {model.names} {segments[model.vendor]}",
            partial(_path_line, model, segments[model.vendor]),
        )
    rows = ",\n".join(f"    {_line(path)}: {lines[path]}" for path in sorted(lines))
    head = json.dumps(document, ensure_ascii=False, indent=2).removesuffix("\n}")
    return f'{head},\n  "paths": {{\n{rows}\n  }}\n}}\n'


def _tag(segment: str) -> str:
    return f"Models of {segment}"


def _line(value: Json) -> str:
    return json.dumps(value, ensure_ascii=False, sort_keys=True, allow_nan=False)


def _path_line(model: ModelPlan, segment: str) -> str:
    spec, name = model.spec, f"{model.vendor}__{model.module}"
    failure: JsonObject = {"$ref": "#/components/responses/Failure"}
    content: JsonObject = {"schema": _readable(spec.input_schema), "example": model.example}
    submit: JsonObject = {
        "operationId": f"submit_{name}",
        "tags": [_tag(segment)],
        "summary": spec.title,
        "description": inert(spec.summary),
        "x-task": spec.task,
        "x-output-schema": _readable(spec.output_schema),
        "requestBody": {"required": True, "content": {"application/json": content}},
        "responses": {"200": {"$ref": "#/components/responses/Submission"}, "default": failure},
    }
    describe: JsonObject = {
        "operationId": f"describe_{name}",
        "tags": ["Catalogue"],
        "summary": f"Describe {spec.title}",
        "responses": {"200": {"$ref": "#/components/responses/Model"}, "default": failure},
    }
    return _line({"get": describe, "post": submit})


def _readable(schema: JsonObject) -> JsonObject:
    """Return ``schema`` with descriptions that are safe to show: OpenAPI has them shown as Markdown."""
    shown = dict(schema)
    for key, value in schema.items():
        if key == "description" and isinstance(value, str):
            shown[key] = inert(value)
        elif key in _SCHEMA_MAPS and isinstance(value, dict):
            shown[key] = {name: _readable_if_schema(member) for name, member in value.items()}
        elif key in _SCHEMA_LISTS and isinstance(value, list):
            shown[key] = [_readable_if_schema(member) for member in value]
        elif key in _SCHEMAS:
            shown[key] = _readable_if_schema(value)
    return shown


def _readable_if_schema(value: Json) -> Json:
    return _readable(value) if isinstance(value, dict) else value
