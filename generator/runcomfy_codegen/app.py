"""The commands as plain functions: each wires the stages together and returns an exit code."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from runcomfy_codegen.cache.fingerprint import Snapshot, take_snapshot
from runcomfy_codegen.cache.finished import Finished, recall, remember
from runcomfy_codegen.cache.hashes import Hashes, hash_bytes
from runcomfy_codegen.errors import CodegenError, Problem
from runcomfy_codegen.mode import Mode
from runcomfy_codegen.reporting import Reporter

if TYPE_CHECKING:
    from runcomfy_codegen.spec import ModelSpec
    from runcomfy_codegen.workers import Workers

__all__ = [
    "Output",
    "explain_model",
    "list_rules",
    "run_generate",
    "run_ingest",
    "run_regenerate",
    "save_catalogue",
]

OK, DRIFT, ERROR = 0, 1, 2
LOCK = "names.lock.json"
CATALOG = "catalog.json"
_REGENERATE = "runcomfy-codegen regenerate"


def run_ingest(sources: Sequence[Path], specs: Path, mode: Mode, reporter: Reporter) -> int:
    """Ingest ``sources`` into ``specs`` and report."""
    from runcomfy_codegen.ingest import ingest
    from runcomfy_codegen.spec import load_specs

    ingested = ingest(sources, specs / "overrides", reporter.progress)
    failed = reporter.problems(ingested.problems)
    if mode is Mode.WRITE and ingested.specs:
        wanted = _spec_texts(ingested.specs)
        written = _write_specs(specs, wanted, take_snapshot(specs))
        fresh = {hash_bytes(text.encode()) for text in wanted.values()}
        _write_specs(specs, _catalog_text(load_specs(specs, fresh)), take_snapshot(specs))
        reporter.line(
            f"{len(ingested.specs)} models ingested, {len(written)} spec files written in {specs}"
        )
    return ERROR if failed else OK


@dataclass(frozen=True, slots=True)
class Output:
    """What to generate and where.

    Attributes:
        folder: The output folder.
        only: Globs of the models whose files to write; all if empty.
        force: Overwrite files that were edited by hand.
        workers: Processes that render; one for each usable processor if None.
    """

    folder: Path
    only: tuple[str, ...] = ()
    force: bool = False
    workers: int | None = None


def run_generate(specs: Path, output: Output, mode: Mode, reporter: Reporter) -> int:
    """Generate from the specs on disk and report."""
    hashes = Hashes.read(specs)
    state = take_snapshot(specs, hashes)
    done = None if output.only else recall("generate", specs, output.folder, state, hashes)
    if done is not None:
        return _report_finished(done, specs, output.folder, mode, reporter, hashes)
    from runcomfy_codegen.cache.memory import read_memory
    from runcomfy_codegen.spec import load_specs
    from runcomfy_codegen.workers import Workers

    with Workers(output.workers) as workers:
        memory = read_memory(specs)
        loaded = load_specs(specs, memory.checked)
        code, finished = _generate(loaded, specs, output, mode, reporter, hashes, workers)
    if mode is Mode.WRITE:
        replace(memory, checked=_hashes(loaded)).save(specs)
        if finished is not None:
            after = {**state, LOCK: _hash_file(specs / LOCK)}
            remember(specs, output.folder, after, {"generate": finished})
    return code


def run_regenerate(
    specs: Path, output: Output, mode: Mode, reporter: Reporter, *, type_check: bool = False
) -> int:
    """Ingest ``specs``/pages, then generate; models whose pages are bad keep their last spec."""
    hashes = Hashes.read(specs)
    state = take_snapshot(specs, hashes)
    known_run = not (output.only or type_check)
    done = recall("regenerate", specs, output.folder, state, hashes) if known_run else None
    if done is not None:
        return _report_finished(done, specs, output.folder, mode, reporter, hashes)
    if type_check:
        from runcomfy_codegen.diff.witness.checker import require_checker

        require_checker()
    from runcomfy_codegen.workers import Workers

    with Workers(output.workers) as workers:
        return _regenerate(specs, output, mode, reporter, hashes, state, workers, type_check)


def _regenerate(
    specs: Path,
    output: Output,
    mode: Mode,
    reporter: Reporter,
    hashes: Hashes,
    state: Snapshot,
    workers: Workers,
    type_check: bool,
) -> int:
    from runcomfy_codegen.cache.memory import read_memory
    from runcomfy_codegen.diff.command import report_changes
    from runcomfy_codegen.ingest import ingest
    from runcomfy_codegen.plan.lock import read_lock
    from runcomfy_codegen.spec.globs import select
    from runcomfy_codegen.spec.store import read_specs

    memory = read_memory(specs)
    known, broken = read_specs(specs, memory.checked)
    ingested = ingest(
        [specs / "pages"],
        specs / "overrides",
        reporter.progress,
        memory=memory,
        known=known,
        workers=workers,
    )
    failed = reporter.problems(ingested.problems)
    if broken:
        raise CodegenError(*broken)
    merged = {spec.model_id: spec for spec in (*known, *ingested.specs)}
    if not merged:
        return ERROR
    if output.only:
        select(merged, output.only)
    report_changes(
        known, merged.values(), reporter, read_lock(specs / LOCK) if type_check else None
    )
    wanted = _spec_texts(ingested.specs)
    drifted = _drifted(wanted, state)
    if mode is Mode.WRITE:
        wanted |= _catalog_text(merged.values())
        _write_specs(specs, wanted, state)
        replace(ingested.memory, checked=_hashes(merged.values())).save(specs)
    else:
        for path in drifted:
            reporter.line(f"would change specs/{path}")
    code, finished = _generate(
        list(merged.values()), specs, output, mode, reporter, hashes, workers
    )
    if failed:
        return ERROR
    if mode is Mode.WRITE and finished is not None:
        written = {path: hash_bytes(text.encode()) for path, text in wanted.items()}
        after = {**state, **written, LOCK: _hash_file(specs / LOCK)}
        both = Finished(finished.models, (*ingested.problems, *finished.problems))
        remember(specs, output.folder, after, {"generate": finished, "regenerate": both})
    return DRIFT if mode is Mode.CHECK and drifted and code == OK else code


def _generate(
    specs: list[ModelSpec],
    folder: Path,
    output: Output,
    mode: Mode,
    reporter: Reporter,
    hashes: Hashes,
    workers: Workers,
) -> tuple[int, Finished | None]:
    """Return the exit code, and what the next run would report if this one left nothing to do."""
    from runcomfy_codegen.cache.pieces import Pieces
    from runcomfy_codegen.generate import generate
    from runcomfy_codegen.plan.lock import lock_text, read_lock
    from runcomfy_codegen.write import write_atomically

    lock, out = read_lock(folder / LOCK), output.folder
    result = generate(
        specs,
        out,
        lock,
        mode,
        only=output.only,
        force=output.force,
        progress=reporter.progress,
        workers=workers,
        hashes=hashes,
        pieces=Pieces(folder, keep=mode is Mode.WRITE),
    )
    if reporter.problems([*result.problems, *_edited(result.kept, out)]):
        return ERROR, None
    reporter.changes(result.changes, "wrote" if mode is Mode.WRITE else "would")
    if mode is Mode.WRITE:
        hashes.save(folder)
        if result.names != lock:
            write_atomically(folder / LOCK, lock_text(result.names))
        reporter.line(f"{len(specs)} models, {len(result.changes)} files changed in {out}")
        settled = not (output.only or result.kept or result.problems)
        return OK, Finished(len(specs), ()) if settled else None
    drift = bool(result.changes or result.kept or result.names != lock)
    if mode is Mode.CHECK:
        reporter.line(_check_line(out, drift=drift))
        return DRIFT if drift else OK, None
    return OK, None


def _report_finished(
    done: Finished, specs: Path, out: Path, mode: Mode, reporter: Reporter, hashes: Hashes
) -> int:
    """Report a run that would change nothing."""
    reporter.problems(done.problems)
    if mode is Mode.WRITE:
        hashes.save(specs)
        reporter.line(f"{done.models} models, 0 files changed in {out}")
    elif mode is Mode.CHECK:
        reporter.line(_check_line(out, drift=False))
    return OK


def _check_line(out: Path, *, drift: bool) -> str:
    if drift:
        return f"{out} is not what the specs give; repair with: {_REGENERATE}"
    return f"{out} is up to date"


def _edited(kept: Iterable[object], out: Path) -> list[Problem]:
    from runcomfy_codegen.write import Change

    return [
        Problem(
            "warning",
            "hand-edit",
            str(out / change.path),
            "the file was edited by hand and is kept as it is",
            "put your code into a _patch.py beside it, or overwrite the edit with --force",
        )
        for change in kept
        if isinstance(change, Change)
    ]


def _spec_texts(specs: Iterable[ModelSpec]) -> dict[str, str]:
    """Return the texts of the spec files by path below the specs folder."""
    from runcomfy_codegen.spec import spec_path

    return {str(spec_path(spec.model_id)): spec.text for spec in specs}


def _catalog_text(specs: Iterable[ModelSpec]) -> dict[str, str]:
    from runcomfy_codegen.spec import canonical_json
    from runcomfy_codegen.spec.store import catalog_entries

    return {CATALOG: canonical_json(catalog_entries(list(specs)))}


def _drifted(wanted: Mapping[str, str], state: Snapshot) -> list[str]:
    """Return the paths whose files are not what is wanted."""
    return [path for path, text in wanted.items() if state.get(path) != hash_bytes(text.encode())]


def _write_specs(folder: Path, wanted: Mapping[str, str], state: Snapshot) -> list[str]:
    from runcomfy_codegen.atomic import write_all_atomically

    drifted = _drifted(wanted, state)
    write_all_atomically({folder / path: wanted[path] for path in drifted})
    return drifted


def _hashes(specs: Iterable[ModelSpec]) -> frozenset[str]:
    return frozenset(spec.sha256 for spec in specs)


def _hash_file(file: Path) -> str:
    return hash_bytes(file.read_bytes())


def explain_model(model_id: str, specs: Path) -> int:
    """Print a model's fixes and open points to stdout.

    Raises:
        CodegenError: There is no such model; the message names the nearest.
    """
    from difflib import get_close_matches

    from runcomfy_codegen.spec import load_specs

    by_id = {spec.model_id: spec for spec in load_specs(specs)}
    if model_id not in by_id:
        near = get_close_matches(model_id, by_id, n=3)
        raise CodegenError(
            Problem(
                "error",
                "unknown-model",
                model_id,
                "there is no spec of this model",
                (
                    f"did you mean {' or '.join(near)}?"
                    if near
                    else "see the ids in specs/catalog.json"
                ),
            )
        )
    spec = by_id[model_id]
    out = [f"{spec.model_id}: {spec.title} ({spec.task})", "", f"{len(spec.fixes)} fixes"]
    for fix in spec.fixes:
        out += ["", f"  {fix['pointer']}  [{fix['rule']}]", f"    {fix['reason']}"]
        out += [f"    - {_shown(fix['before'])}"] if "before" in fix else []
        out += [f"    + {_shown(fix['after'])}"] if "after" in fix else []
    out += ["", f"{len(spec.open)} open points"]
    out += [
        f"  {entry['pointer']}  [{entry['rule']}]\n    {entry['message']}" for entry in spec.open
    ]
    sys.stdout.write("\n".join(out) + "\n")
    return OK


def save_catalogue(specs: Path, base_url: str | None, reporter: Reporter) -> Path:
    """Read the live catalogue and keep it among the pages, so that every later run gives the same specs."""
    from runcomfy_codegen.extract.live import fetch_catalogue
    from runcomfy_codegen.spec import canonical_json
    from runcomfy_codegen.write import write_atomically

    catalogue = fetch_catalogue(None, base_url, reporter.progress)
    file = specs / "pages" / "catalogue.json"
    write_atomically(file, canonical_json(catalogue))
    reporter.line(f"catalogue saved in {file}")
    return file


def list_rules(specs: Path, *, as_json: bool) -> int:
    """Print all rules, with the number of models that each touched, to stdout."""
    from dataclasses import asdict

    from runcomfy_codegen.normalize.table import rule_table
    from runcomfy_codegen.spec import canonical_json, load_specs

    known = load_specs(specs) if any((specs / "models").rglob("*.json")) else []
    rows = rule_table(known)
    if as_json:
        sys.stdout.write(canonical_json([dict(asdict(row)) for row in rows]))
    else:
        for row in rows:
            sys.stdout.write(
                f"{row.id}  [{row.level}]  ({row.models} models)\n    {row.summary}\n    {row.reason}\n"
            )
    return OK


def _shown(value: object) -> str:
    text = json.dumps(value, ensure_ascii=False)
    return text if len(text) <= 200 else f"{text[:197]}..."
