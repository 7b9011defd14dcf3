"""Namespaces of ``acme``. Written by runcomfy-codegen."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from ..._runtime import AsyncNamespace, Namespace

if TYPE_CHECKING:
    from . import paint__max as _paint__max
    from . import paint__max__run___n4k as _paint__max__run___n4k

__all__ = [
    "AcmeNamespace",
    "AcmePaintMaxRunNamespace",
    "AcmePaintNamespace",
    "AsyncAcmeNamespace",
    "AsyncAcmePaintMaxRunNamespace",
    "AsyncAcmePaintNamespace",
]


class AcmePaintMaxRunNamespace(Namespace):
    """Models of ``acme.paint.max.run_``."""

    @cached_property
    def n4k(self) -> _paint__max__run___n4k.PaintMaxRunN4k:
        """Paint Max Run 4K, ``acme/paint/max/run/4K``."""
        from .paint__max__run___n4k import PaintMaxRunN4k

        return PaintMaxRunN4k(self._client)


class AsyncAcmePaintMaxRunNamespace(AsyncNamespace):
    """Models of ``acme.paint.max.run_``."""

    @cached_property
    def n4k(self) -> _paint__max__run___n4k.AsyncPaintMaxRunN4k:
        """Paint Max Run 4K, ``acme/paint/max/run/4K``."""
        from .paint__max__run___n4k import AsyncPaintMaxRunN4k

        return AsyncPaintMaxRunN4k(self._client)


class AcmePaintNamespace(Namespace):
    """Models of ``acme.paint``."""

    @cached_property
    def max(self) -> _paint__max.PaintMax:
        """Paint Max, ``acme/paint/max``."""
        from .paint__max import PaintMax

        return PaintMax(self._client)


class AsyncAcmePaintNamespace(AsyncNamespace):
    """Models of ``acme.paint``."""

    @cached_property
    def max(self) -> _paint__max.AsyncPaintMax:
        """Paint Max, ``acme/paint/max``."""
        from .paint__max import AsyncPaintMax

        return AsyncPaintMax(self._client)


class AcmeNamespace(Namespace):
    """Models of ``acme``."""

    @cached_property
    def paint(self) -> AcmePaintNamespace:
        """Models below ``acme.paint``."""
        return AcmePaintNamespace(self._client)


class AsyncAcmeNamespace(AsyncNamespace):
    """Models of ``acme``."""

    @cached_property
    def paint(self) -> AsyncAcmePaintNamespace:
        """Models below ``acme.paint``."""
        return AsyncAcmePaintNamespace(self._client)
