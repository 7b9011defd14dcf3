"""``vendor`` writes a copy that stands alone inside another application, and keeps it up to date."""

from __future__ import annotations

import ast
import compileall
import contextlib
import hashlib
import io
import json
import os
import shutil
import subprocess
import sys
import textwrap
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path

import pytest
from runcomfy_codegen.cli import main
from runcomfy_codegen.spec import ModelSpec, load_specs, spec_path
from runcomfy_runtime.testing import Emulator
from support.command import REPOSITORY, Outcome, Project, tree_bytes
from support.documents import make_spec

SPECS = REPOSITORY / "specs"
OWN = ("runcomfy_codegen", "runcomfy_runtime", "runcomfy_sdk")
INPAINTING = "tongyi_mai.z_image.turbo.inpainting.lora"
BLOCK = f"""
import sys

class Block:
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] in {OWN!r}:
            raise ImportError(f"{{name}} is blocked")

sys.meta_path.insert(0, Block())
"""


def vendor(root: Path, *arguments: str | Path, specs: Path | None = SPECS) -> Outcome:
    """Run ``vendor`` in ``root``; without ``specs`` it finds them by itself."""
    given = () if specs is None else ("--specs", specs)
    root.mkdir(parents=True, exist_ok=True)
    out, err = io.StringIO(), io.StringIO()
    with contextlib.chdir(root), redirect_stdout(out), redirect_stderr(err):
        code = main(["vendor", *map(str, (*arguments, *given))])
    return Outcome(code, out.getvalue(), err.getvalue())


def vendored(root: Path, folder: str, *arguments: str | Path, specs: Path = SPECS) -> Path:
    done = vendor(root, folder, *arguments, specs=specs)
    assert done.code == 0, done.stderr
    return root / folder


def run(app: Path, program: str, **env: str) -> str:
    """Run ``program`` where only ``app`` and other people's packages can be imported."""
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", BLOCK + textwrap.dedent(program)],
        env={**os.environ, "PYTHONPATH": str(app), "RUNCOMFY_TOKEN": "test-token", **env},
        cwd=app,
        capture_output=True,
        encoding="utf-8",
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def write_specs(folder: Path, *specs: ModelSpec) -> Path:
    shutil.rmtree(folder / "models", ignore_errors=True)
    for spec in specs:
        file = folder / spec_path(spec.model_id)
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(spec.text, encoding="utf-8")
    return folder


def paint(model_id: str, *, field: str = "prompt") -> ModelSpec:
    return make_spec({field: {"type": "string"}}, model_id=model_id)


@pytest.fixture
def specs(tmp_path: Path) -> Path:
    """Return a folder of specs in which a model lies below another."""
    ids = ("acme/max", "acme/max/edit", "acme/wan-2-5", "umbra/draw")
    return write_specs(tmp_path / "release/specs", *map(paint, ids))


