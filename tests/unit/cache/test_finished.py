"""A run that has nothing to do ends at once; whatever changed, it does what it would do without the cache."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from runcomfy_codegen.cli import main
from support.command import REPOSITORY, tree_bytes
from support.sample_pages import object_schema, render_page

SCHEMA = object_schema({"prompt": {"type": "string"}, "n": {"type": "int", "maximum": 4}}, "prompt")
MODEL = "specs/models/acme/paint.json"
STAGES = {"bs4", "black", "datamodel_code_generator", "jinja2", "jsonschema", "pydantic", "rich"}


def write(root: Path, path: str, text: str) -> None:
    file = root / path
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text, encoding="utf-8")


def replace(root: Path, path: str, old: str, new: str) -> None:
    text = (root / path).read_text(encoding="utf-8")
    assert old in text
    write(root, path, text.replace(old, new, 1))


def page(model: str, **values: int) -> str:
    return render_page(model, object_schema({"n": {"type": "int", **values}}))


CHANGES: dict[str, Callable[[Path], object]] = {
    "nothing": lambda root: None,
    "page edited": lambda root: replace(root, "specs/pages/a.txt", '"maximum": 4', '"maximum": 5'),
    "page added": lambda root: write(root, "specs/pages/z.txt", page("acme/new", maximum=3)),
    "page cut": lambda root: write(root, "specs/pages/a.txt", "cut"),
    "page deleted": lambda root: (root / "specs/pages/b.txt").unlink(),
    "page hidden": lambda root: write(root, "specs/pages/.z.txt", page("acme/new", maximum=3)),
    "override added": lambda root: write(
        root,
        "specs/overrides/acme/paint.json",
        json.dumps(
            [
                {"op": "test", "path": "/title", "value": "Paint"},
                {"op": "replace", "path": "/title", "value": "Brush"},
            ]
        ),
    ),
    "spec edited": lambda root: replace(root, MODEL, '"maximum": 4', '"maximum": 9'),
    "spec deleted": lambda root: (root / MODEL).unlink(),
    "spec broken": lambda root: write(root, MODEL, "{"),
    "spec spaced": lambda root: replace(root, MODEL, "\n", "\n\n"),
    "names edited": lambda root: replace(root, "specs/names.lock.json", "acme.paint", "acme.brush"),
    "names deleted": lambda root: (root / "specs/names.lock.json").unlink(),
    "catalogue edited": lambda root: replace(root, "specs/catalog.json", "acme", "acne"),
    "output edited": lambda root: replace(
        root, "generated/runcomfy_sdk/_catalog.py", "acme", "acne"
    ),
    "output deleted": lambda root: (root / "generated/runcomfy_sdk/py.typed").unlink(),
    "manifest deleted": lambda root: (root / "generated/manifest.json").unlink(),
    "manifest broken": lambda root: write(root, "generated/manifest.json", "[]"),
}


@pytest.fixture(scope="module")
def finished(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("finished") / "project"
    write(root, "specs/pages/a.txt", render_page("acme/paint", SCHEMA))
    write(root, "specs/pages/b.txt", page("umbra/draw", maximum=2))
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(root)
        assert main(["regenerate"]) == 0
    return root


@pytest.mark.parametrize("command", ["regenerate", "generate"])
@pytest.mark.parametrize("change", CHANGES)
def test_a_run_with_and_without_the_cache_does_the_same(
    finished: Path,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    change: str,
    command: str,
) -> None:
    seen: list[object] = []
    for name in ("with", "without"):
        root = tmp_path / name
        shutil.copytree(finished, root)
        CHANGES[change](root)
        if name == "without":
            shutil.rmtree(root / "specs/.cache")
        monkeypatch.chdir(root)
        capsys.readouterr()
        codes = [main([command, *arguments]) for arguments in (["--check"], [], [], ["--check"])]
        seen.append((codes, capsys.readouterr(), tree_bytes(root)))

    assert seen[0] == seen[1]


def test_a_run_with_nothing_to_do_loads_no_stage(finished: Path) -> None:
    code = (
        "import sys\nfrom runcomfy_codegen.cli import main\n"
        "assert main(sys.argv[1:]) == 0\n"
        f"print(sorted({STAGES!r} & {{*sys.modules}}))"
    )
    for arguments in (["regenerate"], ["generate"], ["regenerate", "--check"]):
        done = subprocess.run(
            [sys.executable, "-c", code, *arguments],
            cwd=finished,
            env={"PYTHONPATH": f"{REPOSITORY / 'generator'}:{REPOSITORY / 'runtime'}"},
            capture_output=True,
            encoding="utf-8",
            check=True,
        )
        assert done.stdout == "[]\n", done.stderr


def test_the_cache_is_hidden_from_version_control(finished: Path) -> None:
    assert (finished / "specs/.cache/.gitignore").read_text(encoding="utf-8") == "*\n"


def test_a_check_writes_no_cache(
    finished: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shutil.copytree(finished, tmp_path / "project")
    shutil.rmtree(tmp_path / "project/specs/.cache")
    monkeypatch.chdir(tmp_path / "project")

    assert main(["regenerate", "--check"]) == 0
    assert not (tmp_path / "project/specs/.cache").exists()
