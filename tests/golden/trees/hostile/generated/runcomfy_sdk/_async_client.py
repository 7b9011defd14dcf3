"""The asynchronous client. Written by runcomfy-codegen."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from ._runtime import AsyncClient

if TYPE_CHECKING:
    from collections.abc import Collection

    from ._runtime import ModelInfo
    from .models import acme as _acme_models

__all__ = ["AsyncRunComfy"]


class AsyncRunComfy(AsyncClient):
    """The asynchronous client: one attribute a vendor, then the model id's own segments in snake case."""

    @cached_property
    def acme(self) -> _acme_models.AsyncAcmeNamespace:
        """Models of ``acme``."""
        from .models.acme import AsyncAcmeNamespace

        return AsyncAcmeNamespace(self)

    def _find_model(self, model_id: str) -> ModelInfo | None:
        from ._catalog import find_model

        return find_model(model_id)

    def _model_ids(self) -> Collection[str]:
        from ._catalog import MODELS

        return MODELS.keys()
