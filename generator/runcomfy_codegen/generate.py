"""The way from specs to files: plan, make texts, compare, write."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from runcomfy_codegen.cache.hashes import Hashes
from runcomfy_codegen.cache.pieces import Pieces
from runcomfy_codegen.errors import Problem
from runcomfy_codegen.extract.patches import Patches, read_patches
from runcomfy_codegen.places import PATCH, templates_folder
from runcomfy_codegen.plan import Plan, build_plan
from runcomfy_codegen.plan.lock import Names
from runcomfy_codegen.plan.settle import settle_names
from runcomfy_codegen.spec import ModelSpec
from runcomfy_codegen.spec.globs import select
from runcomfy_codegen.targets import TARGETS, Unit
from runcomfy_codegen.texts import Progress, make_texts
from runcomfy_codegen.workers import Workers
from runcomfy_codegen.write.apply import (
    Change,
    Mode,
    compare,
    compare_manifest,
    is_current,
)
from runcomfy_codegen.write.drafts import Drafts
from runcomfy_codegen.write.manifest import NAME, Entry, Manifest, hash_text, read_manifest
from runcomfy_codegen.write.publish import publish

__all__ = ["PACKAGE", "Generated", "generate", "unused_patches"]

PACKAGE = "runcomfy_sdk"


@dataclass(frozen=True, slots=True)
class Generated:
    """What a run changed or would change, and what there is to report.

    ``kept`` are hand edits that were not overwritten.
    """

    changes: tuple[Change, ...]
    kept: tuple[Change, ...]
    problems: tuple[Problem, ...]
    names: Names


def generate(
    specs: Sequence[ModelSpec],
    folder: Path,
    lock: Names,
    mode: Mode,
    *,
    only: Sequence[str] = (),
    force: bool = False,
    progress: Progress | None = None,
    workers: Workers | None = None,
    hashes: Hashes | None = None,
    pieces: Pieces | None = None,
) -> Generated:
    """Bring the generated tree in ``folder`` to ``specs``.

    Args:
        specs: All specs of the release.
        folder: The output folder with its manifest.
        lock: The names lock.
        mode: Whether to write, or only to compare.
        only: Globs of the models whose files to bring there, besides the files of the whole release (indexes, clients);
            those of other models stay as they are. Empty for all.
        force: Overwrite files that were edited by hand.
        progress: Called with a stage's name, the count done and the total.
        workers: Processes that render the models; this one does all by default.
        hashes: What is known of the files of the tree.
        pieces: What earlier runs made of each model for the files about the whole release.

    Returns:
        The changes and the extended names. Nothing is written when a problem is an error.

    Raises:
        CodegenError: A glob matches no model, or a file that steers the run is damaged.
    """
    chosen = frozenset(select([spec.model_id for spec in specs], only)) if only else None
    settled = settle_names(specs, lock)
    patches = read_patches(folder / PACKAGE)
    plan = build_plan(specs, settled.names, PACKAGE, patches=patches)
    planned = [unit for target in TARGETS for unit in target(plan)]
    units = [unit for unit in planned if _is_chosen(unit, chosen)]
    manifest = read_manifest(folder)
    keys = {unit.path: _key(unit) for unit in units}
    known = hashes or Hashes()
    stale = [
        unit
        for unit in units
        if not is_current(folder, unit.path, keys[unit.path], manifest, known)
    ]
    with Drafts(folder, wanted=mode is Mode.WRITE) as drafts:
        made = make_texts(plan, stale, progress, workers, pieces, drafts.add)
        problems = [*made.problems, *settled.notes]
        problems += unused_patches(plan, patches, folder / PACKAGE)
        problems += _ungenerated(planned, units, manifest)
        if any(problem.level == "error" for problem in problems):
            return Generated((), (), tuple(problems), settled.names)
        left = set[str]() if chosen is None else set(manifest.files) - set(keys)
        changes = list(compare(folder, made.by_path, {*keys, *left}, manifest))
        kept = [change for change in changes if change.edited and not force]
        changes = [change for change in changes if change not in kept]
        entries = _entries(units, keys, made.by_path, manifest, kept, left)
        changes += compare_manifest(folder, entries)
        if mode is Mode.WRITE:
            publish(folder, changes, NAME, drafts)
    return Generated(tuple(changes), tuple(kept), tuple(problems), settled.names)


def _is_chosen(unit: Unit, chosen: frozenset[str] | None) -> bool:
    return chosen is None or not unit.model_id or unit.model_id in chosen


def _ungenerated(
    planned: Sequence[Unit], units: Sequence[Unit], manifest: Manifest
) -> list[Problem]:
    """Return a warning for each model that the indexes name and that has no files, for it was never chosen."""
    done = {unit.path for unit in units} | set(manifest.files)
    missing = sorted({unit.model_id for unit in planned if unit.path not in done})
    return [
        Problem(
            "warning",
            "model-not-generated",
            model_id,
            "the clients and indexes lead to it, but its files were never generated",
            "run: runcomfy-codegen generate, or name it with --only too",
        )
        for model_id in missing
    ]


def unused_patches(plan: Plan, patches: Patches, package: Path) -> list[Problem]:
    """Return a warning for each patch that nothing imports."""
    planned = {vendor.attribute for vendor in plan.vendors}
    unused = {
        package / "models" / vendor / PATCH: "no model of this vendor is generated"
        for vendor in set(patches.vendors) - planned
    }
    unused |= dict.fromkeys(patches.empty, "it lists no names in __all__")
    return [
        Problem("warning", "patch-unused", str(file), f"nothing imports the patch: {why}")
        for file, why in sorted(unused.items())
    ]


def _entries(
    units: Sequence[Unit],
    keys: dict[str, str],
    texts: dict[str, str],
    manifest: Manifest,
    kept: list[Change],
    left: set[str],
) -> dict[str, Entry]:
    """Return the new manifest.

    A kept hand edit keeps its old entry, so that it is seen again next time; so does what is ``left`` alone.
    """
    edited = {change.path for change in kept}
    entries: dict[str, Entry] = {
        path: manifest.files[path] for path in edited | left if path in manifest.files
    }
    for unit in units:
        if unit.path in texts and unit.path not in edited:
            entries[unit.path] = Entry(unit.model_id, keys[unit.path], hash_text(texts[unit.path]))
        elif unit.path in manifest.files:
            entries[unit.path] = manifest.files[unit.path]
    return entries


def _key(unit: Unit) -> str:
    return hashlib.sha256(f"{_start_key(unit.templates)} {unit.facts}".encode()).hexdigest()


@cache
def _start_key(templates: tuple[str, ...]) -> str:
    """Return what begins the key of whatever is made from these templates."""
    digest = hashlib.sha256(_generator_hash().encode())
    for name in templates:
        text = (templates_folder() / name).read_bytes()
        digest.update(b"%d:" % len(text))
        digest.update(text)
    return digest.hexdigest()


@cache
def _generator_hash() -> str:
    """Hash the generator's own source, so that a change of it makes every file stale."""
    package = Path(__file__).resolve().parent
    digest = hashlib.sha256()
    for file in sorted(package.rglob("*.py")):
        digest.update(file.relative_to(package).as_posix().encode())
        digest.update(file.read_bytes())
    return digest.hexdigest()
