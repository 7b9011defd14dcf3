"""The journal: several writers, crashes at any byte."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
import runcomfy_runtime as runtime
from runcomfy_runtime import Journal

WRITER = """
import sys
from runcomfy_runtime import Journal
journal = Journal(sys.argv[1])
for number in range(20):
    journal.submitted(journal.intend("a/b", "https://x", f"{number:064}"), f"R{number}")
"""


def test_states(tmp_path: Path) -> None:
    journal = Journal(tmp_path / "deep" / "j.jsonl")
    assert journal.entries() == []
    first = journal.intend("a/b", "https://x", "0" * 64)
    second = journal.intend("a/b", "https://x", "1" * 64)
    third = journal.intend("a/b", "https://x", "2" * 64)
    journal.submitted(second, "R2")
    journal.settle(third, "rejected")
    assert [entry.id for entry in journal.unknown()] == [first]
    assert [entry.request_id for entry in journal.pending()] == ["R2"]
    Journal(journal.path).ended("R2")
    journal.ended("never-heard-of")
    assert journal.pending() == []
    assert [entry.state for entry in journal.entries()] == ["intent", "ended", "rejected"]


def test_a_crash_at_any_byte_loses_no_earlier_line(tmp_path: Path) -> None:
    path = tmp_path / "j.jsonl"
    journal = Journal(path)
    entry = journal.intend("a/b", "https://x", "0" * 64)
    kept = len(path.read_bytes())
    journal.submitted(entry, "R1")
    whole = path.read_bytes()
    for end in range(kept, len(whole)):
        path.write_bytes(whole[:end])
        cut = Journal(path)
        assert [known.state for known in cut.entries()] in (["intent"], ["submitted"])
        cut.submitted(cut.intend("a/b", "https://x", "1" * 64), "R2")
        assert "R2" in [known.request_id for known in cut.pending()]
        assert len(cut.entries()) == 2


def test_several_processes_share_one_journal(tmp_path: Path) -> None:
    path = tmp_path / "j.jsonl"
    environment = {"PYTHONPATH": str(Path(runtime.__file__).parents[1])}
    command = [sys.executable, "-c", WRITER, str(path)]
    writers = [subprocess.Popen(command, env=environment) for _ in range(3)]
    assert [writer.wait() for writer in writers] == [0, 0, 0]
    assert len(Journal(path).pending()) == 60
    assert len(path.read_bytes().splitlines()) == 120


def test_what_cannot_be_written_or_read_is_told(tmp_path: Path) -> None:
    with pytest.raises(runtime.JournalError, match="cannot be written"):
        Journal(tmp_path).intend("a/b", "https://x", "0" * 64)
    with pytest.raises(runtime.JournalError, match="cannot be read"):
        Journal(tmp_path).entries()


def test_only_the_owner_may_read_it(tmp_path: Path) -> None:
    journal = Journal(tmp_path / "j.jsonl")
    journal.intend("a/b", "https://x", "0" * 64)
    assert journal.path.stat().st_mode & 0o077 == 0
