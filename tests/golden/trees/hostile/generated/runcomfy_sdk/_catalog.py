"""Every model of this release: where its classes are and what it does. Written by runcomfy-codegen."""

from __future__ import annotations

from typing import Final, NamedTuple

__all__ = ["MODELS", "CatalogEntry"]


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
        "acme/evil box/4K": (
            "acme.evil_box.n4k",
            "models.acme.evil_box__n4k",
            "EvilBoxN4k",
            "# [Evil] <b>Box</b> `x`",
            "text-to-media",
        ),
    }.items()
}
"""Entries by model id, sorted by id."""
