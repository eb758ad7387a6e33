"""A call that fails as a whole pauses the lane, costs no case anything, and nobody knocks meanwhile."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from bridge.adapters.store.store import SqlStore
from bridge.domain.synchronisation import SourceHealth
from bridge.errors import BudgetError, PermanentError, RemoteError, TransientError
from bridge.usecases.absorb_delivery import AbsorbDelivery
from bridge.usecases.ports import Store
from bridge.usecases.push_cases import PushCases, PushSummary
from bridge.usecases.settle_pushes import SALESFORCE
from tests.fakes.cases import FakeCases
from tests.fakes.clock import START, FakeClock
from tests.usecases.people import PSEUDONYMS
from tests.usecases.town import URBANISME, delivery, row

RESUME_AT = START + timedelta(hours=3)
DOWN = TransientError("down", system=SALESFORCE, code="remote.503")
BUSY = TransientError("busy", system=SALESFORCE, code="remote.429", retry_after_s=300)
SOON = TransientError("busy", system=SALESFORCE, code="remote.429", retry_after_s=2)
SPENT = BudgetError("spent", system=SALESFORCE, resume_at=RESUME_AT)
REFUSED = PermanentError("login refused", system=SALESFORCE, code="salesforce.login")
PAUSES = [
    pytest.param(DOWN, START + timedelta(seconds=60), id="unavailable"),
    pytest.param(BUSY, START + timedelta(seconds=300), id="asked to wait"),
    pytest.param(SOON, START + timedelta(seconds=60), id="asked to wait less than we do"),
    pytest.param(SPENT, RESUME_AT, id="budget spent"),
    pytest.param(REFUSED, START + timedelta(minutes=15), id="refused"),
]


@pytest.fixture
def org() -> FakeCases:
    """The org's Cases."""
    return FakeCases()


@pytest.fixture
def push(sqlite_store: SqlStore, org: FakeCases, clock: FakeClock) -> PushCases:
    """The use case, with three cases due."""
    absorb = AbsorbDelivery(sqlite_store, PSEUDONYMS, clock)
    absorb(URBANISME, delivery(row(1), row(2), row(3)))
    return PushCases(sqlite_store, org, clock)


def lane(store: Store) -> SourceHealth:
    """Give what is known of the lane."""
    with store.begin() as tx:
        return tx.intake.health()[SALESFORCE]


@pytest.mark.parametrize(("error", "until"), PAUSES)
def test_the_lane_pauses_and_resumes_by_itself(
    push: PushCases, org: FakeCases, clock: FakeClock, error: RemoteError, until: datetime
) -> None:
    """Nothing is sent before the pause ends, then everything is, though nobody replayed anything."""
    org.failure = error
    assert push() == PushSummary(error_code=error.code)
    known = lane(push.store)
    assert (known.failing_since, known.error_code, known.next_due_at) == (START, error.code, until)
    org.failure = None
    clock.set(until - timedelta(seconds=1))
    assert push() == PushSummary(error_code=error.code)
    assert org.calls == []
    clock.set(until)
    assert push() == PushSummary(applied=3)
    assert lane(push.store).failing_since is None


@pytest.mark.parametrize(("error", "until"), PAUSES)
def test_a_failed_call_costs_its_cases_no_attempt(
    push: PushCases, org: FakeCases, clock: FakeClock, error: RemoteError, until: datetime
) -> None:
    """However long the org is away, no case is parked for it, and each keeps its eight tries."""
    org.failure = error
    for _ in range(10):
        push()
        clock.set(max(until, clock.now() + timedelta(hours=1)))
    with push.store.begin() as tx:
        assert tx.pushes.parked() == ()
        assert {claimed.attempts for claimed in tx.pushes.claim(10, timedelta(1), clock.now())} == {1}


def test_a_second_worker_does_not_knock(
    push: PushCases, org: FakeCases, sqlite_store: SqlStore, clock: FakeClock
) -> None:
    """While one worker waits out a failure the others ask nothing of the org, whatever comes due."""
    org.failure = DOWN
    push()
    absorb = AbsorbDelivery(sqlite_store, PSEUDONYMS, clock)
    absorb(URBANISME, delivery(row(4), key="d2"))
    second = FakeCases()
    assert PushCases(sqlite_store, second, clock)() == PushSummary(error_code="remote.503")
    assert second.calls == []


def test_thirty_minutes_away_cost_one_probe_a_minute(
    push: PushCases, org: FakeCases, clock: FakeClock
) -> None:
    """A sweeper that rings every thirty seconds makes at most one call a minute to a closed door."""
    org.failure = DOWN
    asked: list[datetime] = []

    class Counted(FakeCases):
        def upsert(self, cases: object, first: object = ()) -> tuple[()]:
            asked.append(clock.now())
            raise DOWN

    counted = PushCases(push.store, Counted(), clock)
    for _ in range(60):
        counted()
        clock.move(timedelta(seconds=30))
    assert len(asked) == 30


def test_what_went_before_the_failure_stays_applied(
    sqlite_store: SqlStore, org: FakeCases, clock: FakeClock
) -> None:
    """The failure of a later call takes nothing back from an earlier one."""
    absorb = AbsorbDelivery(sqlite_store, PSEUDONYMS, clock)
    absorb(URBANISME, delivery(*(row(number) for number in range(250))))
    push = PushCases(sqlite_store, org, clock)

    def fail(_sent: int) -> None:
        org.failure = SPENT

    assert push(fail) == PushSummary(applied=200, error_code="remote.budget")
    org.failure = None
    clock.set(RESUME_AT)
    assert push() == PushSummary(applied=50)
    assert len(org.ids) == 250


def test_a_failure_is_dated_from_its_first_time(
    push: PushCases, org: FakeCases, sqlite_store: SqlStore, clock: FakeClock
) -> None:
    """An agent reads since when the org is away, not when we last asked."""
    org.failure = DOWN
    push()
    clock.move(timedelta(minutes=5))
    push()
    known = lane(sqlite_store)
    assert (known.failing_since, known.last_attempt_at) == (START, clock.now())
