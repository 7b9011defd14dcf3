"""A ``_patch.py`` beside generated modules adds to them and replaces what they have, and outlives every run."""

from __future__ import annotations

import json
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest
from runcomfy_codegen.cli import main
from runcomfy_codegen.errors import CodegenError
from runcomfy_codegen.generate import Generated, generate
from runcomfy_codegen.plan.lock import Names
from runcomfy_codegen.spec import ModelSpec
from runcomfy_codegen.write import Mode
from support.command import REPOSITORY, tree_bytes
from support.documents import make_spec
from support.packages import Package

IDS = ("acme/max", "acme/max/edit", "acme/deep/er/draw")
PACKAGE_PATCH = '''
    """Hand-written."""

    from ._client import RunComfy as Generated

    __all__ = ["RunComfy", "twice"]


    class RunComfy(Generated):
        """A client that greets."""

        def greet(self) -> str:
            """Greet."""
            return "hello"


    def twice(text: str) -> str:
        """Say it twice."""
        return text * 2
'''
VENDOR_PATCH = '''
    """Hand-written."""

    from ._namespaces import AcmeDeepNamespace as GeneratedDeep
    from ._namespaces import AcmeNamespace as GeneratedAcme
    from .max import Max as GeneratedMax
    from .max__edit import AsyncMaxEdit as GeneratedEdit

    __all__ = ("AcmeNamespace", "AcmeDeepNamespace", "Max", "AsyncMaxEdit")


    class AcmeNamespace(GeneratedAcme):
        """The vendor, and more."""

        def count(self) -> int:
            """Count."""
            return 2


    class AcmeDeepNamespace(GeneratedDeep):
        """What is deep, and more."""

        depth = 7


    class Max(GeneratedMax):
        """The model, and more."""

        def shout(self, prompt: str) -> str:
            """Return the prompt as it would be sent, in capitals."""
            return str(self.prepare(prompt=prompt.upper()).payload["prompt"])


    class AsyncMaxEdit(GeneratedEdit):
        """The model, and more."""

        quiet = True
'''
PROGRAM = """
    from __future__ import annotations

    from {package} import AsyncRunComfy, RunComfy, twice
    from {package}.models.acme import AcmeNamespace, Max


    def use(client: RunComfy, other: AsyncRunComfy) -> list[object]:
        acme: AcmeNamespace = client.acme
        model: Max = client.acme.max
        deep: int = client.acme.deep.depth
        quiet: bool = other.acme.max.edit.quiet
        said: list[str] = [client.greet(), twice("a"), model.shout("x")]
        edit = client.acme.max.edit.prepare(prompt="p").payload["prompt"]
        draw = client.acme.deep.er.draw.prepare(prompt="q").payload["prompt"]
        return [acme.count(), deep, quiet, said, edit, draw]
"""


def specs(*ids: str) -> list[ModelSpec]:
    return [make_spec({"prompt": {"type": "string"}}, model_id=model_id) for model_id in ids]


def run(folder: Path, mode: Mode = Mode.WRITE, ids: tuple[str, ...] = IDS) -> Generated:
    return generate(specs(*ids), folder, Names(), mode, force=True)


def put(package: Path) -> dict[str, bytes]:
    """Put the patches into a generated package and return their bytes."""
    texts = {"_patch.py": PACKAGE_PATCH, "models/acme/_patch.py": VENDOR_PATCH}
    for path, text in texts.items():
        (package / path).write_text(textwrap.dedent(text).lstrip(), encoding="utf-8")
    return {path: (package / path).read_bytes() for path in texts}


@pytest.fixture(scope="module")
def patched(tmp_path_factory: pytest.TempPathFactory) -> Package:
    folder = tmp_path_factory.mktemp("patched")
    run(folder)
    put(folder / "runcomfy_sdk")
    run(folder)
    program = textwrap.dedent(PROGRAM.format(package="runcomfy_sdk")).lstrip()
    (folder / "program.py").write_text(program, encoding="utf-8")
    return Package(folder)


def test_patches_add_and_replace(patched: Package) -> None:
    shown = patched.run("""
        import json
        import runcomfy_sdk, runcomfy_sdk.models.acme as acme
        from program import use
        client = runcomfy_sdk.RunComfy()
        print(json.dumps(use(client, runcomfy_sdk.AsyncRunComfy())))
        assert {"twice", "RunComfy", "AsyncRunComfy"} <= set(runcomfy_sdk.__all__)
        assert type(client.acme) is acme.AcmeNamespace
        assert type(client.acme.max.edit).__module__.endswith(".max__edit")
    """)

    assert json.loads(shown) == [2, 7, True, ["hello", "aa", "X"], "p", "q"]


