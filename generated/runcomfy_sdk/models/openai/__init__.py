"""Models of ``openai``. Written by runcomfy-codegen."""

from ._namespaces import (
    AsyncOpenaiGptImage2Namespace,
    AsyncOpenaiNamespace,
    OpenaiGptImage2Namespace,
    OpenaiNamespace,
)

__all__ = [
    "AsyncOpenaiGptImage2Namespace",
    "AsyncOpenaiNamespace",
    "OpenaiGptImage2Namespace",
    "OpenaiNamespace",
]
