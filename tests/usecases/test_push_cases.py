"""What changed reaches Salesforce, each case settled on its own."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from datetime import timedelta

import pytest
from sqlalchemy import select

from bridge.adapters.store.store import SqlStore
from bridge.adapters.store.tables import pushes
from bridge.domain.case import Case
from bridge.domain.synchronisation import CallLane, ParkedPush, Push, PushResult, PushState
from bridge.usecases.absorb_delivery import AbsorbDelivery
from bridge.usecases.ports import CaseAnswer
from bridge.usecases.push_cases import LEASE, PushCases, PushSummary
from bridge.usecases.settle_pushes import RETRY_CLOCK
from tests.fakes.cases import FakeCases
from tests.fakes.clock import FakeClock
from tests.usecases.people import PSEUDONYMS
from tests.usecases.town import URBANISME, case, delivery, open_pushes, row

LOCKED = CaseAnswer(None, "UNABLE_TO_LOCK_ROW", transient=True)
TOO_LONG = CaseAnswer(None, "STRING_TOO_LONG", ("Subject",))


@pytest.fixture
def org() -> FakeCases:
    """The org's Cases."""
    return FakeCases()


@pytest.fixture
def push(sqlite_store: SqlStore, org: FakeCases, clock: FakeClock) -> PushCases:
    """The use case, with a jitter that does not."""
    return PushCases(sqlite_store, org, clock, jitter=lambda: 1.0)


def file(store: SqlStore, clock: FakeClock, *numbers: int, **changes: object) -> None:
    """Absorb these files."""
    absorb = AbsorbDelivery(store, PSEUDONYMS, clock)
    absorb(URBANISME, delivery(*(row(number) | changes for number in numbers)))


def parked(store: SqlStore) -> tuple[ParkedPush, ...]:
    """Give the parked pushes."""
    with store.begin() as tx:
        return tx.pushes.parked()


def test_everything_due_is_sent_two_hundred_at_a_time(
    push: PushCases, sqlite_store: SqlStore, clock: FakeClock, org: FakeCases
) -> None:
    """A backlog goes in the largest calls the org takes, and each case once."""
    file(sqlite_store, clock, *range(450))
    told: list[int] = []
    assert push(told.append) == PushSummary(applied=450)
    assert [len(call) for call in org.calls] == told == [200, 200, 50]
    assert len(org.cases) == 450
    assert open_pushes(sqlite_store) == 0
    assert push() == PushSummary()
    assert len(org.calls) == 3


def test_the_whole_present_state_is_sent(
    push: PushCases, sqlite_store: SqlStore, clock: FakeClock, org: FakeCases
) -> None:
    """Several changes before a push cost one write, of the latest version."""
    file(sqlite_store, clock, 1)
    file(sqlite_store, clock, 1, CD_ETAT="CONSULT")
    file(sqlite_store, clock, 1, CD_ETAT="ACC")
    assert push() == PushSummary(applied=1)
    assert org.cases["urbanisme:DP 1"].version == 3
    assert org.cases["urbanisme:DP 1"].content == case(sqlite_store).content


def test_each_case_of_a_call_is_settled_on_its_own(
    push: PushCases, sqlite_store: SqlStore, clock: FakeClock, org: FakeCases
) -> None:
    """Of two hundred cases the org refuses thirty-seven, and the others are applied."""
    file(sqlite_store, clock, *range(200))
    org.answers = {f"urbanisme:DP {number}": TOO_LONG for number in range(37)}
    assert push() == PushSummary(applied=163, parked=37)
    found = parked(sqlite_store)
    assert {one.external_id for one in found} == set(org.answers)
    assert {(one.cause_code, one.cause_text) for one in found} == {
        ("STRING_TOO_LONG", "STRING_TOO_LONG (Subject)")
    }
    assert open_pushes(sqlite_store) == 0


def test_a_parked_case_is_sent_again_on_replay_and_on_its_next_change(
    push: PushCases, sqlite_store: SqlStore, clock: FakeClock, org: FakeCases
) -> None:
    """What an agent replays, and what the town changed since, get a try of their own."""
    file(sqlite_store, clock, 1, 2)
    org.answers = dict.fromkeys(["urbanisme:DP 1", "urbanisme:DP 2"], TOO_LONG)
    push()
    org.answers = {}
    first = case(sqlite_store, 1).id
    with sqlite_store.begin() as tx:
        assert tx.pushes.replay([first], clock.now()) == 1
    assert push() == PushSummary(applied=1)
    file(sqlite_store, clock, 2, CD_ETAT="ACC")
    assert push() == PushSummary(applied=1)
    assert parked(sqlite_store) == ()


def test_a_passing_refusal_is_tried_eight_times_on_the_clock_then_parked(
    push: PushCases, sqlite_store: SqlStore, clock: FakeClock, org: FakeCases
) -> None:
    """A locked row comes back on the retry clock, seven times, then waits for a person."""
    file(sqlite_store, clock, 1)
    org.answers = {"urbanisme:DP 1": LOCKED}
    waits_s = [5, 30, 120, 600, 1800, 3600, 3600]
    assert [step.total_seconds() for step in RETRY_CLOCK] == waits_s
    for wait_s in waits_s:
        assert push() == PushSummary(retried=1)
        clock.move(timedelta(seconds=wait_s - 1))
        assert push() == PushSummary()
        clock.move(timedelta(seconds=1))
    assert push() == PushSummary(parked=1)
    assert len(org.calls) == 8
    (found,) = parked(sqlite_store)
    assert (found.cause_code, found.cause_text) == ("push.exhausted", "UNABLE_TO_LOCK_ROW")


