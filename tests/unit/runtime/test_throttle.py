"""The shared back-off, and what a client learns about how long jobs take; no clock, no network."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st
from runcomfy_runtime.tempo import COMMON_INTERVAL, LEAST_INTERVAL, Tempo
from runcomfy_runtime.throttle import MAX_HOLD, Throttle


class TestThrottle:
    def test_nothing_waits_while_nobody_complains(self) -> None:
        throttle = Throttle()
        assert [throttle.wait(1.0) for _ in range(5)] == [0.0] * 5
        assert throttle.replied(500, 0.0, 1.0) == 0.0
        assert throttle.wait(1.0) == 0.0

    def test_one_429_holds_everyone_back_for_the_time_asked_for_and_then_spaces_them(self) -> None:
        throttle = Throttle()
        assert throttle.replied(429, 9.0, 10.0, asked=3.0) == 3.0
        waits = [throttle.wait(10.0) for _ in range(4)]
        assert waits[0] == 3.0
        assert waits == sorted(
            set(waits)
        ), "they leave one after the other, in the order they asked"

    def test_a_burst_of_429_slows_down_once(self) -> None:
        one, burst = Throttle(), Throttle()
        one.replied(429, 9.0, 10.0)
        for number in range(200):
            burst.replied(429, 9.0, 10.0 + number / 1000)
        for throttle in (one, burst):
            throttle.wait(20.0)
        assert one.wait(20.0) == burst.wait(20.0)

    def test_a_later_429_spaces_wider_and_success_narrows_to_nothing(self) -> None:
        throttle = Throttle()
        throttle.replied(429, 9.0, 10.0)
        throttle.wait(20.0)
        narrow = throttle.wait(20.0)
        throttle.replied(429, 21.0, 22.0)
        throttle.wait(40.0)
        assert throttle.wait(40.0) > narrow
        for _ in range(100):
            throttle.replied(200, 50.0, 51.0)
        assert throttle.wait(51.0) == 0.0

    @given(
        st.lists(
            st.tuples(
                st.sampled_from([200, 429, 500]),
                st.floats(0, 10),
                st.none() | st.floats(0, 1e6),
            ),
            max_size=60,
        )
    )
    def test_no_wait_is_negative_or_unbounded(
        self, replies: list[tuple[int, float, float | None]]
    ) -> None:
        throttle, now = Throttle(), 0.0
        for status, seconds, asked in replies:
            assert 0 <= throttle.replied(status, now, now + seconds, asked) <= MAX_HOLD
            now += seconds
            waits = throttle.wait(now)
            assert 0 <= waits <= MAX_HOLD + 2.0 * len(replies)


class TestTempo:
    def test_nothing_is_assumed_of_a_model_seen_seldom(self) -> None:
        tempo = Tempo()
        for _ in range(7):
            tempo.ended("a/b", 1.0)
        assert tempo.interval("a/b") == tempo.interval(None) == COMMON_INTERVAL
        assert tempo.head_start("a/b") == 0.0

    def test_short_jobs_are_polled_more_often_and_not_before_the_quickest_ended(self) -> None:
        tempo = Tempo()
        for seconds in (1.0, 2.0, 0.6, 1.4, 2.0, 1.0, 2.0, 2.0):
            tempo.ended("a/b", seconds)
        assert tempo.interval("a/b") == 0.15
        assert tempo.head_start("a/b") == 0.54
        assert tempo.interval("other/model") == COMMON_INTERVAL

    def test_long_jobs_keep_the_common_pace(self) -> None:
        tempo = Tempo()
        for _ in range(20):
            tempo.ended("a/b", 60.0)
        assert tempo.interval("a/b") == COMMON_INTERVAL
        assert tempo.head_start("a/b") == 1.0

    def test_instant_jobs_do_not_hammer_the_service(self) -> None:
        tempo = Tempo()
        for _ in range(20):
            tempo.ended("a/b", 0.001)
        assert tempo.interval("a/b") == LEAST_INTERVAL

    def test_the_models_seen_long_ago_are_forgotten(self) -> None:
        tempo = Tempo()
        for number in range(1000):
            for _ in range(10):
                tempo.ended(f"a/{number}", 1.0)
        known = [number for number in range(1000) if tempo.head_start(f"a/{number}")]
        assert known == list(range(744, 1000))
