"""The command tree: help, lists, usage errors and what they import."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest
import runcomfy_runtime
from runcomfy_runtime.cli import run as run_cli
from runcomfy_runtime.cli.app import COMMANDS, LazyGroup, build_app
from runcomfy_runtime.cli.catalogue import Catalogue
from runcomfy_runtime.cli.exitcodes import CliError, ExitCode

RUNTIME = str(Path(runcomfy_runtime.__path__[0]).parent)


def outside(site: Path, code: str) -> subprocess.CompletedProcess[str]:
    """Run ``code`` in a fresh interpreter that finds the toy package and the runtime."""
    path = os.pathsep.join([str(site), RUNTIME])
    return subprocess.run(
        [sys.executable, "-c", code],
        env={**os.environ, "PYTHONPATH": path},
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
    )


@pytest.mark.parametrize(
    "arguments",
    [["--help"], ["run", "--help"], ["run", "acme/edit-1", "--help"], ["models", "list"]],
)
def test_help_and_lists_load_no_http_validation_or_terminal_library(
    toy: str, tmp_path: Path, arguments: Sequence[str]
) -> None:
    code = (
        "import sys; from runcomfy_runtime.cli import run\n"
        f"code = run('toy_sdk', {arguments!r})\n"
        "heavy = {'httpx', 'pydantic', 'rich', 'asyncio'} & set(sys.modules)\n"
        "sys.exit(f'loaded {heavy}' if heavy else code)"
    )
    done = outside(tmp_path / "site", code)
    assert done.returncode == 0, done.stderr
    assert done.stdout


def test_an_older_click_whose_parameter_types_are_not_generic_is_enough(
    toy: str, tmp_path: Path
) -> None:
    code = (
        "import importlib, click, sys\n"
        "def refuse(cls, item): raise TypeError('ParamType is not subscriptable')\n"
        "click.ParamType.__class_getitem__ = classmethod(refuse)\n"
        "from runcomfy_runtime.cli.app import COMMANDS, build_app\n"
        "for name in COMMANDS: build_app('toy_sdk').get_command(None, name)\n"
    )
    done = outside(tmp_path / "site", code)
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("missing", ["click", "rich"])
def test_a_missing_extra_is_one_sentence(toy: str, tmp_path: Path, missing: str) -> None:
    code = (
        "import sys, importlib.util as u\n"
        "real = u.find_spec\n"
        f"u.find_spec = lambda name, *a: None if name == {missing!r} else real(name, *a)\n"
        "from runcomfy_runtime.cli import main; main('toy_sdk')"
    )
    done = outside(tmp_path / "site", code)
    assert done.returncode == ExitCode.USAGE
    assert done.stderr.strip().endswith("pip install click rich")
    assert len(done.stderr.strip().splitlines()) == 1


def test_every_command_of_the_table_exists_and_has_help(
    toy: str, capsys: pytest.CaptureFixture[str]
) -> None:
    groups: list[tuple[list[str], LazyGroup]] = []
    root = build_app(toy)
    assert isinstance(root, LazyGroup)
    groups.append(([], root))
    for path, group in groups:
        for name in group.lazy:
            command = group.get_command(None, name)  # type: ignore[arg-type]
            assert command is not None, name
            if isinstance(command, LazyGroup):
                groups.append(([*path, name], command))
            if name not in group.list_commands(None) and not command.add_help_option:  # type: ignore[arg-type]
                continue
            assert run_cli(toy, [*path, name, "--help"]) == 0
            assert "Usage:" in capsys.readouterr().out
    assert set(COMMANDS) <= set(root.lazy)


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["rum"], "Did you mean 'run'?"),
        (["run"], "Missing argument 'MODEL'"),
        (["run", "acme/edit-1", "--timeout", "soon"], "10m"),
        (["run", "acme/edit-1", "--seed"], "requires an argument"),
        (["models", "--output", "yaml", "list"], "yaml"),
    ],
)
def test_usage_errors_are_64_and_say_what_is_meant(
    toy: str, capsys: pytest.CaptureFixture[str], arguments: list[str], words: str
) -> None:
    assert run_cli(toy, arguments) == ExitCode.USAGE
    streams = capsys.readouterr()
    assert words in streams.err
    assert streams.out == ""


def test_no_arguments_show_the_help(toy: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run_cli(toy, []) == ExitCode.USAGE
    assert "Commands:" in capsys.readouterr().err


@pytest.mark.parametrize("command", ["run", "submit", "schema"])
def test_an_unknown_model_names_the_nearest(
    toy: str, capsys: pytest.CaptureFixture[str], command: str
) -> None:
    assert run_cli(toy, [command, "acme/edit-2"]) == ExitCode.BAD_INPUT
    assert "did you mean acme/edit-1" in capsys.readouterr().err


def test_the_model_may_come_after_options(toy: str, capsys: pytest.CaptureFixture[str]) -> None:
    arguments = ["run", "-o", "zeta/movie", "--prompt", "x", "acme/edit-1", "--help"]
    assert run_cli(toy, arguments) == 0
    assert "Edit One (image-to-image)" in capsys.readouterr().out


def test_unlisted_changes_nothing_for_a_model_that_is_listed(
    toy: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run_cli(toy, ["run", "acme/edit-1", "--unlisted", "--help"]) == 0
    assert "--image-url" in capsys.readouterr().out
    assert run_cli(toy, ["run", "acme/edit-9", "--unlisted", "--help"]) == 0
    assert "--image-url" not in capsys.readouterr().out


def test_lists_are_json_lines_when_not_on_a_terminal(
    toy: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run_cli(toy, ["models", "list"]) == 0
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [line["model_id"] for line in lines] == ["acme/edit-1", "acme/edit-1/pro", "zeta/movie"]
    assert run_cli(toy, ["models", "search", "PRO", "edit"]) == 0
    assert '"acme/edit-1/pro"' in capsys.readouterr().out
    assert run_cli(toy, ["models", "--output", "pretty", "list", "--task", "text-to-video"]) == 0
    assert capsys.readouterr().out == "zeta/movie  text-to-video  Movie\n"


def test_show_and_schema(toy: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run_cli(toy, ["schema", "/acme/edit-1/"]) == 0
    assert json.loads(capsys.readouterr().out)["required"] == ["prompt", "image_url"]
    assert run_cli(toy, ["models", "show", "acme/edit-1", "--output", "pretty"]) == 0
    shown = capsys.readouterr().out
    assert "client.acme.edit_1.run(...)" in shown
    assert "--field-timeout 7" in shown


def test_nearest_ids_know_a_bare_last_segment(toy: str) -> None:
    assert Catalogue(toy).nearest("movie") == ["zeta/movie"]
    with pytest.raises(CliError, match="zeta/movie"):
        Catalogue(toy).record("movie")


def test_a_damaged_index_is_named(toy: str, tmp_path: Path) -> None:
    (tmp_path / "site" / toy / "_cli" / "zeta" / "movie.json").unlink()
    with pytest.raises(CliError, match="install the package again"):
        Catalogue(toy).record("zeta/movie")


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_completion_scripts_name_the_program(
    toy: str, capsys: pytest.CaptureFixture[str], shell: str
) -> None:
    assert run_cli(toy, ["completion", shell]) == 0
    assert "_TOY_SDK_COMPLETE" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("words", "wanted"),
    [
        (["ru"], "run"),
        (["run", "acme/e"], "acme/edit-1/pro"),
        (["run", "acme/edit-1", "--output-f"], "--output-format"),
        (["run", "acme/edit-1", "--output-format", "j"], "jpeg"),
        (["run", "acme/edit-1", "--duration", ""], "10"),
        (["models", "sh"], "show"),
    ],
)
def test_completion_of_commands_models_options_and_values(
    toy: str, tmp_path: Path, words: list[str], wanted: str
) -> None:
    env = (
        "import os; os.environ.update(_TOY_SDK_COMPLETE='bash_complete', "
        f"COMP_WORDS={' '.join(['toy-sdk', *words])!r}, COMP_CWORD='{len(words)}')\n"
        "from runcomfy_runtime.cli import main; main('toy_sdk')"
    )
    done = outside(tmp_path / "site", env)
    assert f"plain,{wanted}" in done.stdout.splitlines(), done.stderr