@pytest.mark.parametrize(("jitter", "wait_s"), [(0.0, 2.5), (0.5, 3.75), (1.0, 5.0)])
def test_rows_locked_together_do_not_come_back_together(
    sqlite_store: SqlStore, clock: FakeClock, org: FakeCases, jitter: float, wait_s: float
) -> None:
    """Each case waits between half and all of the step."""
    file(sqlite_store, clock, 1)
    org.answers = {"urbanisme:DP 1": LOCKED}
    PushCases(sqlite_store, org, clock, jitter=lambda: jitter)()
    with sqlite_store._engine.connect() as connection:
        due_at = connection.execute(select(pushes.c.due_at)).scalar_one()
    assert due_at - clock.now() == timedelta(seconds=wait_s)


def test_a_crash_after_the_org_applied_is_harmless(
    sqlite_store: SqlStore, clock: FakeClock, org: FakeCases, push: PushCases
) -> None:
    """Killed before the result was stored, the case is sent again after the lease: one Case, one event."""
    file(sqlite_store, clock, 1)
    with sqlite_store.begin() as tx:
        tx.pushes.claim(200, LEASE, clock.now())
    org.upsert([case(sqlite_store)])
    clock.move(LEASE - timedelta(seconds=1))
    assert push() == PushSummary()
    clock.move(timedelta(seconds=1))
    assert push() == PushSummary(applied=1)
    assert len(org.ids) == 1
    held = case(sqlite_store)
    with sqlite_store.begin() as tx:
        assert len(tx.cases.events(held.id)) == 1
    assert _applied(sqlite_store) == [(1, 2)]


def _applied(store: SqlStore) -> list[tuple[int | None, int]]:
    """Give applied version and attempts of each push."""
    with store._engine.connect() as connection:
        found = connection.execute(select(pushes.c.applied_version, pushes.c.attempts))
        return [(one.applied_version, one.attempts) for one in found]


class Meanwhile(FakeCases):
    """Lets something happen while the org is at work, once."""

    def __init__(self, event: Callable[[], object]) -> None:
        super().__init__()
        self.event: Callable[[], object] | None = event

    def upsert(self, cases: Sequence[Case], first: Collection[str] = ()) -> tuple[CaseAnswer, ...]:
        """Give the answers, late."""
        answers = super().upsert(cases, first)
        event, self.event = self.event, None
        if event:
            event()
        return answers


def test_a_change_while_the_call_is_under_way_is_sent_next(store: SqlStore, clock: FakeClock) -> None:
    """The answer to an older version does not count for the newer one."""
    file(store, clock, 1)
    org = Meanwhile(lambda: file(store, clock, 1, CD_ETAT="ACC"))
    assert PushCases(store, org, clock)() == PushSummary(applied=2)
    assert [call[0].version for call in org.calls] == [1, 2]
    assert org.cases["urbanisme:DP 1"].version == 2
    assert open_pushes(store) == 0


def test_a_change_between_claim_and_call_is_sent_at_once(
    sqlite_store: SqlStore, clock: FakeClock, org: FakeCases
) -> None:
    """What is sent is what is held at that moment, and it counts as that."""
    file(sqlite_store, clock, 1)

    class Slow(PushCases):
        def _claim(self, lease: timedelta, lanes: Collection[CallLane]) -> tuple[Push, ...]:
            claimed = super()._claim(lease, lanes)
            file(sqlite_store, clock, 1, CD_ETAT="ACC")
            return claimed

    assert Slow(sqlite_store, org, clock)() == PushSummary(applied=1)
    assert [call[0].version for call in org.calls] == [2]


def test_a_worker_back_from_the_dead_changes_nothing(store: SqlStore, clock: FakeClock) -> None:
    """A result that comes after the lease and after another worker's counts for nothing."""
    file(store, clock, 1)

    def another_worker() -> None:
        clock.move(LEASE)
        PushCases(store, FakeCases(), clock)()

    org = Meanwhile(another_worker)
    org.answers = {"urbanisme:DP 1": TOO_LONG}
    PushCases(store, org, clock)()
    assert parked(store) == ()
    assert _applied(store) == [(1, 2)]


def test_two_workers_share_the_work(store: SqlStore, clock: FakeClock) -> None:
    """What one worker holds is not sent by another."""
    file(store, clock, 1)
    second = FakeCases()
    org = Meanwhile(PushCases(store, second, clock))
    PushCases(store, org, clock)()
    assert (len(org.calls), second.calls) == (1, [])


def test_a_result_counts_once(sqlite_store: SqlStore, clock: FakeClock) -> None:
    """Settling the same answer twice is settling it once."""
    file(sqlite_store, clock, 1)
    with sqlite_store.begin() as tx:
        (claimed,) = tx.pushes.claim(200, LEASE, clock.now())
        result = PushResult(claimed, PushState.APPLIED, salesforce_id="500")
        assert tx.pushes.settle([result], clock.now()) == 1
        tx.pushes.settle([result], clock.now())
    assert _applied(sqlite_store) == [(1, 1)]
