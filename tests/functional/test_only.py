"""``--only`` writes the files of the chosen models and the indexes of all, and leaves the rest as it is."""

from __future__ import annotations

from pathlib import Path

import pytest
from runcomfy_codegen.jsontypes import JsonObject
from support.command import Outcome, Project, tree_bytes
from support.sample_pages import object_schema, render_page

IDS = ("acme/max", "acme/max/edit", "umbra/draw")


def put_pages(project: Project, word: str, ids: tuple[str, ...] = IDS) -> None:
    for model_id in ids:
        text: JsonObject = {"type": "string", "description": word}
        page = render_page(model_id, object_schema({"prompt": text}))
        project.add_page(f"{model_id.replace('/', '-')}.txt", page)


@pytest.fixture
def project(tmp_path: Path) -> Project:
    """Return a project that is up to date, but for the word that all its pages have changed."""
    project = Project(tmp_path)
    put_pages(project, "Alpha")
    assert project.run("regenerate").code == 0
    put_pages(project, "Omega")
    return project


def changed(project: Project, before: dict[str, bytes], done: Outcome) -> set[str]:
    assert done.code == 0, done.stderr
    after = tree_bytes(project.generated)
    return {path for path in {*before, *after} if before.get(path) != after.get(path)}


def test_only_the_chosen_models_files_are_written(project: Project) -> None:
    before = tree_bytes(project.generated)
    paths = changed(project, before, project.run("regenerate", "--only", "acme/*"))

    assert {path for path in paths if "models/" in path or "_cli/" in path} == {
        "docs/models/acme/max.md",
        "runcomfy_sdk/_cli/acme/max.json",
        "runcomfy_sdk/models/acme/max.py",
    }


def test_what_was_left_is_done_by_the_next_whole_run(project: Project, tmp_path: Path) -> None:
    for glob in ("acme/*", "acme/max/*"):
        assert project.run("regenerate", "--only", glob).code == 0
    assert project.run("generate", "--only", "acme/**", "--check").code == 0
    assert project.run("generate", "--check").code == 1
    assert project.run("generate").code == 0
    whole = Project(tmp_path / "whole")
    put_pages(whole, "Omega")
    assert whole.run("regenerate").code == 0

    assert tree_bytes(project.generated) == tree_bytes(whole.generated)


def named(done: Outcome) -> str:
    """Return the lines that name files: of a diff, its heads."""
    rows = done.stdout.splitlines()
    return "\n".join([*(row for row in rows if row.startswith("+++")), done.stderr])


@pytest.mark.parametrize("flag", ["--check", "--dry-run", "--diff"])
def test_modes_look_at_the_chosen_models_only(project: Project, flag: str) -> None:
    assert project.run("ingest", project.pages).code == 0
    before = tree_bytes(project.generated)
    done = project.run("generate", "--only", "umbra/**", flag)

    assert done.code == (1 if flag == "--check" else 0)
    assert "umbra/draw" in done.stdout + done.stderr
    assert "runcomfy_sdk/models/acme/max" not in named(done)
    assert tree_bytes(project.generated) == before


def test_files_of_a_model_that_is_gone_stay_until_a_whole_run(project: Project) -> None:
    (project.specs / "models/umbra/draw.json").unlink()
    assert project.run("generate", "--only", "acme/**").code == 0
    kept = project.generated / "runcomfy_sdk/models/umbra/draw.py"
    assert kept.is_file()
    assert project.run("generate").code == 0
    assert not kept.exists()


def test_a_model_that_was_never_generated_is_named(project: Project) -> None:
    put_pages(project, "Omega", ("umbra/new",))
    done = project.run("regenerate", "--only", "acme/**")
    catalogue = project.generated / "runcomfy_sdk/_catalog.py"

    assert done.code == 0
    assert "warning[model-not-generated] umbra/new" in done.stderr
    assert "umbra/new" in catalogue.read_text(encoding="utf-8")


@pytest.mark.parametrize("command", ["generate", "regenerate"])
def test_a_glob_that_matches_nothing_is_named_with_the_nearest(
    project: Project, command: str
) -> None:
    before = tree_bytes(project.root)
    done = project.run(command, "--only", "acme/max", "--only", "acme/mex")

    assert done.code == 2
    assert "error[unknown-model] acme/mex: no model's id matches" in done.stderr
    assert "did you mean acme/max" in done.stderr
    assert "Traceback" not in done.stderr
    assert tree_bytes(project.root) == before
