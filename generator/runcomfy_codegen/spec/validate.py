"""Check specs: their own form, the schemas inside, and the values that stand beside them."""

from __future__ import annotations

import json
from collections.abc import Iterator
from functools import cache
from importlib.resources import files
from typing import cast

from runcomfy_codegen.errors import Problem
from runcomfy_codegen.jsontypes import Json, JsonObject
from runcomfy_codegen.normalize.nodes import walk_schema
from runcomfy_codegen.normalize.vocabulary import find_unknown
from runcomfy_codegen.pointer import child
from runcomfy_codegen.spec.model import ModelSpec
from runcomfy_codegen.validator import Form, Judge, refusals

__all__ = ["check_shape", "check_spec"]

_OVERRIDE = "write an override in specs/overrides for the side that is wrong"


def check_shape(data: Json, where: str) -> list[Problem]:
    """Return a problem for each way in which ``data`` is not a spec (members, metaschema, vocabulary)."""
    if not _spec_form().accepts(data):
        problems = [
            Problem("error", "spec-form", f"{where}#{refusal.pointer}", refusal.message[:300])
            for refusal in refusals(_spec_form().schema, data)
        ]
        if problems:
            return problems
    if not isinstance(data, dict):
        return []
    return [
        Problem("error", "spec-form", f"{where}#{pointer}", message)
        for pointer, message in find_unknown(data)
    ]


def check_spec(spec: ModelSpec, where: str) -> list[Problem]:
    """Return all problems of a spec: its form, and defaults, examples or the docs' payload that its schema refuses."""
    problems = check_shape(spec.data, where)
    if problems:
        return problems
    try:
        return _check_example(spec, where) + list(_check_values(spec, where))
    except ValueError as error:
        return [Problem("error", "schema-broken", f"{where}#/input_schema", str(error), _OVERRIDE)]


def _check_example(spec: ModelSpec, where: str) -> list[Problem]:
    if Judge(spec.input_schema).accepts(spec.example):
        return []
    return [
        Problem(
            "error",
            "example-refused",
            f"{where}#/example{refusal.pointer}",
            f"the docs' own example breaks the schema: {refusal.message[:300]}",
            _OVERRIDE,
        )
        for refusal in refusals(spec.input_schema, spec.example)
    ]


def _check_values(spec: ModelSpec, where: str) -> Iterator[Problem]:
    for node in walk_schema(spec.data):
        values: list[tuple[str, Json]] = []
        if "default" in node.schema:
            values.append((node.at("default"), node.schema["default"]))
        listed = node.schema.get("examples")
        for index, value in enumerate(listed if isinstance(listed, list) else []):
            values.append((child(node.at("examples"), index), value))
        for pointer, value in values:
            if Judge(node.schema).accepts(value):
                continue
            for refusal in refusals(node.schema, value):
                message = refusal.message[:300]
                yield Problem("error", "value-refused", f"{where}#{pointer}", message, _OVERRIDE)


@cache
def _spec_form() -> Form:
    text = files("runcomfy_codegen.spec").joinpath("model-spec.schema.json").read_text("utf-8")
    return Form(cast("JsonObject", json.loads(text)))
