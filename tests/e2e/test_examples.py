"""Every example of every help text, taken from the text and run in a real shell against the emulator."""

from __future__ import annotations

import contextlib
import csv
import io
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest
from runcomfy_runtime.cli import run as run_cli
from runcomfy_runtime.cli.app import LazyGroup, build_app
from runcomfy_runtime.cli.catalogue import Catalogue
from runcomfy_runtime.cli.exitcodes import ExitCode
from runcomfy_runtime.testing import Emulator
from runcomfy_sdk import RunComfy
from support.terminal import open_terminal, rest_of

from .test_cli import PNG, TOKEN, environment

PACKAGE = "runcomfy_sdk"


def help_texts() -> dict[str, str]:
    """Return the help of every command, by its words."""
    groups: list[tuple[list[str], LazyGroup]] = [([], build_app(PACKAGE))]  # type: ignore[list-item]
    paths: list[list[str]] = [[], *(["run", model] for model in sorted(Catalogue(PACKAGE).ids))]
    for path, group in groups:
        for name in group.lazy:
            command = group.get_command(None, name)  # type: ignore[arg-type]
            if isinstance(command, LazyGroup):
                groups.append(([*path, name], command))
            if "-" not in name and getattr(command, "add_help_option", True):
                paths.append([*path, name])
    return {" ".join(path): help_of(path) for path in paths}


def help_of(path: list[str]) -> str:
    written = io.StringIO()
    with contextlib.redirect_stdout(written):
        assert run_cli(PACKAGE, [*path, "--help"]) == 0
    return written.getvalue()


def examples_in(text: str) -> list[str]:
    """Return the command lines below "Example:" or "Examples:", those over several lines as one."""
    _, found, rest = text.partition("\nExample")
    if not found:
        return []
    lines = rest.partition("\n")[2].replace("\\\n", "\0").splitlines()
    block = [line[2:].replace("\0", "\\\n") for line in lines if line.startswith("  ")]
    return [line.partition("   #")[0].rstrip() for line in block]


HELP = help_texts()
EXAMPLES = sorted({line for text in HELP.values() for line in examples_in(text)})
SERVERS = [line for line in EXAMPLES if " emulator" in line]
ASKING = [line for line in EXAMPLES if line == "runcomfy-sdk login"]
POWERSHELL = [line for line in EXAMPLES if "Invoke-Expression" in line]
PLAIN = [line for line in EXAMPLES if line not in (*SERVERS, *ASKING, *POWERSHELL)]


@pytest.fixture(scope="module")
def emulator() -> Iterator[Emulator]:
    with Emulator(queue_seconds=0.02, run_seconds=0.05, token=TOKEN) as emulator:
        yield emulator


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with the files that examples name, beside the command itself."""
    place = tmp_path_factory.mktemp("examples")
    program = place / "bin" / "runcomfy-sdk"
    program.parent.mkdir()
    program.write_text(f'#!/bin/sh\nexec {sys.executable} -m runcomfy_sdk "$@"\n')
    program.chmod(0o755)
    first = min(Catalogue(PACKAGE).ids)
    (place / "input.json").write_text(json.dumps(Catalogue(PACKAGE).record(first).example))
    (place / "token.txt").write_text(TOKEN)
    (place / "in.png").write_bytes(PNG)
    return place


@pytest.fixture(scope="module")
def shots(place: Path, emulator: Emulator) -> Path:
    """Return a folder with a table, and with its batch: one job failed, and the submit of one got no answer."""
    folder = place / "shots"
    folder.mkdir()
    model = min(Catalogue(PACKAGE).ids)
    example = Catalogue(PACKAGE).record(model).example
    with (folder / "shots.csv").open("w", encoding="utf-8", newline="") as file:
        table = csv.DictWriter(file, ["id", *example, "notes"])
        table.writeheader()
        for number in range(1, 10):
            table.writerow({"id": f"shot-{number}", **example, "notes": "none"})
    emulator.clear()
    emulator.script({"job": {"outcome": "failed"}})
    emulator.script({"submit": "drop_after"})
    words = f"--model {model} -o out --ignore notes --in-flight 2 --per-second 4 -q"
    done = run_in(folder, user(place, emulator), f"runcomfy-sdk batch run shots shots.csv {words}")
    assert "batch unknown shots" in done.stderr, done.stderr
    return folder


@pytest.fixture
def variables(place: Path, emulator: Emulator) -> dict[str, str]:
    """Return the environment of a user with a token."""
    emulator.clear()
    return user(place, emulator)


def user(place: Path, emulator: Emulator) -> dict[str, str]:
    return {
        **environment(place / "home", emulator),
        "PATH": f"{place / 'bin'}{os.pathsep}{os.environ['PATH']}",
        "SECRET": TOKEN,
    }


def submit(place: Path, emulator: Emulator) -> str:
    """Return the request id of a job that is in the user's journal."""
    journal = place / "home" / "state" / "runcomfy" / "jobs.jsonl"
    given = json.loads((place / "input.json").read_text())
    with RunComfy(token=TOKEN, base_url=emulator.base_url, journal=journal) as client:
        return client.model(min(Catalogue(PACKAGE).ids)).submit(given).request_id


