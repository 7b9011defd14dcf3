"""The command table: one JSON file a model, from which the command line builds that model's options."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from runcomfy_codegen.jsontypes import JsonObject
from runcomfy_codegen.plan import ModelPlan, Plan
from runcomfy_codegen.render.renderer import Renderer
from runcomfy_codegen.spec import canonical_json
from runcomfy_codegen.targets.unit import Unit

__all__ = ["units"]


def units(plan: Plan) -> Iterator[Unit]:
    """Yield one file a model."""
    for model in plan.models:
        path = f"{plan.package}/_cli/{model.vendor}/{model.module}.json"
        facts = f"{model.spec.sha256} {model.names}"
        yield Unit(path, facts, (), partial(_render, model), model.spec.model_id)


def _render(model: ModelPlan, _renderer: Renderer) -> str:
    spec = model.spec
    entry: JsonObject = {
        "model_id": spec.model_id,
        "title": spec.title,
        "summary": spec.summary,
        "task": spec.task,
        "attribute_path": model.attribute_path,
        "module": f"models.{model.vendor}.{model.module}",
        "class_name": model.class_name,
        "input_schema": spec.input_schema,
        "output_schema": spec.output_schema,
        "example": model.example,
    }
    return canonical_json(entry)
