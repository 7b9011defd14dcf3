"""The official CLI's ``token.json``: read where it may be, written where that CLI writes it, in the same form."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final, NamedTuple, cast

__all__ = [
    "SavedToken",
    "config_folder",
    "read_tokens",
    "remove_token",
    "replace_file",
    "write_token",
]

_NAME: Final = "token.json"


class SavedToken(NamedTuple):
    """What a file says.

    Attributes:
        path: The file.
        access_token: The token as it stands there, not blank.
        expires_at: When it is said to expire, seconds since the epoch; None if that is not said.
        user_email: Whose it is; None if that is not said.
    """

    path: Path
    access_token: str
    expires_at: float | None = None
    user_email: str | None = None

    def __repr__(self) -> str:
        return f"SavedToken({str(self.path)!r})"


def config_folder(environment: Mapping[str, str]) -> Path:
    """Return the folder that settings and the token are kept in."""
    return _folders(environment)[0]


def read_tokens(environment: Mapping[str, str]) -> Iterator[SavedToken]:
    """Yield the tokens found, the one to use first; files that hold none are passed over."""
    for folder in _folders(environment):
        path = folder / _NAME
        try:
            content: Any = json.loads(path.read_bytes())
        except (OSError, ValueError):
            continue
        if isinstance(content, dict):
            facts = cast("dict[str, Any]", content)
            token, expires, email = map(facts.get, ("access_token", "expires_at", "user_email"))
            if isinstance(token, str) and token.strip():
                yield SavedToken(
                    path,
                    token,
                    expires if isinstance(expires, int | float) else None,
                    email if isinstance(email, str) else None,
                )


def write_token(environment: Mapping[str, str], token: str, user_email: str | None) -> Path:
    """Write the file in one step, readable by its owner only, and return it.

    Raises:
        OSError: If it cannot be written; what was there stays.
    """
    facts = {
        "access_token": token,
        "refresh_token": None,
        "expires_at": None,
        "user_email": user_email,
    }
    path = config_folder(environment) / _NAME
    replace_file(path, json.dumps(facts, indent=2))
    return path


def remove_token(environment: Mapping[str, str]) -> list[Path]:
    """Remove every file that a token would be read from; return those that were there.

    Raises:
        OSError: If one cannot be removed.
    """
    removed: list[Path] = []
    for folder in _folders(environment):
        path = folder / _NAME
        if path.exists():
            path.unlink()
            removed.append(path)
    return removed


def replace_file(path: Path, text: str) -> None:
    """Put ``text`` in the place of a file of the user's own, in one step; only its owner can read it.

    Raises:
        OSError: If it cannot be written; what was there stays.
    """
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    draft = path.with_name(f"{path.name}.tmp")
    draft.unlink(missing_ok=True)
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        os.fsync(descriptor)
    os.replace(draft, path)


def _folders(environment: Mapping[str, str]) -> list[Path]:
    """Return the folders of the official CLI's ``token.json``, first choice first."""
    if own := environment.get("RUNCOMFY_CONFIG_DIR", "").strip():
        return [Path(own)]
    home = Path(os.path.expanduser("~"))
    xdg = environment.get("XDG_CONFIG_HOME", "").strip()
    first = Path(xdg) / "runcomfy" if xdg else home / ".config" / "runcomfy"
    return [first, home / "Library" / "Application Support" / "runcomfy"]
