"""Compare what two sources say of one model, and settle what can be settled."""

from __future__ import annotations

import copy
import json
from collections.abc import Iterator

from runcomfy_codegen.errors import Problem
from runcomfy_codegen.jsontypes import Json, JsonObject
from runcomfy_codegen.normalize.provenance import Fix
from runcomfy_codegen.parse import RawModel
from runcomfy_codegen.pointer import ABSENT, Absent, assign, child, lookup, remove
from runcomfy_codegen.validator import refusals

__all__ = ["adopt_catalogue", "compare_pages"]

RULE = "catalogue-newer"
_NOT_FACTS = frozenset({"title", "description", "examples", "x-widget"})
_KEPT = frozenset({"x-media", "x-validations"})
"""A source that lacks these says less, not otherwise."""

Difference = tuple[str, Json | Absent, Json | Absent]


def compare_pages(
    base: RawModel, mine: JsonObject, other: RawModel, yours: JsonObject
) -> Iterator[Problem]:
    """Yield an error for every fact on which two pages of one model differ."""
    for pointer, here, there in _schema_differences(mine, yours):
        yield Problem(
            "error",
            "pages-disagree",
            f"{base.name}#{pointer}",
            f"{base.name} says {_show(here)}, {other.name} says {_show(there)}",
            "remove the outdated page, or settle it with an override in specs/overrides",
        )


def adopt_catalogue(
    base: RawModel, document: JsonObject, catalogue: RawModel, newer: JsonObject
) -> tuple[list[Fix], list[Problem]]:
    """Bring ``document`` in place to the catalogue's facts.

    Returns:
        A fix for every edit, and a warning with both values for every conflict; what only one side says is no conflict.
    """
    fixes: list[Fix] = []
    problems: list[Problem] = []
    for pointer, here, there in _schema_differences(document, newer):
        if isinstance(there, Absent) and pointer.rpartition("/")[2] in _KEPT:
            continue
        value = lookup(newer, pointer)
        fixes.append(
            _edit(document, pointer, value, f"{catalogue.name} is newer than {base.name}.")
        )
        if not isinstance(here, Absent):
            said = f"{base.name} says {_show(here)}, {catalogue.name} says {_show(there)}"
            problems.append(
                Problem(
                    "warning",
                    "sources-disagree",
                    f"{base.name}#{pointer}",
                    f"{said}; the newer catalogue is taken",
                )
            )
    schema, example = document["input_schema"], document["example"]
    if isinstance(schema, dict) and refusals(schema, example):
        reason = f"The payload on {base.name} does not fit the newer {catalogue.name}."
        fixes.append(_edit(document, "/example", newer["example"], reason))
    return fixes, problems


def _edit(document: JsonObject, pointer: str, value: Json | Absent, reason: str) -> Fix:
    before = copy.deepcopy(lookup(document, pointer))
    if isinstance(value, Absent):
        remove(document, pointer)
    else:
        assign(document, pointer, copy.deepcopy(value))
    return Fix(RULE, pointer, before, copy.deepcopy(value), reason)


def _schema_differences(mine: JsonObject, yours: JsonObject) -> Iterator[Difference]:
    yield from _differences(
        _facts(mine["input_schema"]), _facts(yours["input_schema"]), "/input_schema"
    )


def _facts(schema: Json) -> Json:
    if isinstance(schema, list):
        return [_facts(item) for item in schema]
    if not isinstance(schema, dict):
        return schema
    facts: JsonObject = {}
    for name, member in schema.items():
        if name == "properties" and isinstance(member, dict):
            facts[name] = {key: _facts(value) for key, value in member.items()}
        elif name == "required" and isinstance(member, list):
            facts[name] = sorted(member, key=str)
        elif name not in _NOT_FACTS:
            facts[name] = _facts(member)
    return facts


def _differences(mine: Json | Absent, yours: Json | Absent, pointer: str) -> Iterator[Difference]:
    if isinstance(mine, dict) and isinstance(yours, dict):
        for name in sorted({*mine, *yours}):
            yield from _differences(
                mine.get(name, ABSENT), yours.get(name, ABSENT), child(pointer, name)
            )
    elif mine != yours:
        yield pointer, mine, yours


def _show(value: Json | Absent) -> str:
    return "nothing" if isinstance(value, Absent) else json.dumps(value, ensure_ascii=False)[:120]
