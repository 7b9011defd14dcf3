"""The clients. Written by runcomfy-codegen."""

from __future__ import annotations

from collections.abc import Collection
from functools import cached_property
from importlib import import_module
from typing import TYPE_CHECKING, cast

from ._runtime import AsyncClient, Client, ModelInfo

if TYPE_CHECKING:
    from .models import blackforestlabs as _blackforestlabs_models
    from .models import openai as _openai_models
    from .models import stepfun_ai as _stepfun_ai_models
    from .models import tongyi_mai as _tongyi_mai_models

__all__ = ["AsyncRunComfy", "RunComfy"]


def _find_model(model_id: str) -> ModelInfo | None:
    from ._catalog import MODELS

    entry = MODELS.get(model_id)
    if entry is None:
        return None
    module = import_module(f".{entry.module}", __package__)
    return cast(ModelInfo, getattr(module, entry.class_name).model)


def _model_ids() -> Collection[str]:
    from ._catalog import MODELS

    return MODELS.keys()


class RunComfy(Client):
    """The client: one attribute a vendor, then the model id's own segments in snake case."""

    @cached_property
    def blackforestlabs(self) -> _blackforestlabs_models.BlackforestlabsNamespace:
        """Models of ``blackforestlabs``."""
        from .models.blackforestlabs import BlackforestlabsNamespace

        return BlackforestlabsNamespace(self)

    @cached_property
    def openai(self) -> _openai_models.OpenaiNamespace:
        """Models of ``openai``."""
        from .models.openai import OpenaiNamespace

        return OpenaiNamespace(self)

    @cached_property
    def stepfun_ai(self) -> _stepfun_ai_models.StepfunAiNamespace:
        """Models of ``stepfun-ai``."""
        from .models.stepfun_ai import StepfunAiNamespace

        return StepfunAiNamespace(self)

    @cached_property
    def tongyi_mai(self) -> _tongyi_mai_models.TongyiMaiNamespace:
        """Models of ``tongyi-mai``."""
        from .models.tongyi_mai import TongyiMaiNamespace

        return TongyiMaiNamespace(self)

    def _find_model(self, model_id: str) -> ModelInfo | None:
        return _find_model(model_id)

    def _model_ids(self) -> Collection[str]:
        return _model_ids()


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
        return _find_model(model_id)

    def _model_ids(self) -> Collection[str]:
        return _model_ids()
