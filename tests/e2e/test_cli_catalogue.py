"""models, schema and jobs: offline and live, for programs and on terminals of any width."""

from __future__ import annotations

import json
import re
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
import yaml
from runcomfy_runtime.journal import Journal
from runcomfy_runtime.testing import Emulator
from runcomfy_sdk._catalog import MODELS
from support.terminal import open_terminal, rest_of

from .test_cli import GIVEN, MODEL, Shell, emulator, environment, only, server, shell

__all__ = ["emulator", "server", "shell"]

DAY = 24 * 3600.0


def records(stdout: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in stdout.splitlines()]


def on_terminal(folder: Path, emulator: Emulator, columns: int, *arguments: str, **env: str) -> str:
    """Return what a terminal of that width shows, line ends as a file has them."""
    variables = environment(folder / "home", emulator)
    del variables["COLUMNS"]
    terminal = open_terminal(
        sys.executable,
        ["-m", "runcomfy_sdk", *arguments],
        folder=folder,
        variables={**variables, "TERM": "xterm", **env},
        columns=columns,
    )
    shown = rest_of(terminal)
    assert terminal.exitstatus == 0, shown
    return shown


# models


def test_offline_lists_need_no_network_and_no_token(shell: Shell, emulator: Emulator) -> None:
    gone: dict[str, str | None] = {"RUNCOMFY_TOKEN": None}
    assert {r["model_id"] for r in records(shell("models", "list", env=gone).stdout)} == {*MODELS}
    limited = records(shell("models", "list", "--offset", "1", "--limit", "2", env=gone).stdout)
    assert [r["model_id"] for r in limited] == sorted(MODELS)[1:3]
    (found,) = records(shell("models", "list", "--search", "STEPX edit", env=gone).stdout)
    assert found["model_id"] == MODEL
    (found,) = records(shell("models", "search", "stepx", "--include-schema", env=gone).stdout)
    assert found["input_schema"]["type"] == "object"
    counted = records(shell("models", "categories", env=gone).stdout)
    assert sum(r["models"] for r in counted) == len(MODELS)
    assert emulator.calls == []


def test_live_lists_ask_the_service_page_by_page(shell: Shell, emulator: Emulator) -> None:
    listed = records(shell("models", "list", "--live").stdout)
    assert {entry["model_id"] for entry in listed} == {*MODELS}
    assert {entry["price_unit"] for entry in listed} == {"output"}
    emulator.clear()
    (one,) = records(shell("models", "list", "--live", "--offset", "2", "--limit", "1").stdout)
    assert one["model_id"] == listed[2]["model_id"]
    assert [call.query for call in emulator.calls] == ["limit=1&offset=2"]
    (found,) = records(shell("models", "search", "edit", "stepx", "--live").stdout)
    assert found["model_id"] == MODEL
    (found,) = records(shell("models", "search", "stepx", "--live", "--include-schema").stdout)
    assert found["input_schema"]["properties"]
    named = records(shell("models", "categories", "--live").stdout)
    assert {r["category"] for r in named} == {entry.task for entry in MODELS.values()}
    told = only(shell("models", "show", f"/{MODEL}/", "--live").stdout)
    assert told["model_id"] == MODEL
    assert "price" in shell("models", "get", MODEL, "--live", "--output", "pretty").stdout


