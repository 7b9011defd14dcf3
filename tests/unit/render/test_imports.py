"""The import block holds what the body uses, and only that."""

from __future__ import annotations

from runcomfy_codegen.render import import_block

SOURCES = {
    "Field": "pydantic",
    "Sequence": "collections.abc",
    "Literal": "typing",
    "Final": "typing",
    "Job": "..._runtime",
    "Client": ".._runtime",
}


def test_imports_are_grouped_sorted_and_joined() -> None:
    body = "x: Final[Sequence[Literal[1]]] = Field(Job)\n"

    assert import_block(body, SOURCES) == (
        "from collections.abc import Sequence\nfrom typing import Final, Literal\n\n"
        "from pydantic import Field\n\nfrom ..._runtime import Job"
    )


def test_a_type_before_a_value_counts_and_the_name_of_an_argument_does_not() -> None:
    assert import_block("x: Final = f(Job=1)\n", SOURCES) == "from typing import Final"
    assert import_block("def f(\n    Job: int,\n) -> int:\n    pass\n", SOURCES) == ""
    assert import_block("def f() -> Job:\n    pass\n", SOURCES) == "from ..._runtime import Job"


def test_unused_names_and_mere_mentions_are_not_imported() -> None:
    body = 'x = "Job"  # Field\ny = x.Literal\n"""Sequence"""\n'

    assert import_block(body, SOURCES) == ""


def test_names_in_quoted_positions_of_annotations_count() -> None:
    assert (
        import_block("def f(job: Job | None) -> None: ...\n", SOURCES)
        == "from ..._runtime import Job"
    )
