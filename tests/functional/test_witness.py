"""``--type-check``: programs of the old release against the new tree, as a maintainer asks for it."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from runcomfy_codegen.diff.witness.tree import package_files
from runcomfy_codegen.jsontypes import Json, JsonObject
from runcomfy_codegen.plan.lock import Names
from runcomfy_codegen.plan.settle import settle_names
from runcomfy_codegen.spec import ModelSpec, spec_path
from support.command import Outcome, Project
from support.documents import make_spec
from support.sample_pages import object_schema, render_page

PROMPT: JsonObject = {"prompt": {"type": "string"}}
SIZE: JsonObject = {**PROMPT, "size": {"type": "string", "enum": ["1K", "2K"]}}
LORAS: JsonObject = {
    **PROMPT,
    "loras": {
        "type": "array",
        "items": {"type": "object", "properties": {"path": {"type": "string"}}},
    },
}
FOX: JsonObject = {"prompt": "fox"}
LARGE: JsonObject = {**FOX, "size": "2K"}
STYLED: JsonObject = {**FOX, "loras": [{"path": "owner/repo"}]}


def model(name: str, properties: JsonObject, example: JsonObject, *required: str) -> ModelSpec:
    return make_spec(properties, required=required, model_id=f"acme/{name}", example=example)


OLD = (
    model("narrowed", SIZE, LARGE, "prompt"),
    model("narrowed-unused", SIZE, FOX, "prompt"),
    model("removed-field", SIZE, LARGE, "prompt"),
    model("removed-key", LORAS, STYLED, "prompt"),
    model("required", PROMPT, FOX, "prompt"),
    model("retyped", PROMPT, FOX, "prompt"),
    model("gone", PROMPT, FOX, "prompt"),
    model("max", PROMPT, FOX, "prompt"),
    model("max/edit", SIZE, LARGE, "prompt"),
    model("widened", SIZE, LARGE, "prompt"),
    model("optional", PROMPT, FOX, "prompt"),
    model("freed", PROMPT, FOX, "prompt"),
    model("retold", PROMPT, FOX, "prompt"),
    model("untouched", PROMPT, FOX, "prompt"),
)
NEW = (
    model("narrowed", {**SIZE, "size": {"type": "string", "enum": ["1K"]}}, FOX, "prompt"),
    model("narrowed-unused", {**SIZE, "size": {"type": "string", "enum": ["1K"]}}, FOX, "prompt"),
    model("removed-field", PROMPT, FOX, "prompt"),
    model(
        "removed-key",
        {
            **LORAS,
            "loras": {
                "type": "array",
                "items": {"type": "object", "properties": {"url": {"type": "string"}}},
            },
        },
        FOX,
        "prompt",
    ),
    model(
        "required",
        {**PROMPT, "seed": {"type": "integer"}},
        {**FOX, "seed": 1},
        "prompt",
        "seed",
    ),
    model("retyped", {"prompt": {"type": "integer"}}, {"prompt": 1}, "prompt"),
    model("max", PROMPT, FOX, "prompt"),
    model("max/edit", {**SIZE, "size": {"type": "string", "enum": ["1K"]}}, FOX, "prompt"),
    model("widened", {**SIZE, "size": {"type": "string", "enum": ["2K", "4K"]}}, FOX, "prompt"),
    model("optional", {**PROMPT, "seed": {"type": "integer"}}, FOX, "prompt"),
    model("freed", PROMPT, FOX),
    model("retold", {"prompt": {"type": "string", "description": "What."}}, FOX, "prompt"),
    model("untouched", PROMPT, FOX, "prompt"),
)


def write_tree(folder: Path, specs: tuple[ModelSpec, ...], **names: str) -> None:
    """Write a spec tree; ``names`` are locked attribute paths of models of ``acme``."""
    for spec in specs:
        file = folder / spec_path(spec.model_id)
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(spec.text, encoding="utf-8")
    lock = {"version": 1, "models": {f"acme/{name}": path for name, path in names.items()}}
    (folder / "names.lock.json").write_text(json.dumps(lock), encoding="utf-8")


@pytest.fixture(scope="module")
def changes(tmp_path_factory: pytest.TempPathFactory) -> Project:
    """Return a folder with two releases; ``moved`` has another attribute path in each."""
    root = tmp_path_factory.mktemp("witness")
    moved = model("moved", PROMPT, FOX, "prompt")
    write_tree(root / "old", (*OLD, moved), moved="acme.moved")
    write_tree(root / "new", (*NEW, moved), moved="acme.brush")
    return Project(root)


@pytest.fixture(scope="module")
def report(changes: Project) -> Mapping[str, Any]:
    """Return the section of the report as JSON, of one run over all kinds of changes."""
    done = changes.run("diff", "old", "new", "--type-check", "--json")
    assert (done.code, done.stderr) == (0, "")
    section: Mapping[str, Any] = json.loads(done.stdout)["second_witness"]
    return section


def failures(report: Mapping[str, Any], name: str) -> list[Mapping[str, Any]]:
    return [each for each in report["failures"] if each["model_id"] == f"acme/{name}"]


@pytest.mark.parametrize(
    ("name", "source", "message"),
    [
        (
            "narrowed",
            'size="2K",',
            'Argument "size" to "run" of "{}Narrowed" has incompatible type',
        ),
        (
            "removed-field",
            'out = {}client.acme.removed_field.run( prompt="fox", size="2K", )',
            'Unexpected keyword argument "size" for "run" of "{}RemovedField"',
        ),
        ("removed-key", '{ "path": "owner/repo", },', "List item 0 has incompatible type"),
        (
            "required",
            'out = {}client.acme.required.run( prompt="fox", )',
            'Missing named argument "seed" for "run" of "{}Required"',
        ),
        (
            "retyped",
            'prompt="fox",',
            'Argument "prompt" to "run" of "{}Retyped" has incompatible type "str"; expected "int"',
        ),
        ("gone", "out = {}client.acme.gone.run(", '"{}AcmeNamespace" has no attribute "gone"'),
        ("moved", "out = {}client.acme.moved.run(", '"{}AcmeNamespace" has no attribute "moved"'),
        ("max/edit", 'size="2K",', 'Argument "size" to "run" of "{}MaxEdit" has incompatible type'),
    ],
)
def test_a_change_that_the_old_example_feels_fails(
    report: Mapping[str, Any], name: str, source: str, message: str
) -> None:
    found = failures(report, name)
    sync, asynchronous = (each for each in found if each["kind"] == "example")

    assert {each["kind"] for each in found} == {"example", "test"}
    for failure, prefix, verb in ((sync, "", ""), (asynchronous, "Async", "await ")):
        assert failure["kind"] == "example"
        assert failure["source"] == source.replace("{}", verb)
        assert failure["message"].startswith(message.replace("{}", prefix)), failure["message"]
        assert failure["disagrees"] is False
    assert sync["path"] == f"examples/acme/{name.replace('-', '_').replace('/', '__')}.py"


@pytest.mark.parametrize(
    "name", ["narrowed-unused", "widened", "optional", "freed", "retold", "max", "untouched"]
)
def test_a_change_that_the_old_example_does_not_feel_passes(
    report: Mapping[str, Any], name: str
) -> None:
    assert failures(report, name) == []


def test_the_programs_of_the_models_that_changed_are_counted(report: Mapping[str, Any]) -> None:
    changed = {*(spec.model_id for spec in OLD), "acme/moved"} - {"acme/max", "acme/untouched"}

    assert (report["models"], report["programs"]) == (len(changed), 3 * len(changed))
    assert (report["asked"], report["disagreements"], report["failed_before"]) == (True, [], 0)


@pytest.fixture(scope="module")
def renamed(tmp_path_factory: pytest.TempPathFactory) -> Project:
    """Return a folder with a change that adds a field, and so takes another field's Python name from it."""
    root = tmp_path_factory.mktemp("renamed")
    before: JsonObject = {"a-b": {"type": "string"}}
    after: JsonObject = {**before, "a_b": {"type": "integer"}}
    write_tree(root / "old", (model("paint", before, {"a-b": "x"}),))
    write_tree(root / "new", (model("paint", after, {"a-b": "x"}),))
    return Project(root)


