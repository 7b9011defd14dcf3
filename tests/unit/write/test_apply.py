"""Writing: hand edits are kept and shown, strangers are never touched, what is current is skipped."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from runcomfy_codegen.errors import CodegenError
from runcomfy_codegen.generate import Generated, generate
from runcomfy_codegen.jsontypes import JsonObject
from runcomfy_codegen.plan.lock import Names
from runcomfy_codegen.spec import ModelSpec
from runcomfy_codegen.write import Mode, read_manifest, write_atomically
from runcomfy_codegen.write.manifest import hash_text
from support.command import tree_bytes
from support.documents import make_spec

MODULE = "runcomfy_sdk/models/acme/paint.py"


def specs(*ids: str, default: str = "a") -> list[ModelSpec]:
    size: JsonObject = {"type": "string", "enum": ["a", "b"], "default": default}
    return [make_spec({"size": size}, model_id=model_id) for model_id in ids]


def run(
    folder: Path,
    mode: Mode = Mode.WRITE,
    *,
    force: bool = False,
    made: list[ModelSpec] | None = None,
) -> Generated:
    done = generate(made or specs("acme/paint", "umbra/draw"), folder, Names(), mode, force=force)
    assert done.problems == ()
    return done


def summary(done: Generated) -> list[tuple[str, str]]:
    return [(change.kind, change.path) for change in done.changes]


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    run(tmp_path)
    return tmp_path


def test_the_manifest_owns_every_file_with_its_bytes(tree: Path) -> None:
    files = tree_bytes(tree)
    manifest = read_manifest(tree)

    assert set(manifest.files) == set(files) - {"manifest.json"}
    for path, entry in manifest.files.items():
        assert entry.sha256 == hash_text(files[path].decode())
    assert manifest.files[MODULE].model_id == "acme/paint"


def test_what_is_current_is_neither_rendered_nor_touched(tree: Path) -> None:
    stamps = {file: file.stat().st_mtime_ns for file in tree.rglob("*.py")}
    rendered: list[str] = []
    done = generate(
        specs("acme/paint", "umbra/draw"),
        tree,
        Names(),
        Mode.WRITE,
        progress=lambda stage, n, total: rendered.append(stage),
    )

    assert (done.changes, done.kept, rendered) == ((), (), [])
    assert {file: file.stat().st_mtime_ns for file in tree.rglob("*.py")} == stamps


def test_a_changed_spec_changes_only_what_depends_on_it(tree: Path) -> None:
    made = [*specs("acme/paint", default="b"), *specs("umbra/draw")]
    paths = {path for _, path in summary(run(tree, made=made))}

    assert MODULE in paths
    assert all("umbra" not in path for path in paths)


@pytest.mark.parametrize("mode", [Mode.CHECK, Mode.DRY_RUN])
def test_check_and_dry_run_name_everything_and_write_nothing(tree: Path, mode: Mode) -> None:
    (tree / MODULE).unlink()
    (tree / "docs/models/index.md").write_text("edited", encoding="utf-8")
    before = tree_bytes(tree)
    done = run(tree, mode, made=specs("acme/paint"))

    assert ("add", MODULE) in summary(done)
    assert ("delete", "runcomfy_sdk/models/umbra/draw.py") in summary(done)
    assert [change.path for change in done.kept] == ["docs/models/index.md"]
    assert tree_bytes(tree) == before


def test_nothing_is_written_into_an_absent_folder_without_write(tmp_path: Path) -> None:
    assert run(tmp_path / "out", Mode.CHECK).changes
    assert not (tmp_path / "out").exists()


def test_a_hand_edit_is_kept_and_shown_each_time(tree: Path) -> None:
    file = tree / MODULE
    edited = file.read_text(encoding="utf-8") + "\nX = 1\n"
    file.write_text(edited, encoding="utf-8")
    for _ in range(2):
        done = run(tree)
        [kept] = done.kept
        assert (kept.kind, kept.path) == ("update", MODULE)
        assert "-X = 1" in kept.diff()
        assert file.read_text(encoding="utf-8") == edited


def test_force_overwrites_a_hand_edit(tree: Path) -> None:
    before = tree_bytes(tree)
    (tree / MODULE).write_text("X = 1\n", encoding="utf-8")
    done = run(tree, force=True)

    assert summary(done) == [("update", MODULE)]
    assert tree_bytes(tree) == before
    assert run(tree).kept == ()


def test_a_deleted_file_comes_back(tree: Path) -> None:
    before = tree_bytes(tree)
    (tree / MODULE).unlink()

    assert summary(run(tree)) == [("add", MODULE)]
    assert tree_bytes(tree) == before


def test_a_file_no_longer_planned_is_deleted_with_its_empty_folder(tree: Path) -> None:
    done = run(tree, made=specs("acme/paint"))

    assert ("delete", "runcomfy_sdk/models/umbra/draw.py") in summary(done)
    assert not (tree / "runcomfy_sdk/models/umbra").exists()
    assert all("umbra" not in path for path in read_manifest(tree).files)


def test_an_edited_file_no_longer_planned_is_kept(tree: Path) -> None:
    file = tree / "runcomfy_sdk/models/umbra/draw.py"
    file.write_text("X = 1\n", encoding="utf-8")
    done = run(tree, made=specs("acme/paint"))

    assert [(change.kind, change.path) for change in done.kept] == [
        ("delete", "runcomfy_sdk/models/umbra/draw.py")
    ]
    assert file.read_text(encoding="utf-8") == "X = 1\n"
    assert [change.path for change in run(tree, made=specs("acme/paint")).kept] == [
        "runcomfy_sdk/models/umbra/draw.py"
    ]


def test_strangers_are_never_touched(tree: Path) -> None:
    strangers = {
        "runcomfy_sdk/models/umbra/mine.py": b"# mine\n",
        "runcomfy_sdk/models/umbra/notes.txt": b"\xff\x00",
        "docs/guide.md": b"# Guide\n",
    }
    for path, data in strangers.items():
        (tree / path).write_bytes(data)
    run(tree, made=specs("acme/paint"), force=True)

    assert {path: (tree / path).read_bytes() for path in strangers} == strangers


def test_a_stranger_where_a_new_file_should_go_is_kept(tree: Path) -> None:
    file = tree / "runcomfy_sdk/models/acme/sing.py"
    file.write_text("X = 1\n", encoding="utf-8")
    done = run(tree, made=specs("acme/paint", "acme/sing", "umbra/draw"))

    assert [change.path for change in done.kept] == ["runcomfy_sdk/models/acme/sing.py"]
    assert file.read_text(encoding="utf-8") == "X = 1\n"
    assert "runcomfy_sdk/models/acme/sing.py" not in read_manifest(tree).files


def test_without_its_manifest_a_tree_that_fits_is_adopted(tree: Path) -> None:
    before = tree_bytes(tree)
    (tree / "manifest.json").unlink()
    done = run(tree)

    assert {path for _, path in summary(done)} <= {"manifest.json"}
    assert done.kept == ()
    assert tree_bytes(tree) == before


@pytest.mark.parametrize(
    "content", ["{", "[]", '{"files": []}', '{"files": {"a": {}}}', '{"files": {"a": 1}}']
)
def test_a_broken_manifest_is_an_error_and_changes_nothing(tree: Path, content: str) -> None:
    (tree / "manifest.json").write_text(content, encoding="utf-8")
    before = tree_bytes(tree)
    with pytest.raises(CodegenError, match="manifest-broken"):
        run(tree, made=specs("acme/paint"))

    assert tree_bytes(tree) == before


@pytest.mark.parametrize("path", ["../victim.txt", "a/../../victim.txt"])
def test_a_manifest_cannot_make_anything_outside_be_deleted(tree: Path, path: str) -> None:
    victim = tree.parent / "victim.txt"
    victim.write_text("precious", encoding="utf-8")
    file = tree / "manifest.json"
    data = json.loads(file.read_text(encoding="utf-8"))
    data["files"][path] = {"model_id": "", "key": "k", "sha256": hash_text("precious")}
    file.write_text(json.dumps(data), encoding="utf-8")
    with pytest.raises(CodegenError, match="manifest-broken"):
        run(tree)

    assert victim.read_text(encoding="utf-8") == "precious"


def test_a_problem_keeps_everything_unwritten(tmp_path: Path) -> None:
    broken = make_spec({"size": {"type": "string", "maxLength": 10**30}}, model_id="acme/paint")
    done = generate([*specs("umbra/draw"), broken], tmp_path, Names(), Mode.WRITE)

    assert [problem.code for problem in done.problems] == ["generated-class"]
    assert tree_bytes(tmp_path) == {}


def test_an_atomic_write_leaves_no_trace_when_it_fails(tmp_path: Path) -> None:
    file = tmp_path / "a.txt"
    write_atomically(file, "old\n")
    with pytest.raises(UnicodeEncodeError):
        write_atomically(file, "new \ud800")

    assert {path.name for path in tmp_path.iterdir()} == {"a.txt"}
    assert file.read_bytes() == b"old\n"


def test_line_ends_are_written_as_they_are(tmp_path: Path) -> None:
    write_atomically(tmp_path / "deep/a.txt", "a\nb\r\n")

    assert (tmp_path / "deep/a.txt").read_bytes() == b"a\nb\r\n"
