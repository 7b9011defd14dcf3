"""Read the files that a run is given: pages and saved catalogues."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from runcomfy_codegen.errors import Problem
from runcomfy_codegen.extract.page import PAGE_SUFFIXES, PageFile

__all__ = ["CATALOGUE_SUFFIX", "SavedCatalogue", "Sources", "read_sources"]

CATALOGUE_SUFFIX = ".json"
MAX_CATALOGUE_BYTES = 128 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class SavedCatalogue:
    """A saved answer of the catalogue, unread."""

    name: str
    data: bytes


@dataclass(slots=True)
class Sources:
    """What was found: pages and saved catalogues, undecoded, and a problem for each file that cannot be read."""

    pages: list[PageFile] = field(default_factory=list[PageFile])
    catalogues: list[SavedCatalogue] = field(default_factory=list[SavedCatalogue])
    problems: list[Problem] = field(default_factory=list[Problem])


def read_sources(paths: Iterable[Path]) -> Sources:
    """Read files and folders (searched recursively), in an order that does not depend on the disk."""
    sources = Sources()
    for path in paths:
        found = list(_files(path))
        if not found:
            suffixes = ", ".join((*PAGE_SUFFIXES, CATALOGUE_SUFFIX))
            sources.problems.append(
                Problem(
                    "error",
                    "no-pages",
                    str(path),
                    "the folder holds no page",
                    f"put pages there ({suffixes})",
                )
            )
        for name, file in found:
            _read(sources, name, file)
    return sources


def _files(path: Path) -> Iterator[tuple[str, Path]]:
    """Yield the files to read with their names for reports; hidden files are skipped."""
    if not path.is_dir():
        yield path.name, path
        return
    for file in sorted(path.rglob("*")):
        relative = file.relative_to(path)
        hidden = any(part.startswith(".") for part in relative.parts)
        if (
            not hidden
            and file.suffix.lower() in (*PAGE_SUFFIXES, CATALOGUE_SUFFIX)
            and not file.is_dir()
        ):
            yield relative.as_posix(), file


def _read(sources: Sources, name: str, file: Path) -> None:
    try:
        data = file.read_bytes()
    except OSError as error:
        reason = error.strerror or str(error)
        remedy = "check the path and its permissions"
        sources.problems.append(Problem("error", "page-unreadable", str(file), reason, remedy))
        return
    if file.suffix.lower() == CATALOGUE_SUFFIX:
        if len(data) > MAX_CATALOGUE_BYTES:
            message = f"the catalogue has {len(data)} bytes, more than {MAX_CATALOGUE_BYTES}"
            sources.problems.append(Problem("error", "catalogue", name, message, "split it"))
        else:
            sources.catalogues.append(SavedCatalogue(name, data))
        return
    sources.pages.append(PageFile(name, data, hashlib.sha256(data).hexdigest()))
