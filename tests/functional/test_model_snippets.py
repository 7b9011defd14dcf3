"""Every snippet of every model page runs and sends what it shows, also for names, values and pages that are hard.

The pages of the corpus take part where it stands beside this checkout. Starting an interpreter for each call of the
command line is most of the work, so one input of each of its models is tried so; ``--all-snippets`` tries them all.
"""

from __future__ import annotations

import json
import shutil
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest
from runcomfy_codegen.app import Output, run_generate, run_regenerate
from runcomfy_codegen.jsontypes import Json, JsonObject
from runcomfy_codegen.reporting import Reporter
from runcomfy_codegen.spec import ModelSpec, spec_path
from runcomfy_codegen.write import Mode
from runcomfy_runtime.testing import Emulator
from support.command import REPOSITORY
from support.documents import make_spec
from support.hard_models import hard_specs
from support.snippet_runs import environment_of, run_sessions
from support.snippets import Snippet, code_blocks

pytestmark = pytest.mark.timeout(600)

CASES = REPOSITORY / "tests/golden/cases"
CORPUS = REPOSITORY.parent / "shared/corpus/pages"
HARD_TEXTS = (
    'it\'s "quoted" and \'\'doubled""',
    "a\nb\r\nc\td\n",
    "\\ \\n \\\" \\' \\\\",
    "$(touch pwned) `touch pwned` $HOME ${HOME} !! !1 %s {x} {{ x }}",
    "</script><script>alert(1)</script> <!-- &amp; -->",
    "```\n~~~\n\"\"\"\n'''",
    "🦊 é ﷽ \u2028 \u2029 \u202e \ufeff",
    "\x01\x1b[31m\x7f",
    "-x",
    "--prompt=1",
    "@in.png",
    ":=1",
    "",
    " ",
    "null",
    "1",
    "true",
    "[]",
    '{"a": 1}',
    "# no comment",
    "%0A %% ^ & | ; < > * ? ~",
    "long " * 6_000,
)


@dataclass(frozen=True)
class Tried:
    """What came of the snippets of a tree.

    Attributes:
        snippets: Those that were run.
        results: What each gave.
        sent: How often the service was given each input of each model.
    """

    snippets: list[Snippet]
    results: list[dict[str, Any]]
    sent: Counter[tuple[str, str]]


def hard_values() -> list[ModelSpec]:
    """Return models whose examples hold every hard text: as members of their own, in lists, in objects, as choices."""
    names = [f"text_{number}" for number in range(len(HARD_TEXTS))]
    texts: list[Json] = list(HARD_TEXTS)
    alone: JsonObject = dict(zip(names, texts, strict=True))
    item: JsonObject = {"type": "object", "properties": {n: {"type": "string"} for n in names}}
    return [
        make_spec(
            {name: {"type": "string"} for name in names},
            required=names,
            model_id="acme/texts",
            example=alone,
        ),
        make_spec(
            {
                "texts": {"type": "array", "items": {"type": "string"}},
                "items": {"type": "array", "items": item},
                "object": item,
            },
            model_id="acme/nested-texts",
            example={"texts": texts, "items": [alone, {}], "object": alone},
        ),
        *(
            make_spec(
                {"choice": {"type": "string", "enum": ["plain", text]}},
                required=["choice"],
                model_id=f"acme/choice-{number}",
                example={"choice": text},
            )
            for number, text in enumerate(texts[:11])
        ),
    ]


def write_specs(specs: Sequence[ModelSpec], folder: Path) -> None:
    for spec in specs:
        file = folder / spec_path(spec.model_id)
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(spec.text, encoding="utf-8")
    assert run_generate(folder, Output(folder.parent / "generated"), Mode.WRITE, Reporter()) == 0


def read_pages(pages: Sequence[Path], folder: Path) -> None:
    (folder / "pages").mkdir(parents=True)
    for page in pages:
        shutil.copy(page, folder / "pages")
    assert run_regenerate(folder, Output(folder.parent / "generated"), Mode.WRITE, Reporter()) == 0


def snippets_of(tree: Path, *, all_commands: bool) -> Iterator[Snippet]:
    for page in sorted((tree / "generated/docs/models").glob("*/*.md")):
        blocks = [block for block in code_blocks(page) if block.language in ("python", "sh")]
        commands = [block for block in blocks if is_command(block)]
        left_out = [] if all_commands else commands[:-1]
        yield from (block for block in blocks if block not in left_out)


def is_command(snippet: Snippet) -> bool:
    return snippet.code.startswith("runcomfy-sdk ")


def try_snippets(tree: Path, *, all_commands: bool = True) -> Tried:
    """Run the snippets of ``tree``, which holds ``specs`` and ``generated``, against an emulator of its models."""
    snippets = list(snippets_of(tree, all_commands=all_commands))
    with Emulator(
        tree / "specs",
        queue_seconds=0,
        run_seconds=0,
        balance_usd=1e6,
        dialect={"echo_input": True},
    ) as emulator:
        environment = environment_of(tree, emulator, tree / "generated")
        results = run_sessions(tree / "run", [[snippet] for snippet in snippets], environment)
        sent: Counter[tuple[str, str]] = Counter()
        for call in emulator.calls:
            if call.name == "submit" and call.created:
                address = f"{emulator.base_url}/v1/requests/{call.created}/result"
                answer = httpx.get(address, headers={"Authorization": "Bearer any"}).json()
                sent[call.target, json.dumps(answer["input"], sort_keys=True)] += 1
    return Tried(snippets, results, sent)


def check(tried: Tried, specs: Sequence[ModelSpec]) -> None:
    """Check that each snippet ran, and that the snippets of one input sent one and the same, each once."""
    failed = [
        f"{result['where']}\n{result['error']}" for result in tried.results if result["error"]
    ]
    assert not failed, "\n\n".join(failed)
    assert sum(tried.sent.values()) == len(tried.snippets) >= 4 * len(specs)
    commands = sum(map(is_command, tried.snippets))
    kinds = Counter(tried.sent.values())
    assert set(kinds) <= {3, 4}, "an input was changed by quoting it"
    assert kinds[4] == commands
    for spec in specs:
        payload = json.dumps(spec.example, sort_keys=True)
        assert (spec.model_id, payload) in tried.sent, f"{spec.model_id} was not sent its example"


def test_texts_come_out_of_every_snippet_as_they_went_in(tmp_path: Path) -> None:
    specs = hard_values()
    write_specs(specs, tmp_path / "specs")
    check(try_snippets(tmp_path), specs)
    assert not list(tmp_path.rglob("pwned"))


def test_models_with_hard_names_are_called_by_every_snippet(
    tmp_path: Path, all_snippets: bool
) -> None:
    specs = hard_specs()
    write_specs(specs, tmp_path / "specs")
    check(try_snippets(tmp_path, all_commands=all_snippets), specs)


def test_snippets_of_nested_hostile_and_growing_models_run(tmp_path: Path) -> None:
    pages = [page for case in sorted(CASES.iterdir()) for page in case.glob("pages/*")]
    read_pages(pages, tmp_path / "specs")
    check(try_snippets(tmp_path), [])


@pytest.mark.skipif(not CORPUS.is_dir(), reason="the corpus is not beside this checkout")
def test_snippets_of_the_corpus_run(tmp_path: Path, all_snippets: bool) -> None:
    read_pages(sorted(CORPUS.iterdir()), tmp_path / "specs")
    tried = try_snippets(tmp_path, all_commands=all_snippets)
    check(tried, [])
    assert len({model for model, _ in tried.sent}) > 50
