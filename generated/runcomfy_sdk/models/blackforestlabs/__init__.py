"""Models of ``blackforestlabs``. Written by runcomfy-codegen."""

from ._namespaces import (
    AsyncBlackforestlabsFlux1KontextMaxNamespace,
    AsyncBlackforestlabsFlux1KontextNamespace,
    AsyncBlackforestlabsNamespace,
    BlackforestlabsFlux1KontextMaxNamespace,
    BlackforestlabsFlux1KontextNamespace,
    BlackforestlabsNamespace,
)

__all__ = [
    "AsyncBlackforestlabsFlux1KontextMaxNamespace",
    "AsyncBlackforestlabsFlux1KontextNamespace",
    "AsyncBlackforestlabsNamespace",
    "BlackforestlabsFlux1KontextMaxNamespace",
    "BlackforestlabsFlux1KontextNamespace",
    "BlackforestlabsNamespace",
]
