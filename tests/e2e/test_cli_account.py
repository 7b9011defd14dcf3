"""login, logout, whoami, doctor, config: real processes against the emulator."""

from __future__ import annotations

import json
import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest
from runcomfy_runtime.testing import Emulator
from support.terminal import open_terminal, rest_of

from .test_cli import TOKEN, Shell, emulator, environment, only, server, shell

__all__ = ["emulator", "server", "shell"]

LOGIN = ("-m", "runcomfy_sdk", "login")
LOGGED_OUT: dict[str, str | None] = {"RUNCOMFY_TOKEN": None}


def token_file(shell: Shell) -> Path:
    return Path(shell.environment["XDG_CONFIG_HOME"]) / "runcomfy" / "token.json"


def login(shell: Shell, token: str = TOKEN, *more: str) -> None:
    done = shell("login", "--token-stdin", *more, given=f"{token}\n", env=LOGGED_OUT)
    assert done.returncode == 0, done.stderr


def test_a_token_from_standard_input_is_checked_and_kept(shell: Shell) -> None:
    done = shell("login", "--token-stdin", given=f"{TOKEN}\n", env=LOGGED_OUT)
    record = only(done.stdout)
    assert (record["file"], record["checked"]) == (str(token_file(shell)), True)
    kept = json.loads(token_file(shell).read_text())
    assert kept["access_token"] == TOKEN
    assert kept["user_email"] == record["email"]
    assert set(kept) == {"access_token", "refresh_token", "expires_at", "user_email"}
    if os.name == "posix":
        assert stat.S_IMODE(token_file(shell).stat().st_mode) == 0o600
    assert shell("balance", env=LOGGED_OUT).returncode == 0


def test_a_token_that_the_service_refuses_is_not_kept(shell: Shell) -> None:
    login(shell)
    done = shell("login", "--token-stdin", given="wrong\n", env=LOGGED_OUT)
    assert done.returncode == 77
    assert "Nothing was kept" in done.stderr
    assert json.loads(token_file(shell).read_text())["access_token"] == TOKEN


def test_a_token_that_cannot_be_checked_is_kept_on_request_only(shell: Shell) -> None:
    nowhere: dict[str, str | None] = {**LOGGED_OUT, "RUNCOMFY_MODEL_API_BASE": "http://127.0.0.1:9"}
    done = shell("login", "--token-stdin", given=f"{TOKEN}\n", env=nowhere)
    assert done.returncode == 69
    assert "--no-check" in done.stderr
    assert not token_file(shell).exists()
    login(shell, "unchecked", "--no-check")
    assert json.loads(token_file(shell).read_text())["access_token"] == "unchecked"


@pytest.mark.parametrize("text", ["", "\n", "Bearer abc\n", "two words\n", "ünicode\n"])
def test_what_cannot_be_a_token_is_refused_without_a_request(
    shell: Shell, emulator: Emulator, text: str
) -> None:
    done = shell("login", "--token-stdin", given=text, env=LOGGED_OUT)
    assert done.returncode == 77
    assert "what was given" in done.stderr
    assert emulator.calls == []


def test_a_token_on_the_command_line_is_warned_about(shell: Shell) -> None:
    done = shell("login", "--token", "some-token", "--no-check", env=LOGGED_OUT)
    assert done.returncode == 0
    assert "shell's history" in done.stderr


def test_without_a_terminal_nothing_is_asked(shell: Shell) -> None:
    done = shell("login", env=LOGGED_OUT)
    assert done.returncode == 64
    assert "--token-stdin" in done.stderr


def test_the_prompt_shows_nothing_of_the_token(tmp_path: Path, emulator: Emulator) -> None:
    variables = environment(tmp_path / "home", emulator)
    del variables["RUNCOMFY_TOKEN"]
    terminal = open_terminal(sys.executable, LOGIN, folder=tmp_path, variables=variables)
    terminal.expect("Token: ")
    shown = terminal.before or ""
    terminal.sendline(TOKEN)
    shown += rest_of(terminal)
    assert terminal.exitstatus == 0, shown
    assert "the token is kept in" in shown
    assert TOKEN not in shown


