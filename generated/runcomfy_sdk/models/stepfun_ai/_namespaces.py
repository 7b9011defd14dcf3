"""Namespaces of ``stepfun-ai``. Written by runcomfy-codegen."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from ..._runtime import AsyncNamespace, Namespace

if TYPE_CHECKING:
    from . import stepx_edit2 as _stepx_edit2

__all__ = [
    "AsyncStepfunAiNamespace",
    "StepfunAiNamespace",
]


class StepfunAiNamespace(Namespace):
    """Models of ``stepfun_ai``."""

    @cached_property
    def stepx_edit2(self) -> _stepx_edit2.StepxEdit2:
        """Step1x Edit2, ``stepfun-ai/stepx-edit2``."""
        from .stepx_edit2 import StepxEdit2

        return StepxEdit2(self._client)


class AsyncStepfunAiNamespace(AsyncNamespace):
    """Models of ``stepfun_ai``."""

    @cached_property
    def stepx_edit2(self) -> _stepx_edit2.AsyncStepxEdit2:
        """Step1x Edit2, ``stepfun-ai/stepx-edit2``."""
        from .stepx_edit2 import AsyncStepxEdit2

        return AsyncStepxEdit2(self._client)
