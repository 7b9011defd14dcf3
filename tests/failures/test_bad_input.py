"""Bad input gives one clear report and exit code 2; the other pages go through; nothing is half-written."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from support.command import Outcome, Project, tree_bytes
from support.sample_pages import object_schema, render_page

SCHEMA = object_schema(
    {"prompt": {"type": "string", "default": "fox"}, "n": {"type": "int"}}, "prompt"
)
GOOD = render_page("acme/good", SCHEMA)
BAD = render_page("acme/bad", SCHEMA)


@pytest.fixture
def project(tmp_path: Path) -> Project:
    made = Project(tmp_path / "project")
    made.add_page("good.txt", GOOD)
    return made


@pytest.fixture(scope="module")
def made_once(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = Project(tmp_path_factory.mktemp("made"))
    made.add_page("good.txt", GOOD)
    assert made.run("regenerate").code == 0
    return made.root


@pytest.fixture
def generated(made_once: Path, tmp_path: Path) -> Project:
    """Return a project whose tree was generated from one good page."""
    shutil.copytree(made_once, tmp_path / "project")
    return Project(tmp_path / "project")


def check_report(done: Outcome, *words: str, code: int = 2) -> None:
    """Assert that a run ended with ``code``, said all ``words`` on stderr, and nothing else where it should not."""
    assert done.code == code, done.stderr
    assert done.stdout == ""
    assert "Traceback" not in done.stderr
    for word in words:
        assert word in done.stderr, done.stderr


BAD_PAGES: list[tuple[bytes, tuple[str, ...]]] = [
    (b"", ("page-empty", "scrape it again")),
    (b" \r\n\x00 ", ("page-empty",)),
    (BAD[: BAD.index("/cancel")].encode(), ("page-cut-off", "scrape the page again")),
    (BAD[: BAD.index('"properties"')].encode(), ("schema-broken", "input schema is cut off")),
    (BAD[: BAD.index('"output"')].encode(), ("schema-broken", "output schema")),
    (b"<html><body>A recipe for {plum} cake</body></html>", ("not-a-model-page", "/api")),
    (b"\x89PNG\r\n\x1a\n\x00\xff\xfe", ("page-not-text", "UTF-8")),
    (render_page("acme/../../bad", SCHEMA).encode(), ("model-id", "'..'")),
    ((BAD + render_page("acme/other", SCHEMA)).encode(), ("several-models", "acme/other")),
    (
        render_page("acme/bad", object_schema({"x": {"type": "hologram"}})).encode(),
        ("unknown-oddity", "#/input_schema/properties/x/type", "'hologram'", "specs/overrides"),
    ),
    (
        render_page("acme/bad", object_schema({"x": {"type": "string", "hologram": 1}})).encode(),
        ("unknown-oddity", "#/input_schema/properties/x/hologram"),
    ),
    (
        render_page("acme/bad", SCHEMA, {"prompt": 7}).encode(),
        ("example-refused", "#/example/prompt"),
    ),
    (
        render_page(
            "acme/bad", object_schema({"x": {"type": "string", "pattern": "("}}, "x")
        ).encode(),
        ("schema-broken",),
    ),
    (
        render_page("acme/bad", object_schema({"\x1b[2J\n": {"type": "string"}})).encode(),
        ("unknown-oddity", "\\x1b[2J"),
    ),
]


@pytest.fixture(scope="module")
def ingested(tmp_path_factory: pytest.TempPathFactory) -> tuple[Project, Outcome]:
    """Return a project with all bad pages and a good one, and what one run over them said."""
    project = Project(tmp_path_factory.mktemp("bad"))
    project.add_page("good.txt", GOOD)
    for number, (data, _) in enumerate(BAD_PAGES):
        project.add_page(f"sub/bad{number}.txt", data.replace(b"acme/bad", b"acme/bad%d" % number))
    return project, project.run("ingest", project.pages)


@pytest.mark.parametrize(
    "number",
    range(len(BAD_PAGES)),
    ids=[f"{n}-{words[0]}" for n, (_, words) in enumerate(BAD_PAGES)],
)
def test_a_bad_page_is_named_with_what_is_missing_and_the_remedy(
    ingested: tuple[Project, Outcome], number: int
) -> None:
    lines = ingested[1].stderr.split("\n")
    start = next(n for n, line in enumerate(lines) if f"sub/bad{number}.txt" in line)
    report = "\n".join(lines[start : start + 2])

    assert report.startswith("error[")
    for word in BAD_PAGES[number][1]:
        assert word in report


def test_bad_pages_do_not_stop_the_good_one(ingested: tuple[Project, Outcome]) -> None:
    project, done = ingested

    check_report(done, "1 models ingested")
    assert "\x1b" not in done.stderr
    assert done.stderr.count("error[") == len(BAD_PAGES)
    assert {str(file) for file in tree_bytes(project.specs) if "pages" not in file} == {
        "catalog.json",
        "models/acme/good.json",
    }


def test_what_is_good_is_generated_although_a_page_is_bad(project: Project) -> None:
    project.add_page("bad.txt", BAD[:500])

    check_report(project.run("regenerate"), "bad.txt")
    assert (project.generated / "runcomfy_sdk/models/acme/good.py").exists()
    assert not (project.generated / "runcomfy_sdk/models/acme/bad.py").exists()


def test_all_bad_pages_are_reported_in_one_run(project: Project) -> None:
    for name in ("a.txt", "b.txt", "c.txt"):
        project.add_page(name, "foreign")
    done = project.run("ingest", project.pages)

    check_report(done, "a.txt", "b.txt", "c.txt")
    assert done.stderr.count("error[not-a-model-page]") == 3


def test_only_bad_pages_write_nothing(tmp_path: Path) -> None:
    project = Project(tmp_path / "project")
    project.add_page("bad.txt", "foreign")
    before = tree_bytes(project.root)

    check_report(project.run("regenerate"), "bad.txt")
    assert tree_bytes(project.root) == before


def test_a_model_whose_page_went_bad_keeps_its_last_spec(project: Project) -> None:
    project.add_page("bad.txt", BAD)
    assert project.run("regenerate").code == 0
    before = tree_bytes(project.generated)
    project.add_page("bad.txt", BAD[:500])

    check_report(project.run("regenerate"), "bad.txt")
    assert (project.specs / "models/acme/bad.json").exists()
    assert tree_bytes(project.generated) == before


def test_pages_that_disagree_are_both_named(project: Project) -> None:
    schema = object_schema(
        {"prompt": {"type": "string", "default": "fox"}, "n": {"type": "str"}}, "prompt"
    )
    project.add_page("other.txt", render_page("acme/good", schema, layout="headed"))

    check_report(
        project.run("ingest", project.pages),
        "pages-disagree",
        "#/input_schema/properties/n/type",
        "good.txt says",
        "other.txt says",
    )


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_an_unreadable_page_is_named(project: Project) -> None:
    project.add_page("bad.txt", BAD).chmod(0)

    check_report(project.run("regenerate"), "bad.txt", "page-unreadable", "permissions")


def test_a_missing_source_and_an_empty_folder_are_named(project: Project, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()

    check_report(
        project.run("ingest", "nowhere.txt", tmp_path / "empty"),
        "nowhere.txt",
        "the folder holds no page",
    )


def write_override(project: Project, operations: object) -> None:
    file = project.specs / "overrides/acme/good.json"
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(json.dumps(operations), encoding="utf-8")


@pytest.mark.parametrize(
    ("operations", "words"),
    [
        (
            [{"op": "replace", "path": "/title", "value": "x"}],
            ("override-form", "'test'"),
        ),
        ({"op": "test"}, ("override-broken",)),
        (
            [
                {"op": "test", "path": "/input_schema/properties/n/type", "value": "number"},
                {"op": "replace", "path": "/title", "value": "x"},
            ],
            ("override-stale", "#/input_schema/properties/n/type", '"number"', "integer"),
        ),
        (
            [
                {"op": "test", "path": "/input_schema/properties/n/type", "value": "integer"},
                {"op": "replace", "path": "/input_schema/properties/n/type", "value": "hologram"},
            ],
            ("hologram",),
        ),
    ],
    ids=["untested", "broken", "stale", "harmful"],
)
def test_a_bad_override_is_named_and_applies_nothing(
    project: Project, operations: object, words: tuple[str, ...]
) -> None:
    write_override(project, operations)
    project.add_page("second.txt", render_page("acme/second", SCHEMA))

    check_report(project.run("ingest", project.pages), *words)
    assert not (project.specs / "models/acme/good.json").exists()
    assert (project.specs / "models/acme/second.json").exists()


def break_spec(project: Project) -> Path:
    file = project.specs / "models/acme/good.json"
    data = json.loads(file.read_text(encoding="utf-8"))
    data["input_schema"]["properties"]["n"] = {"type": "array"}
    file.write_text(json.dumps(data), encoding="utf-8")
    return file


def cut(relative: str) -> Callable[[Project], Path]:
    def change(project: Project) -> Path:
        file = project.root / relative
        file.write_bytes(file.read_bytes()[:40])
        return file

    return change


@pytest.mark.parametrize(
    ("damage", "words"),
    [
        (break_spec, ("models/acme/good.json#/input_schema/properties/n/items",)),
        (cut("specs/models/acme/good.json"), ("models/acme/good.json", "ingest")),
        (cut("generated/manifest.json"), ("manifest.json", "version control")),
        (cut("specs/names.lock.json"), ("names.lock.json", "version control")),
    ],
    ids=["spec-form", "spec-cut", "manifest", "lock"],
)
def test_a_broken_file_of_the_project_is_named_and_nothing_changes(
    generated: Project, damage: Callable[[Project], Path], words: tuple[str, ...]
) -> None:
    damage(generated)
    before = tree_bytes(generated.root)

    check_report(generated.run("generate"), "error[", *words)
    assert tree_bytes(generated.root) == before


def test_generating_without_specs_says_how_to_get_some(tmp_path: Path) -> None:
    check_report(
        Project(tmp_path / "project").run("generate"), "no-specs", "runcomfy-codegen ingest"
    )


def test_explaining_an_unknown_model_suggests_the_nearest(generated: Project) -> None:
    check_report(generated.run("explain", "acme/god"), "unknown-model", "acme/good")


def test_drift_is_one_and_names_the_repair(generated: Project) -> None:
    assert generated.run("regenerate", "--check").code == 0
    generated.add_page("good.txt", GOOD.replace('"int"', '"float"'))
    before = tree_bytes(generated.root)

    check_report(
        generated.run("regenerate", "--check"), "repair with: runcomfy-codegen regenerate", code=1
    )
    assert tree_bytes(generated.root) == before


def test_a_hand_edit_is_reported_kept_and_drift(generated: Project) -> None:
    file = generated.generated / "runcomfy_sdk/models/acme/good.py"
    file.write_text("X = 1\n", encoding="utf-8")

    check_report(generated.run("regenerate"), "warning[hand-edit]", "good.py", "--force", code=0)
    check_report(generated.run("regenerate", "--check"), "hand-edit", code=1)
    assert file.read_text(encoding="utf-8") == "X = 1\n"
    check_report(generated.run("regenerate", "--force"), code=0)
    assert file.read_text(encoding="utf-8") != "X = 1\n"


def test_unknown_options_and_commands_are_usage_errors(project: Project) -> None:
    check_report(project.run("regenerate", "--chek"), "--chek")
    check_report(project.run("generat"), "generat")


def test_a_place_that_cannot_be_written_is_one_sentence(project: Project) -> None:
    (project.root / "out").write_text("a file", encoding="utf-8")
    done = project.run("regenerate", "--out", "out")

    assert done.code == 2
    assert "Traceback" not in done.stderr
    assert "out" in done.stderr


def test_what_was_asked_for_goes_to_stdout(generated: Project) -> None:
    done = generated.run("explain", "acme/good")

    assert (done.code, done.stderr) == (0, "")
    assert "type-alias" in done.stdout