def test_ctrl_c_at_the_prompt_keeps_nothing(tmp_path: Path, emulator: Emulator) -> None:
    variables = environment(tmp_path / "home", emulator)
    terminal = open_terminal(sys.executable, LOGIN, folder=tmp_path, variables=variables)
    terminal.expect("Token: ")
    terminal.sendintr()
    rest_of(terminal)
    assert terminal.exitstatus == 130
    assert not (tmp_path / "home" / "config").exists()


def test_a_variable_that_goes_before_the_file_is_named(shell: Shell) -> None:
    done = shell("login", "--token-stdin", given=f"{TOKEN}\n")
    assert "RUNCOMFY_TOKEN is set and goes before the file" in done.stderr
    assert "goes before" in shell("logout").stderr


def test_logout_forgets_the_token(shell: Shell) -> None:
    login(shell)
    assert only(shell("logout", env=LOGGED_OUT).stdout)["removed"] == [str(token_file(shell))]
    assert only(shell("logout", env=LOGGED_OUT).stdout)["removed"] == []
    assert shell("balance", env=LOGGED_OUT).returncode == 77


def test_whoami_names_the_user_and_where_the_token_is_from(shell: Shell) -> None:
    told = only(shell("whoami").stdout)
    assert told["token_from"] == "the variable RUNCOMFY_TOKEN"
    assert told["token_type"] == "api"
    assert "@" in told["email"]
    login(shell)
    told = only(shell("whoami", env=LOGGED_OUT).stdout)
    assert told["token_from"] == f"the file {token_file(shell)}"
    assert shell("whoami", env={"RUNCOMFY_TOKEN": "wrong"}).returncode == 77


def test_whoami_asks_the_address_that_the_variable_names(shell: Shell, emulator: Emulator) -> None:
    done = shell("whoami", env={"RUNCOMFY_WEB_BASE": "http://127.0.0.1:9/"})
    assert done.returncode == 69
    assert emulator.count("user") == 0
    done = shell("whoami", env={"RUNCOMFY_WEB_BASE": "http://example.com"})
    assert done.returncode == 64
    assert "RUNCOMFY_WEB_BASE" in done.stderr


def checks(stdout: str) -> dict[str, dict[str, str]]:
    return {record["check"]: record for record in map(json.loads, stdout.splitlines())}


def test_doctor_finds_nothing_wrong(shell: Shell, emulator: Emulator) -> None:
    done = shell("doctor")
    assert done.returncode == 0, done.stderr
    found = checks(done.stdout)
    assert {name for name, check in found.items() if check["state"] == "wrong"} == set()
    assert found["token"]["detail"] == "from the variable RUNCOMFY_TOKEN"
    assert emulator.base_url in found["service"]["detail"]
    assert "1000.00 USD" in found["account"]["detail"]
    assert "agrees" in found["clock"]["detail"]
    assert str(shell.environment["XDG_STATE_HOME"]) in found["journal"]["detail"]
    assert emulator.count("submit") == 0
    assert not Path(shell.environment["XDG_STATE_HOME"]).exists()


@pytest.mark.parametrize(
    ("env", "code", "check", "words"),
    [
        ({"RUNCOMFY_TOKEN": None}, 77, "token", "log in"),
        ({"RUNCOMFY_TOKEN": "wrong"}, 77, "account", "login"),
        ({"RUNCOMFY_MODEL_API_BASE": "http://127.0.0.1:9"}, 69, "service", "network"),
        ({"RUNCOMFY_MODEL_API_BASE": "ftp://x"}, 64, "service", "https"),
        ({"XDG_STATE_HOME": "/proc/nowhere"}, 73, "journal", "XDG_STATE_HOME"),
    ],
)
def test_doctor_names_what_is_wrong_and_what_to_do(
    shell: Shell, env: dict[str, str | None], code: int, check: str, words: str
) -> None:
    done = shell("doctor", env=env)
    assert done.returncode == code
    found = checks(done.stdout)
    assert [name for name, one in found.items() if one["state"] == "wrong"] == [check]
    assert words in found[check]["advice"]
    assert check in done.stderr


def test_doctor_sees_a_wrong_clock(shell: Shell, emulator: Emulator) -> None:
    code = (
        "import sys, time; real = time.time; time.time = lambda: real() + 3600\n"
        "from runcomfy_runtime.cli import main; sys.argv[1:] = ['doctor']; main('runcomfy_sdk')"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        env=shell.environment,
        capture_output=True,
        encoding="utf-8",
        timeout=60,
        check=False,
    )
    clock = checks(done.stdout)["clock"]
    assert clock["state"] == "note"
    assert "ahead of the service's" in clock["detail"]


