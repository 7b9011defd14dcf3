"""The state in which a run left everything. Where a run finds just that, there is nothing for it to do.

A run is a function of the specs folder, the generated tree and the generator, and a second one changes nothing. So
the hashes of these are enough to know its outcome, and none of the stages has to be loaded.
"""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, cast

from runcomfy_codegen.cache import cache_folder, save_text
from runcomfy_codegen.cache.fingerprint import (
    Snapshot,
    digest_of,
    generator_fingerprint,
)
from runcomfy_codegen.cache.hashes import Hashes, hash_bytes
from runcomfy_codegen.errors import Problem
from runcomfy_codegen.places import PATCH

__all__ = ["Finished", "recall", "remember"]

NAME = "finished.json"
_MANIFEST = "manifest.json"


@dataclass(frozen=True, slots=True)
class Finished:
    """What a run that changed nothing would report: the number of models, and warnings and notes."""

    models: int
    problems: tuple[Problem, ...]


def remember(specs: Path, out: Path, state: Snapshot, runs: Mapping[str, Finished]) -> None:
    """Keep that each of ``runs``, by command, would change nothing now.

    Args:
        specs: The specs folder.
        out: The generated tree, without hand edits.
        state: The specs folder as the run read and wrote it; never as it is on disk now, which may be newer.
        runs: What to report in each run's place.
    """
    file = cache_folder(specs) / NAME
    bound = _bound(specs, out, state)
    if bound is None:
        return
    kept = {name: entry for name, entry in _read(file).items() if entry.get("state") == bound}
    fresh = {name: {"state": bound, **asdict(run)} for name, run in runs.items()}
    save_text(file, {**kept, **fresh})


def recall(
    command: str, specs: Path, out: Path, state: Snapshot, hashes: Hashes
) -> Finished | None:
    """Return what ``command`` would report if it would change nothing for certain, else None."""
    entry = _read(cache_folder(specs) / NAME).get(command)
    if (
        entry is None
        or entry.get("state") != _bound(specs, out, state)
        or not _untouched(out, hashes)
    ):
        return None
    try:
        return Finished(entry["models"], tuple(Problem(**each) for each in entry["problems"]))
    except (KeyError, TypeError):
        return None


def _bound(specs: Path, out: Path, state: Snapshot) -> str | None:
    """Return the hash of all that the outcome depends on; None where nothing was generated."""
    try:
        manifest = hash_bytes((out / _MANIFEST).read_bytes())
    except OSError:
        return None
    files = [f"{path} {sha256}" for path, sha256 in sorted(state.items())]
    parts = (str(specs), str(out), manifest, *_patches(out))
    return digest_of(generator_fingerprint(), *parts, "", *files)


def _patches(out: Path) -> list[str]:
    """Return the patches beside generated modules, which are no generated files, with their hashes."""
    files = [*out.glob(f"*/{PATCH}"), *out.glob(f"*/models/*/{PATCH}")]
    return [f"{file} {hash_bytes(file.read_bytes())}" for file in sorted(files)]


def _untouched(out: Path, hashes: Hashes) -> bool:
    """Tell whether every generated file has the bytes that were written."""
    try:
        files = json.loads((out / _MANIFEST).read_bytes())["files"]
        root = os.path.abspath(out)
        return all(hashes.of(f"{root}/{path}") == entry["sha256"] for path, entry in files.items())
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return False


def _read(file: Path) -> dict[str, dict[str, Any]]:
    try:
        data: object = json.loads(file.read_bytes())
    except (OSError, ValueError):
        return {}
    if not isinstance(data, dict):
        return {}
    entries = cast("dict[str, Any]", data)
    return {name: entry for name, entry in entries.items() if isinstance(entry, dict)}