def test_a_patch_is_loaded_only_when_its_names_are_used(patched: Package) -> None:
    shown = patched.run("""
        import sys
        import runcomfy_sdk
        print([name for name in sys.modules if "runcomfy_sdk." in name], "httpx" in sys.modules)
    """)

    assert shown == "[] False\n"


@pytest.mark.parametrize(
    "tool",
    [
        ["mypy", "--strict", "--no-error-summary", "program.py", "runcomfy_sdk"],
        ["pyright", "--pythonpath", sys.executable],
    ],
    ids=["mypy", "pyright"],
)
def test_type_checkers_see_what_patches_show(patched: Package, tool: list[str]) -> None:
    (patched.folder / "pyrightconfig.json").write_text(
        json.dumps({"typeCheckingMode": "strict", "extraPaths": [str(REPOSITORY / "runtime")]}),
        encoding="utf-8",
    )
    done = subprocess.run(
        [sys.executable, "-m", *tool],
        cwd=patched.folder,
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 0, done.stdout + done.stderr


def test_patches_outlive_force_and_the_end_of_their_models(tmp_path: Path) -> None:
    run(tmp_path)
    package = tmp_path / "runcomfy_sdk"
    before = put(package)
    assert {change.path for change in run(tmp_path, Mode.CHECK).changes} == {
        "runcomfy_sdk/__init__.py",
        "runcomfy_sdk/models/acme/__init__.py",
        "runcomfy_sdk/models/acme/_namespaces.py",
        "runcomfy_sdk/models/acme/max.py",
        "manifest.json",
    }
    run(tmp_path)
    assert run(tmp_path).changes == ()
    done = run(tmp_path, ids=("umbra/draw",))

    assert {path: (package / path).read_bytes() for path in before} == before
    assert [problem.code for problem in done.problems] == ["patch-unused"]


def test_without_its_patch_the_package_is_as_it_was(tmp_path: Path) -> None:
    run(tmp_path)
    before = tree_bytes(tmp_path)
    patches = put(tmp_path / "runcomfy_sdk")
    run(tmp_path)
    for path in patches:
        (tmp_path / "runcomfy_sdk" / path).unlink()
    run(tmp_path)

    assert tree_bytes(tmp_path) == before


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("def broken(:\n", "line 1"),
        ("__all__ = [name for name in ()]\n", "__all__"),
        ('__all__ = ["a b"]\n', "__all__"),
        ('__all__ = ["a", 1]\n', "__all__"),
        ("\x00", "no Python"),
    ],
)
def test_a_patch_that_cannot_be_read_is_named(tmp_path: Path, text: str, word: str) -> None:
    run(tmp_path)
    before = tree_bytes(tmp_path)
    file = tmp_path / "runcomfy_sdk/_patch.py"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(CodegenError, match="patch-broken") as caught:
        run(tmp_path)
    file.unlink()

    assert str(file) in str(caught.value)
    assert word in str(caught.value)
    assert tree_bytes(tmp_path) == before


def test_a_patch_that_shows_nothing_is_named_and_left(tmp_path: Path) -> None:
    run(tmp_path)
    file = tmp_path / "runcomfy_sdk/_patch.py"
    file.write_text("X = 1\n", encoding="utf-8")
    done = run(tmp_path)

    assert done.changes == ()
    assert [(problem.code, problem.where) for problem in done.problems] == [
        ("patch-unused", str(file))
    ]
    assert "__all__" in done.problems[0].message


def test_a_vendored_copy_takes_patches_too(tmp_path: Path) -> None:
    for spec in specs(*IDS):
        file = tmp_path / f"specs/models/{spec.model_id}.json"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(spec.text, encoding="utf-8")
    copy = tmp_path / "app/rc"
    command = ["vendor", str(copy), "--specs", str(tmp_path / "specs")]
    assert main(command) == 0
    before = put(copy)
    assert main([*command, "--check"]) == 1
    assert main(command) == 0
    assert main([*command, "--force"]) == 0
    program = textwrap.dedent(PROGRAM.format(package="rc")).lstrip()
    (tmp_path / "app/program.py").write_text(program, encoding="utf-8")
    shown = Package(tmp_path / "app").run("""
        import rc
        from program import use
        print(use(rc.RunComfy(), rc.AsyncRunComfy()))
    """)

    assert shown == "[2, 7, True, ['hello', 'aa', 'X'], 'p', 'q']\n"
    assert {path: (copy / path).read_bytes() for path in before} == before
