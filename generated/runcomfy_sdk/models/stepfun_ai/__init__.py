"""Models of ``stepfun-ai``. Written by runcomfy-codegen."""

from ._namespaces import AsyncStepfunAiNamespace, StepfunAiNamespace

__all__ = [
    "AsyncStepfunAiNamespace",
    "StepfunAiNamespace",
]
