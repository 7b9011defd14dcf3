"""Who counts as dead, by the clock of who looks and by what it could see."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from runcomfy_runtime.batch import liveness
from runcomfy_runtime.batch.liveness import Identity, Observer, beat, sign_on
from runcomfy_runtime.batch.store import Store


class Clock:
    """A clock that is moved by hand."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    made = Clock()
    monkeypatch.setattr(liveness, "clock", made)
    return made


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    opened = Store(f"sqlite:///{tmp_path}/b.db")
    yield opened
    opened.close()


@pytest.fixture
def other(store: Store) -> Identity:
    """Another worker, on another machine, whose beats are all that is seen of it."""
    who = replace(Identity.own(), id="other", host="elsewhere")
    with store.begin() as connection:
        sign_on(connection, "b", who)
    return who


def dead(store: Store, observer: Observer) -> list[str]:
    with store.read() as connection:
        return observer.dead(connection, "b")


def test_who_is_seen_to_stand_still_for_some_seconds_is_dead(
    store: Store, other: Identity, clock: Clock
) -> None:
    observer = Observer(Identity.own(), clock.now)
    for second in range(30):
        clock.now += 1.0
        if second < 10:
            with store.begin() as connection:
                assert beat(connection, other.id)
        found = dead(store, observer)
        assert (found == [other.id]) == (second > 9 + liveness.DEAD_AFTER), second


def test_who_could_not_look_for_a_while_takes_nobody_for_dead(
    store: Store, other: Identity, clock: Clock
) -> None:
    observer = Observer(Identity.own(), clock.now)
    assert dead(store, observer) == []
    clock.now += 1.0
    assert dead(store, observer) == []
    clock.now += 3600.0  # frozen, asleep, or without a database
    assert dead(store, observer) == []
    with store.begin() as connection:
        beat(connection, other.id)
    clock.now += 1.0
    assert dead(store, observer) == []


def test_who_looks_seldom_sees_the_dead_all_the_same(
    store: Store, other: Identity, clock: Clock
) -> None:
    observer = Observer(Identity.own(), clock.now)
    looks = 0
    while not dead(store, observer):
        clock.now += 10.0
        looks += 1
    assert looks == 4
