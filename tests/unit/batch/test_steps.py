"""The record of a job, step by step: who may write what, and what becomes of a submit whose outcome is not known."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test
from runcomfy_runtime.batch import Batch, BatchError, JobRecord, Row, steps
from runcomfy_runtime.batch.intake import add_rows
from runcomfy_runtime.batch.liveness import Identity, sign_off, sign_on
from runcomfy_runtime.batch.store import Store
from runcomfy_runtime.batch.tables import metadata


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    opened = Store(f"sqlite:///{tmp_path}/b.db")
    opened.open_batch("b", {})
    add_rows(opened, "b", [Row("k", "a/b", {"n": 1})])
    yield opened
    opened.close()


def job(store: Store) -> JobRecord:
    with Batch.open("b", store.url) as batch:
        (record,) = batch.results()
    return record


def take(store: Store, owner: str, claim: str) -> steps.Taken | None:
    with store.begin() as connection:
        return steps.take(connection, "b", "k", owner, claim, limited=False)


def test_an_intent_that_is_not_ones_own_never_sends(store: Store) -> None:
    first = take(store, "w1", "c1")
    assert first is not None
    assert (first.todo, first.payload) == ("submit", '{"n": 1}')
    second = take(store, "w2", "c2")
    assert second is not None
    assert second.todo == "hold"
    assert job(store).state == "unknown"
    assert "may exist, run and be charged" in (job(store).error or "")
    assert take(store, "w2", "c3") is None


def test_the_same_intent_may_be_recorded_again_when_its_commit_was_not_answered(
    store: Store,
) -> None:
    for _ in range(2):
        taken = take(store, "w1", "c1")
        assert taken is not None
        assert taken.todo == "submit"


def test_a_request_id_that_comes_late_is_recorded_and_the_job_goes_on(store: Store) -> None:
    take(store, "w1", "c1")
    take(store, "w2", "c2")
    with store.begin() as connection:
        assert not steps.submitted(connection, "b", "k", "c1", "r1")
    assert (job(store).state, job(store).request_id) == ("running", "r1")
    taken = take(store, "w2", "c3")
    assert taken is not None
    assert (taken.todo, taken.request_id) == ("finish", "r1")


@pytest.mark.parametrize("answer", ["r1", None])
def test_whoever_has_room_goes_on_when_a_late_answer_comes_for_a_lost_job(
    store: Store, answer: str | None
) -> None:
    heir = Identity.own()
    take(store, "w1", "c1")
    with store.begin() as connection:
        sign_on(connection, "b", heir)
    take(store, heir.id, "c2")
    with store.begin() as connection:
        if answer:
            steps.submitted(connection, "b", "k", "c1", answer)
        else:
            steps.unsubmit(connection, "b", "k", "c1")

    taken = take(store, "w3", "c3")
    assert taken is not None
    assert taken.todo == ("finish" if answer else "submit")


def test_an_older_owner_can_end_nothing(store: Store) -> None:
    take(store, "w1", "c1")
    with store.begin() as connection:
        assert steps.submitted(connection, "b", "k", "c1", "r1")
    take(store, "w2", "c2")
    with store.begin() as connection:
        assert not steps.end(connection, "b", "k", "c1", "failed", cost=1.0)
        assert steps.end(connection, "b", "k", "c2", "succeeded", cost=0.5, output=[1], files=["f"])
        assert not steps.end(connection, "b", "k", "c2", "succeeded", cost=0.5)
    assert (job(store).state, job(store).cost, job(store).output) == ("succeeded", 0.5, [1])
    with Batch.open("b", store.url) as batch:
        assert batch.progress().cost == 0.5


def test_what_was_not_sent_is_queued_again_even_if_taken_for_lost(store: Store) -> None:
    take(store, "w1", "c1")
    take(store, "w2", "c2")
    with store.begin() as connection:
        assert not steps.unsubmit(connection, "b", "k", "c1")
    assert job(store).state == "queued"


def test_a_job_of_a_worker_that_lives_is_left_alone(store: Store) -> None:
    who = Identity.own()
    with store.begin() as connection:
        sign_on(connection, "b", who)
    take(store, who.id, "c1")
    assert take(store, "w2", "c2") is None
    assert job(store).state == "submitting"
    with store.begin() as connection:
        sign_off(connection, who.id)
    assert take(store, "w2", "c2") is not None
    assert job(store).state == "unknown"


def test_an_unknown_job_is_resolved_in_three_ways_and_no_other_job(store: Store) -> None:
    with Batch.open("b", store.url) as batch:
        with pytest.raises(BatchError, match="Job 'k' is queued; only an unknown one"):
            batch.resolve("k", "abandon")
        with pytest.raises(BatchError, match="Batch 'b' has no job 'x'"):
            batch.resolve("x", "abandon")
        with pytest.raises(ValueError, match="give either an action"):
            batch.resolve("k")
        take(store, "w1", "c1")
        take(store, "w2", "c2")
        assert [record.key for record in batch.unknown()] == ["k"]
        with pytest.raises(ValueError, match="cannot be a request id"):
            batch.resolve("k", request_id="../x")
        batch.resolve("k", "resubmit")
        assert (job(store).state, job(store).attempt) == ("queued", 2)
        take(store, "w1", "c3")
        take(store, "w2", "c4")
        batch.resolve("k", request_id="r9")
        assert (job(store).state, job(store).request_id) == ("running", "r9")


class Owners(RuleBasedStateMachine):
    """Any number of owners that act in any order, as processes do that die, freeze and wake."""

    def __init__(self) -> None:
        super().__init__()
        self.engine = sa.create_engine("sqlite://", poolclass=sa.pool.StaticPool)
        metadata.create_all(self.engine)
        with self.engine.begin() as connection:
            connection.exec_driver_sql(
                "insert into runcomfy_batches values ('b', 1, 9, null, '{}', 0, 0, null)"
            )
            connection.exec_driver_sql(
                "insert into runcomfy_jobs (batch, key, position, priority, model_id, payload, "
                "payload_sha256, state, attempt, handed, cancel_asked, added_at) "
                "values ('b', 'k', 0, 0, 'm', '{}', '', 'queued', 1, 0, 0, 0)"
            )
        self.intents: set[str] = set()
        self.sent: list[str] = []
        self.claims = 0

    @rule()
    def begin(self) -> None:
        self.claims += 1
        claim = f"c{self.claims}"
        with self.engine.begin() as connection:
            taken = steps.take(connection, "b", "k", claim, claim, limited=False)
        if taken is not None and taken.todo == "submit":
            self.intents.add(claim)

    @rule(data=st.data())
    def send_and_record(self, data: st.DataObject) -> None:
        if not self.intents:
            return
        claim = data.draw(st.sampled_from(sorted(self.intents)))
        self.intents.discard(claim)
        self.sent.append(claim)
        if data.draw(st.booleans()):
            with self.engine.begin() as connection:
                steps.submitted(connection, "b", "k", claim, f"id-{claim}")

    @rule(data=st.data())
    def find_that_nothing_left(self, data: st.DataObject) -> None:
        if self.intents:
            claim = data.draw(st.sampled_from(sorted(self.intents)))
            self.intents.discard(claim)
            with self.engine.begin() as connection:
                steps.unsubmit(connection, "b", "k", claim)

    @rule(number=st.integers(1, 9), state=st.sampled_from(["succeeded", "failed"]))
    def end(self, number: int, state: str) -> None:
        with self.engine.begin() as connection:
            row = connection.exec_driver_sql("select state from runcomfy_jobs").one()
            if row.state == "running":
                steps.end(connection, "b", "k", f"c{number}", state)

    @invariant()
    def it_was_sent_once_at_most_and_whatever_was_sent_is_known(self) -> None:
        assert len(self.sent) <= 1
        with self.engine.connect() as connection:
            row = connection.exec_driver_sql("select * from runcomfy_jobs").one()
        if self.sent:
            assert row.state in ("submitting", "unknown") or row.request_id == f"id-{self.sent[0]}"

    def teardown(self) -> None:
        self.engine.dispose()


def test_no_order_of_owners_sends_twice_or_forgets() -> None:
    run_state_machine_as_test(Owners, settings=settings(max_examples=60, deadline=None))
