"""Every model of this release: where its classes are and what it does. Written by runcomfy-codegen."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Final, NamedTuple, cast

if TYPE_CHECKING:
    from ._runtime import ModelInfo

__all__ = ["MODELS", "CatalogEntry", "find_model"]


class CatalogEntry(NamedTuple):
    """Where one model is in this package: ``client.<attribute_path>``, and its class below the package."""

    attribute_path: str
    module: str
    class_name: str
    title: str
    task: str


MODELS: Final[dict[str, CatalogEntry]] = {
    model_id: CatalogEntry(*entry)
    for model_id, entry in {
        "acme/paint/max": (
            "acme.paint.max",
            "models.acme.paint__max",
            "PaintMax",
            "Paint Max",
            "text-to-media",
        ),
        "acme/paint/max/edit": (
            "acme.paint.max.edit",
            "models.acme.paint__max__edit",
            "PaintMaxEdit",
            "Paint Max Edit",
            "image-to-image",
        ),
        "acme/paint/max/run/4K": (
            "acme.paint.max.run_.n4k",
            "models.acme.paint__max__run___n4k",
            "PaintMaxRunN4k",
            "Paint Max Run 4K",
            "text-to-media",
        ),
    }.items()
}
"""Entries by model id, sorted by id."""


def find_model(model_id: str) -> ModelInfo | None:
    """Load the model's module and return its facts; None for a model that this release does not know."""
    entry = MODELS.get(model_id)
    if entry is None:
        return None
    module = import_module(f".{entry.module}", __package__)
    return cast("ModelInfo", getattr(module, entry.class_name).model)
