"""Drafts: new texts on disk beside the tree, of which the tree gets what is published and nothing else."""

from __future__ import annotations

from pathlib import Path

import pytest
from runcomfy_codegen.write.apply import Change
from runcomfy_codegen.write.drafts import Drafts
from runcomfy_codegen.write.publish import publish

RECORD = "manifest.json"


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    folder = tmp_path / "generated"
    (folder / "pack").mkdir(parents=True)
    (folder / "pack/same.py").write_text("SAME = 1\n", encoding="utf-8")
    (folder / "pack/edited.py").write_text("MINE = 1\n", encoding="utf-8")
    return folder


def texts_of(folder: Path) -> dict[str, str]:
    return {
        path.relative_to(folder).as_posix(): path.read_text(encoding="utf-8")
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def test_drafts_are_of_what_is_new_and_are_gone_when_they_are_not_published(tree: Path) -> None:
    before = texts_of(tree)
    with Drafts(tree, wanted=True) as drafts:
        drafts.add({"pack/same.py": "SAME = 1\n", "pack/new.py": "NEW = 'é'\n"})
        assert texts_of(drafts.folder) == {"pack/new.py": "NEW = 'é'\n"}
        assert texts_of(tree) == before
    assert [path.name for path in tree.parent.iterdir()] == ["generated"]


def test_no_drafts_are_made_where_none_are_wanted(tree: Path) -> None:
    with Drafts(tree, wanted=False) as drafts:
        drafts.add({"pack/new.py": "NEW = 1\n"})
        assert not drafts.folder.exists()


def test_the_tree_gets_the_published_drafts_and_keeps_what_was_not_to_change(tree: Path) -> None:
    stray = Drafts(tree, wanted=True).folder / "pack/stray.py"
    stray.parent.mkdir(parents=True)
    stray.write_text("of a process that had this number before\n", encoding="utf-8")
    new = {"pack/a.py": "A = 1\n", "pack/b.py": "B = 1\n"}
    with Drafts(tree, wanted=True) as drafts:
        drafts.add({**new, "pack/edited.py": "THEIRS = 1\n"})
        changes = [Change("add", path, False, "", text) for path, text in new.items()]
        publish(tree, [*changes, Change("add", RECORD, False, "", "{}\n")], RECORD, drafts)

    assert texts_of(tree) == {
        **new,
        "pack/edited.py": "MINE = 1\n",
        "pack/same.py": "SAME = 1\n",
        RECORD: "{}\n",
    }
    assert [path.name for path in tree.parent.iterdir()] == ["generated"]
