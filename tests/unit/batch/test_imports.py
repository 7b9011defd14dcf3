"""What importing batches costs, and what is said where their packages are missing."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import runcomfy_runtime

BLOCK = """
import sys

class Block:
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] in ("sqlalchemy", "dbos", "psycopg"):
            raise ModuleNotFoundError(f"No module named {name!r}", name=name)

sys.meta_path.insert(0, Block())
"""


def run(program: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", program],
        env={"PYTHONPATH": str(Path(runcomfy_runtime.__file__).parents[1])},
        capture_output=True,
        text=True,
        check=False,
    )


def test_the_package_and_its_records_need_no_extra() -> None:
    done = run(BLOCK + "from runcomfy_runtime.batch import Row, Progress, FolderSaver")
    assert done.returncode == 0, done.stderr


def test_a_missing_extra_is_named() -> None:
    done = run(BLOCK + "from runcomfy_runtime.batch import Batch")
    assert (
        'ImportError: Batches need more packages: python -m pip install "runcomfy-sdk[batch]"'
        in (done.stderr)
    )


def test_opening_a_batch_does_not_load_the_engine(tmp_path: Path) -> None:
    store = f"sqlite:///{tmp_path}/b.db"
    program = f"import sys; from runcomfy_runtime.batch import Batch; Batch.open('b', {store!r})"
    done = run(f"{program}; print('dbos' in sys.modules, 'httpx' in sys.modules)")
    assert done.stdout.split() == ["False", "False"], done.stderr
