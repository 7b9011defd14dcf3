"""The repository's own tree is what its pages give, from any hash seed, order and starting point."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from runcomfy_codegen.write import read_manifest
from support.command import REPOSITORY, Project, tree_bytes

REGENERATE = "run: runcomfy-codegen regenerate"


@pytest.fixture
def copy(tmp_path: Path) -> Project:
    """Return a project with the repository's sources and nothing that was made from them."""
    project = Project(tmp_path / "copy")
    for name in ("pages", "overrides"):
        shutil.copytree(REPOSITORY / "specs" / name, project.specs / name)
    shutil.copy(REPOSITORY / "specs/names.lock.json", project.specs)
    return project


def recorded() -> dict[str, bytes]:
    """Return the generated files that the repository's manifest owns, and the manifest."""
    folder = REPOSITORY / "generated"
    owned = {*read_manifest(folder).files, "manifest.json"}
    return {path: data for path, data in tree_bytes(folder).items() if path in owned}


def recorded_specs() -> dict[str, bytes]:
    files = tree_bytes(REPOSITORY / "specs")
    return {path: data for path, data in files.items() if not path.startswith(("pages/", "overr"))}


def made_specs(project: Project) -> dict[str, bytes]:
    files = tree_bytes(project.specs)
    return {path: data for path, data in files.items() if not path.startswith(("pages/", "overr"))}


def test_check_finds_nothing_to_do() -> None:
    done = Project(REPOSITORY).run("regenerate", "--check")

    assert done.code == 0, done.stderr
    assert done.stdout == ""


@pytest.mark.parametrize(
    ("seed", "place", "workers"),
    [
        ("0", {"TZ": "UTC", "LC_ALL": "C"}, "1"),
        ("1", {"TZ": "Pacific/Auckland", "LC_ALL": "tr_TR.UTF-8", "PYTHONUTF8": "0"}, "2"),
        ("42", {"TZ": "America/St_Johns", "LC_ALL": "POSIX", "COLUMNS": "40"}, "3"),
    ],
)
def test_the_same_bytes_come_back_from_any_hash_seed_place_and_number_of_workers(
    copy: Project, seed: str, place: dict[str, str], workers: str
) -> None:
    env = {"PYTHONHASHSEED": seed, **place}
    done = copy.run("regenerate", "--workers", workers, env=env)

    assert done.code == 0, done.stderr
    assert tree_bytes(copy.generated) == recorded(), REGENERATE
    assert made_specs(copy) == recorded_specs(), REGENERATE


def test_the_same_bytes_come_back_from_pages_in_reverse(copy: Project) -> None:
    pages = sorted(copy.pages.iterdir(), reverse=True)
    assert copy.run("ingest", *pages).code == 0
    assert copy.run("generate").code == 0

    assert tree_bytes(copy.generated) == recorded(), REGENERATE
    assert made_specs(copy) == recorded_specs(), REGENERATE


def test_a_changed_choice_changes_only_what_depends_on_it(copy: Project) -> None:
    assert copy.run("regenerate").code == 0
    before = tree_bytes(copy.generated)
    page = next(p for p in sorted(copy.pages.iterdir()) if "flux-1-kontext" in p.read_text("utf-8"))
    page.write_text(page.read_text("utf-8").replace('"9:21"\n', '"9:22"\n'), encoding="utf-8")
    done = copy.run("regenerate")
    after = tree_bytes(copy.generated)
    changed = {path for path in after if after[path] != before.get(path)}

    assert done.code == 0, done.stderr
    assert b"9:22" in after["runcomfy_sdk/models/blackforestlabs/flux_1_kontext__max__edit.py"]
    assert set(after) == set(before)
    assert all("models/" not in path or "flux_1_kontext" in path for path in changed)
    assert all("_cli/" not in path or "flux_1_kontext" in path for path in changed)
