"""The way from sources to specs: extract, parse, normalize, check."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from runcomfy_codegen.cache.fingerprint import digest_of
from runcomfy_codegen.cache.hashes import hash_bytes
from runcomfy_codegen.cache.memory import Memory, PageMemory, SpecMemory
from runcomfy_codegen.errors import Problem
from runcomfy_codegen.extract import PageFile, decode_page, read_sources
from runcomfy_codegen.jsontypes import JsonObject
from runcomfy_codegen.normalize import Fix, merge_models
from runcomfy_codegen.normalize.overrides import apply_override, read_override, unsettled
from runcomfy_codegen.parse import RawModel, parse_catalogue, parse_page
from runcomfy_codegen.spec import SPEC_VERSION, ModelSpec, canonical_json, check_spec, spec_path
from runcomfy_codegen.workers import Workers

__all__ = ["Ingested", "ingest", "spec_from_sources"]

Progress = Callable[[str, int, int], None]
_NOTHING = Memory()


@dataclass(frozen=True, slots=True)
class Ingested:
    """The specs that could be made, sorted by id, everything there is to report, and what the next run may know."""

    specs: tuple[ModelSpec, ...]
    problems: tuple[Problem, ...]
    memory: Memory = _NOTHING


@dataclass(frozen=True, slots=True)
class _Source:
    """One source of a model: what its content is known by, and how to read it."""

    key: str
    read: Callable[[], RawModel | Problem]


@dataclass(frozen=True, slots=True)
class _Task:
    """Models to be read, with their sources."""

    overrides: Path
    groups: tuple[tuple[str, tuple[_Source, ...]], ...]


_Read = tuple[ModelSpec | None, list[Problem]]
"""What reading a model gives."""
_BATCH = 25
"""Models that one task has."""


def ingest(
    sources: Iterable[Path],
    overrides: Path,
    progress: Progress | None = None,
    *,
    memory: Memory = _NOTHING,
    known: Iterable[ModelSpec] = (),
    workers: Workers | None = None,
) -> Ingested:
    """Turn pages into checked specs; nothing is written.

    Args:
        sources: Files and folders of pages and saved catalogues.
        overrides: Folder of RFC 6902 patches, one file a model, at the spec's own relative path.
        progress: Called with a stage's name, the count done and the total.
        memory: What an earlier run left. A model whose sources and override are as they were is not read again.
        known: The specs on disk; only those that are what the memory says stand in for reading.
        workers: Processes that read too; this one does all by default.

    Returns:
        A spec for every model whose pages are all sound, and a problem for everything else.
    """
    read = read_sources(sources)
    problems = read.problems
    groups: dict[str, list[_Source]] = {}
    pages: dict[str, PageMemory] = {}
    for count, file in enumerate(read.pages, 1):
        source = _page_source(file, memory)
        if isinstance(source, Problem):
            problems.append(source)
        else:
            model_id, found = source
            pages[file.name] = PageMemory(file.sha256, model_id)
            groups.setdefault(model_id, []).append(found)
        if progress:
            progress("parse", count, len(read.pages))
    for catalogue in read.catalogues:
        models, refused = parse_catalogue(catalogue.name, catalogue.data)
        problems += refused
        for model in models:
            groups.setdefault(model.model_id, []).append(_catalogue_source(model))
    keys = {model_id: _key(model_id, group, overrides) for model_id, group in groups.items()}
    made = _recall(keys, memory, {spec.sha256: spec for spec in known})
    changed = sorted(model_id for model_id in groups if model_id not in made)
    tasks = [
        _Task(overrides, tuple((model_id, tuple(groups[model_id])) for model_id in batch))
        for batch in (changed[start : start + _BATCH] for start in range(0, len(changed), _BATCH))
    ]
    for _, read_now in (workers or Workers(1)).share(_read, tasks):
        made |= read_now
        if progress:
            progress("normalize", len(made), len(groups))
    models_left: dict[str, SpecMemory] = {}
    for model_id, (spec, reported) in sorted(made.items()):
        problems += reported
        if spec is not None:
            models_left[model_id] = SpecMemory(keys[model_id], spec.sha256, tuple(reported))
    specs = tuple(spec for _, (spec, _) in sorted(made.items()) if spec is not None)
    return Ingested(specs, tuple(problems), Memory(pages, models_left))


def _recall(
    keys: Mapping[str, str], memory: Memory, unchanged: Mapping[str, ModelSpec]
) -> dict[str, _Read]:
    """Return what is known of the models whose sources and override are as they were."""
    found: dict[str, _Read] = {}
    for model_id, key in keys.items():
        last = memory.models.get(model_id)
        if last is not None and last.key == key and last.spec in unchanged:
            found[model_id] = unchanged[last.spec], list(last.problems)
    return found


def _read(task: _Task) -> dict[str, _Read]:
    return {
        model_id: _spec_from_group(model_id, group, task.overrides)
        for model_id, group in task.groups
    }


def _page_source(file: PageFile, memory: Memory) -> tuple[str, _Source] | Problem:
    """Return the page's model id and how to read it; a page that the memory knows is not read for its id."""
    key = f"page {file.name} {file.sha256}"
    last = memory.pages.get(file.name)
    if last is not None and last.sha256 == file.sha256:
        return last.model_id, _Source(key, partial(_read_page, file))
    parsed = _read_page(file)
    return (
        parsed
        if isinstance(parsed, Problem)
        else (parsed.model_id, _Source(key, partial(_parsed, parsed)))
    )


def _read_page(file: PageFile) -> RawModel | Problem:
    page = decode_page(file.name, file.data)
    return page if isinstance(page, Problem) else parse_page(page)


def _parsed(model: RawModel) -> RawModel:
    return model


def _catalogue_source(model: RawModel) -> _Source:
    text = json.dumps([model.document, model.source], sort_keys=True)
    return _Source(f"catalogue {text}", partial(_parsed, model))


def _key(model_id: str, group: Iterable[_Source], overrides: Path) -> str:
    """Hash all that a model's spec is made from."""
    file = _override_file(overrides, model_id)
    override = hash_bytes(file.read_bytes()) if file.is_file() else str(file.exists())
    return digest_of(model_id, override, *(source.key for source in group))


def _spec_from_group(model_id: str, group: Iterable[_Source], overrides: Path) -> _Read:
    read = [source.read() for source in group]
    broken = [found for found in read if isinstance(found, Problem)]
    if broken:
        return None, broken
    return spec_from_sources(
        model_id, [found for found in read if isinstance(found, RawModel)], overrides
    )


def _override_file(overrides: Path, model_id: str) -> Path:
    return overrides / spec_path(model_id).relative_to("models")


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
    path = _override_file(overrides, model_id)
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
    return ModelSpec.from_text(canonical_json(data))
