"""Pages of the docs that come from this repository: the API reference, the changelog, and what benchmarks measured."""

from __future__ import annotations

from pathlib import Path

from runcomfy_codegen.site.reference import reference_pages

__all__ = ["RESULTS", "repository_pages", "write_pages"]

RESULTS = "tests/benchmarks/results"
"""Where ``make bench`` leaves its tables."""
_BENCHMARKS = """# Benchmarks

Tables as `make bench` wrote them, each with date and machine. Read them as ratios: what is compared was run side by
side. What each benchmark does stands at the head of its file in `tests/benchmarks`.
"""
_NONE = "There are no results yet: run `make bench`, then `make regenerate`.\n"


def repository_pages(repository: Path) -> dict[str, str]:
    """Return the pages by path below the docs."""
    results = sorted((repository / RESULTS).glob("*.md"))
    tables = [file.read_text(encoding="utf-8") for file in results]
    return {
        **reference_pages(repository / "runtime"),
        "benchmarks.md": "\n".join([_BENCHMARKS, *(tables or [_NONE])]),
        "changelog.md": (repository / "CHANGELOG.md").read_text(encoding="utf-8"),
    }


def write_pages(repository: Path, *, check: bool = False) -> list[Path]:
    """Write (or with ``check`` only compare) the pages; return the files that differed."""
    docs = repository / "generated" / "docs"
    pages = {docs / path: text for path, text in repository_pages(repository).items()}
    stale = set((docs / "reference").glob("*.md")) - set(pages)
    differing = [
        file
        for file, text in pages.items()
        if not file.exists() or file.read_text(encoding="utf-8") != text
    ]
    if not check:
        for file in differing:
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(pages[file], encoding="utf-8", newline="\n")
        for file in stale:
            file.unlink()
    return sorted({*differing, *stale})
