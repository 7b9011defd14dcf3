"""Namespaces of ``openai``. Written by runcomfy-codegen."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from ..._runtime import AsyncNamespace, Namespace

if TYPE_CHECKING:
    from . import gpt_image_2__edit as _gpt_image_2__edit

__all__ = [
    "AsyncOpenaiGptImage2Namespace",
    "AsyncOpenaiNamespace",
    "OpenaiGptImage2Namespace",
    "OpenaiNamespace",
]


class OpenaiGptImage2Namespace(Namespace):
    """Models of ``openai.gpt_image_2``."""

    @cached_property
    def edit(self) -> _gpt_image_2__edit.GptImage2Edit:
        """Gpt Image 2 Edit, ``openai/gpt-image-2/edit``."""
        from .gpt_image_2__edit import GptImage2Edit

        return GptImage2Edit(self._client)


class AsyncOpenaiGptImage2Namespace(AsyncNamespace):
    """Models of ``openai.gpt_image_2``."""

    @cached_property
    def edit(self) -> _gpt_image_2__edit.AsyncGptImage2Edit:
        """Gpt Image 2 Edit, ``openai/gpt-image-2/edit``."""
        from .gpt_image_2__edit import AsyncGptImage2Edit

        return AsyncGptImage2Edit(self._client)


class OpenaiNamespace(Namespace):
    """Models of ``openai``."""

    @cached_property
    def gpt_image_2(self) -> OpenaiGptImage2Namespace:
        """Models below ``openai.gpt_image_2``."""
        return OpenaiGptImage2Namespace(self._client)


class AsyncOpenaiNamespace(AsyncNamespace):
    """Models of ``openai``."""

    @cached_property
    def gpt_image_2(self) -> AsyncOpenaiGptImage2Namespace:
        """Models below ``openai.gpt_image_2``."""
        return AsyncOpenaiGptImage2Namespace(self._client)
