"""Questions to the service that are about no job: asked a few times, answered by an object."""

from __future__ import annotations

import time
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, Final, cast
from urllib.parse import urlencode

from ..actions import Send
from ..errors import ConnectionFailed, RunComfyError, ServiceError
from ..narration import Story
from ..wire import Again, NoReply, read_object

if TYPE_CHECKING:
    from .._sync.client import Client

__all__ = ["ask", "ask_models"]

_TRIES: Final = 3
_SECONDS: Final = 30.0
_PAGE: Final = 100


def ask(client: Client, path: str, **query: str | int | None) -> dict[str, Any]:
    """Return the service's answer to a GET of ``path``; parameters that are None are left out.

    Raises:
        RunComfyError: If it refuses, or gives no answer that can be read.
    """
    given = {key: value for key, value in query.items() if value is not None}
    send = Send("GET", f"{path}?{urlencode(given)}" if given else path, None, _SECONDS)
    story = Story(client.core.notify, None, None)
    tries = 0
    while True:
        tries += 1
        story.sent(send)
        sent_at = time.monotonic()
        reply = client.core.transport.call(send)
        story.answered(reply, time.monotonic() - sent_at)
        if isinstance(reply, NoReply):
            found: dict[str, Any] | Again | RunComfyError = Again(
                ConnectionFailed(f"The service could not be reached: {reply.reason}.")
            )
        else:
            found = read_object(reply)
        if isinstance(found, dict):
            return found
        if isinstance(found, RunComfyError):
            raise found
        if tries == _TRIES:
            raise found.error
        time.sleep(found.after or 0.5 * tries)


def ask_models(
    client: Client, most: int | None, offset: int, **query: str | None
) -> Iterator[dict[str, Any]]:
    """Yield the entries of the service's own catalogue, page by page.

    Args:
        client: The way to the service.
        most: How many at most; None for all.
        offset: How many to pass over.
        query: Further parameters: ``search``, ``category``, ``kind``, ``include_schema``.

    Raises:
        RunComfyError: If the service refuses, or answers with something else than a page.
    """
    left = most
    while left is None or left > 0:
        size = _PAGE if left is None else min(left, _PAGE)
        page = ask(client, "/v1/models", limit=size, offset=offset, **query)
        models: Any = page.get("models")
        if not isinstance(models, list):
            raise ServiceError("The service's catalogue cannot be read: it names no models.")
        entries = cast("list[object]", models)
        yield from (cast("dict[str, Any]", entry) for entry in entries if isinstance(entry, dict))
        offset += len(entries)
        left = None if left is None else left - len(entries)
        total: Any = page.get("total")
        if len(entries) < size or (isinstance(total, int) and offset >= total):
            return