def test_an_old_program_that_fails_against_the_rules_word_is_loud_and_breaking(
    renamed: Project,
) -> None:
    trusted = renamed.run("diff", "old", "new", "--fail-on", "breaking")
    done = renamed.run("diff", "old", "new", "--fail-on", "breaking", "--type-check")

    assert (trusted.code, done.code, done.stderr) == (0, 1, "")
    said = [row for row in done.stdout.splitlines(keepends=True) if "tests/acme" not in row]
    assert "tests/acme/test_paint.py" in done.stdout
    assert "".join(dict.fromkeys(said)) == (
        "acme/paint\n"
        "    compatible  input-property-added  a_b: a new property\n"
        "\n"
        "1 model changed: 0 breaking, 1 compatible, 0 notes\n"
        "advice: major (specs major, templates none, runtime none); "
        "while the version is 0.x: minor\n"
        "second witness: 3 of 3 old programs of 1 model fail against the new tree\n"
        '  ⚠ acme/paint  example examples/acme/paint.py:5: a_b="x",\n'
        '      Argument "a_b" to "run" of "Paint" has incompatible type "str"; expected "int | Unset"'
        "  [arg-type]\n"
        '  ⚠ acme/paint  example examples/acme/paint_async.py:9: a_b="x",\n'
        '      Argument "a_b" to "run" of "AsyncPaint" has incompatible type "str"; expected "int | Unset"'
        "  [arg-type]\n"
        "⚠ the two witnesses disagree on acme/paint: the rules found no more than compatible changes, "
        "yet old programs fail; read it as breaking, and add the rule that is missing\n"
    )


