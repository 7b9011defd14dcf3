"""Namespaces of ``acme``. Written by runcomfy-codegen."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from ..._runtime import AsyncNamespace, Namespace

if TYPE_CHECKING:
    from . import nest_1_5__reference_to_video as _nest_1_5__reference_to_video

__all__ = [
    "AcmeNamespace",
    "AcmeNest15Namespace",
    "AsyncAcmeNamespace",
    "AsyncAcmeNest15Namespace",
]


class AcmeNest15Namespace(Namespace):
    """Models of ``acme.nest_1_5``."""

    @cached_property
    def reference_to_video(self) -> _nest_1_5__reference_to_video.Nest15ReferenceToVideo:
        """Nest 1.5, ``acme/nest-1.5/reference-to-video``."""
        from .nest_1_5__reference_to_video import Nest15ReferenceToVideo

        return Nest15ReferenceToVideo(self._client)


class AsyncAcmeNest15Namespace(AsyncNamespace):
    """Models of ``acme.nest_1_5``."""

    @cached_property
    def reference_to_video(self) -> _nest_1_5__reference_to_video.AsyncNest15ReferenceToVideo:
        """Nest 1.5, ``acme/nest-1.5/reference-to-video``."""
        from .nest_1_5__reference_to_video import AsyncNest15ReferenceToVideo

        return AsyncNest15ReferenceToVideo(self._client)


class AcmeNamespace(Namespace):
    """Models of ``acme``."""

    @cached_property
    def nest_1_5(self) -> AcmeNest15Namespace:
        """Models below ``acme.nest_1_5``."""
        return AcmeNest15Namespace(self._client)


class AsyncAcmeNamespace(AsyncNamespace):
    """Models of ``acme``."""

    @cached_property
    def nest_1_5(self) -> AsyncAcmeNest15Namespace:
        """Models below ``acme.nest_1_5``."""
        return AsyncAcmeNest15Namespace(self._client)