def test_a_long_live_catalogue_is_read_to_its_end(shell: Shell, emulator: Emulator) -> None:
    code = (
        "import sys, runcomfy_runtime.cli.reading as r; r._PAGE = 3\n"
        "from runcomfy_runtime.cli import main; sys.argv[1:] = ['models', 'list', '--live']\n"
        "main('runcomfy_sdk')"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        env=shell.environment,
        capture_output=True,
        encoding="utf-8",
        timeout=60,
        check=False,
    )
    assert {entry["model_id"] for entry in records(done.stdout)} == {*MODELS}
    assert emulator.count("models") == -(-len(MODELS) // 3)


def test_live_questions_survive_a_passing_fault(shell: Shell, emulator: Emulator) -> None:
    emulator.script({"models": ["error", "drop_before"], "scope": "calls"})
    assert len(records(shell("models", "list", "--live").stdout)) == len(MODELS)
    assert emulator.count("models") == 3


@pytest.mark.parametrize(
    ("arguments", "env", "code", "words"),
    [
        (("list", "--live"), {"RUNCOMFY_TOKEN": "wrong"}, 77, "refused the token"),
        (("list", "--live"), {"RUNCOMFY_MODEL_API_BASE": "http://127.0.0.1:9"}, 69, "127.0.0.1:9"),
        (("show", "stepfun-ai/stepx", "--live"), {}, 65, MODEL),
        (("show", "stepfun-ai/stepx-edit"), {}, 65, MODEL),
        (("list", "--kind", "model"), {}, 64, "--live"),
        (("list", "--limt", "3"), {}, 64, "--limit"),
        (("shw", MODEL), {}, 64, "'show'"),
    ],
)
def test_what_cannot_be_listed_is_said(
    shell: Shell, arguments: Sequence[str], env: dict[str, str | None], code: int, words: str
) -> None:
    done = shell("models", *arguments, env=env)
    assert done.returncode == code
    assert words in done.stderr


def test_no_match_says_so_and_is_no_error(shell: Shell) -> None:
    done = shell("models", "search", "stepx-edti2")
    assert (done.returncode, done.stdout) == (0, "")
    assert MODEL in done.stderr


# schema


def test_a_schema_in_each_form(shell: Shell) -> None:
    schema = only(shell("schema", MODEL).stdout)
    assert json.loads(shell("schema", MODEL, "--format", "json").stdout) == schema
    assert yaml.safe_load(shell("schema", MODEL, "--format", "yaml").stdout) == schema
    table = shell("schema", MODEL, "--format", "table").stdout.splitlines()
    assert len(table) == len(schema["properties"])
    assert any(re.match(r"output_format +jpeg\|png +optional", line) for line in table)
    assert only(shell("schema", MODEL, "--part", "output").stdout) != schema


# tables on terminals


@pytest.mark.parametrize("columns", [20, 40, 80, 200])
def test_a_table_fits_the_terminal_and_ids_stay_whole(
    tmp_path: Path, emulator: Emulator, columns: int
) -> None:
    shown = on_terminal(tmp_path, emulator, columns, "models", "list")
    lines = shown.splitlines()
    for model_id in MODELS:
        assert any(line.startswith(model_id) for line in lines)
    assert all(len(line) <= columns for line in lines if not line.startswith(tuple(MODELS)))
    assert lines[0].startswith("MODEL") == (columns >= 80)
    assert "\x1b" not in shown


@pytest.mark.parametrize("env", [{"TERM": "dumb"}, {"NO_COLOR": "1"}])
def test_plain_terminals_get_no_escapes(
    tmp_path: Path, emulator: Emulator, env: dict[str, str]
) -> None:
    for arguments in (("schema", MODEL, "--format", "table"), ("doctor",), ("jobs", "list")):
        assert "\x1b" not in on_terminal(tmp_path, emulator, 80, *arguments, **env)


@pytest.mark.parametrize("encoding", ["ascii", "cp1252", "cp437", "shift_jis"])
def test_legacy_encodings_show_every_model(shell: Shell, encoding: str) -> None:
    for model_id in MODELS:
        done = subprocess.run(
            [sys.executable, "-m", "runcomfy_sdk", "models", "show", model_id, "--output=pretty"],
            env={**shell.environment, "PYTHONIOENCODING": f"{encoding}:strict"},
            capture_output=True,
            timeout=60,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        assert f"{model_id}: " in done.stdout.decode(encoding)


# jobs


def journal_of(shell: Shell) -> Journal:
    return Journal(Path(shell.environment["XDG_STATE_HOME"]) / "runcomfy" / "jobs.jsonl")


@pytest.fixture
def history(shell: Shell, monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    """Fill the journal with a job in each state, and return the entries by state."""
    journal = journal_of(shell)
    now = time.time()
    entries: dict[str, str] = {}
    for age, state in enumerate(("ended", "collected", "rejected", "unknown", "submitted")):
        monkeypatch.setattr(time, "time", lambda age=age: now - (5 - age) * DAY)
        model = "vendor/other" if state == "ended" else MODEL
        entries[state] = entry = journal.intend(model, "https://example.com", "00ff")
        if state in ("rejected", "unknown"):
            journal.settle(entry, state)
            continue
        journal.submitted(entry, f"req-{state}")
        if state == "ended":
            journal.ended(f"req-{state}")
        elif state == "collected":
            journal.collected(f"req-{state}")
    monkeypatch.undo()
    return entries


@pytest.mark.parametrize(
    ("arguments", "states"),
    [
        ((), ["ended", "collected", "rejected", "unknown", "submitted"]),
        (("--pending",), ["submitted"]),
        (("--unknown",), ["unknown"]),
        (("--pending", "--unknown"), ["unknown", "submitted"]),
        (("--state", "ended", "--state", "rejected"), ["ended", "rejected"]),
        (("--model", "STEPX", "--limit", "2"), ["unknown", "submitted"]),
        (("--since", "60h"), ["unknown", "submitted"]),
        (("--model", "nothing"), []),
    ],
)
def test_jobs_list_filters(
    shell: Shell, history: dict[str, str], arguments: Sequence[str], states: list[str]
) -> None:
    done = shell("jobs", "list", *arguments)
    assert [record["state"] for record in records(done.stdout)] == states
    assert bool(done.stderr) == (not states)


def test_jobs_list_is_a_table_on_a_terminal(
    tmp_path: Path, emulator: Emulator, shell: Shell, history: dict[str, str]
) -> None:
    shown = on_terminal(tmp_path, emulator, 90, "jobs", "list").splitlines()
    assert re.match(r"REQUEST ID +AGE +STATE +MODEL", shown[0])
    assert re.match(rf"req-collected +4d +collected +{MODEL}", shown[2])
    assert re.match(r"- +2d +.*may be charged", shown[4])


def test_jobs_show_tells_all_and_what_to_do_next(shell: Shell, history: dict[str, str]) -> None:
    told = only(shell("jobs", "show", "req-submitted").stdout)
    assert (told["state"], told["payload_sha256"]) == ("submitted", "00ff")
    assert told["next"] == "runcomfy-sdk wait req-submitted -o DIR"
    told = only(shell("jobs", "show", history["unknown"][:12]).stdout)
    assert "before you submit it again" in told["next"]
    assert only(shell("jobs", "show", "req-e").stdout)["next"] is None
    pretty = shell("jobs", "show", "req-c", "--output", "pretty").stdout
    assert re.search(r"^request id +req-collected$", pretty, re.MULTILINE)


def test_jobs_show_names_what_it_does_not_find(shell: Shell, history: dict[str, str]) -> None:
    done = shell("jobs", "show", "req-")
    assert done.returncode == 64
    assert "req-ended, req-collected, req-submitted" in done.stderr
    done = shell("jobs", "show", "other")
    assert done.returncode == 65
    assert "status other" in done.stderr


def test_a_run_is_in_the_journal_by_default(shell: Shell) -> None:
    assert shell(*GIVEN, "--no-download").returncode == 0
    (record,) = records(shell("jobs", "list").stdout)
    assert (record["model_id"], record["state"]) == (MODEL, "collected")
    assert only(shell("jobs", "show", record["request_id"]).stdout)["finished"]


def test_verbose_says_what_is_sent_but_not_the_token(shell: Shell) -> None:
    done = shell(*GIVEN, "--no-download", "-vv", "-q")
    assert f"/v1/models/{MODEL}" in done.stderr
    quiet = shell(*GIVEN, "--no-download", "-v", "-q")
    assert 0 < len(quiet.stderr.splitlines()) < len(done.stderr.splitlines())
