"""The journal: several writers, crashes at any byte."""

from __future__ import annotations

import pickle
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
import runcomfy_runtime as runtime
from runcomfy_runtime import Journal

WRITER = """
import sys
import time
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


def test_a_finished_job_is_collected_when_every_file_is_saved(tmp_path: Path) -> None:
    journal = Journal(tmp_path / "j.jsonl")
    journal.submitted(journal.intend("a/b", "https://x", "0" * 64), "R1")
    journal.finished("R1", ["https://x/1.png", "https://x/2.png"])
    (entry,) = journal.pending()
    assert entry.state == "finished"
    assert entry.finished_at is not None
    assert entry.expires_at == entry.finished_at + 7 * 24 * 3600
    Journal(journal.path).saved("R1", "https://x/2.png")
    assert [entry.state for entry in journal.pending()] == ["finished"]
    journal.saved("R1", "https://x/1.png")
    assert journal.pending() == []
    assert [entry.state for entry in Journal(journal.path).entries()] == ["collected"]
    assert b"https://x/1.png" not in journal.path.read_bytes()


def test_a_job_without_files_is_collected_at_once(tmp_path: Path) -> None:
    journal = Journal(tmp_path / "j.jsonl")
    journal.submitted(journal.intend("a/b", "https://x", "0" * 64), "R1")
    journal.finished("R1", [])
    assert [entry.state for entry in journal.entries()] == ["collected"]


def test_an_entry_never_goes_back(tmp_path: Path) -> None:
    journal = Journal(tmp_path / "j.jsonl")
    entry = journal.intend("a/b", "https://x", "0" * 64)
    journal.submitted(entry, "R1")
    journal.collected("R1")
    journal.finished("R1", ["https://x/1.png"])
    journal.settle(entry, "unknown")
    assert [known.state for known in journal.entries()] == ["collected"]


@pytest.mark.parametrize(
    "line", [b'{"entry":"E","state":"from a later release"}', b'{"entry":"E","x":1}']
)
def test_what_is_not_known_is_skipped(tmp_path: Path, line: bytes) -> None:
    journal = Journal(tmp_path / "j.jsonl")
    entry = journal.intend("a/b", "https://x", "0" * 64)
    junk = [line.replace(b'"E"', f'"{entry}"'.encode()), line, b"[]", b"\xff\x00", b"{", b"\0" * 64]
    with journal.path.open("ab") as file:
        file.write(b"\n".join(junk))
    journal.submitted(entry, "R1")
    assert [(known.state, known.request_id) for known in journal.entries()] == [("submitted", "R1")]


def test_only_a_job_past_its_keeping_expires(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    journal = Journal(tmp_path / "j.jsonl")
    for number in range(2):
        journal.submitted(journal.intend("a/b", "https://x", "0" * 64), f"R{number}")
    journal.expired("R0")
    assert len(journal.pending()) == 2
    later = time.time() + 8 * 24 * 3600
    monkeypatch.setattr(time, "time", lambda: later)
    journal.expired("R0")
    assert [entry.request_id for entry in journal.pending()] == ["R1"]


def test_pruning_keeps_what_is_pending_unknown_or_young(tmp_path: Path) -> None:
    journal = Journal(tmp_path / "j.jsonl")
    assert journal.prune(0) == 0
    kept = journal.intend("a/b", "https://x", "0" * 64)
    journal.submitted(journal.intend("a/b", "https://x", "1" * 64), "pending")
    journal.submitted(journal.intend("a/b", "https://x", "2" * 64), "done")
    journal.collected("done")
    journal.settle(journal.intend("a/b", "https://x", "3" * 64), "rejected")
    assert journal.prune() == 0
    assert journal.prune(0) == 2
    assert [entry.id for entry in journal.unknown()] == [kept]
    assert [entry.request_id for entry in Journal(journal.path).pending()] == ["pending"]
    assert journal.path.stat().st_mode & 0o077 == 0
    assert [path.name for path in tmp_path.iterdir()] == ["j.jsonl"]


def test_pruning_beside_writers_loses_no_line(tmp_path: Path) -> None:
    path = tmp_path / "j.jsonl"
    environment = {"PYTHONPATH": str(Path(runtime.__file__).parents[1])}
    command = [sys.executable, "-c", WRITER, str(path)]
    writers = [subprocess.Popen(command, env=environment) for _ in range(3)]
    pruned = 0
    while any(writer.poll() is None for writer in writers):
        mine = Journal(path)
        mine.submitted(mine.intend("a/b", "https://x", "9" * 64), f"own-{pruned}")
        mine.collected(f"own-{pruned}")
        pruned += mine.prune(0)
    assert [writer.returncode for writer in writers] == [0, 0, 0]
    assert pruned > 0
    left = Journal(path).pending()
    assert len(left) == 60
    assert all(entry.request_id for entry in left)


def test_a_writer_that_is_killed_leaves_a_journal_that_others_go_on_with(tmp_path: Path) -> None:
    path = tmp_path / "j.jsonl"
    environment = {"PYTHONPATH": str(Path(runtime.__file__).parents[1])}
    for number in range(6):
        endless = WRITER.replace("range(20)", "__import__('itertools').count()")
        writer = subprocess.Popen([sys.executable, "-c", endless, str(path)], env=environment)
        known = path.stat().st_size if path.exists() else 0
        while not path.exists() or path.stat().st_size < known + 2000 + 137 * number:
            time.sleep(0.001)
        writer.kill()
        writer.wait()
    journal = Journal(path)
    entries = journal.entries()
    assert len(entries) > 6
    assert sum(entry.state == "intent" for entry in entries) <= 6
    journal.submitted(journal.intend("a/b", "https://x", "0" * 64), "after")
    assert journal.pending()[-1].request_id == "after"


def test_threads_share_syncs_and_each_finds_its_line_on_disk(tmp_path: Path) -> None:
    journal = Journal(tmp_path / "j.jsonl")

    def work(number: int) -> bool:
        entry = journal.intend("a/b", "https://x", f"{number:064}")
        there = entry in journal.path.read_text()
        journal.submitted(entry, f"R{number}")
        return there and f'"R{number}"' in journal.path.read_text()

    with ThreadPoolExecutor(16) as pool:
        assert all(pool.map(work, range(160)))
    assert len(journal.pending()) == 160
    assert len(journal.path.read_bytes().splitlines()) == 320


def test_a_failure_reaches_every_thread_that_waits(tmp_path: Path) -> None:
    journal = Journal(tmp_path)

    def work(_: int) -> str:
        with pytest.raises(runtime.JournalError, match="cannot be written") as caught:
            journal.intend("a/b", "https://x", "0" * 64)
        return str(caught.value)

    with ThreadPoolExecutor(8) as pool:
        assert len(set(pool.map(work, range(24)))) == 1


def test_a_journal_pickles_as_its_path(tmp_path: Path) -> None:
    journal = pickle.loads(pickle.dumps(Journal(tmp_path / "j.jsonl")))
    journal.intend("a/b", "https://x", "0" * 64)
    assert len(journal.entries()) == 1
