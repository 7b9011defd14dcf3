"""How long the docs site takes to build, cold, as models grow.

``python tests/benchmarks/site.py --models 4 100 500`` generates that many models, builds their site and prints seconds.
"""

from __future__ import annotations

import argparse
import shutil
import sys
import tempfile
import time
from pathlib import Path

from report import Results, add_output_options, publish, show_progress
from runcomfy_codegen.app import Output, run_generate
from runcomfy_codegen.reporting import Reporter
from runcomfy_codegen.site.build import build_site
from runcomfy_codegen.write import Mode
from workload import make_pages, write_specs

REPOSITORY = Path(__file__).resolve().parents[2]


def main() -> int:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--models", type=int, nargs="+", default=[4, 100, 500], metavar="N")
    add_output_options(parser)
    options = parser.parse_args()
    results = Results("Building the docs site, cold, by zensical")
    for done, number in enumerate(options.models):
        show_progress(f"{number} models", done, len(options.models))
        with tempfile.TemporaryDirectory() as scratch:
            results.rows.append(_measure(Path(scratch), number))
    publish([results], options)
    return 0


def _measure(root: Path, number: int) -> dict[str, int | float]:
    pages, docs = root / "pages", root / "generated/docs"
    make_pages(pages, number)
    write_specs(pages, root / "specs")
    run_generate(root / "specs", Output(root / "generated"), Mode.WRITE, Reporter())
    for own in ("reference", "benchmarks.md", "changelog.md"):
        source = REPOSITORY / "generated/docs" / own
        (shutil.copytree if source.is_dir() else shutil.copy)(source, docs / own)
    shutil.copy(REPOSITORY / "mkdocs.yml", root)
    begin = time.perf_counter()
    site = build_site(root)
    return {
        "models": number,
        "pages": len(list(site.rglob("*.html"))),
        "seconds": time.perf_counter() - begin,
        "MB of the site": sum(f.stat().st_size for f in site.rglob("*") if f.is_file()) / 1e6,
    }


if __name__ == "__main__":
    sys.exit(main())
