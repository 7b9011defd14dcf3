"""Completion in real shells on a pseudo-terminal, and the protocol for the one that does not run here."""

from __future__ import annotations

import contextlib
import os
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pexpect
import pytest
from support.terminal import Terminal, open_terminal

from .test_cli import environment

ESCAPES = re.compile(r"\x1b(\[[0-9;?<>=]*[A-Za-z]|\][^\x07\x1b]*(\x07|\x1b\\)|[()][A-Z0-9]|[=>])")
STARTS = {
    "bash": (["--norc", "--noprofile", "-i"], 'eval "$(runcomfy-sdk completion bash)"'),
    "zsh": (
        ["-f", "-i"],
        'autoload -Uz compinit && compinit -u -D; eval "$(runcomfy-sdk completion zsh)"',
    ),
    "fish": (["--no-config", "-i"], "runcomfy-sdk completion fish | source"),
}
CASES = [
    ("runcomfy-sdk bala", "balance"),
    ("runcomfy-sdk run step", "stepfun-ai/stepx-edit2"),
    ("runcomfy-sdk schema tongyi", "tongyi-mai/z-image/turbo/inpainting/lora"),
    ("runcomfy-sdk run stepfun-ai/stepx-edit2 --image-u", "--image-url"),
    ("runcomfy-sdk run stepfun-ai/stepx-edit2 --output-format jp", "jpeg"),
    ("runcomfy-sdk models list --category image-to-i", "image-to-image"),
    ("runcomfy-sdk jobs pru", "prune"),
    ("runcomfy-sdk config set outp", "output"),
]


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a home whose ``bin`` holds the command."""
    home = tmp_path_factory.mktemp("home")
    program = home / "bin" / "runcomfy-sdk"
    program.parent.mkdir()
    program.write_text(f'#!/bin/sh\nexec {sys.executable} -m runcomfy_sdk "$@"\n')
    program.chmod(0o755)
    return home


def variables(home: Path) -> dict[str, str]:
    found = environment(home, None)
    del found["RUNCOMFY_TOKEN"]
    return {
        **found,
        "PATH": f"{home / 'bin'}{os.pathsep}{os.environ['PATH']}",
        "TERM": "xterm-256color",
        "fish_greeting": "",
    }


@pytest.fixture(scope="module", params=sorted(STARTS))
def shell(request: pytest.FixtureRequest, home: Path) -> Iterator[Terminal[str]]:
    name: str = request.param
    if shutil.which(name) is None:
        pytest.skip(f"{name} is not installed")
    arguments, setup = STARTS[name]
    terminal = open_terminal(name, arguments, folder=home, variables=variables(home), columns=200)
    terminal.sendline(f"{setup}; echo REA''DY")
    terminal.expect("READY\r")
    yield terminal
    terminal.close(force=True)


@pytest.mark.parametrize(("typed", "wanted"), CASES)
def test_tab_completes_in_a_real_shell(shell: Terminal[str], typed: str, wanted: str) -> None:
    shell.send(f"{typed}\t")
    rest = wanted[len(typed.rsplit(" ", 1)[1]) :]
    seen = ""
    end = time.monotonic() + 40
    while time.monotonic() < end:
        with contextlib.suppress(pexpect.TIMEOUT):
            seen += shell.read_nonblocking(4096, timeout=1)
        plain = ESCAPES.sub("", seen)
        if f"{typed}{rest}" in plain.replace("\r", "").replace("\n", ""):
            break
    else:
        pytest.fail(f"{typed!r} was not completed to {wanted!r}: {seen!r}")
    shell.send("\x15")


def test_the_powershell_script_asks_and_answers_by_the_protocol(home: Path) -> None:
    def run(*arguments: str, **env: str) -> str:
        return subprocess.run(
            ["runcomfy-sdk", *arguments],
            env={**variables(home), **env},
            executable=home / "bin" / "runcomfy-sdk",
            capture_output=True,
            encoding="utf-8",
            timeout=60,
            check=False,
        ).stdout

    script = run("completion", "powershell")
    assert "Register-ArgumentCompleter -Native -CommandName runcomfy-sdk" in script
    assert '$env:_RUNCOMFY_SDK_COMPLETE = "powershell_complete"' in script
    assert script.count("{") == script.count("}")
    for typed, wanted in CASES:
        words = {"COMP_WORDS": typed, "COMP_WORD": typed.rsplit(" ", 1)[1]}
        answer = run(_RUNCOMFY_SDK_COMPLETE="powershell_complete", **words)
        assert wanted in [line.split("\t")[1] for line in answer.splitlines()], typed
        assert all(line.count("\t") == 2 and line.split("\t")[2] for line in answer.splitlines())
    words = {
        "COMP_WORDS": "runcomfy-sdk run stepfun-ai/stepx-edit2 --output-format",
        "COMP_WORD": "",
    }
    answer = run(_RUNCOMFY_SDK_COMPLETE="powershell_complete", **words)
    assert answer == "plain\tjpeg\tjpeg\nplain\tpng\tpng\n"


def test_completion_reads_the_table_of_the_named_model_only(home: Path) -> None:
    trace = home / "opened"
    code = (
        "import sys, runpy\n"
        f"log = open({str(trace)!r}, 'w')\n"
        "sys.addaudithook(lambda event, args: event == 'open' and log.write(f'{args[0]}\\n'))\n"
        "sys.argv = ['runcomfy-sdk']\n"
        "runpy.run_module('runcomfy_sdk', run_name='__main__', alter_sys=True)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        env={
            **variables(home),
            "_RUNCOMFY_SDK_COMPLETE": "bash_complete",
            "COMP_WORDS": "runcomfy-sdk run stepfun-ai/stepx-edit2 --output-format ",
            "COMP_CWORD": "4",
        },
        capture_output=True,
        encoding="utf-8",
        timeout=60,
        check=False,
    )
    assert "plain,jpeg" in done.stdout, done.stderr
    tables = [line for line in trace.read_text().splitlines() if "/_cli/" in line]
    assert [Path(line).name for line in tables] == ["stepx_edit2.json"]
    assert not re.search(r"/(httpx|pydantic|rich|asyncio)/", trace.read_text())
