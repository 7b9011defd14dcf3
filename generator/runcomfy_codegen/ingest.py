"""The way from sources to specs: extract, parse, normalize, check."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import cast

from runcomfy_codegen.errors import Problem
from runcomfy_codegen.extract import read_sources
from runcomfy_codegen.jsontypes import JsonObject
from runcomfy_codegen.normalize import Fix, merge_models
from runcomfy_codegen.normalize.overrides import apply_override, read_override, unsettled
from runcomfy_codegen.parse import RawModel, parse_catalogue, parse_page
from runcomfy_codegen.spec import SPEC_VERSION, ModelSpec, canonical_json, check_spec, spec_path

__all__ = ["Ingested", "ingest", "spec_from_sources"]

Progress = Callable[[str, int, int], None]


@dataclass(frozen=True, slots=True)
class Ingested:
    """The specs that could be made, sorted by id, and everything there is to report."""

    specs: tuple[ModelSpec, ...]
    problems: tuple[Problem, ...]


def ingest(sources: Iterable[Path], overrides: Path, progress: Progress | None = None) -> Ingested:
    """Turn pages into checked specs; nothing is written.

    Args:
        sources: Files and folders of pages and saved catalogues.
        overrides: Folder of RFC 6902 patches, one file a model, at the spec's own relative path.
        progress: Called with a stage's name, the count done and the total.

    Returns:
        A spec for every model whose pages are all sound, and a problem for everything else.
    """
    read = read_sources(sources)
    problems = read.problems
    groups: dict[str, list[RawModel]] = {}
    for count, page in enumerate(read.pages, 1):
        parsed = parse_page(page)
        if isinstance(parsed, Problem):
            problems.append(parsed)
        else:
            groups.setdefault(parsed.model_id, []).append(parsed)
        if progress:
            progress("parse", count, len(read.pages))
    for catalogue in read.catalogues:
        models, found = parse_catalogue(catalogue.name, catalogue.data)
        problems += found
        for model in models:
            groups.setdefault(model.model_id, []).append(model)
    specs: list[ModelSpec] = []
    for count, model_id in enumerate(sorted(groups), 1):
        spec, found = spec_from_sources(model_id, groups[model_id], overrides)
        problems.extend(found)
        if spec is not None:
            specs.append(spec)
        if progress:
            progress("normalize", count, len(groups))
    return Ingested(tuple(specs), tuple(problems))


def spec_from_sources(
    model_id: str, models: list[RawModel], overrides: Path
) -> tuple[ModelSpec | None, list[Problem]]:
    """Merge, normalize, override and check one model.

    Args:
        model_id: The id that all ``models`` have.
        models: What its sources say.
        overrides: Folder of RFC 6902 patches.

    Returns:
        The spec, or None when a problem is an error; and all problems.
    """
    merged = merge_models(models)
    document, fixes = merged.normalized.document, list(merged.normalized.fixes)
    path = overrides / spec_path(model_id).relative_to("models")
    operations = read_override(path)
    if isinstance(operations, Problem):
        return None, [operations]
    edits, stale = apply_override(document, operations, str(path))
    if stale:
        return None, stale
    problems = unsettled(merged.normalized.problems, document, operations)
    spec = _assemble(document, [*fixes, *edits], merged.sources, merged.normalized.open)
    if not any(problem.level == "error" for problem in problems):
        problems += check_spec(spec, merged.sources[0].name)
    failed = any(problem.level == "error" for problem in problems)
    return (None if failed else spec), problems


def _assemble(
    document: JsonObject,
    fixes: list[Fix],
    sources: tuple[RawModel, ...],
    findings: tuple[JsonObject, ...],
) -> ModelSpec:
    """Return the spec as it would be read from its file, with sorted keys, so that both generate the same."""
    data: JsonObject = {
        "spec_version": SPEC_VERSION,
        **document,
        "sources": [source.source for source in sources],
        "fixes": [fix.to_json() for fix in fixes],
        "open": list(findings),
    }
    return ModelSpec(cast("JsonObject", json.loads(canonical_json(data))))
