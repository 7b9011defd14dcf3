"""Run ``runcomfy-codegen`` as its users do: as a process, over a folder of specs."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

__all__ = ["REPOSITORY", "Outcome", "Project", "tree_bytes"]

REPOSITORY = Path(__file__).resolve().parents[2]
_PATHS = [str(REPOSITORY / name) for name in ("generator", "runtime")]


@dataclass(frozen=True)
class Outcome:
    """What a run of the command gave."""

    code: int
    stdout: str
    stderr: str


@dataclass(frozen=True)
class Project:
    """A folder with ``specs`` and ``generated`` in which the command is run."""

    root: Path

    @property
    def specs(self) -> Path:
        return self.root / "specs"

    @property
    def pages(self) -> Path:
        return self.specs / "pages"

    @property
    def generated(self) -> Path:
        return self.root / "generated"

    def add_page(self, name: str, text: str | bytes) -> Path:
        """Put a page into ``specs/pages``."""
        file = self.pages / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(text if isinstance(text, bytes) else text.encode("utf-8"))
        return file

    def run(self, *arguments: str | Path, env: Mapping[str, str] | None = None) -> Outcome:
        """Run ``runcomfy-codegen`` in the folder."""
        self.root.mkdir(parents=True, exist_ok=True)
        done = subprocess.run(
            [sys.executable, "-m", "runcomfy_codegen", *map(str, arguments)],
            cwd=self.root,
            env={**os.environ, "PYTHONPATH": os.pathsep.join(_PATHS), **(env or {})},
            capture_output=True,
            encoding="utf-8",
            timeout=120,
            check=False,
        )
        return Outcome(done.returncode, done.stdout, done.stderr)


def tree_bytes(folder: Path) -> dict[str, bytes]:
    """Return the bytes of all files below ``folder`` by relative path, but those of caches."""
    return {
        file.relative_to(folder).as_posix(): file.read_bytes()
        for file in sorted(folder.rglob("*"))
        if file.is_file() and not {"__pycache__", ".cache"} & {*file.parts}
    }
