"""Raw model documents for tests of the stages behind ``parse``."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from runcomfy_codegen.jsontypes import Json, JsonObject
from runcomfy_codegen.normalize import normalize
from runcomfy_codegen.plan import Plan, build_plan
from runcomfy_codegen.plan.lock import Names
from runcomfy_codegen.plan.settle import settle_names
from runcomfy_codegen.spec import SPEC_VERSION, ModelSpec, check_spec

from support.sample_pages import GENERIC_OUTPUT, object_schema

__all__ = ["make_spec", "plan_of", "raw_document", "reverse_keys"]


def raw_document(
    properties: Mapping[str, Json],
    *,
    required: Sequence[str] = (),
    model_id: str = "acme/paint/text-to-image",
    example: JsonObject | None = None,
) -> JsonObject:
    """Return the raw document of an invented model."""
    return {
        "model_id": model_id,
        "title": "Paint Box",
        "summary": "Paints what it is told.",
        "input_schema": object_schema(properties, *required),
        "output_schema": GENERIC_OUTPUT,
        "example": example or {},
    }


def make_spec(
    properties: Mapping[str, Json],
    *,
    required: Sequence[str] = (),
    model_id: str = "acme/paint/text-to-image",
    example: JsonObject | None = None,
    **members: Json,
) -> ModelSpec:
    """Return the spec of an invented model, normalized and checked as ``ingest`` does; ``members`` replace its own."""
    raw = raw_document(properties, required=required, model_id=model_id, example=example)
    raw.update(members)
    normalized = normalize(raw, "page.txt")
    spec = ModelSpec(
        {
            "spec_version": SPEC_VERSION,
            **normalized.document,
            "sources": [{"page": "page.txt", "sha256": "0" * 64}],
            "fixes": [fix.to_json() for fix in normalized.fixes],
            "open": list(normalized.open),
        }
    )
    problems = [*normalized.problems, *check_spec(spec, "page.txt")]
    assert not problems, "\n".join(map(str, problems))
    return spec


def plan_of(*specs: ModelSpec, package: str = "toy_sdk") -> Plan:
    """Return the plan of a first release of ``specs``."""
    return build_plan(specs, settle_names(specs, Names()).names, package)


def reverse_keys(value: Json) -> Json:
    """Return ``value`` with the members of all objects in the opposite order."""
    if isinstance(value, dict):
        return {name: reverse_keys(member) for name, member in reversed(list(value.items()))}
    return [reverse_keys(item) for item in value] if isinstance(value, list) else value
