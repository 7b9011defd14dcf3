"""The commands as plain functions: each wires the stages together and returns an exit code."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from difflib import get_close_matches
from pathlib import Path

from runcomfy_codegen.diff.command import report_changes
from runcomfy_codegen.errors import CodegenError, Problem
from runcomfy_codegen.ingest import ingest
from runcomfy_codegen.normalize.table import rule_table
from runcomfy_codegen.plan.lock import lock_text, read_lock
from runcomfy_codegen.reporting import Reporter
from runcomfy_codegen.spec import ModelSpec, canonical_json, load_specs, spec_path
from runcomfy_codegen.spec.globs import select
from runcomfy_codegen.spec.store import catalog_entries
from runcomfy_codegen.write import Mode, write_atomically

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
_REGENERATE = "runcomfy-codegen regenerate"


def run_ingest(sources: Sequence[Path], specs: Path, mode: Mode, reporter: Reporter) -> int:
    """Ingest ``sources`` into ``specs`` and report."""
    ingested = ingest(sources, specs / "overrides", reporter.progress)
    failed = reporter.problems(ingested.problems)
    if mode is Mode.WRITE and ingested.specs:
        written = _write_specs(specs, ingested.specs)
        reporter.line(
            f"{len(ingested.specs)} models ingested, {written} spec files written in {specs}"
        )
    return ERROR if failed else OK


@dataclass(frozen=True, slots=True)
class Output:
    """What to generate and where.

    Attributes:
        folder: The output folder.
        only: Globs of the models whose files to write; all if empty.
        force: Overwrite files that were edited by hand.
        workers: Processes that render; chosen by the amount of work if None.
    """

    folder: Path
    only: tuple[str, ...] = ()
    force: bool = False
    workers: int | None = None


def run_generate(specs: Path, output: Output, mode: Mode, reporter: Reporter) -> int:
    """Generate from the specs on disk and report."""
    return _generate(load_specs(specs), specs, output, mode, reporter)


def run_regenerate(
    specs: Path, output: Output, mode: Mode, reporter: Reporter, *, type_check: bool = False
) -> int:
    """Ingest ``specs``/pages, then generate; models whose pages are bad keep their last spec."""
    if type_check:
        from runcomfy_codegen.diff.witness.checker import require_checker

        require_checker()
    ingested = ingest([specs / "pages"], specs / "overrides", reporter.progress)
    failed = reporter.problems(ingested.problems)
    known = _known_specs(specs)
    merged = {spec.model_id: spec for spec in (*known, *ingested.specs)}
    if not merged:
        return ERROR
    if output.only:
        select(merged, output.only)
    report_changes(
        known, merged.values(), reporter, read_lock(specs / LOCK) if type_check else None
    )
    drifted = [spec for spec in ingested.specs if _spec_drifts(specs, spec)]
    if mode is Mode.WRITE:
        _write_specs(specs, ingested.specs)
    else:
        for spec in drifted:
            reporter.line(f"would change specs/{spec_path(spec.model_id)}")
    code = _generate(list(merged.values()), specs, output, mode, reporter)
    if failed:
        return ERROR
    return DRIFT if mode is Mode.CHECK and drifted and code == OK else code


def _generate(
    specs: list[ModelSpec], folder: Path, output: Output, mode: Mode, reporter: Reporter
) -> int:
    from runcomfy_codegen.generate import generate

    lock, out = read_lock(folder / LOCK), output.folder
    result = generate(
        specs,
        out,
        lock,
        mode,
        only=output.only,
        force=output.force,
        progress=reporter.progress,
        workers=output.workers,
    )
    if reporter.problems([*result.problems, *_edited(result.kept, out)]):
        return ERROR
    reporter.changes(result.changes, "wrote" if mode is Mode.WRITE else "would")
    if mode is Mode.WRITE:
        if result.names != lock:
            write_atomically(folder / LOCK, lock_text(result.names))
        reporter.line(f"{len(specs)} models, {len(result.changes)} files changed in {out}")
        return OK
    drift = bool(result.changes or result.kept or result.names != lock)
    if mode is Mode.CHECK:
        reporter.line(
            f"{out} is not what the specs give; repair with: {_REGENERATE}"
            if drift
            else f"{out} is up to date"
        )
        return DRIFT if drift else OK
    return OK


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


def _known_specs(folder: Path) -> list[ModelSpec]:
    return load_specs(folder) if any((folder / "models").rglob("*.json")) else []


def _spec_drifts(folder: Path, spec: ModelSpec) -> bool:
    file = folder / spec_path(spec.model_id)
    return not file.exists() or file.read_text(encoding="utf-8") != spec.text


def _write_specs(folder: Path, specs: Iterable[ModelSpec]) -> int:
    written = 0
    for spec in specs:
        if _spec_drifts(folder, spec):
            write_atomically(folder / spec_path(spec.model_id), spec.text)
            written += 1
    catalog = canonical_json(catalog_entries(load_specs(folder)))
    file = folder / "catalog.json"
    if not file.exists() or file.read_text(encoding="utf-8") != catalog:
        write_atomically(file, catalog)
    return written


def explain_model(model_id: str, specs: Path) -> int:
    """Print a model's fixes and open points to stdout.

    Raises:
        CodegenError: There is no such model; the message names the nearest.
    """
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

    catalogue = fetch_catalogue(None, base_url, reporter.progress)
    file = specs / "pages" / "catalogue.json"
    write_atomically(file, canonical_json(catalogue))
    reporter.line(f"catalogue saved in {file}")
    return file


def list_rules(specs: Path, *, as_json: bool) -> int:
    """Print all rules, with the number of models that each touched, to stdout."""
    rows = rule_table(_known_specs(specs))
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
