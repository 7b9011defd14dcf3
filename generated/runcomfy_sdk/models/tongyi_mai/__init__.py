"""Models of ``tongyi-mai``. Written by runcomfy-codegen."""

from ._namespaces import (
    AsyncTongyiMaiNamespace,
    AsyncTongyiMaiZImageNamespace,
    AsyncTongyiMaiZImageTurboInpaintingNamespace,
    AsyncTongyiMaiZImageTurboNamespace,
    TongyiMaiNamespace,
    TongyiMaiZImageNamespace,
    TongyiMaiZImageTurboInpaintingNamespace,
    TongyiMaiZImageTurboNamespace,
)

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
