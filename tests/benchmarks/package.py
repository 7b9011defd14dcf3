"""What the generated package costs a program: import, client, first model, and a model's help on the command line.

``python tests/benchmarks/package.py --models 4 1000 --runs 15`` prints medians of interleaved runs of whole processes,
over a bare interpreter start. All modules are compiled before. ``--only help completion`` measures those alone; on a
busy machine go by the processor time.
"""

from __future__ import annotations

import argparse
import os
import shutil
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from measure import Case, interleave
from report import Results, add_output_options, publish, show_progress
from runcomfy_codegen.generate import PACKAGE
from runcomfy_codegen.plan.lock import read_lock
from runcomfy_codegen.spec import load_specs
from workload import make_pages, write_specs

ROOT = Path(__file__).resolve().parents[2]
BARE = "bare python"
HTTPX = "import httpx alone, for comparison"


def main() -> int:
    """Print the table."""
    options = _options()
    results = Results("The generated package, over a bare interpreter start")
    with tempfile.TemporaryDirectory() as scratch:
        for number in options.models:
            root = (options.work or Path(scratch)) / str(number)
            _make_package(root, number)
            cases = _chosen(_cases(root), options.only)
            interleave(cases, 1)
            found = interleave(cases, options.runs, show_progress)
            for case in cases[1:]:
                figure = found[case.name].over(found[BARE])
                results.rows.append(
                    {
                        "models": number,
                        "what": case.name,
                        "wall ms": 1000 * figure.wall,
                        "cpu ms": 1000 * figure.cpu,
                        "peak MiB": round(figure.peak),
                        "runs": figure.runs,
                    }
                )
    publish([results], options)
    return 0


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--models", type=int, nargs="+", default=[4, 500], metavar="N")
    parser.add_argument("--runs", type=int, default=15, help="runs of each process (default: 15)")
    parser.add_argument(
        "--only", nargs="+", default=[], metavar="WORD", help="what holds one of these words"
    )
    parser.add_argument(
        "--work", type=Path, metavar="DIR", help="keep the trees in DIR and use them again"
    )
    add_output_options(parser)
    return parser.parse_args()


def _make_package(root: Path, number: int) -> None:
    """Generate the package of ``number`` models into ``root``/generated, unless it is there."""
    if (root / "generated").is_dir():
        return
    shutil.rmtree(root, ignore_errors=True)
    make_pages(root / "specs" / "pages", number)
    write_specs(root / "specs" / "pages", root / "specs")
    interleave([Case("generate", [sys.executable, "-m", "runcomfy_codegen", "generate"], root)], 1)


def _chosen(cases: Sequence[Case], words: Sequence[str]) -> list[Case]:
    bare, *others = cases
    return [
        bare,
        *(case for case in others if not words or any(word in case.name for word in words)),
    ]


def _cases(root: Path) -> list[Case]:
    last = load_specs(root / "specs")[-1].model_id
    path = read_lock(root / "specs" / "names.lock.json").models[last].path
    client = f"from {PACKAGE} import RunComfy; client = RunComfy(token='t')"
    asynchronous = f"from {PACKAGE} import AsyncRunComfy; client = AsyncRunComfy(token='t')"
    paths = [str(root / "generated"), str(ROOT / "runtime")]
    env = {"PYTHONPATH": os.pathsep.join(paths)}

    asking = {
        "_RUNCOMFY_SDK_COMPLETE": "bash_complete",
        "COMP_WORDS": f"runcomfy-sdk run {last} --",
        "COMP_CWORD": "3",
    }

    def program(name: str, *arguments: str, **more: str) -> Case:
        return Case(name, [sys.executable, *arguments], root, {**env, **more})

    return [
        program(BARE, "-c", "pass"),
        program(f"import {PACKAGE}", "-c", f"import {PACKAGE}"),
        program("client made", "-c", client),
        program("client made, httpx loaded", "-c", f"{client}; import httpx"),
        program("async client made, httpx loaded", "-c", f"{asynchronous}; import httpx"),
        program(HTTPX, "-c", "import httpx"),
        program("first model's attribute", "-c", f"{client}; client.{path}"),
        program("runcomfy-sdk run MODEL --help", "-m", PACKAGE, "run", last, "--help"),
        program("import click alone, for comparison", "-c", "import click"),
        program("completion of MODEL's options", "-m", PACKAGE, **asking),
    ]


if __name__ == "__main__":
    sys.exit(main())
