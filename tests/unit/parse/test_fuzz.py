"""A short run of the page fuzzer: no crash, no hang, no path outside the specs folder."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

FUZZER = Path(__file__).resolve().parents[2] / "benchmarks" / "fuzz_pages.py"


def test_mutated_pages_are_read_or_refused() -> None:
    done = subprocess.run(
        [sys.executable, str(FUZZER), "600", "7"], capture_output=True, text=True, check=False
    )

    assert done.returncode == 0, done.stdout + done.stderr
    assert "0 findings" in done.stdout
    assert " spec\n" in done.stdout, "no mutated page was good enough to test the later stages"
