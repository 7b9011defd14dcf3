"""The few settings that the command line keeps in a file, beside the token: where the service is, what output is."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final, cast

from .exitcodes import CliError, ExitCode

__all__ = [
    "BASE_URL_VARIABLE",
    "PREFERENCES",
    "check_preference",
    "preferences_path",
    "read_preferences",
    "write_preferences",
]

BASE_URL_VARIABLE: Final = "RUNCOMFY_MODEL_API_BASE"
PREFERENCES: Final[Mapping[str, str]] = {
    "base-url": "address of the service, such as an emulator's",
    "output": "form of standard output: pretty or json",
}
"""What can be kept, and what it is."""

_NAME: Final = "runcomfy-sdk.json"


def preferences_path() -> Path:
    """Return the file; it need not exist."""
    from ..tokenfile import config_folder

    return config_folder(os.environ) / _NAME


def read_preferences() -> Mapping[str, str]:
    """Return what is kept; nothing where there is no file.

    Raises:
        CliError: If the file cannot be read, or holds something else than what can be kept.
    """
    import json

    path = preferences_path()
    try:
        content: Any = json.loads(path.read_bytes())
    except FileNotFoundError:
        return {}
    except (OSError, ValueError) as error:
        raise _refused(path, str(error)) from None
    if not isinstance(content, dict):
        raise _refused(path, "it holds no JSON object")
    kept = cast("dict[str, Any]", content)
    for name, value in kept.items():
        if (fault := check_preference(name, value)) is not None:
            raise _refused(path, fault)
    return kept


def write_preferences(kept: Mapping[str, str]) -> None:
    """Write what to keep, in one step.

    Raises:
        OSError: If it cannot be written.
    """
    import json

    from ..tokenfile import replace_file

    replace_file(preferences_path(), json.dumps(kept, indent=2, sort_keys=True) + "\n")


def check_preference(name: str, value: object) -> str | None:
    """Return what is wrong with a setting; None if it can be kept."""
    if name not in PREFERENCES:
        return f"there is no setting {name!r} to keep; there are {', '.join(PREFERENCES)}"
    if not isinstance(value, str):
        return f"{name} must be text"
    if name == "output" and value not in ("pretty", "json"):
        return f"output is {value!r}; it can be pretty or json"
    if name == "base-url":
        from ..config import normalise_base_url

        try:
            normalise_base_url(value)
        except ValueError as error:
            return str(error)
    return None


def _refused(path: Path, reason: str) -> CliError:
    return CliError(
        f"the settings in {path} cannot be used: {reason}; mend or remove it", ExitCode.USAGE
    )
