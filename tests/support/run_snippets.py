"""Run the blocks of some pages and tell what each gave: ``python run_snippets.py FILE.json``.

The file holds a list of sessions, each a list of blocks. The blocks of a session run in order, in one folder and, as
far as they are Python, in one namespace; sessions run side by side. A JSON list of results is printed.
"""

from __future__ import annotations

import contextlib
import json
import os
import subprocess
import sys
import traceback
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

TIMEOUT = 150


def main() -> int:
    sessions = json.loads(Path(sys.argv[1]).read_text(encoding="utf-8"))
    with ThreadPoolExecutor(4) as pool, open(os.devnull, "w") as nothing:
        printed, sys.stdout = sys.stdout, nothing
        results = list(pool.map(run_session, sessions))
    printed.write(json.dumps([result for session in results for result in session]))
    return 0


def run_session(blocks: list[dict[str, Any]]) -> list[dict[str, Any]]:
    namespace: dict[str, Any] = {"__name__": "__main__"}
    return [run_block(block, namespace) for block in blocks]


def run_block(block: dict[str, Any], namespace: dict[str, Any]) -> dict[str, Any]:
    run = run_python if block["language"] == "python" else run_shell
    error, output = run(block, namespace)
    return {"where": block["where"], "page": block["page"], "error": error, "output": output}


def run_python(block: dict[str, Any], namespace: dict[str, Any]) -> tuple[str, str]:
    lines: list[str] = []

    def note(*values: object) -> None:
        lines.append(" ".join(map(str, values)))

    namespace["print"] = note
    try:
        exec(compile(block["code"], block["where"], "exec"), namespace)
    except (Exception, SystemExit):  # noqa: BLE001 - whatever a block raises is reported
        return traceback.format_exc(), "\n".join(lines)
    return "", "\n".join(lines)


def run_shell(block: dict[str, Any], _namespace: dict[str, Any]) -> tuple[str, str]:
    with contextlib.suppress(subprocess.TimeoutExpired):
        done = subprocess.run(
            [block["language"], "-eu", "-c", block["code"]],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            encoding="utf-8",
            timeout=TIMEOUT,
            check=False,
        )
        error = "" if done.returncode == 0 else f"exit code {done.returncode}: {done.stderr}"
        return error, done.stdout
    return f"no end within {TIMEOUT} s", ""


if __name__ == "__main__":
    sys.exit(main())
