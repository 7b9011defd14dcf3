"""Namespaces of ``tongyi-mai``. Written by runcomfy-codegen."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from ..._runtime import AsyncNamespace, Namespace

if TYPE_CHECKING:
    from . import z_image__turbo__inpainting__lora as _z_image__turbo__inpainting__lora

__all__ = [
    "AsyncTongyiMaiNamespace",
    "AsyncTongyiMaiZImageNamespace",
    "AsyncTongyiMaiZImageTurboInpaintingNamespace",
    "AsyncTongyiMaiZImageTurboNamespace",
    "TongyiMaiNamespace",
    "TongyiMaiZImageNamespace",
    "TongyiMaiZImageTurboInpaintingNamespace",
    "TongyiMaiZImageTurboNamespace",
]


class TongyiMaiZImageTurboInpaintingNamespace(Namespace):
    """Models of ``tongyi_mai.z_image.turbo.inpainting``."""

    @cached_property
    def lora(self) -> _z_image__turbo__inpainting__lora.ZImageTurboInpaintingLora:
        """Z Image Turbo Inpainting LoRA, ``tongyi-mai/z-image/turbo/inpainting/lora``."""
        from .z_image__turbo__inpainting__lora import ZImageTurboInpaintingLora

        return ZImageTurboInpaintingLora(self._client)


class AsyncTongyiMaiZImageTurboInpaintingNamespace(AsyncNamespace):
    """Models of ``tongyi_mai.z_image.turbo.inpainting``."""

    @cached_property
    def lora(self) -> _z_image__turbo__inpainting__lora.AsyncZImageTurboInpaintingLora:
        """Z Image Turbo Inpainting LoRA, ``tongyi-mai/z-image/turbo/inpainting/lora``."""
        from .z_image__turbo__inpainting__lora import AsyncZImageTurboInpaintingLora

        return AsyncZImageTurboInpaintingLora(self._client)


class TongyiMaiZImageTurboNamespace(Namespace):
    """Models of ``tongyi_mai.z_image.turbo``."""

    @cached_property
    def inpainting(self) -> TongyiMaiZImageTurboInpaintingNamespace:
        """Models below ``tongyi_mai.z_image.turbo.inpainting``."""
        return TongyiMaiZImageTurboInpaintingNamespace(self._client)


class AsyncTongyiMaiZImageTurboNamespace(AsyncNamespace):
    """Models of ``tongyi_mai.z_image.turbo``."""

    @cached_property
    def inpainting(self) -> AsyncTongyiMaiZImageTurboInpaintingNamespace:
        """Models below ``tongyi_mai.z_image.turbo.inpainting``."""
        return AsyncTongyiMaiZImageTurboInpaintingNamespace(self._client)


class TongyiMaiZImageNamespace(Namespace):
    """Models of ``tongyi_mai.z_image``."""

    @cached_property
    def turbo(self) -> TongyiMaiZImageTurboNamespace:
        """Models below ``tongyi_mai.z_image.turbo``."""
        return TongyiMaiZImageTurboNamespace(self._client)


class AsyncTongyiMaiZImageNamespace(AsyncNamespace):
    """Models of ``tongyi_mai.z_image``."""

    @cached_property
    def turbo(self) -> AsyncTongyiMaiZImageTurboNamespace:
        """Models below ``tongyi_mai.z_image.turbo``."""
        return AsyncTongyiMaiZImageTurboNamespace(self._client)


class TongyiMaiNamespace(Namespace):
    """Models of ``tongyi_mai``."""

    @cached_property
    def z_image(self) -> TongyiMaiZImageNamespace:
        """Models below ``tongyi_mai.z_image``."""
        return TongyiMaiZImageNamespace(self._client)


class AsyncTongyiMaiNamespace(AsyncNamespace):
    """Models of ``tongyi_mai``."""

    @cached_property
    def z_image(self) -> AsyncTongyiMaiZImageNamespace:
        """Models below ``tongyi_mai.z_image``."""
        return AsyncTongyiMaiZImageNamespace(self._client)
