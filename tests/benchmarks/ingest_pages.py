"""Pages a second from text to checked spec, and whether the time grows as the number of pages does.

``python tests/benchmarks/ingest_pages.py [ROUNDS]`` prints medians of interleaved rounds. The pages are the bundled
ones under other ids.
"""

from __future__ import annotations

import statistics
import sys
import tempfile
import time
from pathlib import Path

from runcomfy_codegen.extract import Page, decode_page
from runcomfy_codegen.ingest import ingest
from runcomfy_codegen.parse.page import parse_page

ROOT = Path(__file__).resolve().parents[2]
COUNTS = (10, 100, 500, 2000)


def write_pages(folder: Path, count: int) -> None:
    """Write ``count`` pages of different models into ``folder``."""
    texts: list[tuple[str, str]] = []
    for file in sorted((ROOT / "specs" / "pages").glob("*.txt")):
        page = decode_page(file.name, file.read_bytes())
        assert isinstance(page, Page)
        texts.append((parse_page(page).model_id, page.text))  # type: ignore[union-attr]
    for number in range(count):
        model_id, text = texts[number % len(texts)]
        (folder / f"{number:05}.txt").write_text(
            text.replace(model_id, f"vendor{number % 60}/model-{number}"), encoding="utf-8"
        )


def main() -> int:
    """Print the table."""
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 3
    times: dict[int, list[float]] = {count: [] for count in COUNTS}
    with tempfile.TemporaryDirectory() as root:
        for count in COUNTS:
            folder = Path(root) / str(count)
            folder.mkdir()
            write_pages(folder, count)
        ingest([Path(root) / "10"], Path(root) / "none")
        for _ in range(rounds):
            for count in COUNTS:
                started = time.perf_counter()
                result = ingest([Path(root) / str(count)], Path(root) / "none")
                times[count].append(time.perf_counter() - started)
                assert len(result.specs) == count, result.problems[:3]
    print(f"{'pages':>6} {'seconds':>8} {'pages/s':>8} {'ms a page':>10}")
    for count, found in times.items():
        median = statistics.median(found)
        print(f"{count:>6} {median:>8.2f} {count / median:>8.0f} {1000 * median / count:>10.2f}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
