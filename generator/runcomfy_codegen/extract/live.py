"""Read the live catalogue, page by page, into the form of a saved one."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import UTC, datetime
from typing import cast

import httpx
from runcomfy_runtime.config import Config
from runcomfy_runtime.errors import RunComfyError

from runcomfy_codegen.errors import CodegenError, Problem
from runcomfy_codegen.jsontypes import Json, JsonObject
from runcomfy_codegen.parse.scan import read_object

__all__ = ["fetch_catalogue"]

PAGE_SIZE = 100
MAX_PAGES = 1000
ATTEMPTS = 5
_PASSING = frozenset({408, 425, 429, 500, 502, 503, 504})
_TIMEOUT = httpx.Timeout(60.0, connect=10.0)

Progress = Callable[[str, int, int], None]


def fetch_catalogue(
    token: str | None, base_url: str | None, progress: Progress | None = None
) -> JsonObject:
    """Return ``{"retrieved": <ISO 8601>, "models": [...]}`` from ``GET /v1/models?include_schema=true``.

    Args:
        token: The API token; without it, the client's own places are searched.
        base_url: The service's address, with or without ``/v1``.
        progress: Called with a stage's name, the count done and the total.

    Raises:
        CodegenError: There is no token, the service cannot be reached, or it answers with something else.
    """
    try:
        config = Config.load(token, base_url, ())
        headers = {"Authorization": f"Bearer {config.token.reveal()}", "Accept": "application/json"}
    except (RunComfyError, ValueError) as error:
        raise CodegenError(Problem("error", "live", base_url or "catalogue", str(error))) from None
    retrieved = datetime.now(UTC).isoformat(timespec="seconds")
    models: list[Json] = []
    with httpx.Client(base_url=config.base_url, headers=headers, timeout=_TIMEOUT) as client:
        for _ in range(MAX_PAGES):
            page, total = _fetch_page(client, len(models))
            models += page
            if progress:
                progress("catalogue", len(models), max(total, len(models)))
            if not page or len(models) >= total:
                break
    return {"retrieved": retrieved, "models": models}


def _fetch_page(client: httpx.Client, offset: int) -> tuple[list[Json], int]:
    query = {"include_schema": "true", "limit": str(PAGE_SIZE), "offset": str(offset)}
    body = _get(client, query)
    models, total = body.get("models"), body.get("total")
    if body.get("error_code") is not None or not isinstance(models, list):
        said = body.get("error_message") or body.get("message") or "there is no list 'models'"
        raise _failed(client, f"the catalogue was not given: {str(said)[:200]}")
    known = isinstance(total, int) and not isinstance(total, bool)
    return models, (
        cast("int", total) if known else offset + len(models) + (len(models) == PAGE_SIZE)
    )


def _get(client: httpx.Client, query: dict[str, str]) -> JsonObject:
    """Return the answer's object; what may pass is tried again."""
    said = ""
    for attempt in range(ATTEMPTS):
        if attempt:
            time.sleep(0.2 * 2**attempt)
        try:
            reply = client.get("/v1/models", params=query)
        except httpx.HTTPError as error:
            said = f"the service cannot be reached ({type(error).__name__}: {error})"
            continue
        body = read_object(reply.content)
        if reply.status_code in _PASSING:
            said = f"the service answers with HTTP {reply.status_code}"
        elif isinstance(body, str):
            said = f"the answer (HTTP {reply.status_code}) is not JSON: {body}"
        elif reply.is_success or body.get("error_code") is not None:
            return body
        else:
            raise _failed(
                client, f"the service answers with HTTP {reply.status_code}; is the token right?"
            )
    raise _failed(client, said)


def _failed(client: httpx.Client, message: str) -> CodegenError:
    remedy = "check --base-url and RUNCOMFY_TOKEN, then run it again; nothing was changed"
    return CodegenError(Problem("error", "live", f"{client.base_url}v1/models", message, remedy))
