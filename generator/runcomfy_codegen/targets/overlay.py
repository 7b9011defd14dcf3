"""All fixes of all models as one OpenAPI Overlay document, for those who keep the service's raw schemas as OpenAPI."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from functools import cache, partial

from runcomfy_codegen.jsontypes import Json, JsonObject
from runcomfy_codegen.normalize.provenance import Fix
from runcomfy_codegen.plan import Plan
from runcomfy_codegen.pointer import Absent, lookup, split
from runcomfy_codegen.render.renderer import Renderer
from runcomfy_codegen.spec import ModelSpec
from runcomfy_codegen.targets.openapi import endpoint_path
from runcomfy_codegen.targets.unit import Unit

__all__ = ["overlay_of", "units"]

_HEAD: JsonObject = {
    "overlay": "1.0.0",
    "info": {"title": "Repairs of the RunComfy model schemas", "version": "1.0.0"},
}
_LINE = json.JSONEncoder(ensure_ascii=False, sort_keys=True, allow_nan=False)
_PLAIN = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_PLACES = {
    "title": ("summary",),
    "summary": ("description",),
    "task": ("x-task",),
    "input_schema": ("requestBody", "content", "application/json", "schema"),
    "example": ("requestBody", "content", "application/json", "example"),
    "output_schema": ("x-output-schema",),
}
"""Where the members of a raw document stand in the operation of an OpenAPI document."""


def units(plan: Plan) -> Iterator[Unit]:
    """Yield the overlay."""
    facts = " ".join(model.spec.sha256 for model in plan.models)
    yield Unit("overlay.json", facts, (), partial(_render, plan))


def _render(plan: Plan, renderer: Renderer) -> str:
    """Return the document with one line an action, so that a changed fix is a changed line."""
    rows = [
        renderer.pieces.get(f"overlay {model.spec.sha256}", partial(_action_lines, model.spec))
        for model in plan.models
    ]
    head = json.dumps(_HEAD, ensure_ascii=False, indent=2).removesuffix("\n}")
    actions = ",\n".join(row for row in rows if row)
    return f'{head},\n  "actions": [\n{actions}\n  ]\n}}\n'


def _action_lines(spec: ModelSpec) -> str:
    return ",\n".join(f"    {_LINE.encode(action)}" for action in _actions(spec))


def overlay_of(specs: list[ModelSpec]) -> JsonObject:
    """Return the Overlay 1.0 document; each action's description names the rule and its reason."""
    actions: list[Json] = [action for spec in specs for action in _actions(spec)]
    return {**_HEAD, "actions": actions}


def _actions(spec: ModelSpec) -> Iterator[JsonObject]:
    operation = f"$.paths{_step(endpoint_path(spec.model_id))}.post"
    for entry in spec.fixes:
        fix = Fix.from_json(entry)
        head, _, _ = fix.pointer.rpartition("/")
        pointer, after = fix.pointer, fix.after
        around = lookup(spec.data, head)
        if isinstance(around, list):
            pointer, after = head, around
        parents, name = _place(pointer)
        said = f"{fix.rule}: {fix.reason}"
        if not isinstance(fix.before, Absent):
            target = f"{operation}{parents}{_step(name)}"
            yield {"target": target, "description": said, "remove": True}
        if not isinstance(after, Absent):
            yield {"target": f"{operation}{parents}", "description": said, "update": {name: after}}


@cache
def _place(pointer: str) -> tuple[str, str]:
    """Return the JSON path from the operation to the parent of what ``pointer`` leads to in a spec, and its name."""
    first, *rest = split(pointer)
    *parents, name = (*_PLACES.get(first, (first,)), *rest)
    return "".join(map(_step, parents)), name


def _step(name: str) -> str:
    return f".{name}" if _PLAIN.fullmatch(name) else f"['{_quoted(name)}']"


def _quoted(step: str) -> str:
    return step.replace("\\", "\\\\").replace("'", "\\'")
