"""What a source pushes is committed, absorbed in order, once, and never lost."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from bridge.adapters.store.store import SqlStore
from bridge.domain.inbox import KEPT_FOR, MOST_ATTEMPTS, RETRIED_FOR, InboxState, PushedDelivery
from bridge.domain.synchronisation import CallLane
from bridge.errors import TooManyRequestsError, TransientError
from bridge.usecases.absorb_delivery import AbsorbDelivery
from bridge.usecases.absorb_inbox import LEASE
from tests.fakes.clock import FakeClock
from tests.usecases.pushing import ORDERED, Hall, news


@pytest.fixture
def hall(store: SqlStore, clock: FakeClock) -> Hall:
    """A town hall whose planning office pushes, on both databases."""
    return Hall(store, clock)


@pytest.fixture
def ordered(store: SqlStore, clock: FakeClock) -> Hall:
    """The same with numbered records."""
    return Hall(store, clock, ORDERED)


def claimed(hall: Hall) -> tuple[PushedDelivery, ...]:
    """Claim and commit, as a worker does before it works."""
    with hall.store.begin() as tx:
        return tx.inbox.claim(50, LEASE, hall.clock.now())


def test_a_delivery_becomes_cases_and_urgent_pushes(hall: Hall) -> None:
    """It goes the same way as any delivery, ahead of the night's work; both lanes are told."""
    delivery = hall.push("d-1", news(1), news(2))
    assert delivery.startswith("d_")
    assert hall.work() == Counter({InboxState.ABSORBED: 1})

    assert hall.case(2).content.status.legacy_code == "INST"
    assert hall.bell.rung == ["inbox", "push"]
    with hall.store.begin() as tx:
        assert {push.lane for push in tx.pushes.claim(9, LEASE, hall.clock.now())} == {CallLane.WEBHOOK}


def test_a_repetition_is_answered_alike_and_changes_nothing(hall: Hall) -> None:
    """The sender never heard our first answer; the second is the same, for a year and more."""
    first = hall.push("d-1", news())
    assert hall.push("d-1", news()) == first
    hall.work()
    hall.clock.move(timedelta(days=400))
    hall.work.forget_bodies()
    assert hall.push("d-1", news()) == first
    assert hall.work() == Counter()
    assert hall.codes() == ["INST"]


def test_another_body_under_the_same_key_is_parked(hall: Hall) -> None:
    """The first one counts, however often the second comes; a person looks."""
    hall.push("d-1", news())
    other = hall.push("d-1", news(state="ACC"))
    assert hall.push("d-1", news(state="ACC")) == other
    hall.work()

    assert hall.codes() == ["INST"]
    assert [(one.id, one.cause_code) for one in hall.parked()] == [(other, "delivery.conflict")]


def test_deliveries_of_one_case_are_absorbed_in_order(hall: Hall) -> None:
    """While an older one waits to be tried again, a younger one of its case waits behind; others go."""
    hall.push("d-1", news(1))
    (first,) = claimed(hall)
    with hall.store.begin() as tx:
        tx.inbox.retry(first, hall.clock.now() + timedelta(minutes=1), "test")
    hall.push("d-2", news(1, "ACC"))
    hall.push("d-3", news(2))

    assert hall.work() == Counter({InboxState.ABSORBED: 1})
    hall.clock.move(timedelta(minutes=1))
    assert hall.work() == Counter({InboxState.ABSORBED: 2})
    assert hall.codes() == ["INST", "ACC"]


def test_an_older_record_goes_to_the_history_alone(ordered: Hall) -> None:
    """Reordered on the way: the status stays the newest, the timeline tells both, the org hears of it."""
    ordered.push("d-2", news(state="ACC", SEQ=7))
    ordered.push("d-1", news(state="INST", SEQ=5))
    assert ordered.work() == Counter({InboxState.ABSORBED: 1, InboxState.SUPERSEDED: 1})

    assert ordered.case().content.status.legacy_code == "ACC"
    assert ordered.codes() == ["ACC", "INST"]
    with ordered.store.begin() as tx:
        (push,) = tx.pushes.claim(9, LEASE, ordered.clock.now())
    assert push.version == ordered.case().version == 2


def test_two_records_of_a_case_in_one_delivery_are_both_told(ordered: Hall) -> None:
    """A case that moved twice has two entries, in the source's order and not the sender's."""
    ordered.push("d-1", news(state="ACC", SEQ=2), news(state="INST", SEQ=1))
    ordered.work()
    assert ordered.codes() == ["INST", "ACC"]


def test_a_record_without_its_place_parks_the_delivery(ordered: Hall) -> None:
    """Without a number nobody can tell whether it is news; a person asks its sender."""
    ordered.push("d-1", news(SEQ="later"))
    ordered.work()
    assert [one.cause_code for one in ordered.parked()] == ["record.type"]


def test_a_late_worker_writes_nothing(hall: Hall, monkeypatch: pytest.MonkeyPatch) -> None:
    """It was given up for dead; what it comes back with does not count, and regresses nothing."""
    hall.push("d-1", news())
    (late,) = claimed(hall)
    hall.clock.move(LEASE)
    hall.push("d-2", news(state="ACC"))
    hall.work()
    assert hall.codes() == ["INST", "ACC"]

    assert hall.work._tried(late) is None
    assert hall.case().content.status.legacy_code == "ACC"
    with hall.store.begin() as tx:
        assert tx.inbox.is_held(late) is False


class Slow(AbsorbDelivery):
    """Takes half a lease for each delivery."""

    def within(self, *given: Any, **options: Any) -> Any:
        """Let time pass, then work."""
        self.clock.move(LEASE / 2)  # type: ignore[attr-defined]  # a clock of ours
        return super().within(*given, **options)


