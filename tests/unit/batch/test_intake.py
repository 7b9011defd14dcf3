from __future__ import annotations

import math
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
import runcomfy_runtime
from runcomfy_runtime.batch import Batch, BatchError, Row

CHILD = """
import os, signal, sys
from runcomfy_runtime.batch import Batch, Row

def rows():
    for number in range(20_000):
        if number == 12_345:
            os.kill(os.getpid(), signal.SIGKILL)
        yield Row(f"k{number}", "a/b", {"n": number})

Batch.open("b", sys.argv[1]).add(rows())
"""


@pytest.fixture
def batch(tmp_path: Path) -> Iterator[Batch]:
    with Batch.open("b", f"sqlite:///{tmp_path}/b.db") as opened:
        yield opened


def some(count: int, model: str = "a/b", note: str = "") -> Iterator[Row]:
    return (Row(f"k{number}", model, {"n": number, "note": note}) for number in range(count))


def test_adding_again_queues_nothing_twice_and_tells_what_changed(batch: Batch) -> None:
    assert batch.add(some(3)).new == 3
    again = batch.add([*some(4), *some(1)])
    assert (again.new, again.same, again.changed) == (1, 4, ())
    differing = batch.add([Row("k1", "a/b", {"n": 99}), Row("k2", "a/c", {"n": 2, "note": ""})])
    assert (differing.new, differing.same, differing.changed_count) == (0, 0, 2)
    first, second = differing.changed
    assert (first.key, first.state, first.before[0]) == ("k1", "queued", "a/b")
    assert first.before[1] != first.after[1]
    assert second.after[0] == "a/c"
    assert [record.input["n"] for record in batch.results()] == [0, 1, 2, 3]
    assert batch.progress().counts == {"queued": 4}


def test_keys_are_told_apart_within_one_call_too(batch: Batch) -> None:
    added = batch.add([Row("x", "a/b", {"n": 1}), Row("x", "a/b", {"n": 2})])
    assert (added.new, added.changed_count) == (1, 1)


@pytest.mark.parametrize(
    ("row", "words"),
    [
        (Row("", "a/b", {}), "give a text of 1 to 500 characters"),
        (Row("x", "a/b", {}, priority=10), "priority is 10; give -9 to 9"),
        (Row("x", "a/b", {"p": Path("in.png")}), "row 'x': its input is not JSON"),
        (Row("x", "a/b", {"p": float("nan")}), "row 'x': its input is not JSON"),
        (Row("x", "a/b", {"p": "\ud800"}), "row 'x': its input is not JSON"),
    ],
)
def test_rows_that_cannot_be_kept_are_refused(batch: Batch, row: Row, words: str) -> None:
    with pytest.raises(ValueError, match=words):
        batch.add([row])
    assert batch.progress().total == 0


def test_a_kill_in_mid_enqueue_leaves_whole_rows_and_adding_goes_on(tmp_path: Path) -> None:
    store = f"sqlite:///{tmp_path}/b.db"
    path = str(Path(runcomfy_runtime.__file__).parents[1])
    child = subprocess.run(
        [sys.executable, "-c", CHILD, store],
        env={**os.environ, "PYTHONPATH": path},
        check=False,
    )
    assert child.returncode == -signal.SIGKILL
    with Batch.open("b", store) as batch:
        before = batch.progress().total
        assert 0 < before < 12_345
        rows = (Row(f"k{number}", "a/b", {"n": number}) for number in range(20_000))
        added = batch.add(rows)
        assert (added.same, added.new) == (before, 20_000 - before)
        assert [record.position for record in batch.results()] == [*range(20_000)]


@pytest.mark.parametrize(
    ("store", "words"),
    [
        ("nonsense", "'nonsense' is no store"),
        ("mysql://host/x", "is not supported; give sqlite:///FILE or postgresql"),
        ("sqlite://", "would not outlive the process"),
        ("sqlite:////no/such/folder/b.db", "cannot be opened: unable to open database file"),
    ],
)
def test_a_store_that_cannot_be_used_says_so(store: str, words: str) -> None:
    with pytest.raises(BatchError, match=words):
        Batch.open("b", store)


def test_the_password_of_a_store_is_not_told() -> None:
    with pytest.raises(BatchError, match="cannot be opened") as caught:
        Batch.open("b", "postgresql+psycopg://me:sesame@127.0.0.1:1/x")
    assert "sesame" not in str(caught.value)


def test_limits_are_remembered_and_checked(tmp_path: Path) -> None:
    store = f"sqlite:///{tmp_path}/b.db"
    Batch.open("b", store, in_flight=7, per_second=2.5, model_limits={"a/b": 3}).close()
    Batch.open("b", store, in_flight=8).close()
    with Batch.open("b", store) as batch:
        settings = batch.settings
    assert (settings.in_flight, settings.per_second, settings.model_limits) == (8, 2.5, {"a/b": 3})
    with Batch.open("b", store, per_second=math.inf) as batch:
        assert batch.settings.per_second is None
    with pytest.raises(ValueError, match="in_flight is 0; give 1 or more"):
        Batch.open("b", store, in_flight=0)
    with pytest.raises(ValueError, match="per_second is -1; give a number above 0"):
        Batch.open("b", store, per_second=-1)
    with pytest.raises(ValueError, match="the limit of a/b is 0"):
        Batch.open("b", store, model_limits={"a/b": 0})
    with pytest.raises(ValueError, match="batch name ''"):
        Batch.open("", store)
