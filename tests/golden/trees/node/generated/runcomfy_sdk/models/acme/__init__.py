"""Models of ``acme``. Written by runcomfy-codegen."""

from ._namespaces import (
    AcmeNamespace,
    AcmePaintMaxRunNamespace,
    AcmePaintNamespace,
    AsyncAcmeNamespace,
    AsyncAcmePaintMaxRunNamespace,
    AsyncAcmePaintNamespace,
)

__all__ = [
    "AcmeNamespace",
    "AcmePaintMaxRunNamespace",
    "AcmePaintNamespace",
    "AsyncAcmeNamespace",
    "AsyncAcmePaintMaxRunNamespace",
    "AsyncAcmePaintNamespace",
]
