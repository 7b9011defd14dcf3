"""Pages of tests/golden/cases give the specs and files of tests/golden/trees, byte for byte."""

from __future__ import annotations

import difflib
import json
import shutil
from collections.abc import Mapping
from pathlib import Path

import pytest
from runcomfy_codegen.app import Output, run_regenerate
from runcomfy_codegen.jsontypes import JsonObject
from runcomfy_codegen.reporting import Reporter
from runcomfy_codegen.spec import canonical_json
from runcomfy_codegen.write import Mode
from support.command import tree_bytes

HERE = Path(__file__).parent
CASES = sorted(path.name for path in (HERE / "cases").iterdir())
SHARED = ("docs/assets/", "docs/guides/")
"""Files that are the same whatever the pages are: the repository's own tree shows them."""
UPDATE = "python -m pytest tests/golden --update-golden"


@pytest.mark.parametrize("case", CASES)
def test_tree_is_as_recorded(case: str, tmp_path: Path, update_golden: bool) -> None:
    made = _regenerate(HERE / "cases" / case, tmp_path)
    folder = HERE / "trees" / case
    if update_golden:
        _replace(folder, made)
    difference = _difference(tree_bytes(folder), made)
    assert not difference, f"{difference}\nif this is meant, run: {UPDATE}"


def test_no_tree_is_without_its_case() -> None:
    assert sorted(path.name for path in (HERE / "trees").iterdir()) == CASES


def _regenerate(case: Path, folder: Path) -> dict[str, bytes]:
    """Return the bytes of all specs and of the files that depend on them.

    Manifest keys are left out, for they hash the generator.
    """
    specs, out = folder / "specs", folder / "generated"
    shutil.copytree(case, specs)
    assert run_regenerate(specs, Output(out), Mode.WRITE, Reporter()) == 0
    manifest = out / "manifest.json"
    manifest.write_text(_without_keys(manifest.read_text(encoding="utf-8")), encoding="utf-8")
    shutil.rmtree(specs / "pages")
    for shared in SHARED:
        shutil.rmtree(out / shared, ignore_errors=True)
    return tree_bytes(folder)


def _without_keys(text: str) -> str:
    manifest: JsonObject = json.loads(text)
    files = manifest["files"]
    assert isinstance(files, dict)
    for path, entry in list(files.items()):
        assert isinstance(entry, dict)
        if path.startswith(SHARED):
            del files[path]
        del entry["key"]
    return canonical_json(manifest)


def _replace(folder: Path, made: Mapping[str, bytes]) -> None:
    shutil.rmtree(folder, ignore_errors=True)
    for path, data in made.items():
        file = folder / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(data)


def _difference(recorded: Mapping[str, bytes], made: Mapping[str, bytes]) -> str:
    rows: list[str] = []
    for path in sorted({*recorded, *made}):
        old, new = recorded.get(path, b""), made.get(path, b"")
        if old != new or (path in recorded) != (path in made):
            rows += difflib.unified_diff(
                old.decode().split("\n"),
                new.decode().split("\n"),
                f"recorded/{path}" if path in recorded else "(not recorded)",
                f"made/{path}" if path in made else "(not made)",
                lineterm="",
            )
    return "\n".join(rows[:200])
