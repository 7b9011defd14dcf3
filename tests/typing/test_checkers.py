"""Both type checkers accept right programs and flag wrong ones, line by line."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[2]
PROGRAMS = Path(__file__).parent / "programs"


def lines_from_mypy() -> dict[str, set[int]]:
    command = [sys.executable, "-m", "mypy", "--strict", "--no-error-summary", str(PROGRAMS)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode in (0, 1), done.stdout + done.stderr
    found: dict[str, set[int]] = {}
    for name, line in re.findall(r"(\w+\.py):(\d+): error", done.stdout):
        found.setdefault(name, set()).add(int(line))
    return found


def lines_from_pyright() -> dict[str, set[int]]:
    command = [sys.executable, "-m", "pyright", "--outputjson", "--project", str(PROGRAMS)]
    command += ["--pythonpath", sys.executable]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    report: dict[str, Any] = json.loads(done.stdout)
    assert report["summary"]["filesAnalyzed"] == len(list(PROGRAMS.glob("*.py")))
    found: dict[str, set[int]] = {}
    for entry in report["generalDiagnostics"]:
        name = Path(entry["file"]).name
        found.setdefault(name, set()).add(entry["range"]["start"]["line"] + 1)
    return found


@pytest.mark.parametrize("checker", [lines_from_mypy, lines_from_pyright])
def test_right_calls_pass_and_wrong_ones_are_flagged(checker: Any) -> None:
    text = (PROGRAMS / "wrong.py").read_text(encoding="utf-8")
    wanted = {n for n, line in enumerate(text.splitlines(), 1) if line.endswith("# flagged")}

    assert checker() == {"wrong.py": wanted}
