"""Apply a model's override: an RFC 6902 patch with a test, made after all rules."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any, cast

import jsonpatch
import jsonpointer

from runcomfy_codegen.errors import Problem
from runcomfy_codegen.jsontypes import Json, JsonObject
from runcomfy_codegen.normalize.provenance import Fix
from runcomfy_codegen.normalize.vocabulary import find_unknown
from runcomfy_codegen.pointer import lookup

__all__ = ["apply_override", "read_override", "unsettled"]

RULE = "override"
_EDITS = ("add", "remove", "replace", "test")


def read_override(path: Path) -> list[JsonObject] | Problem:
    """Return the operations of the override file at ``path``, none when there is no such file."""
    if not path.exists():
        return []
    try:
        operations = cast("Json", json.loads(path.read_text(encoding="utf-8")))
        jsonpatch.JsonPatch(cast("Any", operations))
    except (
        OSError,
        ValueError,
        jsonpatch.JsonPatchException,
        jsonpointer.JsonPointerException,
    ) as error:
        return Problem("error", "override-broken", str(path), f"this is no RFC 6902 patch: {error}")
    listed = (
        [entry for entry in operations if isinstance(entry, dict)]
        if isinstance(operations, list)
        else []
    )
    words = {str(entry.get("op")) for entry in listed}
    if "test" not in words or words - set(_EDITS):
        return Problem(
            "error",
            "override-form",
            str(path),
            "an override needs a 'test' operation, and its edits must be 'add', 'remove' or 'replace'",
            'begin it with {"op": "test", "path": "/input_schema/…", "value": <what the page says today>}',
        )
    return listed


def apply_override(
    document: JsonObject, operations: list[JsonObject], where: str
) -> tuple[list[Fix], list[Problem]]:
    """Make the operations on ``document`` in place, or none of them when one fails.

    Returns:
        One fix an edit, and a problem when the override is stale.
    """
    trial = copy.deepcopy(document)
    fixes: list[Fix] = []
    for operation in operations:
        pointer = str(operation["path"])
        before = lookup(trial, pointer)
        try:
            trial = cast("JsonObject", jsonpatch.apply_patch(cast("Any", trial), [operation]))
        except (jsonpatch.JsonPatchException, jsonpointer.JsonPointerException):
            return [], [_stale(operation, before, where)]
        if operation["op"] != "test":
            reason = str(operation.get("reason", "Settled by hand in specs/overrides."))
            fixes.append(Fix(RULE, pointer, before, lookup(trial, pointer), reason))
    document.clear()
    document.update(trial)
    return fixes, []


def unsettled(
    problems: Iterable[Problem], document: JsonObject, operations: list[JsonObject]
) -> list[Problem]:
    """Return those of ``problems`` that the override ``operations`` did not settle.

    Args:
        problems: What was wrong before the override.
        document: The document after it.
        operations: The override. A difference between pages is settled by any operation on the value in question.
    """
    named = {str(operation["path"]) for operation in operations}
    unknown = {pointer for pointer, _ in find_unknown(document)}
    settled: Mapping[str, Callable[[str], bool]] = {
        "unknown-oddity": lambda pointer: pointer not in unknown,
        "pages-disagree": lambda pointer: pointer in named,
    }
    return [
        problem
        for problem in problems
        if problem.code not in settled or not settled[problem.code](problem.where.partition("#")[2])
    ]


def _stale(operation: JsonObject, found: object, where: str) -> Problem:
    wanted = json.dumps(operation.get("value"), ensure_ascii=False)[:120]
    return Problem(
        "error",
        "override-stale",
        f"{where}#{operation['path']}",
        f"the override's {operation['op']!r} does not fit any more: "
        f"it expects {wanted}, the page now has {str(found)[:120]}",
        "look at the page again, then change or remove the override",
    )
