"""Namespaces of ``acme``. Written by runcomfy-codegen."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from ..._runtime import AsyncNamespace, Namespace

if TYPE_CHECKING:
    from . import evil_box__n4k as _evil_box__n4k

__all__ = [
    "AcmeEvilBoxNamespace",
    "AcmeNamespace",
    "AsyncAcmeEvilBoxNamespace",
    "AsyncAcmeNamespace",
]


class AcmeEvilBoxNamespace(Namespace):
    """Models of ``acme.evil_box``."""

    @cached_property
    def n4k(self) -> _evil_box__n4k.EvilBoxN4k:
        """# [Evil] <b>Box</b> `x`, ``acme/evil box/4K``."""
        from .evil_box__n4k import EvilBoxN4k

        return EvilBoxN4k(self._client)


class AsyncAcmeEvilBoxNamespace(AsyncNamespace):
    """Models of ``acme.evil_box``."""

    @cached_property
    def n4k(self) -> _evil_box__n4k.AsyncEvilBoxN4k:
        """# [Evil] <b>Box</b> `x`, ``acme/evil box/4K``."""
        from .evil_box__n4k import AsyncEvilBoxN4k

        return AsyncEvilBoxN4k(self._client)


class AcmeNamespace(Namespace):
    """Models of ``acme``."""

    @cached_property
    def evil_box(self) -> AcmeEvilBoxNamespace:
        """Models below ``acme.evil_box``."""
        return AcmeEvilBoxNamespace(self._client)


class AsyncAcmeNamespace(AsyncNamespace):
    """Models of ``acme``."""

    @cached_property
    def evil_box(self) -> AsyncAcmeEvilBoxNamespace:
        """Models below ``acme.evil_box``."""
        return AsyncAcmeEvilBoxNamespace(self._client)
