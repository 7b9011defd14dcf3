"""Spec files: where they lie and how they are read."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Container
from pathlib import Path, PurePosixPath
from typing import cast

from runcomfy_codegen.errors import CodegenError, Problem
from runcomfy_codegen.jsontypes import Json, JsonObject
from runcomfy_codegen.spec.model import ModelSpec
from runcomfy_codegen.spec.validate import check_shape

__all__ = ["catalog_entries", "load_specs", "read_specs", "spec_path"]

_RESERVED = frozenset(
    {"con", "prn", "aux", "nul", *(f"{port}{n}" for port in ("com", "lpt") for n in range(1, 10))}
)
_LONGEST = 200
"""Longest name that leaves room for suffixes below the 255 bytes that disks allow."""
_PLAIN = "abcdefghijklmnopqrstuvwxyz0123456789._-"


def spec_path(model_id: str) -> PurePosixPath:
    """Return the spec file's path below ``specs``.

    Capitals and blanks are percent-encoded, so that ids that differ only in case have different files on every disk.
    A name that would be too long ends in a hash.
    """
    parts = [_file_name(segment) for segment in model_id.split("/")]
    return PurePosixPath("models", *parts[:-1], f"{parts[-1]}.json")


def _file_name(segment: str) -> str:
    encoded = "".join(char if char in _PLAIN else f"%{ord(char):02X}" for char in segment)
    if segment.partition(".")[0].lower() in _RESERVED:
        encoded = f"%{ord(segment[0]):02X}{encoded[1:]}"
    if len(encoded) > _LONGEST:
        digest = hashlib.sha256(segment.encode()).hexdigest()[:16]
        return f"{encoded[: _LONGEST - 17]}%{digest}"
    return encoded


def load_specs(folder: Path, checked: Container[str] = ()) -> list[ModelSpec]:
    """Read all specs below ``folder``/models, sorted by id; ``checked`` are hashes of files known to be specs.

    Raises:
        CodegenError: The folder holds no specs, or a file is no spec.
    """
    specs, problems = read_specs(folder, checked)
    if problems:
        raise CodegenError(*problems)
    if not specs:
        raise CodegenError(
            Problem(
                "error",
                "no-specs",
                str(folder),
                "there are no specs in models/",
                "run: runcomfy-codegen ingest specs/pages",
            )
        )
    return specs


def read_specs(folder: Path, checked: Container[str] = ()) -> tuple[list[ModelSpec], list[Problem]]:
    """Read all specs below ``folder``/models, sorted by id, and say which files are none.

    Args:
        folder: The specs folder.
        checked: Hashes of canonical spec files whose form was found right before.
    """
    specs: list[ModelSpec] = []
    problems: list[Problem] = []
    for file in sorted((folder / "models").rglob("*.json")):
        where = file.relative_to(folder).as_posix()
        try:
            content = file.read_bytes()
            text = content.decode("utf-8")
            if hashlib.sha256(content).hexdigest() in checked:
                specs.append(ModelSpec.from_text(text))
                continue
            data = cast("Json", json.loads(text))
        except (OSError, ValueError, RecursionError) as error:
            problems.append(
                Problem(
                    "error",
                    "spec-unreadable",
                    where,
                    str(error),
                    "run: runcomfy-codegen ingest specs/pages",
                )
            )
            continue
        shape = check_shape(data, where)
        problems.extend(shape)
        if not shape:
            spec = ModelSpec(cast("JsonObject", data))
            expected = spec_path(spec.model_id).as_posix()
            if expected != where:
                problems.append(
                    Problem(
                        "error",
                        "spec-misplaced",
                        where,
                        f"the spec of {spec.model_id} belongs in {expected}",
                    )
                )
            specs.append(spec)
    return sorted(specs, key=lambda spec: spec.model_id), problems


def catalog_entries(specs: list[ModelSpec]) -> JsonObject:
    """Return the content of ``specs/catalog.json``: one line a model, sorted by id."""
    entries: list[Json] = [
        {
            "model_id": spec.model_id,
            "title": spec.title,
            "task": spec.task,
            "spec": spec_path(spec.model_id).as_posix(),
            "sha256": spec.sha256,
        }
        for spec in sorted(specs, key=lambda spec: spec.model_id)
    ]
    return {"models": entries, "total": len(entries)}
