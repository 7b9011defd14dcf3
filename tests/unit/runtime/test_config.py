"""Base URLs, tokens and the hosts files may come from."""

from __future__ import annotations

import json
import pickle
from pathlib import Path

import pytest
import runcomfy_runtime as runtime
from runcomfy_runtime.config import Config, normalise_base_url


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ("https://model-api.runcomfy.net", "https://model-api.runcomfy.net"),
        ("https://model-api.runcomfy.net/v1/", "https://model-api.runcomfy.net"),
        ("http://127.0.0.1:8787/v1", "http://127.0.0.1:8787"),
        ("http://[::1]:80", "http://[::1]:80"),
        ("https://proxy.example/runcomfy/v1", "https://proxy.example/runcomfy"),
    ],
)
def test_base_url(given: str, expected: str) -> None:
    assert normalise_base_url(given) == expected


@pytest.mark.parametrize(
    "given",
    [
        "http://model-api.runcomfy.net",
        "http://127.0.0.1.evil.example",
        "ftp://x",
        "model-api.runcomfy.net",
        "https://user:secret@x.example",
        "https://x.example/?a=b",
        "https://x.example:99999",
        "https://[::1",
        "https://x .example",
        "",
    ],
)
def test_bad_base_url(given: str) -> None:
    with pytest.raises(ValueError, match="base URL") as caught:
        normalise_base_url(given)
    assert "secret" not in str(caught.value)


def token(argument: str | None = None) -> str:
    return Config.load(argument, None, ()).token.reveal()


def test_token_order(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    folder = tmp_path / ".config" / "runcomfy"
    folder.mkdir(parents=True)
    (folder / "token.json").write_text(json.dumps({"access_token": "from-file"}))
    assert token() == "from-file"
    monkeypatch.setenv("RUNCOMFY_API_KEY", "third")
    assert token() == "third"
    monkeypatch.setenv("RUNCOMFY_API_TOKEN", "second")
    assert token() == "second"
    monkeypatch.setenv("RUNCOMFY_TOKEN", "first")
    assert token() == "first"
    assert token("argument") == "argument"
    monkeypatch.setenv("RUNCOMFY_TOKEN", "  ")
    assert token() == "second"


@pytest.mark.parametrize("content", ["", "[]", "{", '{"access_token": 7}', '{"access_token": ""}'])
def test_unreadable_token_file_is_no_token(content: str, tmp_path: Path) -> None:
    folder = tmp_path / ".config" / "runcomfy"
    folder.mkdir(parents=True)
    (folder / "token.json").write_text(content)
    with pytest.raises(runtime.AuthError, match=r"No token: set RUNCOMFY_TOKEN"):
        token()


@pytest.mark.parametrize("given", ["", "Bearer abc", "a b", "ä", "x" * 9000, "a\nb"])
def test_what_cannot_be_a_token_is_refused_unseen(given: str) -> None:
    with pytest.raises(runtime.AuthError) as caught:
        runtime.Client(given)
    if given:
        assert given not in str(caught.value)


def test_token_is_never_shown_or_pickled() -> None:
    config = Config.load("tok-secret", None, ())
    assert "tok-secret" not in repr(config)
    with pytest.raises(TypeError):
        pickle.dumps(config)


@pytest.mark.parametrize(
    ("scheme", "host", "port", "user", "allowed"),
    [
        ("https", "playgrounds-storage-public.runcomfy.net", None, b"", True),
        ("https", "x.runcomfy.com", 443, b"", True),
        ("https", "cdn.example.org", None, b"", True),
        ("https", "RUNCOMFY.NET.evil.example", None, b"", False),
        ("https", "evilruncomfy.net", None, b"", False),
        ("https", "x.runcomfy.net", 8443, b"", False),
        ("https", "x.runcomfy.net", None, b"me", False),
        ("http", "x.runcomfy.net", None, b"", False),
        ("http", "127.0.0.1", 80, b"", False),
        ("https", "10.0.0.1", None, b"", False),
        ("file", "", None, b"", False),
    ],
)
def test_download_hosts(
    scheme: str, host: str, port: int | None, user: bytes, allowed: bool
) -> None:
    config = Config.load(None, None, ["*.example.org"])
    assert (config.refuse_download(scheme, host, port, user) is None) is allowed


def test_loopback_files_only_beside_a_loopback_service() -> None:
    config = Config.load(None, "http://localhost:1", ())
    assert config.refuse_download("http", "127.0.0.1", 8788, b"") is None
    assert config.refuse_download("http", "x.runcomfy.net", None, b"") is not None
