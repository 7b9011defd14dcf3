"""The catalogue endpoints: search, filters, pages, categories, one model."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from .accounts import MICRODOLLARS, PRICES
from .replies import JsonObject, Reply
from .schemas import service_schema

if TYPE_CHECKING:
    from collections.abc import Mapping

    from .specs import ModelSpec

__all__ = ["Catalogue"]

_MOST = 500
_DEFAULT_LIMIT = 100
_WEB = "https://www.runcomfy.com/models/"


class Catalogue:
    """Answer questions about the models.

    Args:
        specs: the specs by model id.
    """

    def __init__(self, specs: Mapping[str, ModelSpec]) -> None:
        self._specs = specs

    def page(self, query: Mapping[str, str], schemas: str) -> Reply:
        """Answer `GET /v1/models`.

        Args:
            query: `search`, `category`, `kind`, `include_schema`, `limit` (1 to 500), `offset`.
            schemas: how schemas are written, a word of the dialect's `schemas`.

        Returns:
            `{"models", "total", "limit", "offset"}`, or HTTP 422 that names every bad parameter.
        """
        limit, offset = query.get("limit", str(_DEFAULT_LIMIT)), query.get("offset", "0")
        faults = [
            {
                "loc": ["query", name],
                "msg": f"Input should be an integer {words}",
                "type": "int_range",
            }
            for name, value, least, most, words in (
                ("limit", limit, 1, _MOST, f"from 1 to {_MOST}"),
                ("offset", offset, 0, 10**9, "from 0"),
            )
            if not (value.isascii() and value.isdigit() and least <= int(value) <= most)
        ]
        if faults:
            return Reply(422, {"detail": faults})
        with_schema = query.get("include_schema", "").lower() in ("true", "1")
        found = [spec for spec in self._specs.values() if _wanted(spec, query)]
        shown = found[int(offset) : int(offset) + int(limit)]
        return Reply(
            value={
                "models": [_entry(spec, schemas if with_schema else None) for spec in shown],
                "total": len(found),
                "limit": int(limit),
                "offset": int(offset),
            }
        )

    def categories(self) -> Reply:
        """Answer `GET /v1/models/categories`."""
        return Reply(value={"categories": sorted({s.task for s in self._specs.values() if s.task})})

    def model(self, spec: ModelSpec, schemas: str) -> Reply:
        """Answer `GET /v1/models/{model_id}`; the schema is always in it."""
        return Reply(value=_entry(spec, schemas))


def _wanted(spec: ModelSpec, query: Mapping[str, str]) -> bool:
    words = query.get("search", "").lower()
    text = f"{spec.model_id}\n{spec.title}\n{spec.summary}".lower()
    category, kind = query.get("category"), query.get("kind")
    return words in text and category in (None, "", spec.task) and kind in (None, "", "model")


def _entry(spec: ModelSpec, schemas: str | None) -> JsonObject:
    properties = cast("JsonObject", spec.input_schema.get("properties") or {})
    entry: JsonObject = {
        "model_id": spec.model_id,
        "display_name": spec.title,
        "description": spec.summary,
        "categories": [spec.task] if spec.task else [],
        "kind": "model",
        "base_price_usd": PRICES[spec.medium] / MICRODOLLARS,
        "price_unit": "output",
        "pricing_note": "A price of the emulator; the service's own differs.",
        "model_url": f"{_WEB}{spec.model_id}",
        "inputs": list(properties),
        "required_inputs": spec.input_schema.get("required") or [],
    }
    if schemas is not None:
        clean = spec.input_schema
        entry["input_schema"] = service_schema(clean) if schemas == "service" else clean
    return entry
