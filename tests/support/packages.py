"""Generate a package from inline schemas and run programs against it in a process of their own."""

from __future__ import annotations

import os
import subprocess
import sys
import textwrap
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from runcomfy_codegen.generate import generate
from runcomfy_codegen.plan.lock import Names
from runcomfy_codegen.spec import ModelSpec
from runcomfy_codegen.write import Mode

from support.command import REPOSITORY

__all__ = ["Package", "make_package"]


@dataclass(frozen=True)
class Package:
    """A folder with a generated ``runcomfy_sdk``."""

    folder: Path

    def run(self, program: str) -> str:
        """Run ``program``, all warnings being errors, and return its stdout; it must end without an error."""
        paths = os.pathsep.join([str(self.folder), str(REPOSITORY / "runtime")])
        done = subprocess.run(
            [sys.executable, "-W", "error", "-c", textwrap.dedent(program)],
            env={**os.environ, "PYTHONPATH": paths, "RUNCOMFY_TOKEN": "test-token"},
            cwd=self.folder,
            capture_output=True,
            encoding="utf-8",
            timeout=60,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        return done.stdout


def make_package(folder: Path, specs: Sequence[ModelSpec]) -> Package:
    """Generate the package of ``specs`` into ``folder``."""
    done = generate(specs, folder, Names(), Mode.WRITE)
    faults = [problem for problem in done.problems if problem.level != "note"]
    assert not faults, "\n".join(map(str, faults))
    return Package(folder)
