"""The command ``diff`` as a process: exit codes, streams, and what it says of trees that cannot be read."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
from runcomfy_codegen.jsontypes import Json
from support.command import REPOSITORY, Outcome, Project
from support.documents import make_spec
from support.sample_pages import object_schema, render_page

OLD: dict[str, Json] = {
    "prompt": {"type": "string"},
    "size": {"type": "string", "enum": ["1K", "2K"]},
}
BREAKING: dict[str, Json] = {**OLD, "size": {"type": "string", "enum": ["1K"]}}
ADDING: dict[str, Json] = {**OLD, "seed": {"type": "integer"}}


def write_tree(folder: Path, properties: dict[str, Json]) -> Path:
    """Write a spec tree with one model that has ``properties``."""
    spec = make_spec(properties, required=["prompt"], model_id="acme/paint", example={"prompt": ""})
    file = folder / "models" / "acme" / "paint.json"
    file.parent.mkdir(parents=True)
    file.write_text(spec.text, encoding="utf-8")
    return folder


@pytest.fixture
def trees(tmp_path: Path) -> Project:
    for name, properties in (("old", OLD), ("breaking", BREAKING), ("adding", ADDING)):
        write_tree(tmp_path / name, properties)
    return Project(tmp_path)


def check_refused(done: Outcome, *words: str) -> None:
    assert done.code == 2
    assert done.stdout == ""
    assert "Traceback" not in done.stderr
    for word in words:
        assert word in done.stderr


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (("old", "breaking"), 0),
        (("old", "breaking", "--fail-on", "breaking"), 1),
        (("old", "breaking", "--json", "--fail-on", "breaking"), 1),
        (("old", "adding", "--fail-on", "breaking"), 0),
        (("old", "old", "--fail-on", "breaking"), 0),
        (("old", "old", "--templates", "major", "--fail-on", "breaking"), 0),
    ],
)
def test_the_exit_code_tells_a_breaking_change_only_when_asked(
    trees: Project, arguments: tuple[str, ...], code: int
) -> None:
    done = trees.run("diff", *arguments)

    assert (done.code, done.stderr) == (code, "")
    assert done.stdout


def test_the_report_is_on_stdout(trees: Project) -> None:
    assert trees.run("diff", "old", "breaking").stdout == (
        "acme/paint\n"
        '  ⚠ breaking    input-enum-narrowed  size: no longer one of the choices: "2K"\n'
        "\n"
        "1 model changed: 1 breaking, 0 compatible, 0 notes\n"
        "advice: major (specs major, templates none, runtime none); "
        "while the version is 0.x: minor\n"
        "second witness: not asked for; "
        "--type-check checks the old release's programs against the new tree\n"
    )


def test_json_markdown_and_changelog(trees: Project) -> None:
    data = json.loads(trees.run("diff", "old", "adding", "--json", "--runtime", "major").stdout)
    markdown = trees.run("diff", "old", "adding", "--markdown").stdout
    changelog = trees.run("diff", "old", "adding", "--changelog").stdout

    assert [finding["rule"] for finding in data["findings"]] == ["input-property-added"]
    assert (data["advice"]["specs"], data["advice"]["bump"]) == ("minor", "major")
    assert "- compatible `input-property-added`: seed: a new property\n" in markdown
    assert "### Added\n\n- `acme/paint`: seed: a new property.\n" in changelog


def test_renamed_paths_are_read_from_the_locks_beside_the_trees(trees: Project) -> None:
    for tree, path in (("old", "acme.paint"), ("adding", "acme.brush")):
        lock = {"version": 1, "models": {"acme/paint": path}}
        (trees.root / tree / "names.lock.json").write_text(json.dumps(lock), encoding="utf-8")
    done = trees.run("diff", "old", "adding")

    assert "attribute-path-renamed" in done.stdout
    assert "acme.brush instead of acme.paint" in done.stdout


def test_a_terminal_that_cannot_show_the_sign_gets_an_escape(trees: Project) -> None:
    done = trees.run("diff", "old", "breaking", env={"PYTHONIOENCODING": "ascii"})

    assert (done.code, done.stderr) == (0, "")
    assert "\\u26a0 breaking" in done.stdout


def test_folders_that_hold_no_specs_are_named(trees: Project) -> None:
    (trees.root / "empty").mkdir()

    check_refused(trees.run("diff", "old", "empty"), "no-specs", "empty")
    check_refused(trees.run("diff", "old", "absent"), "absent", "does not exist")


def test_a_damaged_spec_is_named_with_its_tree(trees: Project) -> None:
    (trees.root / "adding" / "models" / "acme" / "paint.json").write_text("{", encoding="utf-8")

    check_refused(
        trees.run("diff", "old", "adding"), "spec-unreadable", "adding/models/acme/paint.json"
    )


def test_a_damaged_lock_is_named(trees: Project) -> None:
    (trees.root / "old" / "names.lock.json").write_text("[]", encoding="utf-8")

    check_refused(trees.run("diff", "old", "adding"), "names-lock", "old")


def test_two_forms_at_once_give_the_last(trees: Project) -> None:
    done = trees.run("diff", "old", "adding", "--markdown", "--json")

    assert json.loads(done.stdout)["counts"]["compatible"] == 1


def test_regenerate_reports_what_pages_changed(tmp_path: Path) -> None:
    project = Project(tmp_path / "project")
    page: dict[str, Json] = {"prompt": {"type": "string", "default": "fox"}, "size": OLD["size"]}
    project.add_page("a.txt", render_page("acme/paint", object_schema(page, "prompt")))
    first, again = project.run("regenerate"), project.run("regenerate")
    project.add_page(
        "a.txt",
        render_page("acme/paint", object_schema({**page, "size": BREAKING["size"]}, "prompt")),
    )
    checked, changed = project.run("regenerate", "--check"), project.run("regenerate")

    assert "advice" not in first.stderr + again.stderr
    assert checked.code == 1
    for done in (checked, changed):
        assert (
            '⚠ breaking    input-enum-narrowed  size: no longer one of the choices: "2K"'
            in done.stderr
        )
        assert done.stdout == ""


def test_the_projects_own_specs_do_not_differ_from_a_copy(tmp_path: Path) -> None:
    shutil.copytree(REPOSITORY / "specs", tmp_path / "specs")
    done = Project(tmp_path).run("diff", REPOSITORY / "specs", "specs", "--fail-on", "breaking")

    assert (done.code, done.stdout.split("\n", 1)[0]) == (0, "no changes")
