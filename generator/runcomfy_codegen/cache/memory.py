"""What ingest has to know of an unchanged page: its model, and the spec and problems that came of it."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from runcomfy_codegen.cache import cache_folder, save_text
from runcomfy_codegen.cache.fingerprint import generator_fingerprint
from runcomfy_codegen.errors import Problem

__all__ = ["Memory", "PageMemory", "SpecMemory", "read_memory"]

NAME = "ingest.json"


@dataclass(frozen=True, slots=True)
class PageMemory:
    """A page of this sha256 describes this model."""

    sha256: str
    model_id: str


@dataclass(frozen=True, slots=True)
class SpecMemory:
    """From sources and override of this ``key`` came the spec with the hash ``spec``, and these problems."""

    key: str
    spec: str
    problems: tuple[Problem, ...]


@dataclass(frozen=True, slots=True)
class Memory:
    """All that one run leaves to the next.

    Attributes:
        pages: By the page's name.
        models: By model id.
        checked: Hashes of the spec files whose form was found right.
    """

    pages: Mapping[str, PageMemory] = field(default_factory=dict[str, PageMemory])
    models: Mapping[str, SpecMemory] = field(default_factory=dict[str, SpecMemory])
    checked: frozenset[str] = frozenset()

    def save(self, specs: Path) -> None:
        """Write it into the cache of ``specs``, unless it stands there already."""
        save_text(
            cache_folder(specs) / NAME,
            {
                "generator": generator_fingerprint(),
                "pages": {name: asdict(page) for name, page in self.pages.items()},
                "models": {model_id: asdict(model) for model_id, model in self.models.items()},
                "checked": sorted(self.checked),
            },
        )


def read_memory(specs: Path) -> Memory:
    """Return what the last run left; nothing if there is nothing, or it came of another generator."""
    try:
        data: Any = json.loads((cache_folder(specs) / NAME).read_bytes())
        if data["generator"] != generator_fingerprint():
            return Memory()
        return Memory(
            {name: PageMemory(**page) for name, page in data["pages"].items()},
            {
                model_id: SpecMemory(model["key"], model["spec"], _problems(model["problems"]))
                for model_id, model in data["models"].items()
            },
            frozenset(data["checked"]),
        )
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return Memory()


def _problems(entries: Iterable[dict[str, Any]]) -> tuple[Problem, ...]:
    return tuple(Problem(**entry) for entry in entries)
