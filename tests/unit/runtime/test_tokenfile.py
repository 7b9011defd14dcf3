"""The official CLI's ``token.json``."""

from __future__ import annotations

import json
import os
import stat
from pathlib import Path

import pytest
from runcomfy_runtime.config import Config, find_token
from runcomfy_runtime.errors import AuthError
from runcomfy_runtime.tokenfile import (
    config_folder,
    read_tokens,
    remove_token,
    replace_file,
    write_token,
)


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("USERPROFILE", str(tmp_path))
    return tmp_path


def test_what_is_written_is_what_the_official_cli_reads(home: Path) -> None:
    path = write_token({}, "tok-1", "me@example.com")
    assert path == home / ".config" / "runcomfy" / "token.json"
    assert json.loads(path.read_text()) == {
        "access_token": "tok-1",
        "refresh_token": None,
        "expires_at": None,
        "user_email": "me@example.com",
    }
    (saved,) = read_tokens({})
    assert (saved.path, saved.access_token, saved.user_email) == (path, "tok-1", "me@example.com")
    assert "tok-1" not in repr(saved)
    found = find_token({})
    assert found.secret.reveal() == "tok-1"
    assert found.origin == f"the file {path}"


@pytest.mark.skipif(os.name != "posix", reason="file modes are POSIX")
def test_only_the_owner_can_read_it_even_if_an_old_draft_was_open_to_all(home: Path) -> None:
    folder = config_folder({})
    folder.mkdir(parents=True)
    draft = folder / "token.json.tmp"
    draft.write_text("left by a crash")
    draft.chmod(0o666)
    (folder / "token.json").write_text("{}")
    (folder / "token.json").chmod(0o644)
    path = write_token({}, "tok-1", None)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert sorted(file.name for file in folder.iterdir()) == ["token.json"]


def test_folders_follow_the_official_order(home: Path) -> None:
    assert config_folder({"XDG_CONFIG_HOME": "/x"}) == Path("/x/runcomfy")
    assert config_folder({"XDG_CONFIG_HOME": "/x", "RUNCOMFY_CONFIG_DIR": "/own"}) == Path("/own")
    legacy = home / "Library" / "Application Support" / "runcomfy" / "token.json"
    replace_file(legacy, '{"access_token": "old"}')
    assert [saved.access_token for saved in read_tokens({})] == ["old"]
    write_token({}, "new", None)
    assert [saved.access_token for saved in read_tokens({})] == ["new", "old"]


def test_logout_leaves_no_token_behind(home: Path) -> None:
    replace_file(
        home / "Library" / "Application Support" / "runcomfy" / "token.json",
        '{"access_token": "old"}',
    )
    write_token({}, "new", None)
    assert len(remove_token({})) == 2
    assert remove_token({}) == []
    with pytest.raises(AuthError, match="log in"):
        find_token({})


@pytest.mark.parametrize(
    "content", ["", "not JSON", "[]", "{}", '{"access_token": " "}', '{"access_token": 7}', "\xff"]
)
def test_a_file_without_a_token_is_passed_over(home: Path, content: str) -> None:
    replace_file(config_folder({}) / "token.json", content)
    assert list(read_tokens({})) == []


def test_a_write_that_fails_leaves_the_old_token(home: Path) -> None:
    path = write_token({}, "tok-1", None)
    (path.parent / "token.json.tmp").mkdir()
    with pytest.raises(OSError, match=r"token\.json\.tmp"):
        write_token({}, "tok-2", None)
    (saved,) = read_tokens({})
    assert saved.access_token == "tok-1"


@pytest.mark.parametrize(
    ("base_url", "web_url"),
    [
        (None, "https://www.runcomfy.com"),
        ("https://model-api.runcomfy.net/v1/", "https://www.runcomfy.com"),
        ("http://127.0.0.1:8787", "http://127.0.0.1:8787"),
        ("https://gateway.example.com", None),
        ("https://model-api-int.runcomfy.net", None),
    ],
)
def test_a_token_of_another_service_never_goes_to_the_public_web_site(
    monkeypatch: pytest.MonkeyPatch, base_url: str | None, web_url: str | None
) -> None:
    for variable in ("RUNCOMFY_WEB_BASE", "RUNCOMFY_MODEL_API_BASE"):
        monkeypatch.delenv(variable, raising=False)
    assert Config.load("token", base_url, ()).web_url == web_url
    monkeypatch.setenv("RUNCOMFY_WEB_BASE", "https://web.example.com/")
    assert Config.load("token", base_url, ()).web_url == "https://web.example.com"
