"""Each command and option of the official CLI works as it is spelled there, or is refused with a way out."""

from __future__ import annotations

import json
import shlex

import pytest
from runcomfy_runtime.testing import Emulator

from .test_cli import MODEL, URL, Shell, emulator, only, server, shell

__all__ = ["emulator", "server", "shell"]

INPUT = shlex.quote(json.dumps({"prompt": "a fox", "image_url": URL}))
WORKS = [
    "--help",
    "help",
    "help run",
    "--version",
    "-V",
    "--output json balance",
    "balance --output pretty",
    "balance -q",
    "balance -v",
    "-vv balance",
    "balance --verbose --verbose",
    "whoami",
    "models list",
    "models list --search fox --category image-to-image --limit 100 --offset 0",
    "models list --include-schema",
    "models list --kind model --live",
    "models categories",
    f"models get {MODEL}",
    f"run {MODEL} --input {INPUT}",
    f"run {MODEL} --input-file in.json --output-dir out",
    f"run {MODEL} --input {INPUT} --no-download --poll-secs 2",
    f"run {MODEL} --input {INPUT} --no-wait",
    f"--output json run {MODEL} --input {INPUT} --no-wait",
    "status $ID",
    "requests get $ID",
    "result $ID",
    "result $ID --output-dir out",
    "result $ID --output-dir out --no-download",
    "requests result $ID --no-download",
    "completion bash",
    "completion zsh",
    "completion fish",
    "completion powershell",
    "logout",
]
REFUSED = [
    ("models list --kind workflow", 64, "--live"),
    ("completion elvish", 64, "'bash', 'zsh', 'fish', 'powershell'"),
    (f"run vendor/newer-model --input {INPUT}", 65, "--unlisted"),
    ("login", 64, "--token-stdin"),
    *(
        (line, 64, f"runcomfy {line.split()[0]} ...")
        for line in (
            "deployments list --include-payload",
            "deployments get abc",
            "deployments run abc --overrides {} --webhook-url https://example.com --timeout 5",
            "deployments create --name a --workflow-id b --workflow-version v1",
            "deployments proxy a b api/free --body {}",
            "deployments --help",
            "datasets create --name a",
            "datasets upload a ./images --wait",
            "datasets delete a -y",
            "train submit --config config.yaml --gpu-count 8 --wait",
            "train result a --download",
        )
    ),
]


@pytest.mark.parametrize("line", WORKS)
def test_an_official_spelling_works(shell: Shell, line: str) -> None:
    (shell.folder / "in.json").write_text(json.dumps({"prompt": "a fox", "image_url": URL}))
    if "$ID" in line:
        given = ("submit", MODEL, "--input", "@in.json")
        request_id = only(shell(*given).stdout)["request_id"]
        assert shell("wait", request_id).returncode == 0
        line = line.replace("$ID", request_id)
    done = shell(*shlex.split(line))
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("line", ["cancel $ID", "requests cancel $ID"])
def test_an_official_cancel_works(shell: Shell, emulator: Emulator, line: str) -> None:
    emulator.script({"job": {"stuck": "in_queue"}})
    request_id = only(shell("submit", MODEL, "prompt=x", f"image_url={URL}").stdout)["request_id"]
    done = shell(*line.replace("$ID", request_id).split())
    assert done.returncode == 0, done.stderr
    assert only(done.stdout)["outcome"] == "cancelled"


def test_input_is_read_from_standard_input(shell: Shell) -> None:
    given = json.dumps({"prompt": "a fox", "image_url": URL})
    done = shell("run", MODEL, "--input-file", "-", "--no-download", given=given)
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize(("line", "code", "words"), REFUSED)
def test_what_is_not_here_is_refused_with_a_way_out(
    shell: Shell, line: str, code: int, words: str
) -> None:
    done = shell(*shlex.split(line))
    assert done.returncode == code
    assert words in done.stderr
