"""The queue's arithmetic against a plain simulation."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st
from runcomfy_runtime.testing.queue import Queue, Ticket


@given(
    slots=st.integers(1, 3),
    arrivals=st.lists(
        st.tuples(st.integers(0, 5), st.integers(0, 5), st.integers(0, 9)), max_size=20
    ),
)
def test_starts_do_not_depend_on_when_somebody_looks(
    slots: int, arrivals: list[tuple[int, int, int]]
) -> None:
    eager, lazy = Queue(slots), Queue(slots)
    now = 0
    seen: list[tuple[int, float]] = []
    spans: dict[int, tuple[int, int]] = {}
    for number, (gap, wait, run) in enumerate(arrivals):
        for moment in range(now, now + gap + 1):
            seen += eager.advance(moment)
        now += gap
        ticket = Ticket(now + wait, number)
        spans[number] = (now + wait, run)
        lazy.advance(now)
        for queue in (eager, lazy):
            queue.add(ticket, run)
    for moment in range(now, now + 400):
        seen += eager.advance(moment)
    starts = dict(lazy.advance(now + 400))
    assert len(eager) == len(lazy) == 0
    assert len(seen) == len(arrivals)
    assert starts.items() <= dict(seen).items()
    for number, start in seen:
        assert start >= spans[number][0]
        running = sum(s <= start < s + spans[n][1] for n, s in seen)
        assert running <= slots
