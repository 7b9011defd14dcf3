"""What the runtime tells an observer: one small record per thing that happens."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

__all__ = ["Event", "Notifier"]

_LOG = logging.getLogger("runcomfy")


@dataclass(frozen=True, slots=True)
class Event:
    """One thing that happened.

    Attributes:
        name: ``send``, ``reply``, ``no_reply``, ``retry``, ``update``, ``unknown_state``, ``download`` or ``warning``.
        model_id: The model, where one is concerned.
        request_id: The job, once its id is known.
        fields: Details such as method, path, HTTP status and seconds; never a header, a body or the token.
    """

    name: str
    model_id: str | None = None
    request_id: str | None = None
    fields: Mapping[str, Any] = field(default_factory=dict[str, Any])


class Notifier:
    """Hands events to the log ``runcomfy`` and to the user's hook, whose errors are logged and harm no job."""

    def __init__(self, hook: Callable[[Event], object] | None) -> None:
        self._hook = hook

    def __call__(self, event: Event) -> None:
        """Log ``event`` and hand it to the hook."""
        level = logging.WARNING if event.name in ("warning", "unknown_state") else logging.DEBUG
        if _LOG.isEnabledFor(level):
            details = " ".join(f"{key}={value}" for key, value in event.fields.items())
            extra = {
                "runcomfy": {
                    "model_id": event.model_id,
                    "request_id": event.request_id,
                    **event.fields,
                }
            }
            _LOG.log(
                level,
                "%s %s %s",
                event.name,
                event.request_id or event.model_id or "-",
                details,
                extra=extra,
            )
        if self._hook is not None:
            try:
                self._hook(event)
            except Exception:  # noqa: BLE001 - an observer must not harm a paid job
                _LOG.exception("the on_event hook failed")
