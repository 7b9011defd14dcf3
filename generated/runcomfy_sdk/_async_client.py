"""The asynchronous client. Written by runcomfy-codegen."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from ._runtime import AsyncClient

if TYPE_CHECKING:
    from collections.abc import Collection

    from ._runtime import ModelInfo
    from .models import blackforestlabs as _blackforestlabs_models
    from .models import openai as _openai_models
    from .models import stepfun_ai as _stepfun_ai_models
    from .models import tongyi_mai as _tongyi_mai_models

__all__ = ["AsyncRunComfy"]


class AsyncRunComfy(AsyncClient):
    """The asynchronous client: one attribute a vendor, then the model id's own segments in snake case."""

    @cached_property
    def blackforestlabs(self) -> _blackforestlabs_models.AsyncBlackforestlabsNamespace:
        """Models of ``blackforestlabs``."""
        from .models.blackforestlabs import AsyncBlackforestlabsNamespace

        return AsyncBlackforestlabsNamespace(self)

    @cached_property
    def openai(self) -> _openai_models.AsyncOpenaiNamespace:
        """Models of ``openai``."""
        from .models.openai import AsyncOpenaiNamespace

        return AsyncOpenaiNamespace(self)

    @cached_property
    def stepfun_ai(self) -> _stepfun_ai_models.AsyncStepfunAiNamespace:
        """Models of ``stepfun-ai``."""
        from .models.stepfun_ai import AsyncStepfunAiNamespace

        return AsyncStepfunAiNamespace(self)

    @cached_property
    def tongyi_mai(self) -> _tongyi_mai_models.AsyncTongyiMaiNamespace:
        """Models of ``tongyi-mai``."""
        from .models.tongyi_mai import AsyncTongyiMaiNamespace

        return AsyncTongyiMaiNamespace(self)

    def _find_model(self, model_id: str) -> ModelInfo | None:
        from ._catalog import find_model

        return find_model(model_id)

    def _model_ids(self) -> Collection[str]:
        from ._catalog import MODELS

        return MODELS.keys()
