"""The synchronous twin: tokens lose their asynchronous form, everything else stays."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest
from runcomfy_codegen.twin import emit_tree, main, to_sync
from support.command import REPOSITORY


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("async def f() -> None:\n    await g()\n", "def f() -> None:\n    g()\n"),
        ("async with a as b, c:\n    pass\n", "with a as b, c:\n    pass\n"),
        ("async for a in b:\n    pass\n", "for a in b:\n    pass\n"),
        ("x = [a async for a in b if await c]\n", "x = [a for a in b if c]\n"),
        ("x = (await f(await g())).h\n", "x = (f(g())).h\n"),
        ("return_value = await (\n    f()\n)\n", "return_value = f()\n"),
        ("class AsyncJob(AsyncBase[AsyncT]): ...\n", "class Job(Base[T]): ...\n"),
        ("def __aenter__(self): ...\n", "def __enter__(self): ...\n"),
        ("raise StopAsyncIteration\n", "raise StopIteration\n"),
        ("await self.http.aclose()\n", "self.http.close()\n"),
        ("from runcomfy._async import x\n", "from runcomfy._sync import x\n"),
        ('"""See `await AsyncJob.wait()`."""\n', '"""See `Job.wait()`."""\n'),
        ("x = 1  # AsyncJob is awaited\n", "x = 1  # Job is awaited\n"),
        (
            "asynchronous = Asynchronous = awaited = 1\n",
            "asynchronous = Asynchronous = awaited = 1\n",
        ),
        ("x = f'{await g()}'\n", "x = f'{g()}'\n"),
    ],
)
def test_tokens_lose_their_asynchronous_form(before: str, after: str) -> None:
    made = to_sync(before)

    assert ast.dump(ast.parse(made)) == ast.dump(ast.parse(after))
    assert ("#" in made) == ("#" in after)
    assert "#" not in after or made == after


def test_line_continuations_and_comments_survive() -> None:
    source = "async def f() -> int:\n    # why\n    x = 1 + \\\n        await g()  # AsyncX\n    return x\n"

    assert to_sync(source) == ("def f() -> int:\n    # why\n    x = 1 + g()  # X\n    return x\n")


@pytest.fixture
def trees(tmp_path: Path) -> tuple[Path, Path]:
    source, target = tmp_path / "_async", tmp_path / "_sync"
    source.mkdir()
    (source / "job.py").write_text("async def f() -> None: ...\n", encoding="utf-8")
    (source / "platform.py").write_text("ASYNC = True\n", encoding="utf-8")
    return source, target


def test_a_tree_is_emitted_once_and_then_current(trees: tuple[Path, Path]) -> None:
    source, target = trees

    assert emit_tree(source, target) == [target / "job.py"]
    assert emit_tree(source, target) == []
    text = (target / "job.py").read_text(encoding="utf-8")
    assert text.startswith("# Emitted from _async/job.py")
    assert "async def" not in text
    assert not (target / "platform.py").exists()


def test_what_has_no_source_is_deleted_and_the_platform_kept(trees: tuple[Path, Path]) -> None:
    source, target = trees
    emit_tree(source, target)
    (target / "stale.py").write_text("x = 1\n", encoding="utf-8")
    (target / "platform.py").write_text("ASYNC = False\n", encoding="utf-8")

    assert emit_tree(source, target) == [target / "stale.py"]
    assert {file.name for file in target.iterdir()} == {"job.py", "platform.py"}
    assert (target / "platform.py").read_text(encoding="utf-8") == "ASYNC = False\n"


def test_check_writes_nothing_and_names_the_repair(
    trees: tuple[Path, Path], capsys: pytest.CaptureFixture[str]
) -> None:
    source, target = trees

    assert main([str(source), str(target), "--check"]) == 1
    assert not target.exists()
    shown = capsys.readouterr()
    assert shown.out == ""
    assert f"differs: {target / 'job.py'}" in shown.err
    assert "python -m runcomfy_codegen.twin" in shown.err

    assert main([str(source), str(target)]) == 0
    assert main([str(source), str(target), "--check"]) == 0


def test_the_runtime_in_the_repository_is_its_own_twin() -> None:
    runtime = REPOSITORY / "runtime/runcomfy_runtime"

    assert emit_tree(runtime / "_async", runtime / "_sync", check=True) == []
