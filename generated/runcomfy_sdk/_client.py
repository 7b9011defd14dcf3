"""The client. Written by runcomfy-codegen."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from ._runtime import Client

if TYPE_CHECKING:
    from collections.abc import Collection

    from ._runtime import ModelInfo
    from .models import blackforestlabs as _blackforestlabs_models
    from .models import openai as _openai_models
    from .models import stepfun_ai as _stepfun_ai_models
    from .models import tongyi_mai as _tongyi_mai_models

__all__ = ["RunComfy"]


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
        from ._catalog import find_model

        return find_model(model_id)

    def _model_ids(self) -> Collection[str]:
        from ._catalog import MODELS

        return MODELS.keys()
