"""The clients. Written by runcomfy-codegen."""

from __future__ import annotations

from collections.abc import Collection
from functools import cached_property
from importlib import import_module
from typing import TYPE_CHECKING, cast

from ._runtime import AsyncClient, Client, ModelInfo

if TYPE_CHECKING:
    from .models import acme as _acme_models

__all__ = ["AsyncRunComfy", "RunComfy"]


def _find_model(model_id: str) -> ModelInfo | None:
    from ._catalog import MODELS

    entry = MODELS.get(model_id)
    if entry is None:
        return None
    module = import_module(f".{entry.module}", __package__)
    return cast(ModelInfo, getattr(module, entry.class_name).model)


def _model_ids() -> Collection[str]:
    from ._catalog import MODELS

    return MODELS.keys()


class RunComfy(Client):
    """The client: one attribute a vendor, then the model id's own segments in snake case."""

    @cached_property
    def acme(self) -> _acme_models.AcmeNamespace:
        """Models of ``acme``."""
        from .models.acme import AcmeNamespace

        return AcmeNamespace(self)

    def _find_model(self, model_id: str) -> ModelInfo | None:
        return _find_model(model_id)

    def _model_ids(self) -> Collection[str]:
        return _model_ids()


class AsyncRunComfy(AsyncClient):
    """The asynchronous client: one attribute a vendor, then the model id's own segments in snake case."""

    @cached_property
    def acme(self) -> _acme_models.AsyncAcmeNamespace:
        """Models of ``acme``."""
        from .models.acme import AsyncAcmeNamespace

        return AsyncAcmeNamespace(self)

    def _find_model(self, model_id: str) -> ModelInfo | None:
        return _find_model(model_id)

    def _model_ids(self) -> Collection[str]:
        return _model_ids()
