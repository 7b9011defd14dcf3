"""Short wordings of values and labels."""

from __future__ import annotations

import json
from collections.abc import Iterable

from runcomfy_codegen.errors import visible
from runcomfy_codegen.jsontypes import Json
from runcomfy_codegen.pointer import Absent

__all__ = ["instead", "listed", "shown"]

_LIMIT = 80


def shown(value: Json | Absent) -> str:
    """Return ``value`` as JSON on one line, cut when it is long."""
    if isinstance(value, Absent):
        return "nothing"
    text = visible(json.dumps(value, ensure_ascii=False, sort_keys=True))
    return text if len(text) <= _LIMIT else f"{text[: _LIMIT - 3]}..."


def listed(values: Iterable[Json]) -> str:
    """Return ``values`` joined by commas."""
    return ", ".join(shown(value) for value in values)


def instead(before: Json | Absent, after: Json | Absent) -> str:
    """Return ``<after> instead of <before>``."""
    return f"{shown(after)} instead of {shown(before)}"
