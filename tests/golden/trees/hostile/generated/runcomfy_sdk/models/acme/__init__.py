"""Models of ``acme``. Written by runcomfy-codegen."""

from ._namespaces import (
    AcmeEvilBoxNamespace,
    AcmeNamespace,
    AsyncAcmeEvilBoxNamespace,
    AsyncAcmeNamespace,
)

__all__ = [
    "AcmeEvilBoxNamespace",
    "AcmeNamespace",
    "AsyncAcmeEvilBoxNamespace",
    "AsyncAcmeNamespace",
]
