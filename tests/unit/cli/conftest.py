"""A generated-like package of three models, as the command line reads it."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

PACKAGE = "toy_sdk"

EDIT_SCHEMA: dict[str, Any] = {
    "type": "object",
    "required": ["prompt", "image_url"],
    "properties": {
        "prompt": {"type": "string", "title": "Prompt", "examples": ['it\'s a "red" fox\n$HOME']},
        "image_url": {"type": "string", "description": "The image to edit", "x-media": "image"},
        "seed": {"type": "integer", "minimum": 0, "maximum": 100},
        "strength": {"type": "number", "minimum": 0, "maximum": 1, "default": 0.5},
        "output_format": {"type": "string", "enum": ["jpeg", "png"]},
        "keep_alpha": {"type": "boolean"},
        "images": {
            "type": "array",
            "items": {"type": "string", "x-media": "image"},
            "maxItems": 2,
        },
        "loras": {
            "type": "array",
            "maxItems": 3,
            "items": {
                "type": "object",
                "properties": {
                    "path": {"type": "string"},
                    "scale": {"type": "number", "minimum": 0, "maximum": 4},
                },
            },
        },
        "duration": {"type": "integer", "enum": [5, 10]},
        "timeout": {"type": "integer", "description": "Clashes with the command's own option"},
        "promptText": {"type": "string"},
        "wait": {"type": "boolean"},
    },
}
EXAMPLE = {
    "prompt": 'it\'s a "red" fox\n$HOME',
    "image_url": "https://example.com/in.png",
    "images": ["https://example.com/a.png", "https://example.com/b c.png"],
    "keep_alpha": False,
    "timeout": 7,
    "loras": [{"path": "owner/repo", "scale": 0.5}],
}
MODELS = {
    "acme/edit-1": ("acme.edit_1", "models.acme.edit_1", "Edit1", "Edit One", "image-to-image"),
    "acme/edit-1/pro": (
        "acme.edit_1.pro",
        "models.acme.edit_1_.pro",
        "Edit1Pro",
        "Edit One Pro",
        "image-to-image",
    ),
    "zeta/movie": ("zeta.movie", "models.zeta.movie", "Movie", "Movie", "text-to-video"),
}


@pytest.fixture
def toy(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """Return the import name of a package that holds an index (and no client)."""
    root = tmp_path / "site" / PACKAGE
    root.mkdir(parents=True)
    (root / "__init__.py").write_text('"""Toy."""\n')
    (root / "_catalog.py").write_text(f"MODELS = {MODELS!r}\n")
    for model_id, (path, module, name, title, task) in MODELS.items():
        file = root / "_cli" / (module.removeprefix("models.").replace(".", "/") + ".json")
        file.parent.mkdir(parents=True, exist_ok=True)
        document = {
            "model_id": model_id,
            "title": title,
            "summary": f"{title} does things.",
            "task": task,
            "attribute_path": path,
            "module": module,
            "class_name": name,
            "input_schema": EDIT_SCHEMA,
            "output_schema": {},
            "example": EXAMPLE,
        }
        file.write_text(json.dumps(document))
    monkeypatch.setattr(sys, "path", [str(tmp_path / "site"), *sys.path])
    yield PACKAGE
    for module in [name for name in sys.modules if name.split(".")[0] == PACKAGE]:
        del sys.modules[module]
