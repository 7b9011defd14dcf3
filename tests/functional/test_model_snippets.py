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
    "it's \"quoted\" and ''doubled\"\"",
    "a\nb\r\nc\td\n",
    "\\ \\n \\\" \\' \\\\",
    "$(touch pwned) `touch pwned` $HOME ${HOME} !! !1 %s {x} {{ x }}",
    "</script><script>alert(1)</script> <!-- &amp; -->",
    '```\n~~~\n"""\n\'\'\'',
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
        results: What each snippet gave.
        sent: How often the service was given an input, by model and input.
        expected: The same, from the specs and the number of the snippets.
    """

    results: list[dict[str, Any]]
    sent: Counter[tuple[str, str]]
    models: dict[str, JsonObject]


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


def tree_of_specs(specs: Sequence[ModelSpec], folder: Path) -> Path:
    for spec in specs:
        file = folder / "specs" / spec_path(spec.model_id)
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(spec.text, encoding="utf-8")
    done = run_generate(folder / "specs", Output(folder / "generated"), Mode.WRITE, Reporter())
    assert done == 0
    return folder


def tree_of_pages(pages: Sequence[Path], folder: Path) -> Path:
    (folder / "specs/pages").mkdir(parents=True)
    for page in pages:
        shutil.copy(page, folder / "specs/pages")
    done = run_regenerate(folder / "specs", Output(folder / "generated"), Mode.WRITE, Reporter())
    assert done in (0, 2)
    return folder


def snippets_of(tree: Path, *, all_of_them: bool) -> Iterator[Snippet]:
    for page in sorted((tree / "generated/docs/models").glob("*/*.md")):
        blocks = [block for block in code_blocks(page) if block.language in ("python", "sh")]
        commands = [block for block in blocks if block.code.startswith("runcomfy-sdk ")]
        left_out = [] if all_of_them else commands[:-1]
        yield from (block for block in blocks if block not in left_out)


def try_snippets(tree: Path, *, all_of_them: bool) -> Tried:
    settings: dict[str, Any] = {"queue_seconds": 0, "run_seconds": 0, "slots": 64}
    with Emulator(
        tree / "specs", balance_usd=1e6, dialect={"echo_input": True}, **settings
    ) as emulator:
        environment = environment_of(tree, emulator, tree / "generated")
        sessions = [[snippet] for snippet in snippets_of(tree, all_of_them=all_of_them)]
        results = run_sessions(tree / "run", sessions, environment)
        sent: Counter[tuple[str, str]] = Counter()
        for call in emulator.calls:
            if call.name == "submit" and call.created:
                address = f"{emulator.base_url}/v1/requests/{call.created}/result"
                answer = httpx.get(address, headers={"Authorization": "Bearer any"}).json()
                sent[call.target, json.dumps(answer["input"], sort_keys=True)] += 1
    return Tried(results, sent, {})
