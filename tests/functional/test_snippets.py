"""Every block of Python and shell in the docs runs against the emulator and does what the page says.

A block whose first line is ``# not run here: REASON`` is left out.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from itertools import repeat
from pathlib import Path
from typing import Any

import pytest
from runcomfy_runtime.testing import Emulator
from support.command import REPOSITORY
from support.snippet_runs import environment_of, run_sessions
from support.snippets import Snippet, code_blocks

pytestmark = pytest.mark.timeout(600)

DOCS = REPOSITORY / "generated" / "docs"
RUN = ("python", "sh", "bash")
SHOWN = ("text", "json")
"""Languages of blocks that show something and are not run."""
PAGES = [REPOSITORY / "README.md", *sorted(DOCS.rglob("*.md"))]
BLOCKS = [block for page in PAGES for block in code_blocks(page)]
RUNNABLE = [block for block in BLOCKS if block.language in RUN and not block.why_not_run]
MODEL_PAGES = sorted({b.page for b in RUNNABLE if b.page.is_relative_to(DOCS / "models")})
GUIDES = sorted({block.page for block in RUNNABLE} - {*MODEL_PAGES})


@pytest.fixture(scope="module")
def results(tmp_path_factory: pytest.TempPathFactory) -> Mapping[Path, list[dict[str, Any]]]:
    """Run all blocks of all pages: those of the models side by side in one process, each guide in one of its own."""
    folder = tmp_path_factory.mktemp("snippets")
    with Emulator(queue_seconds=0, run_seconds=0.05) as emulator:
        work: list[tuple[Path, list[list[Snippet]]]] = [
            (folder / "models", [[block] for block in RUNNABLE if block.page in MODEL_PAGES])
        ]
        for number, page in enumerate(GUIDES):
            work.append((folder / str(number), [[b for b in RUNNABLE if b.page == page]]))
        environment = environment_of(folder, emulator)
        with ThreadPoolExecutor(4) as pool:
            folders, sessions = zip(*work, strict=True)
            done = pool.map(run_sessions, folders, sessions, repeat(environment))
            by_page: dict[Path, list[dict[str, Any]]] = defaultdict(list)
            for result in (one for found in done for one in found):
                by_page[Path(result["page"])].append(result)
    return by_page


def _failures(found: list[dict[str, Any]]) -> Iterator[str]:
    return (f"{result['where']}\n{result['error']}" for result in found if result["error"])


@pytest.mark.parametrize("page", [*GUIDES, *MODEL_PAGES], ids=lambda p: p.name)
def test_every_block_of_the_page_runs(
    page: Path, results: Mapping[Path, list[dict[str, Any]]]
) -> None:
    assert not list(_failures(results[page])), "\n\n".join(_failures(results[page]))
    assert len(results[page]) == sum(block.page == page for block in RUNNABLE)


@pytest.mark.parametrize("page", MODEL_PAGES, ids=lambda p: p.name)
def test_the_blocks_of_a_model_leave_files_or_an_accepted_request(
    page: Path, results: Mapping[Path, list[dict[str, Any]]]
) -> None:
    kinds = [block.code.partition(" ")[0] for block in RUNNABLE if block.page == page]
    for kind, result in zip(kinds, results[page], strict=True):
        if kind == "curl":
            assert json.loads(result["output"])["request_id"], result["where"]
        elif kind == "runcomfy-sdk":
            assert json.loads(result["output"])["files"], result["where"]
        else:
            saved = Path(result["folder"]) / result["output"]
            assert saved.stat().st_size > 0, result["where"]


def test_each_model_is_shown_to_all_four_readers() -> None:
    for page in MODEL_PAGES:
        firsts = [b.code.split()[0] for b in RUNNABLE if b.page == page]
        assert len(firsts) % 4 == 0
        assert firsts[:4] in (
            ["from", "import", "runcomfy-sdk", "curl"],
            ["import", "import", "runcomfy-sdk", "curl"],
        )


def test_blocks_are_run_shown_or_left_out_for_a_reason() -> None:
    for block in BLOCKS:
        assert block.language in (*RUN, *SHOWN), f"{block.where}: {block.language!r} is not known"
    left_out = [block for block in BLOCKS if block.why_not_run]
    assert all(len(block.why_not_run.split()) > 2 for block in left_out)
    assert len(left_out) <= 5, [block.where for block in left_out]
