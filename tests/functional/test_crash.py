"""A run that is killed leaves the old tree or the new one, and the next run completes what it left."""

from __future__ import annotations

import contextlib
import importlib
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from runcomfy_codegen.generate import generate
from runcomfy_codegen.jsontypes import JsonObject
from runcomfy_codegen.plan.lock import Names
from runcomfy_codegen.plan.settle import settle_names
from runcomfy_codegen.spec import ModelSpec
from runcomfy_codegen.write import Mode
from support.command import REPOSITORY, tree_bytes
from support.documents import make_spec
from support.killing import count_steps, killed_at

IMPORT = """
import sys
from runcomfy_sdk import RunComfy
from runcomfy_sdk._catalog import MODELS
client = RunComfy(token="x")
for entry in MODELS.values():
    node = client
    for step in entry.attribute_path.split("."):
        node = getattr(node, step)
    assert node.model.input.__name__
"""


def specs(*ids: str, size: str) -> list[ModelSpec]:
    schema: JsonObject = {"type": "string", "enum": ["a", size]}
    return [make_spec({"size": schema}, model_id=model_id) for model_id in ids]


OLD = specs("acme/paint", "umbra/draw", size="old")
NEW = specs("acme/paint", "acme/sing", size="new")
NEXT = specs("acme/paint", "acme/sing", size="next")
NAMES = settle_names([*OLD, *NEW], Names()).names


def made(folder: Path, wanted: list[ModelSpec]) -> dict[str, bytes]:
    done = generate(wanted, folder, NAMES, Mode.WRITE)
    assert (done.problems, done.kept) == ((), ())
    return tree_bytes(folder)


def standing_in(folder: Path, action: Callable[[], object]) -> Callable[[], object]:
    """Return ``action`` in a process whose working folder is ``folder``, so that it cannot change places."""

    def inside() -> object:
        with contextlib.chdir(folder):
            return action()

    return inside


def check_import(folder: Path) -> None:
    roots = [str(folder), str(REPOSITORY / "runtime")]
    done = subprocess.run(
        [sys.executable, "-c", IMPORT],
        env={**os.environ, "PYTHONPATH": os.pathsep.join(roots)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr


def steps_of(root: Path, old: Path, *, in_place: bool) -> tuple[int, list[int]]:
    """Return how many steps a run takes, and some of them: first, last and every few between."""
    folder = shutil.copytree(old, root / "counted" / "generated")
    action: Callable[[], object] = lambda: generate(NEW, folder, NAMES, Mode.WRITE)  # noqa: E731
    total = count_steps(root, standing_in(folder, action) if in_place else action)
    return total, sorted({1, 2, *range(3, total, max(total // 12, 1)), total - 1, total})


@pytest.mark.parametrize("in_place", [False, True], ids=["exchanged", "file-by-file"])
def test_a_kill_at_any_step_leaves_a_tree_that_works(tmp_path: Path, in_place: bool) -> None:
    old = tmp_path / "old" / "generated"
    before = made(old, OLD)
    after = made(tmp_path / "new" / "generated", NEW)
    (old / "runcomfy_sdk/models/acme/mine.py").write_text("MINE = 1\n", encoding="utf-8")
    mine = {"runcomfy_sdk/models/acme/mine.py": b"MINE = 1\n"}
    total, steps = steps_of(tmp_path, old, in_place=in_place)
    assert total > 20
    for step in steps:
        root = tmp_path / f"at-{step}"
        folder = shutil.copytree(old, root / "generated")
        action: Callable[[], object] = lambda at=folder: generate(NEW, at, NAMES, Mode.WRITE)  # type: ignore[misc]  # noqa: E731
        assert killed_at(step, root, standing_in(folder, action) if in_place else action)
        left = tree_bytes(folder)
        if in_place:
            texts = {p: d for p, d in left.items() if not p.rpartition("/")[2].startswith(".")}
            assert all(d in (before.get(p), after.get(p), mine.get(p)) for p, d in texts.items())
        else:
            assert left in ({**before, **mine}, {**after, **mine}), step
        if step in steps[::6]:
            check_import(folder)
        wanted = NEXT if in_place else NEW
        repaired = made(folder, wanted)
        assert repaired == {**made(tmp_path / f"whole-{step}" / "generated", wanted), **mine}
        assert [path.name for path in root.iterdir()] == ["generated"]


def test_what_others_write_during_the_run_is_carried_over(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    module = importlib.import_module("runcomfy_codegen.write.publish")
    folder = tmp_path / "generated"
    made(folder, OLD)
    patch = folder / "runcomfy_sdk/models/acme/mine.py"
    exchange: Callable[[Path, Path], None] = module.exchange

    def late(first: Path, second: Path) -> None:
        patch.write_text("LATE = 1\n", encoding="utf-8")
        exchange(first, second)

    monkeypatch.setattr(module, "exchange", late)
    made(folder, NEW)

    assert patch.read_text(encoding="utf-8") == "LATE = 1\n"
    assert [path.name for path in tmp_path.iterdir()] == ["generated"]


def test_the_copy_of_a_run_that_still_goes_on_is_left_alone(tmp_path: Path) -> None:
    mine = tmp_path / f".generated.staged-{os.getppid()}"
    dead = tmp_path / ".generated.staged-999999999"
    for copy in (mine, dead):
        copy.mkdir()
    made(tmp_path / "generated", OLD)

    assert mine.exists()
    assert not dead.exists()
