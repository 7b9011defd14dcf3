"""Namespaces of ``blackforestlabs``. Written by runcomfy-codegen."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from ..._runtime import AsyncNamespace, Namespace

if TYPE_CHECKING:
    from . import flux_1_kontext__max__edit as _flux_1_kontext__max__edit

__all__ = [
    "AsyncBlackforestlabsFlux1KontextMaxNamespace",
    "AsyncBlackforestlabsFlux1KontextNamespace",
    "AsyncBlackforestlabsNamespace",
    "BlackforestlabsFlux1KontextMaxNamespace",
    "BlackforestlabsFlux1KontextNamespace",
    "BlackforestlabsNamespace",
]


class BlackforestlabsFlux1KontextMaxNamespace(Namespace):
    """Models of ``blackforestlabs.flux_1_kontext.max``."""

    @cached_property
    def edit(self) -> _flux_1_kontext__max__edit.Flux1KontextMaxEdit:
        """Flux 1 Kontext Max Edit, ``blackforestlabs/flux-1-kontext/max/edit``."""
        from .flux_1_kontext__max__edit import Flux1KontextMaxEdit

        return Flux1KontextMaxEdit(self._client)


class AsyncBlackforestlabsFlux1KontextMaxNamespace(AsyncNamespace):
    """Models of ``blackforestlabs.flux_1_kontext.max``."""

    @cached_property
    def edit(self) -> _flux_1_kontext__max__edit.AsyncFlux1KontextMaxEdit:
        """Flux 1 Kontext Max Edit, ``blackforestlabs/flux-1-kontext/max/edit``."""
        from .flux_1_kontext__max__edit import AsyncFlux1KontextMaxEdit

        return AsyncFlux1KontextMaxEdit(self._client)


class BlackforestlabsFlux1KontextNamespace(Namespace):
    """Models of ``blackforestlabs.flux_1_kontext``."""

    @cached_property
    def max(self) -> BlackforestlabsFlux1KontextMaxNamespace:
        """Models below ``blackforestlabs.flux_1_kontext.max``."""
        return BlackforestlabsFlux1KontextMaxNamespace(self._client)


class AsyncBlackforestlabsFlux1KontextNamespace(AsyncNamespace):
    """Models of ``blackforestlabs.flux_1_kontext``."""

    @cached_property
    def max(self) -> AsyncBlackforestlabsFlux1KontextMaxNamespace:
        """Models below ``blackforestlabs.flux_1_kontext.max``."""
        return AsyncBlackforestlabsFlux1KontextMaxNamespace(self._client)


class BlackforestlabsNamespace(Namespace):
    """Models of ``blackforestlabs``."""

    @cached_property
    def flux_1_kontext(self) -> BlackforestlabsFlux1KontextNamespace:
        """Models below ``blackforestlabs.flux_1_kontext``."""
        return BlackforestlabsFlux1KontextNamespace(self._client)


class AsyncBlackforestlabsNamespace(AsyncNamespace):
    """Models of ``blackforestlabs``."""

    @cached_property
    def flux_1_kontext(self) -> AsyncBlackforestlabsFlux1KontextNamespace:
        """Models below ``blackforestlabs.flux_1_kontext``."""
        return AsyncBlackforestlabsFlux1KontextNamespace(self._client)