def test_without_the_flag_the_report_says_how_to_ask(renamed: Project) -> None:
    text = renamed.run("diff", "old", "new").stdout
    markdown = renamed.run("diff", "old", "new", "--markdown").stdout
    data = json.loads(renamed.run("diff", "old", "new", "--json").stdout)

    how = "not asked for; --type-check checks the old release's programs against the new tree"
    assert text.splitlines()[-1] == f"second witness: {how}"
    assert markdown.endswith(f"## Second witness\n\nN{how[1:]}.\n")
    assert data["second_witness"] == {"asked": False, "how": "--type-check"}


def test_regenerate_compares_with_the_specs_on_disk(tmp_path: Path) -> None:
    project = Project(tmp_path)
    old: dict[str, Json] = {"size": {"type": "string", "enum": ["1K", "2K"], "default": "2K"}}
    new: dict[str, Json] = {"size": {"type": "string", "enum": ["1K"], "default": "1K"}}
    project.add_page("a.txt", render_page("acme/paint", object_schema(old, "size")))
    assert project.run("regenerate").code == 0
    unchanged = project.run("regenerate", "--type-check")
    project.add_page("a.txt", render_page("acme/paint", object_schema(new, "size")))
    checked = project.run("regenerate", "--type-check", "--dry-run")
    written = project.run("regenerate", "--type-check")

    assert (unchanged.code, "witness" in unchanged.stderr) == (0, False)
    for done in (checked, written):
        assert (done.code, done.stdout) == (0, "")
        assert "second witness: 3 of 3 old programs of 1 model fail" in done.stderr
        assert 'example examples/acme/paint.py:5: size="2K",' in done.stderr


def refused(project: Project, checker: str) -> Outcome:
    """Run ``diff`` where ``checker`` is the program that mypy is taken for."""
    fake = project.root / "fake"
    (fake / "mypy").mkdir(parents=True, exist_ok=True)
    (fake / "mypy" / "__init__.py").touch()
    (fake / "mypy" / "__main__.py").write_text(checker, encoding="utf-8")
    # PYTHONPATH is put before what the test itself runs with.
    path = os.pathsep.join([str(fake), *filter(None, [os.environ.get("PYTHONPATH")])])
    return project.run("diff", "old", "new", "--type-check", env={"PYTHONPATH": path})


@pytest.mark.parametrize(
    ("checker", "why"),
    [
        ("import sys; sys.exit('no room left')", "a program that is wrong passed"),
        (
            "import sys; print('INTERNAL ERROR', file=sys.stderr); sys.exit(2)",
            "it ended with exit code 2: INTERNAL ERROR",
        ),
        ("print('Success: no issues found')", "it wrote what is no JSON: Success: no issues found"),
        ("", "it saw no types, for a program that is wrong passed"),
    ],
)
def test_a_checker_that_gives_no_verdict_is_no_witness(
    renamed: Project, checker: str, why: str
) -> None:
    done = refused(renamed, checker)

    assert (done.code, done.stdout) == (2, "")
    assert "error[type-checker] mypy: the second witness gave no verdict" in done.stderr
    assert why in done.stderr
    assert "-m mypy --version" in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize("command", ["diff old new", "regenerate"])
def test_without_a_checker_the_run_says_what_to_install(
    renamed: Project, command: str, tmp_path: Path
) -> None:
    blocked = tmp_path / "sitecustomize.py"
    blocked.write_text("import sys\nsys.modules['mypy'] = None\n", encoding="utf-8")
    done = renamed.run(*command.split(), "--type-check", env={"PYTHONPATH": str(tmp_path)})

    assert (done.code, done.stdout) == (2, "")
    assert done.stderr == (
        "error[no-type-checker] mypy: --type-check needs the type checker mypy, which is not installed\n"
        "    fix: run pip install 'runcomfy-sdk[type-check]', or leave --type-check out\n"
    )
    assert not (renamed.root / "generated").exists()


def test_the_tree_holds_what_programs_reach_and_hides_an_installed_release() -> None:
    names = settle_names(NEW, Names()).names
    files = package_files(NEW, names, ["acme.max.edit", "acme.gone", "other.model"])
    modules = {path.rpartition("/")[2]: text for path, text in files.items() if "/acme/" in path}

    assert {name for name, text in modules.items() if text} == {
        "__init__.py",
        "_namespaces.py",
        "freed.py",
        "max.py",
        "max__edit.py",
    }
    assert modules["gone.py"] == ""
    assert files["runcomfy_sdk/models/other/model.py"] == ""
