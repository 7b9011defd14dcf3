"""Mutate pages at random and look that ingestion never crashes, hangs or leaves its folder.

``python tests/benchmarks/fuzz_pages.py [COUNT] [SEED]`` prints a summary and exits 1 on the first finding of any kind.
"""

from __future__ import annotations

import multiprocessing
import os
import random
import sys
import time
import traceback
from collections import Counter
from collections.abc import Callable
from pathlib import Path

from runcomfy_codegen.errors import Problem
from runcomfy_codegen.extract import Page, decode_page
from runcomfy_codegen.ingest import spec_from_sources
from runcomfy_codegen.parse import parse_page
from runcomfy_codegen.spec import spec_path

ROOT = Path(__file__).resolve().parents[2]
FOLDERS = (ROOT / "specs" / "pages", ROOT.parent / "shared" / "corpus" / "pages")
SLOWEST = 5.0
"""Seconds that one page may take; a real one takes some milliseconds."""

TOKENS = (
    "{", "}", "[", "]", '"', "'", "\\", "\n", '"""', "'''", "{{", "}}", "{%", "../", "/", "\u2028", "\x00", "\ufffd",
    "null", "true", "-1", "1e999", "NaN", '"type": "float"', '"type": ["string", "null"]', '"type": "frob"',
    '"enum": []', '"items": {}', '"default": null', '"required": true', '"properties": {}', "modelApiDoc_x",
    '"minimum": "0"', '"$ref": "#/"', '"format": "image_uris"', "--data '", "curl ", "</script>", "`", "|", "#",
    "https://model-api.runcomfy.net/v1/models/../../etc/passwd \\", "/v1/requests/{request_id}/cancel", "CON", "é图",
    '{"output": {"type": "object"}}', "{" * 50, "[" * 2000, '{"a":' * 500, "9" * 5000,
)  # fmt: skip


def read_seeds() -> list[str]:
    """Return the texts that are mutated: the bundled pages, and the corpus where there is one."""
    files = [file for folder in FOLDERS if folder.is_dir() for file in sorted(folder.glob("*.txt"))]
    return [file.read_text(encoding="utf-8") for file in files]


def cut(text: str, rng: random.Random) -> str:
    """Cut the text off."""
    return text[: rng.randrange(len(text) + 1)]


def drop(text: str, rng: random.Random) -> str:
    """Drop a slice."""
    start = rng.randrange(len(text) + 1)
    return text[:start] + text[start + rng.randrange(1, 200) :]


def repeat(text: str, rng: random.Random) -> str:
    """Repeat a slice."""
    start = rng.randrange(len(text) + 1)
    end = start + rng.randrange(1, 400)
    return text[:end] + text[start:end] * rng.randrange(1, 4) + text[end:]


def insert(text: str, rng: random.Random) -> str:
    """Insert a token, hostile or harmless."""
    start = rng.randrange(len(text) + 1)
    return text[:start] + rng.choice(TOKENS) + text[start:]


def replace(text: str, rng: random.Random) -> str:
    """Replace a few characters by a token."""
    start = rng.randrange(len(text) + 1)
    return text[:start] + rng.choice(TOKENS) + text[start + rng.randrange(1, 20) :]


def swap(text: str, rng: random.Random) -> str:
    """Swap two lines."""
    lines = text.split("\n")
    first, second = rng.randrange(len(lines)), rng.randrange(len(lines))
    lines[first], lines[second] = lines[second], lines[first]
    return "\n".join(lines)


MUTATIONS: tuple[Callable[[str, random.Random], str], ...] = (
    cut,
    drop,
    repeat,
    insert,
    replace,
    insert,
    replace,
    swap,
)


def ingest_one(data: bytes) -> str:
    """Take one page as far as it goes and return the code of what became of it."""
    page = decode_page("page.txt", data)
    if isinstance(page, Problem):
        return page.code
    assert isinstance(page, Page)
    raw = parse_page(page)
    if isinstance(raw, Problem):
        return raw.code
    spec, problems = spec_from_sources(raw.model_id, [raw], ROOT / "specs" / "overrides")
    if spec is None:
        assert problems, "no spec and no problem"
        return problems[0].code
    path = spec_path(spec.model_id)
    assert not path.is_absolute(), path
    assert ".." not in path.parts, path
    return "spec"


def run(job: tuple[int, int, int]) -> tuple[Counter[str], float, list[str]]:
    """Ingest ``count`` mutated pages; return the outcomes, the slowest time and the findings."""
    worker, count, seed = job
    rng = random.Random(seed * 1000 + worker)
    seeds = read_seeds()
    outcomes: Counter[str] = Counter()
    slowest = 0.0
    findings: list[str] = []
    for _ in range(count):
        text = rng.choice(seeds)
        for _ in range(rng.randrange(1, 6)):
            text = rng.choice(MUTATIONS)(text, rng)
        data = text.encode("utf-8", "surrogatepass")
        started = time.perf_counter()
        try:
            outcomes[ingest_one(data)] += 1
        except Exception:  # noqa: BLE001 - any exception is the finding
            findings.append(f"{traceback.format_exc()}\n--- page ---\n{text[:20000]}")
        slowest = max(slowest, time.perf_counter() - started)
    return outcomes, slowest, findings


def main() -> int:
    """Fuzz on all processors and return the exit code."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 2000
    seed = int(sys.argv[2]) if len(sys.argv) > 2 else 1
    workers = os.cpu_count() or 1
    chunks = workers * 10
    jobs = [(n, count // chunks + (n < count % chunks), seed) for n in range(chunks)]
    outcomes: Counter[str] = Counter()
    slowest, findings, started = 0.0, list[str](), time.perf_counter()
    with multiprocessing.Pool(workers) as pool:
        for done, (found, slow, bad) in enumerate(pool.imap_unordered(run, jobs), 1):
            outcomes += found
            slowest = max(slowest, slow)
            findings += bad
            sys.stderr.write(f"{done}/{chunks} parts, {len(findings)} findings\n")
    total = sum(outcomes.values()) + len(findings)
    print(
        f"{total} pages in {time.perf_counter() - started:.0f} s, slowest {slowest:.2f} s, {len(findings)} findings"
    )
    for code, number in outcomes.most_common():
        print(f"  {number:>7} {code}")
    for finding in findings[:3]:
        print(finding)
    return 1 if findings or slowest > SLOWEST else 0


if __name__ == "__main__":
    sys.exit(main())
