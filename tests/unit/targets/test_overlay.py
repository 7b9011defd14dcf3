"""The overlay, applied to the raw document in its OpenAPI place, gives the spec."""

from __future__ import annotations

import copy
import json
import re
from typing import Any

from runcomfy_codegen.targets.overlay import overlay_of
from support.documents import make_spec, raw_document

STEP = re.compile(r"\.([A-Za-z_]\w*)|\['((?:[^'\\]|\\.)*)'\]")
PROPERTIES: dict[str, Any] = {
    "it's": {"type": "float", "default": 0.5, "description": ""},
    "loras": {"type": "array", "items": {"path": {"type": "string"}, "scale": {"type": "float"}}},
    "image_url": {"type": "string", "default": "https://x.example/a.png"},
}


def select(document: Any, path: str) -> tuple[Any, str]:
    """Return the parent and the last name of a path of plain and quoted names."""
    names = [plain or re.sub(r"\\(.)", r"\1", quoted) for plain, quoted in STEP.findall(path)]
    for name in names[:-1]:
        document = document[name]
    return document, names[-1]


def test_the_overlay_repairs_the_raw_document() -> None:
    raw = raw_document(
        PROPERTIES, required=["image_url"], example={"image_url": "https://x.example/a.png"}
    )
    spec = make_spec(
        PROPERTIES, required=["image_url"], example={"image_url": "https://x.example/a.png"}
    )
    operation: dict[str, Any] = {
        "summary": raw["title"],
        "description": raw["summary"],
        "requestBody": {
            "content": {
                "application/json": {"schema": raw["input_schema"], "example": raw["example"]}
            }
        },
        "x-output-schema": raw["output_schema"],
    }
    document = copy.deepcopy({"paths": {f"/v1/models/{spec.model_id}": {"post": operation}}})

    overlay = json.loads(json.dumps(overlay_of([spec])))
    assert overlay["overlay"] == "1.0.0"
    for action in overlay["actions"]:
        parent, name = select(document, action["target"])
        if action.get("remove"):
            del parent[name]
        else:
            parent[name].update(action["update"])

    repaired: Any = document["paths"][f"/v1/models/{spec.model_id}"]["post"]
    media = repaired["requestBody"]["content"]["application/json"]
    assert media == {"schema": spec.input_schema, "example": spec.example}
    assert repaired["x-output-schema"] == spec.output_schema
    assert repaired["x-task"] == spec.task