@pytest.fixture(scope="module")
def inpainting(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return an application with one vendored model in ``_vendor/rc``; tests do not write there."""
    app = tmp_path_factory.mktemp("inpainting") / "app"
    vendored(app, "_vendor/rc", "--include", "tongyi-mai/**", "--package", "_vendor.rc")
    (app / "_vendor/__init__.py").touch()
    return app


def test_a_job_runs_where_the_project_cannot_be_imported(inpainting: Path, tmp_path: Path) -> None:
    example = next(s.example for s in load_specs(SPECS) if s.model_id.startswith("tongyi-mai/"))
    with Emulator(SPECS, queue_seconds=0, run_seconds=0.05) as emulator:
        shown = run(
            inpainting,
            f"""
            import asyncio
            from _vendor.rc import AsyncRunComfy, RunComfy
            fields = {dict(example)!r}
            options = {dict(emulator.client_options())!r}
            with RunComfy(**options) as client:
                print(client.{INPAINTING}.run(**fields).image.save({str(tmp_path)!r}).stat().st_size > 0)
            async def main():
                async with AsyncRunComfy(**options) as client:
                    out = await client.{INPAINTING}.run(**fields)
                    print(len(await out.image.read()) > 0)
            asyncio.run(main())
            print([name for name in sys.modules if name.partition(".")[0] in {OWN!r}])
            """,
        )

    assert shown == "True\nTrue\n[]\n"


def test_the_snippet_of_the_readme_runs(inpainting: Path) -> None:
    text = (inpainting / "_vendor/rc/README.md").read_text(encoding="utf-8")
    snippet = text.partition("```python\n")[2].partition("```")[0]
    with Emulator(SPECS, queue_seconds=0, run_seconds=0.05) as emulator:
        shown = run(inpainting, snippet, RUNCOMFY_MODEL_API_BASE=emulator.base_url)

    assert (inpainting / shown.strip()).is_file()


def test_two_copies_live_in_one_process(tmp_path: Path) -> None:
    vendored(tmp_path / "app", "one", "--include", "tongyi-mai/**")
    vendored(
        tmp_path / "app", "deep/er/two", "--include", "tongyi-mai/**", "--include", "openai/*/*"
    )
    shown = run(
        tmp_path / "app",
        f"""
        import pickle
        import one, deep.er.two as two
        assert one.RunComfy is not two.RunComfy
        assert one.RunComfyError is not two.RunComfyError
        assert one.UNSET is not two.UNSET
        link = "https://files.example.com/a.png"
        with one.RunComfy() as first, two.RunComfy() as second:
            kinds = set()
            for package, client in ((one, first), (two, second)):
                model = client.{INPAINTING}
                kinds.add(type(model))
                request = model.prepare(prompt="p", image_url=link, mask_image_url=link)
                assert type(pickle.loads(pickle.dumps(request))) is package.Request
                try:
                    model.prepare(prompt=1, image_url=link, mask_image_url=link)
                except package.InvalidInput as error:
                    print(error.faults[0].path)
            assert len(kinds) == 2
            print(hasattr(first, "openai"), hasattr(second, "openai"))
        """,
    )

    assert shown == "/prompt\n/prompt\nFalse True\n"


@pytest.mark.parametrize("flags", [(), ("--with-cli",)])
def test_nothing_imports_the_project(tmp_path: Path, flags: tuple[str, ...]) -> None:
    folder = vendored(tmp_path, "rc", *flags)
    modules = sorted(folder.rglob("*.py"))
    assert len(modules) > 40
    for module in modules:
        tree = ast.parse(module.read_text(encoding="utf-8"))
        for node in ast.walk(tree):
            names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            if isinstance(node, ast.ImportFrom) and node.level == 0:
                names = [node.module or ""]
            own = [name for name in names if name.partition(".")[0] in OWN]
            assert not own, f"{module} imports {own}"
        assert 'import_module("runcomfy' not in module.read_text(encoding="utf-8")
    assert not (folder / "_runtime/testing").exists()
    assert (folder / "_runtime/cli").exists() is bool(flags)


def test_all_but_the_shim_has_the_bytes_of_the_linked_form(tmp_path: Path) -> None:
    copy = tree_bytes(vendored(tmp_path, "rc", "--with-cli"))
    linked = tree_bytes(REPOSITORY / "generated/runcomfy_sdk")
    runtime = tree_bytes(REPOSITORY / "runtime/runcomfy_runtime")
    shim = runtime.pop("__init__.py")
    wanted = {path: data for path, data in linked.items() if path != "_runtime.py"}
    wanted |= {
        f"_runtime/{path}": data
        for path, data in runtime.items()
        if not path.startswith("testing/") and path != "cli/commands/emulator.py"
    }
    wanted["LICENSE"] = (REPOSITORY / "LICENSE").read_bytes()
    own = {"README.md", "vendor.lock.json", "_runtime/__init__.py"}

    assert copy["_runtime/__init__.py"].startswith(shim)
    assert {path: data for path, data in copy.items() if path not in own} == wanted


def test_a_subset_has_the_names_of_the_whole(specs: Path, tmp_path: Path) -> None:
    whole = tree_bytes(vendored(tmp_path / "app", "whole", specs=specs))
    some = tree_bytes(
        vendored(
            tmp_path / "app",
            "some",
            "--include",
            "acme/wan-2-5",
            "--include",
            "acme/max/*",
            specs=specs,
        )
    )
    models = {path for path in some if path.startswith("models/acme/") and "/_" not in path}

    assert models == {"models/acme/wan_2_5.py", "models/acme/max__edit.py"}
    assert {path: some[path] for path in models} == {path: whole[path] for path in models}
    run(
        tmp_path / "app",
        """
        from some import RunComfy
        with RunComfy() as client:
            assert client.acme.wan_2_5.model.id == "acme/wan-2-5"
            assert client.acme.max.edit.model.id == "acme/max/edit"
            assert not hasattr(client.acme.max, "run")
        """,
    )


def test_paths_follow_the_names_lock(specs: Path, tmp_path: Path) -> None:
    lock = {"version": 1, "models": {"umbra/draw": "umbra.pinned"}}
    (specs / "names.lock.json").write_text(json.dumps(lock), encoding="utf-8")
    folder = vendored(tmp_path, "rc", "--include", "umbra/*", specs=specs)

    assert (folder / "models/umbra/pinned.py").is_file()


def test_a_new_run_updates_adds_and_removes(specs: Path, tmp_path: Path) -> None:
    folder = vendored(tmp_path, "rc", "--include", "acme/max", "--include", "umbra/**", specs=specs)
    write_specs(specs, paint("acme/max", field="text"), paint("umbra/draw"), paint("umbra/new"))
    vendored(tmp_path, "rc", specs=specs)
    assert (folder / "models/umbra/new.py").is_file()
    assert "text: str" in (folder / "models/acme/max.py").read_text(encoding="utf-8")
    compileall.compile_dir(folder, quiet=2)

    vendored(tmp_path, "rc", "--include", "acme/**", "--with-cli", specs=specs)
    lock = json.loads((folder / "vendor.lock.json").read_text(encoding="utf-8"))
    assert not (folder / "models/umbra").exists()
    assert (folder / "_runtime/cli/app.py").is_file()
    assert lock["include"] == ["acme/**"]
    assert list(lock["models"]) == ["acme/max"]
    assert set(lock["files"]) == set(tree_bytes(folder)) - {"vendor.lock.json"}
    assert all(
        hashlib.sha256((folder / path).read_bytes()).hexdigest() == sha256
        for path, sha256 in lock["files"].items()
    )

    vendored(tmp_path, "rc", specs=specs)
    assert (folder / "_runtime/cli/app.py").is_file()
    vendored(tmp_path, "rc", "--without-cli", specs=specs)
    assert not (folder / "_runtime/cli").exists()


@pytest.mark.parametrize("file", ["_runtime/wire.py", "models/umbra/draw.py"])
def test_a_hand_edit_stops_the_run_until_it_is_forced(
    specs: Path, tmp_path: Path, file: str
) -> None:
    folder = vendored(tmp_path, "rc", specs=specs)
    (folder / file).write_text("# mine\n", encoding="utf-8")
    before = tree_bytes(folder)
    refused = vendor(tmp_path, "rc", "--include", "acme/**", specs=specs)
    assert refused.code == 2
    assert "hand-edit" in refused.stderr
    assert file in refused.stderr
    assert "--force" in refused.stderr
    assert tree_bytes(folder) == before

    checked = vendor(tmp_path, "rc", "--check", specs=specs)
    assert checked.code == 1
    assert "--force" in checked.stderr.splitlines()[-1]
    assert "-# mine" in vendor(tmp_path, "rc", "--diff", specs=specs).stdout

    vendored(tmp_path, "rc", "--include", "acme/**", "--force", specs=specs)
    assert (folder / file).exists() is (file == "_runtime/wire.py")
    assert vendor(tmp_path, "rc", "--check", specs=specs).code == 0


def test_strangers_stay(specs: Path, tmp_path: Path) -> None:
    folder = vendored(tmp_path, "rc", "--include", "umbra/*", specs=specs)
    strangers = [folder / "notes.txt", folder / "models/umbra/_patch.py"]
    for stranger in strangers:
        stranger.write_text("mine\n", encoding="utf-8")
    vendored(tmp_path, "rc", "--include", "acme/**", "--force", specs=specs)

    assert not (folder / "models/umbra/draw.py").exists()
    assert [stranger.read_text(encoding="utf-8") for stranger in strangers] == ["mine\n"] * 2


def test_a_folder_with_other_files_is_refused(specs: Path, tmp_path: Path) -> None:
    file = tmp_path / "rc/README.md"
    file.parent.mkdir()
    file.write_text("my application\n", encoding="utf-8")
    refused = vendor(tmp_path, "rc", specs=specs)

    assert refused.code == 2
    assert "README.md" in refused.stderr
    assert "--force" in refused.stderr
    assert list(tree_bytes(tmp_path / "rc")) == ["README.md"]

    vendored(tmp_path, "rc", "--force", specs=specs)
    assert b"vendored" in file.read_bytes()


def test_a_first_run_that_was_cut_short_is_completed(specs: Path, tmp_path: Path) -> None:
    folder = vendored(tmp_path, "rc", specs=specs)
    whole = tree_bytes(folder)
    for name in ("vendor.lock.json", "_client.py", "_runtime/wire.py"):
        (folder / name).unlink()
    vendored(tmp_path, "rc", specs=specs)

    assert tree_bytes(folder) == whole


def test_a_run_cut_short_before_its_record_is_completed(specs: Path, tmp_path: Path) -> None:
    folder = vendored(tmp_path, "rc", specs=specs)
    before = (folder / "vendor.lock.json").read_bytes()
    removed = (folder / "models/umbra/draw.py").read_bytes()
    vendored(tmp_path, "rc", "--include", "acme/max", specs=specs)
    whole = tree_bytes(folder)
    (folder / "vendor.lock.json").write_bytes(before)
    (folder / "models/umbra").mkdir()
    (folder / "models/umbra/draw.py").write_bytes(removed)
    vendored(tmp_path, "rc", "--include", "acme/max", specs=specs)

    assert tree_bytes(folder) == whole


@pytest.mark.parametrize("flag", ["--check", "--diff", "--dry-run"])
def test_looking_writes_nothing(specs: Path, tmp_path: Path, flag: str) -> None:
    first = vendor(tmp_path, "rc", flag, specs=specs)
    assert first.code == (1 if flag == "--check" else 0)
    assert not (tmp_path / "rc").exists()

    folder = vendored(tmp_path, "rc", "--include", "umbra/*", specs=specs)
    before = tree_bytes(folder)
    done = vendor(tmp_path, "rc", "--include", "acme/max", flag, specs=specs)

    assert tree_bytes(folder) == before
    assert done.code == (1 if flag == "--check" else 0)
    assert ("+++ b/models/acme/max.py" in done.stdout) is (flag == "--diff")
    assert "models/acme/max.py" in done.stdout + done.stderr


def test_check_names_the_command_that_repairs(specs: Path, tmp_path: Path) -> None:
    vendored(tmp_path, "my rc", "--package", "rc", "--include", "umbra/*", specs=specs)
    assert vendor(tmp_path, "my rc", "--check", specs=specs).code == 0
    write_specs(specs, paint("umbra/draw", field="text"))
    done = vendor(tmp_path, "my rc", "--check", specs=specs)

    assert done.code == 1
    assert done.stderr.strip().endswith(f"runcomfy-codegen vendor 'my rc' --specs {specs}")
    assert done.stdout == ""


@pytest.mark.parametrize(
    ("glob", "near"),
    [("umbr/**", "umbra/draw"), ("acme/wan", "acme/wan-2-5"), ("acme", "acme/max")],
)
def test_a_glob_that_matches_nothing_names_the_nearest_ids(
    specs: Path, tmp_path: Path, glob: str, near: str
) -> None:
    done = vendor(tmp_path, "rc", "--include", "umbra/*", "--include", glob, specs=specs)

    assert done.code == 2
    assert f"{glob}: no model's id matches" in done.stderr
    assert near in done.stderr
    assert not (tmp_path / "rc").exists()


@pytest.mark.parametrize(
    "folder",
    [
        "generated/rc",
        "runtime/runcomfy_runtime",
        "templates/rc",
        "specs/models",
        "generator",
        ".",
    ],
)
def test_the_projects_own_folders_are_refused(folder: str) -> None:
    done = vendor(REPOSITORY, folder, "--dry-run", "--force", "--package", "rc")

    assert done.code == 2
    assert "vendor-destination" in done.stderr


@pytest.mark.parametrize("arguments", [("my-rc",), ("rc", "--package", "my.class")])
def test_a_name_that_cannot_be_imported_is_refused(
    specs: Path, tmp_path: Path, arguments: tuple[str, ...]
) -> None:
    done = vendor(tmp_path, *arguments, specs=specs)

    assert done.code == 2
    assert "--package" in done.stderr
    assert not (tmp_path / arguments[0]).exists()


@pytest.mark.parametrize(
    "damage", ["", "[]", '{"version": 1}', '{"version": 9}', '{"version": 1, ']
)
def test_a_damaged_lock_is_one_sentence(specs: Path, tmp_path: Path, damage: str) -> None:
    folder = vendored(tmp_path, "rc", specs=specs)
    (folder / "vendor.lock.json").write_text(damage, encoding="utf-8")
    done = vendor(tmp_path, "rc", specs=specs)

    assert done.code == 2
    assert "vendor.lock.json: the lock cannot be used" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_lock_cannot_reach_outside_of_the_folder(specs: Path, tmp_path: Path) -> None:
    folder = vendored(tmp_path, "rc", specs=specs)
    victim = tmp_path / "victim.txt"
    victim.write_text("", encoding="utf-8")
    lock = json.loads((folder / "vendor.lock.json").read_text(encoding="utf-8"))
    lock["files"][
        "../victim.txt"
    ] = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
    (folder / "vendor.lock.json").write_text(json.dumps(lock), encoding="utf-8")

    assert vendor(tmp_path, "rc", "--force", specs=specs).code == 2
    assert victim.exists()


def test_the_command_line_of_a_copy_runs_under_its_own_name(tmp_path: Path) -> None:
    vendored(tmp_path, "app/rc", "--with-cli", "--include", "tongyi-mai/**")
    shown = run(
        tmp_path,
        """
        import runpy
        sys.argv = ["rc", "models", "list"]
        try:
            runpy.run_module("app.rc", run_name="__main__")
        except SystemExit as ended:
            assert ended.code == 0, ended.code
        from app.rc._runtime.cli.app import build_app
        app = build_app("app.rc")
        print(app.name, "emulator" in app.list_commands(None))
        """,
    )
    listed, named = shown.splitlines()

    assert json.loads(listed)["model_id"].startswith("tongyi-mai/")
    assert named == "python -m app.rc False"


def test_a_copy_without_command_line_says_so(inpainting: Path) -> None:
    shown = run(
        inpainting,
        """
        import contextlib, io
        from _vendor.rc._runtime import run_command_line
        said = io.StringIO()
        with contextlib.redirect_stderr(said):
            print(run_command_line("_vendor.rc"))
        print(said.getvalue())
        """,
    )

    assert shown.startswith("64\n_vendor.rc was vendored without the command line")
    assert "--with-cli" in shown


def test_specs_are_found_here_before_those_of_the_package(specs: Path, tmp_path: Path) -> None:
    assert Project(specs.parent).run("vendor", "app/rc").code == 0
    assert (specs.parent / "app/rc/models/umbra").is_dir()
    assert Project(tmp_path).run("vendor", "rc").code == 0
    assert (tmp_path / "rc/models/tongyi_mai").is_dir()