def test_doctor_notes_a_token_that_others_can_read_or_that_has_expired(shell: Shell) -> None:
    login(shell)
    token_file(shell).chmod(0o644)
    found = checks(shell("doctor", "--offline", env=LOGGED_OUT).stdout)
    assert "chmod 600" in found["token"]["advice"]
    facts = json.loads(token_file(shell).read_text())
    token_file(shell).write_text(json.dumps({**facts, "expires_at": 1_000_000}))
    found = checks(shell("doctor", "--offline", env=LOGGED_OUT).stdout)
    assert "expired" in found["token"]["detail"]


def test_doctor_offline_asks_nothing(shell: Shell, emulator: Emulator) -> None:
    assert shell("doctor", "--offline").returncode == 0
    assert emulator.calls == []


def settings(shell: Shell, *arguments: str, **env: str | None) -> dict[str, tuple[str, str]]:
    done = shell(*arguments, "config", "list", "--output", "json", env=env)
    assert done.returncode == 0, done.stderr
    records = map(json.loads, done.stdout.splitlines())
    return {record["name"]: (record["value"], record["source"]) for record in records}


def test_config_tells_where_each_setting_comes_from(shell: Shell, emulator: Emulator) -> None:
    held = settings(shell)
    assert held["base-url"] == (emulator.base_url, "the variable RUNCOMFY_MODEL_API_BASE")
    assert held["token"] == ("(not shown)", "the variable RUNCOMFY_TOKEN")
    assert held["journal"][1] == "the variable XDG_STATE_HOME"
    assert settings(shell, "--base-url", "http://[::1]:5")["base-url"] == (
        "http://[::1]:5",
        "the option --base-url",
    )
    assert shell("config").stdout == shell("config", "list").stdout
    bare = settings(shell, RUNCOMFY_MODEL_API_BASE=None, RUNCOMFY_TOKEN=None)
    assert bare["base-url"] == ("https://model-api.runcomfy.net", "default")
    assert bare["token"][0] == "(none)"


def test_a_kept_address_is_used_until_it_is_unset(shell: Shell, emulator: Emulator) -> None:
    gone: dict[str, str | None] = {"RUNCOMFY_MODEL_API_BASE": None}
    assert shell("config", "set", "base_url", f"{emulator.base_url}/v1/").returncode == 0
    assert shell("balance", env=gone).returncode == 0
    elsewhere: dict[str, str | None] = {"RUNCOMFY_MODEL_API_BASE": "http://127.0.0.1:9"}
    assert shell("balance", env=elsewhere).returncode == 69
    assert shell("config", "unset", "base-url").returncode == 0
    assert settings(shell, **gone)["base-url"][1] == "default"


def test_a_kept_form_of_output_is_used(shell: Shell) -> None:
    shell("config", "set", "output", "pretty")
    assert shell("balance").stdout == "1000.00 USD\n"
    assert only(shell("balance", "--output", "json").stdout)["currency"] == "USD"
    assert shell("config", "get", "output").stdout == "pretty\n"


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (("set", "output", "yaml"), 65, "pretty or json"),
        (("set", "base-url", "http://example.com"), 65, "unencrypted"),
        (("set", "token", "abc"), 64, "base-url, output"),
        (("unset", "tokn"), 64, "base-url, output"),
        (("get", "colour"), 64, "settings-file"),
    ],
)
def test_what_cannot_be_kept_is_refused(
    shell: Shell, arguments: tuple[str, ...], code: int, words: str
) -> None:
    done = shell("config", *arguments)
    assert done.returncode == code
    assert words in done.stderr


@pytest.mark.parametrize("content", ["{", "[]", '{"colour": "red"}', '{"output": 3}', "\xff"])
def test_a_damaged_file_is_named(shell: Shell, content: str) -> None:
    file = token_file(shell).with_name("runcomfy-sdk.json")
    file.parent.mkdir(parents=True)
    file.write_text(content, encoding="latin-1")
    done = shell("balance")
    assert done.returncode == 64
    assert str(file) in done.stderr
    done = shell("doctor", "--offline")
    assert done.returncode == 64
    assert checks(done.stdout)["settings"]["state"] == "wrong"