def test_a_slow_worker_gives_back_what_it_will_not_reach(hall: Hall) -> None:
    """Nobody takes it for dead, and no delivery is suspected for its slowness."""
    for number in range(4):
        hall.push(f"d-{number}", news(number))
    hall.work = replace(hall.work, absorb=Slow(hall.store, hall.work.absorb.pseudonyms, hall.clock))
    assert hall.work._carried(claimed(hall)) == [InboxState.ABSORBED]
    again = claimed(hall)
    assert [(one.attempts, one.deaths) for one in again] == [(1, 0)] * 3


class Dying(AbsorbDelivery):
    """Stands for a process that is killed over file 13."""

    def within(self, tx: Any, mapping: Any, delivery: Any, lane: CallLane) -> Any:
        """Die, or work."""
        if any(record.values["NUM_DOSSIER"] == "DP 13" for record in delivery.records):
            raise SystemExit
        return super().within(tx, mapping, delivery, lane)


def test_a_delivery_workers_die_of_is_parked_alone(hall: Hall) -> None:
    """After three deaths it waits for a person; its neighbours are absorbed."""
    for number in range(10, 16):
        hall.push(f"d-{number}", news(number))
    work = hall.work
    hall.work = replace(work, absorb=Dying(work.store, work.absorb.pseudonyms, work.clock))
    deaths = 0
    for _ in range(9):
        try:
            hall.work()
        except SystemExit:
            deaths += 1
            hall.clock.move(LEASE)
    assert deaths == 3
    assert [one.cause_code for one in hall.parked()] == ["delivery.workers_died"]
    assert {hall.case(n).id for n in (10, 11, 12, 14, 15)}
    assert hall.waiting() == 0


class Failing(AbsorbDelivery):
    """Fails as told."""

    error: Exception = ValueError("unforeseen")

    def within(self, *_: Any, **_options: Any) -> Any:
        """Fail."""
        raise self.error


def test_a_fault_of_its_own_parks_a_delivery_after_eight_attempts(hall: Hall) -> None:
    """5 s, 30 s, 2 min, 10 min, 30 min, then hourly; then a person looks, and can try it again."""
    hall.push("d-1", news())
    good = hall.work
    hall.work = replace(good, absorb=Failing(good.store, good.absorb.pseudonyms, good.clock))
    waits = []
    while not hall.parked():
        began = hall.clock.now()
        while not hall.work.due():
            hall.clock.move(timedelta(seconds=5))
        waits.append((hall.clock.now() - began).seconds)
        hall.work()
    assert waits == [0, 5, 30, 120, 600, 1800, 3600, 3600]
    assert len(waits) == MOST_ATTEMPTS
    assert hall.parked()[0].cause_code == "delivery.exhausted"

    with hall.store.begin() as tx:
        assert tx.inbox.replay(None, hall.clock.now()) == 1
    assert good() == Counter({InboxState.ABSORBED: 1})
    assert hall.codes() == ["INST"]


def test_a_fault_of_ours_is_waited_out_for_a_day(hall: Hall, monkeypatch: pytest.MonkeyPatch) -> None:
    """A database that is busy for hours parks nothing."""
    monkeypatch.setattr(Failing, "error", TransientError("busy", system="database"))
    hall.push("d-1", news())
    began = hall.clock.now()
    hall.work = replace(hall.work, absorb=Failing(hall.store, hall.work.absorb.pseudonyms, hall.clock))
    while not hall.parked():
        hall.work()
        hall.clock.move(timedelta(hours=1))
    assert hall.clock.now() - began > RETRIED_FOR


def test_what_was_parked_does_not_overtake_what_came_since(hall: Hall) -> None:
    """Replayed by hand it is history for a case that was told of anew meanwhile."""
    hall.push("d-1", news(state="INST"))
    hall.push("d-1", news(state="DEP"))
    hall.clock.move(timedelta(seconds=1))
    hall.work()
    hall.push("d-2", news(state="ACC"))
    hall.clock.move(timedelta(seconds=1))
    hall.work()
    with hall.store.begin() as tx:
        assert tx.inbox.replay([one.id for one in hall.parked()], hall.clock.now()) == 1
    assert hall.work() == Counter({InboxState.SUPERSEDED: 1})
    assert hall.case().content.status.legacy_code == "ACC"


def test_a_source_may_push_so_much_a_minute(store: SqlStore, clock: FakeClock) -> None:
    """More is told to come back; what came before is answered all the same."""
    hall = Hall(store, clock, quota=2)
    first = hall.push("d-1", news(1))
    hall.push("d-2", news(2))
    with pytest.raises(TooManyRequestsError) as refusal:
        hall.push("d-3", news(3))
    assert (refusal.value.code, refusal.value.retry_after_s) == ("webhook.quota", 60)
    assert hall.push("d-1", news(1)) == first
    clock.move(timedelta(seconds=61))
    assert hall.push("d-3", news(3))


def test_bodies_go_and_keys_stay(hall: Hall) -> None:
    """Thirty days after a delivery was absorbed nothing personal is left of it; what waits keeps its body."""
    hall.push("d-1", news())
    hall.work()
    hall.push("d-1", news(state="ACC"))
    hall.clock.move(KEPT_FOR)
    assert (hall.work.forget_bodies(), hall.work.forget_bodies()) == (1, 0)
    with hall.store.begin() as tx:
        assert tx.inbox.replay(None, hall.clock.now()) == 1
    hall.work()
    assert hall.waiting() == 0
