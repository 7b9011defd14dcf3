"""The asynchronous client. Written by runcomfy-codegen."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from ._runtime import AsyncClient

if TYPE_CHECKING:
    from collections.abc import Collection

    from ._runtime import ModelInfo
    from .models.blackforestlabs import AsyncBlackforestlabsNamespace
    from .models.openai import AsyncOpenaiNamespace
    from .models.stepfun_ai import AsyncStepfunAiNamespace
    from .models.tongyi_mai import AsyncTongyiMaiNamespace

__all__ = ["AsyncRunComfy"]


class AsyncRunComfy(AsyncClient):
    """The asynchronous client: one attribute a vendor, then the model id's own segments in snake case."""

    @cached_property
    def blackforestlabs(self) -> AsyncBlackforestlabsNamespace:
        """Models of ``blackforestlabs``."""
        from .models.blackforestlabs import AsyncBlackforestlabsNamespace

        return AsyncBlackforestlabsNamespace(self)

    @cached_property
    def openai(self) -> AsyncOpenaiNamespace:
        """Models of ``openai``."""
        from .models.openai import AsyncOpenaiNamespace

        return AsyncOpenaiNamespace(self)

    @cached_property
    def stepfun_ai(self) -> AsyncStepfunAiNamespace:
        """Models of ``stepfun-ai``."""
        from .models.stepfun_ai import AsyncStepfunAiNamespace

        return AsyncStepfunAiNamespace(self)

    @cached_property
    def tongyi_mai(self) -> AsyncTongyiMaiNamespace:
        """Models of ``tongyi-mai``."""
        from .models.tongyi_mai import AsyncTongyiMaiNamespace

        return AsyncTongyiMaiNamespace(self)

    def _find_model(self, model_id: str) -> ModelInfo | None:
        from ._catalog import find_model

        return find_model(model_id)

    def _model_ids(self) -> Collection[str]:
        from ._catalog import MODELS

        return MODELS.keys()
