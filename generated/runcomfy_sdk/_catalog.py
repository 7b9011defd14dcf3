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
        "blackforestlabs/flux-1-kontext/max/edit": (
            "blackforestlabs.flux_1_kontext.max.edit",
            "models.blackforestlabs.flux_1_kontext__max__edit",
            "Flux1KontextMaxEdit",
            "Flux 1 Kontext Max Edit",
            "image-to-image",
        ),
        "openai/gpt-image-2/edit": (
            "openai.gpt_image_2.edit",
            "models.openai.gpt_image_2__edit",
            "GptImage2Edit",
            "Gpt Image 2 Edit",
            "image-to-image",
        ),
        "stepfun-ai/stepx-edit2": (
            "stepfun_ai.stepx_edit2",
            "models.stepfun_ai.stepx_edit2",
            "StepxEdit2",
            "Step1x Edit2",
            "image-to-image",
        ),
        "tongyi-mai/z-image/turbo/inpainting/lora": (
            "tongyi_mai.z_image.turbo.inpainting.lora",
            "models.tongyi_mai.z_image__turbo__inpainting__lora",
            "ZImageTurboInpaintingLora",
            "Z Image Turbo Inpainting LoRA",
            "image-to-image",
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
