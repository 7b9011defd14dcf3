"""Pieces of whole documents are made once, and a damaged cache costs time only."""

from __future__ import annotations

from pathlib import Path

import pytest
from runcomfy_codegen.cache.pieces import Pieces
from runcomfy_codegen.cli import main
from support.sample_pages import object_schema, render_page

FILE = ".cache/pieces.sqlite"


def keep(specs: Path, **texts: str) -> None:
    pieces = Pieces(specs)
    for facts, text in texts.items():
        pieces.get(facts, lambda text=text: text)
    pieces.save()


def fail() -> str:
    raise AssertionError("it was made again")


def test_a_piece_is_made_once(tmp_path: Path) -> None:
    keep(tmp_path, a="é", b="")

    assert [Pieces(tmp_path).get(facts, fail) for facts in ("a", "b")] == ["é", ""]


def test_a_piece_that_no_file_has_any_more_is_forgotten(tmp_path: Path) -> None:
    keep(tmp_path, a="old", b="stays")
    keep(tmp_path, b="stays", c="new")

    assert Pieces(tmp_path).get("a", lambda: "made") == "made"
    assert Pieces(tmp_path).get("b", fail) == "stays"


@pytest.mark.parametrize("content", [b"", b"no database", b"SQLite format 3\0" + b"\xff" * 4096])
def test_a_damaged_cache_is_made_anew(tmp_path: Path, content: bytes) -> None:
    keep(tmp_path, a="text")
    (tmp_path / FILE).write_bytes(content)

    assert Pieces(tmp_path).get("a", lambda: "made") == "made"
    keep(tmp_path, a="made")
    assert Pieces(tmp_path).get("a", fail) == "made"


def test_a_changed_model_gives_the_documents_that_a_fresh_run_gives(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    documents: list[list[bytes]] = []
    for editions in ((1, 2), (2,)):
        root = tmp_path / str(len(editions))
        (root / "specs/pages").mkdir(parents=True)
        monkeypatch.chdir(root)
        for edition in editions:
            for name in ("a", "b"):
                bound = edition if name == "a" else 9
                schema = object_schema({"size": {"type": "int", "maximum": bound}}, "size")
                page = render_page(f"acme/{name}", schema, {"size": 1})
                (root / f"specs/pages/{name}.txt").write_text(page, encoding="utf-8")
            assert main(["regenerate"]) == 0
        names = ("llms-full.txt", "openapi.json", "overlay.json", "llms.txt", "docs/catalogue.json")
        documents.append([(root / "generated" / name).read_bytes() for name in names])

    assert documents[0] == documents[1]