def run_in(
    place: Path, variables: dict[str, str], line: str, shell: str = "bash"
) -> subprocess.CompletedProcess[str]:
    strict = "set -euo pipefail; " if shell == "bash" else ""
    return subprocess.run(
        [shell, "-c", f"{strict}{line}"],
        cwd=place,
        env=variables,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        encoding="utf-8",
        timeout=120,
        check=False,
    )


def test_every_command_that_is_listed_has_examples() -> None:
    assert [name for name, text in HELP.items() if not examples_in(text)] == []


@pytest.mark.parametrize("line", PLAIN)
def test_an_example_runs_as_it_stands(
    request: pytest.FixtureRequest,
    place: Path,
    tmp_path: Path,
    variables: dict[str, str],
    emulator: Emulator,
    line: str,
) -> None:
    folder = place
    if " batch " in line:
        folder = shutil.copytree(request.getfixturevalue("shots"), tmp_path / "shots")
    if "$ID" in line:
        if " cancel " in line:
            emulator.script({"job": {"stuck": "in_queue"}})
        variables["ID"] = submit(place, emulator)
        if " result " in line:
            time.sleep(0.2)
    named = re.search(r"completion (\w+)", line)
    shell = named[1] if named else "bash"
    if shutil.which(shell) is None:
        pytest.skip(f"{shell} is not installed")
    setup = "autoload -Uz compinit && compinit -u -D; " if shell == "zsh" else ""
    done = run_in(folder, variables, setup + line, shell)
    doubtful = re.search(r" batch (run|worker|unknown) ", line)
    assert done.returncode == (ExitCode.SUBMIT_UNKNOWN if doubtful else 0), done.stderr
    assert "Traceback" not in done.stderr
    assert TOKEN not in done.stdout + done.stderr


@pytest.mark.parametrize("line", SERVERS)
def test_an_example_of_a_server_serves_until_ctrl_c(
    place: Path, variables: dict[str, str], line: str
) -> None:
    free = line.replace("--port 8787", "--port 0")  # the port may be in use on this machine
    process = subprocess.Popen(
        ["bash", "-c", f"exec {free}"],
        cwd=place,
        env=variables,
        stderr=subprocess.PIPE,
        encoding="utf-8",
    )
    try:
        assert process.stderr is not None
        said = process.stderr.readline()
        address = re.search(r"http://\S+", said)
        assert address is not None, said
        request = urllib.request.Request(
            f"{address[0]}/v1/models", headers={"Authorization": "Bearer any"}
        )
        with urllib.request.urlopen(request, timeout=30) as reply:
            assert json.load(reply)["total"] == len(Catalogue(PACKAGE).ids)
        process.send_signal(signal.SIGINT)
        assert process.wait(30) == 0
    finally:
        process.kill()
        process.wait()
        if process.stderr is not None:
            process.stderr.close()


@pytest.mark.parametrize("line", ASKING)
def test_an_example_that_asks_is_answered_on_a_terminal(
    place: Path, variables: dict[str, str], line: str
) -> None:
    terminal = open_terminal("bash", ["-c", line], folder=place, variables=variables)
    terminal.expect("Token: ")
    terminal.sendline(TOKEN)
    shown = rest_of(terminal)
    assert terminal.exitstatus == 0, shown
    assert TOKEN not in shown


def test_the_powershell_example_prints_a_script(place: Path, variables: dict[str, str]) -> None:
    (line,) = POWERSHELL
    done = run_in(place, variables, line.partition(" | ")[0])
    assert done.stdout.startswith("Register-ArgumentCompleter")
