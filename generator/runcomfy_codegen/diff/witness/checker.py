"""Run the type checker once over a folder, in a process of its own."""

from __future__ import annotations

import importlib.util
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import cast

from runcomfy_codegen.errors import CodegenError, Problem
from runcomfy_codegen.jsontypes import JsonObject

__all__ = ["Complaint", "find_complaints", "require_checker"]

_PROGRAMS = "programs"
_PROBE = "probe.py"
_FLAGS = (
    "--config-file=",
    "--strict",
    "--no-warn-unused-ignores",
    "--follow-imports=silent",
    "--namespace-packages",
    "--explicit-package-bases",
    "--output=json",
    "--no-error-summary",
)
_INSTALL = "pip install 'runcomfy-sdk[type-check]'"


@dataclass(frozen=True, order=True, slots=True)
class Complaint:
    """One error of the checker: the program's path, first and last line from 1, the words and the error's name."""

    path: str
    line: int
    end_line: int
    message: str
    code: str


def require_checker() -> None:
    """Make sure that mypy is installed.

    Raises:
        CodegenError: It is not; the remedy is the command that installs it.
    """
    if importlib.util.find_spec("mypy") is None:
        raise CodegenError(
            Problem(
                "error",
                "no-type-checker",
                "mypy",
                "--type-check needs the type checker mypy, which is not installed",
                f"run {_INSTALL}, or leave --type-check out",
            )
        )


def find_complaints(
    package: Mapping[str, str], programs: Mapping[str, str], probe: str
) -> list[Complaint]:
    """Type-check programs in a temporary folder.

    Args:
        package: The texts of the package that they import, by path.
        programs: Their texts by path.
        probe: A program that must fail; a checker that lets it pass saw no types at all.

    Returns:
        The errors in the programs, by path and line.

    Raises:
        CodegenError: The checker gave no verdict.
    """
    with tempfile.TemporaryDirectory(prefix="runcomfy-codegen-") as name:
        root = Path(name)
        _write(root, package)
        _write(root / _PROGRAMS, {**programs, _PROBE: probe})
        done = subprocess.run(  # noqa: S603 - our own interpreter and fixed words
            [sys.executable, "-m", "mypy", *_FLAGS, "--cache-dir", _cache_folder(root), _PROGRAMS],
            cwd=root,
            env={**os.environ, "MYPYPATH": str(root)},
            capture_output=True,
            encoding="utf-8",
            errors="replace",
            check=False,
        )
    if done.returncode not in (0, 1):
        raise _no_verdict(f"it ended with exit code {done.returncode}: {_last_line(done)}")
    complaints = sorted(map(_complaint, map(_entry, done.stdout.splitlines())))
    if not any(complaint.path == _PROBE for complaint in complaints):
        raise _no_verdict("it saw no types, for a program that is wrong passed")
    return [complaint for complaint in complaints if complaint.path != _PROBE]


def _write(root: Path, files: Mapping[str, str]) -> None:
    for path, text in files.items():
        file = root / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8", newline="\n")


def _cache_folder(root: Path) -> str:
    """Return a folder of this user that outlives the run, for libraries take most of the time; else one in ``root``."""
    user = os.getuid() if hasattr(os, "getuid") else 0
    folder = Path(tempfile.gettempdir()) / f"runcomfy-codegen-mypy-{user}"
    try:
        folder.mkdir(mode=0o700, exist_ok=True)
        owner = folder.lstat().st_uid
    except OSError:
        return str(root / "cache")
    return str(folder if owner == user and not folder.is_symlink() else root / "cache")


def _entry(line: str) -> JsonObject:
    try:
        return cast("JsonObject", json.loads(line))
    except ValueError:
        raise _no_verdict(f"it wrote what is no JSON: {line[:200]}") from None


def _complaint(entry: JsonObject) -> Complaint:
    return Complaint(
        Path(str(entry["file"])).relative_to(_PROGRAMS).as_posix(),
        cast("int", entry["line"]),
        cast("int", entry["end_line"]),
        str(entry["message"]),
        str(entry["code"]),
    )


def _last_line(done: subprocess.CompletedProcess[str]) -> str:
    return next(reversed(f"{done.stdout}\n{done.stderr}".strip().splitlines()), "it said nothing")


def _no_verdict(why: str) -> CodegenError:
    return CodegenError(
        Problem(
            "error",
            "type-checker",
            "mypy",
            f"the second witness gave no verdict: {why}",
            f"see that `{sys.executable} -m mypy --version` works and is 1.11 or newer; or leave --type-check out",
        )
    )
