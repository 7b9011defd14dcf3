"""Models of ``acme``. Written by runcomfy-codegen."""

from ._namespaces import (
    AcmeNamespace,
    AcmeNest15Namespace,
    AsyncAcmeNamespace,
    AsyncAcmeNest15Namespace,
)

__all__ = [
    "AcmeNamespace",
    "AcmeNest15Namespace",
    "AsyncAcmeNamespace",
    "AsyncAcmeNest15Namespace",
]
