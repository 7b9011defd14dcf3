"""Run the type checkers over a folder, each in one process, and tell what they say in one form."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

from support.command import REPOSITORY

__all__ = ["CHECKERS", "Complaint", "completeness", "run_mypy", "run_pyright"]

_PATHS = [str(REPOSITORY / name) for name in ("generated", "runtime")]


@dataclass(frozen=True, order=True)
class Complaint:
    """What a checker says of one line; ``path`` is relative to the folder, ``line`` counts from 1."""

    path: str
    line: int
    rule: str
    message: str


def run_mypy(folder: Path) -> list[Complaint]:
    """Return the errors of ``mypy --strict`` in ``folder``."""
    command = [sys.executable, "-m", "mypy", "--strict", "--output=json", "--no-error-summary"]
    command += ["--config-file=", "--explicit-package-bases", "--namespace-packages", "."]
    done = _run(command, folder, {"MYPYPATH": str(folder)})
    assert done.returncode in (0, 1), done.stdout + done.stderr
    entries = [cast("dict[str, Any]", json.loads(line)) for line in done.stdout.splitlines()]
    return sorted(
        Complaint(entry["file"], entry["line"], entry["code"], entry["message"])
        for entry in entries
        if entry["severity"] == "error"
    )


def run_pyright(folder: Path) -> list[Complaint]:
    """Return the errors of pyright in strict mode in ``folder``, in which a configuration is written."""
    settings = {"include": ["."], "extraPaths": _PATHS, "typeCheckingMode": "strict"}
    config = folder / "pyrightconfig.json"
    config.write_text(json.dumps(settings), encoding="utf-8")
    command = [sys.executable, "-m", "pyright", "--outputjson", "--pythonpath", sys.executable]
    done = _run(command, folder)
    report: dict[str, Any] = json.loads(done.stdout)
    assert report["summary"]["filesAnalyzed"] == len(list(folder.rglob("*.py")))
    return sorted(
        Complaint(
            Path(entry["file"]).relative_to(folder.resolve()).as_posix(),
            entry["range"]["start"]["line"] + 1,
            entry.get("rule", ""),
            entry["message"].replace("\N{NO-BREAK SPACE}", " "),
        )
        for entry in report["generalDiagnostics"]
    )


CHECKERS: Mapping[str, Callable[[Path], list[Complaint]]] = {
    "mypy": run_mypy,
    "pyright": run_pyright,
}


def completeness(package: str, folder: Path) -> tuple[float, list[str]]:
    """Return the share of public symbols of ``package`` whose type pyright knows, and what it says of the others.

    The package is looked for in ``folder`` and where this Python finds packages; pyright takes the Python of PATH.
    """
    python = {"PATH": os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])}
    command = [sys.executable, "-m", "pyright", "--outputjson", "--ignoreexternal"]
    done = _run([*command, "--verifytypes", package], folder, python)
    found: dict[str, Any] = json.loads(done.stdout)["typeCompleteness"]
    assert found["exportedSymbolCounts"]["withKnownType"] > 0, f"{package} was not found"
    faults = [
        f"{symbol['name']}: {diagnostic['message']}"
        for symbol in found["symbols"]
        for diagnostic in symbol["diagnostics"]
    ]
    return found["completenessScore"], faults


def _run(
    command: list[str], folder: Path, env: Mapping[str, str] | None = None
) -> subprocess.CompletedProcess[str]:
    paths = {"PYTHONPATH": os.pathsep.join([str(folder), *_PATHS])}
    return subprocess.run(
        command,
        cwd=folder,
        env={**os.environ, **paths, **(env or {})},
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
