"""Reading pages in several processes gives what one process gives, in the same order."""

from __future__ import annotations

from pathlib import Path

from runcomfy_codegen.ingest import ingest
from runcomfy_codegen.jsontypes import Json, JsonObject
from runcomfy_codegen.workers import Workers
from support.sample_pages import object_schema, render_page

PAGES = 110


def test_many_pages_read_by_several_processes_give_the_same(tmp_path: Path) -> None:
    pages = tmp_path / "pages"
    pages.mkdir()
    for number in range(PAGES):
        size: Json = {"type": "float", "minimum": number, "description": f"No. {number}"}
        example: JsonObject = {"size": number if number % 7 else "none"}
        text = render_page(f"acme/model-{number}", object_schema({"size": size}), example)
        (pages / f"{number}.txt").write_text(text, encoding="utf-8")
    (pages / "bad.txt").write_text("no page", encoding="utf-8")

    alone = ingest([pages], tmp_path / "overrides")
    with Workers(3) as workers:
        list(workers.run(abs, (-1,), abs, ()))
        shared = ingest([pages], tmp_path / "overrides", workers=workers)

    assert len(alone.specs) > PAGES / 2
    assert len({problem.where for problem in alone.problems}) > PAGES / 10
    assert shared == alone
