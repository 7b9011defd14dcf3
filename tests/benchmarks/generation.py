"""Whole, partial and empty regeneration, side by side with other generators on the same models.

``python tests/benchmarks/generation.py --models 4 100 500 --runs 3`` prints medians of interleaved runs of whole
processes. The other generators are installed into a folder of their own at the first run.
"""

from __future__ import annotations

import argparse
import shutil
import sys
import tempfile
from collections.abc import Callable, Mapping, Sequence
from itertools import count
from pathlib import Path

from measure import Case, Figure, growth, interleave, set_aside
from peers import classes_cases, client_case, count_endpoints, make_peers
from report import Results, add_output_options, keep, publish, show_progress
from workload import change_page, change_spec, make_pages, write_specs

BARE = "bare python"
FROM_PAGES = "ours: regenerate, from pages"
FROM_SPECS = "ours: generate, from specs"
PEER = "openapi-python-client, default hooks"
CLASSES = "datamodel-codegen, one process a model"


def main() -> int:
    """Print the tables."""
    options = _options()
    commands = None if options.without_peers else make_peers(options.peers.absolute())
    whole = Results("Whole regeneration, all targets")
    steady = Results("Regeneration of a tree that exists")
    totals: dict[str, dict[int, float]] = {}
    with tempfile.TemporaryDirectory() as scratch:
        for number in options.models:
            root = (options.work or Path(scratch)).absolute() / str(number)
            figures = _measure_whole(root, number, commands, options.runs, whole)
            for name, figure in figures.items():
                totals.setdefault(name, {})[number] = figure.wall
            _measure_steady(root, number, options.runs, steady)
            keep([whole, steady], options)
    whole.notes += list(_growth_notes(totals))
    steady.notes.append("All seconds of this table are over a bare interpreter start.")
    publish([whole, steady], options)
    return 0


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--models", type=int, nargs="+", default=[4, 100, 500], metavar="N")
    parser.add_argument("--runs", type=int, default=3, help="runs of each process (default: 3)")
    parser.add_argument("--work", type=Path, metavar="DIR", help="make the trees in DIR, keep them")
    parser.add_argument(
        "--peers",
        type=Path,
        metavar="DIR",
        default=Path(tempfile.gettempdir()) / "runcomfy-bench-peers",
        help="environment of the other generators, made if need be (default: %(default)s)",
    )
    parser.add_argument("--without-peers", action="store_true", help="measure only our own")
    add_output_options(parser)
    return parser.parse_args()


def _measure_whole(
    root: Path, number: int, commands: Path | None, runs: int, results: Results
) -> dict[str, Figure]:
    """Add the rows of ``number`` models; leave a generated tree in ``root``/regenerate and ``root``/generate."""
    shutil.rmtree(root, ignore_errors=True)
    pages, specs = root / "regenerate" / "specs" / "pages", root / "generate" / "specs"
    make_pages(pages, number)
    models = write_specs(pages, specs)
    cases = [
        Case(BARE, [sys.executable, "-c", "pass"], root),
        _ours(FROM_PAGES, "regenerate", root / "regenerate", _emptied(pages.parent)),
        _ours(FROM_SPECS, "generate", root / "generate", _emptied(specs)),
    ]
    sample: list[Case] = []
    if commands is not None:
        cases.append(client_case(commands, root / "client", models))
        sample = classes_cases(commands, root / "classes", models)
    found = interleave([*cases, *sample], runs, show_progress)
    figures = {case.name: found[case.name] for case in cases if case.name != BARE}
    if commands is not None:
        figures[CLASSES] = _extrapolated([found[case.name] for case in sample], number)
        made = count_endpoints(root / "client")
        if made != number:
            results.notes.append(f"openapi-python-client made {made} of {number} models.")
        if len(sample) < number:
            results.notes.append(
                f"{CLASSES}: {len(sample)} of {number} models measured, the sum extrapolated."
            )
    peer = figures.get(PEER)
    for name, figure in figures.items():
        row = _row(number, name, figure)
        results.rows.append(
            {**row, "× openapi-python-client": figure.wall / peer.wall if peer else None}
        )
    return figures


def _measure_steady(root: Path, number: int, runs: int, results: Results) -> None:
    changed = root / "changed"
    shutil.copytree(root / "regenerate", changed)
    changed_specs = root / "changed-specs"
    shutil.copytree(root / "generate", changed_specs)
    editions = count(1)
    cases = [
        Case(BARE, [sys.executable, "-c", "pass"], root),
        _ours("regenerate, nothing changed", "regenerate", root / "regenerate"),
        _ours("generate, nothing changed", "generate", root / "generate"),
        _ours(
            "regenerate, one page changed",
            "regenerate",
            changed,
            lambda: change_page(changed / "specs" / "pages", next(editions)),
        ),
        _ours(
            "generate, one spec changed",
            "generate",
            changed_specs,
            lambda: change_spec(changed_specs / "specs", next(editions)),
        ),
    ]
    for name in ("regenerate", "generate"):  # the folder's name is part of what a run remembers
        interleave([_ours(name, name, root / name)], 1)
    for folder, name in ((changed, "regenerate"), (changed_specs, "generate")):
        interleave([_ours(name, name, folder)], 1)
    found = interleave(cases, runs, show_progress)
    for case in cases[1:]:
        results.rows.append(_row(number, case.name, found[case.name].over(found[BARE])))


def _ours(
    name: str, command: str, folder: Path, prepare: Callable[[], object] = lambda: None
) -> Case:
    return Case(name, [sys.executable, "-m", "runcomfy_codegen", command], folder, prepare=prepare)


def _emptied(specs: Path) -> Callable[[], None]:
    """Return what takes away all that was generated and remembered; specs too where there are pages."""

    def empty() -> None:
        made = [specs.parent / "generated", specs / ".cache"]
        if (specs / "pages").is_dir():
            made += [specs / "models", specs / "catalog.json", specs / "names.lock.json"]
        for path in made:
            set_aside(path)

    return empty


def _extrapolated(figures: Sequence[Figure], number: int) -> Figure:
    share = number / len(figures)
    return Figure(
        share * sum(figure.wall for figure in figures),
        share * sum(figure.cpu for figure in figures),
        max(figure.peak for figure in figures),
        figures[0].runs,
    )


def _row(number: int, name: str, figure: Figure) -> dict[str, str | int | float | None]:
    return {
        "models": number,
        "what": name,
        "wall s": figure.wall,
        "cpu s": figure.cpu,
        "peak MiB": round(figure.peak),
        "runs": figure.runs,
    }


def _growth_notes(totals: Mapping[str, Mapping[int, float]]) -> list[str]:
    notes: list[str] = []
    for name, times in totals.items():
        if len(times) > 1:
            fixed, each = growth(times)
            notes.append(f"Growth of {name}: {fixed:.2f} s + {1000 * each:.2f} ms a model.")
        if 500 in times and 1000 in times:
            notes.append(f"{name}: 1,000 models take {times[1000] / times[500]:.2f} × 500.")
    return notes


if __name__ == "__main__":
    sys.exit(main())
