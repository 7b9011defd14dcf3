"""Run blocks of pages against an emulator, as their reader would: programs for real, in a folder of their own.

``make`` is asked only whether it knows the targets, for they run this suite, and ``pip`` whether the extras exist.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from PIL import Image
from runcomfy_runtime.testing import Emulator

from support.command import REPOSITORY
from support.snippets import Snippet

__all__ = ["environment_of", "run_sessions"]

_RUNNER = REPOSITORY / "tests/support/run_snippets.py"
_SERVICE = "https://model-api.runcomfy.net"
_PYTHON = f"#!{sys.executable}\nimport os, sys\n"
_SHIMS = {
    "runcomfy-sdk": f"{_PYTHON}from runcomfy_sdk.__main__ import main\nsys.exit(main())\n",
    "runcomfy-codegen": f"{_PYTHON}from runcomfy_codegen.__main__ import main\nsys.exit(main())\n",
    "python": f'#!/bin/sh\nexec "{sys.executable}" "$@"\n',
    "curl": f"""#!/bin/bash
exec "{shutil.which("curl")}" -sS "${{@//{_SERVICE.replace("/", chr(92) + "/")}/$RUNCOMFY_MODEL_API_BASE}}"
""",
    "make": f'#!/bin/sh\nexec "{shutil.which("make")}" --dry-run --directory "{REPOSITORY}" "$@"\n',
    "pip": f"""{_PYTHON}
import re, tomllib
project = tomllib.load(open({str(REPOSITORY / "pyproject.toml")!r}, 'rb'))['project']
name, extras = re.fullmatch(r'([a-z-]+)\\[(.*)\\]', sys.argv[-1]).groups()
sys.exit(name != project['name'] or bool(set(extras.split(',')) - set(project['optional-dependencies'])))
""",
}
"""Programs that stand before the real ones on PATH."""


def environment_of(
    folder: Path, emulator: Emulator, generated: Path = REPOSITORY / "generated"
) -> dict[str, str]:
    """Return the environment of a reader whose programs come from ``generated`` and talk to ``emulator``."""
    _write_shims(folder / "bin")
    kept = {k: v for k, v in os.environ.items() if not k.startswith("RUNCOMFY_")}
    sources = (REPOSITORY / "generator", REPOSITORY / "runtime", generated)
    return {
        **kept,
        "HOME": str(folder / "home"),
        "PATH": os.pathsep.join([str(folder / "bin"), os.environ["PATH"]]),
        "PYTHONPATH": os.pathsep.join(map(str, sources)),
        "RUNCOMFY_MODEL_API_BASE": emulator.base_url,
        "RUNCOMFY_TOKEN": "any",
    }


def _write_shims(folder: Path) -> None:
    folder.mkdir(parents=True)
    for name, code in _SHIMS.items():
        file = folder / name
        file.write_text(code, encoding="utf-8")
        file.chmod(0o755)


def run_sessions(
    folder: Path, sessions: Sequence[Sequence[Snippet]], environment: dict[str, str]
) -> list[dict[str, Any]]:
    """Run the blocks of each session in order, sessions side by side, all in ``folder``, and return what each gave."""
    folder.mkdir()
    shutil.copytree(REPOSITORY / "specs", folder / "specs")
    Image.new("RGB", (64, 64), "teal").save(folder / "in.png")
    plan = [
        [
            {"page": str(b.page), "where": b.where, "language": b.language, "code": b.code}
            for b in session
        ]
        for session in sessions
    ]
    file = folder / "blocks.json"
    file.write_text(json.dumps(plan), encoding="utf-8")
    done = subprocess.run(
        [sys.executable, str(_RUNNER), file.name],
        cwd=folder,
        env={**environment, "XDG_STATE_HOME": str(folder / "state")},
        capture_output=True,
        encoding="utf-8",
        timeout=500,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    found: list[dict[str, Any]] = json.loads(done.stdout)
    for result in found:
        result["folder"] = str(folder)
    return found
