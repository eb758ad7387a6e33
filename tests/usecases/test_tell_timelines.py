"""Timelines reach Salesforce after their cases, once, and never hold the cases up."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from bridge.adapters.store.store import SqlStore
from bridge.adapters.store.tables import pushes
from bridge.domain.status import Phase
from bridge.errors import BudgetError, PermanentError, TransientError
from bridge.usecases.absorb_delivery import AbsorbDelivery
from bridge.usecases.ports import CaseAnswer
from bridge.usecases.push_cases import PushCases, PushSummary
from bridge.usecases.tell_timelines import TellTimelines
from tests.fakes.cases import FakeCases
from tests.fakes.clock import START, FakeClock
from tests.fakes.timelines import FakeTimelines
from tests.usecases.people import PSEUDONYMS
from tests.usecases.town import URBANISME, delivery, open_pushes, row

LOCKED = CaseAnswer(None, "UNABLE_TO_LOCK_ROW", transient=True)
TOO_LONG = CaseAnswer(None, "STRING_TOO_LONG", ("Public_Note__c",))
AWAY = TransientError("away", system="salesforce", code="remote.503")
NO_FIELD = PermanentError("no field", system="salesforce", code="salesforce.invalid_field")
FIRST = "urbanisme:DP 1:1"


@pytest.fixture
def org() -> FakeCases:
    """The org's Cases."""
    return FakeCases()


@pytest.fixture
def timelines() -> FakeTimelines:
    """The org's timelines."""
    return FakeTimelines()


@pytest.fixture
def push(sqlite_store: SqlStore, org: FakeCases, timelines: FakeTimelines, clock: FakeClock) -> PushCases:
    """The use case, with a jitter that does not."""
    return PushCases(
        sqlite_store, org, clock, jitter=lambda: 1.0, tell=TellTimelines(sqlite_store, timelines)
    )


def file(store: SqlStore, clock: FakeClock, *numbers: int, **changes: object) -> None:
    """Absorb these files."""
    absorb = AbsorbDelivery(store, PSEUDONYMS, clock)
    absorb(URBANISME, delivery(*(row(number) | changes for number in numbers)))


def state(store: SqlStore) -> list[tuple[str, int | None, int, str | None]]:
    """Give state, applied and told version and cause of each push."""
    wanted = select(pushes.c.state, pushes.c.applied_version, pushes.c.told_version, pushes.c.cause_code)
    with store._engine.connect() as connection:
        return [tuple(one) for one in connection.execute(wanted.order_by(pushes.c.case_id))]


def test_every_entry_reaches_the_org_once_after_its_case(
    push: PushCases, sqlite_store: SqlStore, clock: FakeClock, org: FakeCases, timelines: FakeTimelines
) -> None:
    """The whole timeline comes with the first push, then only what is new; a replay adds nothing."""
    file(sqlite_store, clock, 1)
    file(sqlite_store, clock, 1, CD_ETAT="CONSULT")
    assert push() == PushSummary(applied=1)
    assert list(timelines.entries) == [FIRST, "urbanisme:DP 1:2"]
    file(sqlite_store, clock, 1, CD_ETAT="ACC")
    assert push() == PushSummary(applied=1)
    assert timelines.tries == [2, 1]
    newest = timelines.entries["urbanisme:DP 1:3"]
    assert (newest.salesforce_id, newest.event.status.phase) == (
        org.ids["urbanisme:DP 1"],
        Phase.DECIDED,
    )
    assert state(sqlite_store) == [("applied", 3, 3, None)]


def test_a_change_that_is_no_news_costs_no_call(
    push: PushCases, sqlite_store: SqlStore, clock: FakeClock, org: FakeCases, timelines: FakeTimelines
) -> None:
    """A new title is sent with the case; the timeline says nothing of it."""
    file(sqlite_store, clock, 1)
    push()
    file(sqlite_store, clock, 1, OBJET="Portail")
    assert push() == PushSummary(applied=1)
    assert (len(org.calls), timelines.tries) == (2, [1])


def test_a_batch_costs_one_call_more(
    push: PushCases, sqlite_store: SqlStore, clock: FakeClock, org: FakeCases, timelines: FakeTimelines
) -> None:
    """Two hundred cases with news are two calls, four hundred and fifty are six."""
    file(sqlite_store, clock, *range(450))
    assert push() == PushSummary(applied=450)
    assert [len(call) for call in org.calls] == timelines.tries == [200, 200, 50]
    assert len(timelines.entries) == 450


def test_long_timelines_go_in_calls_of_two_hundred(
    push: PushCases, sqlite_store: SqlStore, clock: FakeClock, timelines: FakeTimelines
) -> None:
    """More entries than fit in one call are split, none is left out."""
    for code in ("INST", "CONSULT", "ACC"):
        file(sqlite_store, clock, *range(100), CD_ETAT=code)
    push()
    assert timelines.tries == [200, 100]
    assert len(timelines.entries) == 300


@pytest.mark.parametrize("failure", [AWAY, BudgetError("spent", system="salesforce", resume_at=START)])
def test_an_org_that_went_away_after_the_cases_gets_the_timelines_later(
    push: PushCases, clock: FakeClock, timelines: FakeTimelines, org: FakeCases, failure: Exception
) -> None:
    """The case is known as taken, the push stays due, and repeating it makes no second record."""
    sqlite_store: SqlStore = push.store  # type: ignore[assignment]  # the fixture's own store
    file(sqlite_store, clock, 1)
    timelines.failure = failure
    assert push() == PushSummary(retried=1)
    assert [found[:3] for found in state(sqlite_store)] == [("due", 1, 0)]
    timelines.failure = None
    clock.move(timedelta(seconds=5))
    assert push() == PushSummary(applied=1)
    assert (list(timelines.entries), len(org.ids)) == ([FIRST], 1)
    assert org.firsts[-1] == set()  # what agents own is not written a second time
    assert state(sqlite_store) == [("applied", 1, 1, None)]


def test_a_refused_entry_parks_its_case_alone(
    push: PushCases, sqlite_store: SqlStore, clock: FakeClock, timelines: FakeTimelines
) -> None:
    """The neighbours are told; the refused one says why, and its case stands in the org all the same."""
    file(sqlite_store, clock, 1, 2, 3)
    timelines.answers = {FIRST: TOO_LONG, "urbanisme:DP 2:1": LOCKED}
    assert push() == PushSummary(applied=1, retried=1, parked=1)
    assert sorted(state(sqlite_store), key=str) == [
        ("applied", 1, 1, None),
        ("due", 1, 0, "UNABLE_TO_LOCK_ROW"),
        ("parked", 1, 0, "STRING_TOO_LONG"),
    ]
    timelines.answers = {}
    with sqlite_store.begin() as tx:
        assert [one.cause_text for one in tx.pushes.parked()] == [
            "timeline: STRING_TOO_LONG (Public_Note__c)"
        ]
        assert tx.pushes.replay(None, clock.now()) == 1
    clock.move(timedelta(seconds=5))
    assert push() == PushSummary(applied=2)
    assert len(timelines.entries) == 3


def test_an_entry_that_fails_its_whole_call_is_found_and_parked_alone(
    push: PushCases, sqlite_store: SqlStore, clock: FakeClock, timelines: FakeTimelines
) -> None:
    """One entry the org chokes on costs its 199 neighbours nothing."""
    file(sqlite_store, clock, *range(200))
    timelines.poison = {FIRST: NO_FIELD}
    assert push() == PushSummary(applied=199, parked=1)
    assert len(timelines.tries) <= 1 + 2 * 8


def test_an_org_that_refuses_every_entry_is_asked_three_times(
    push: PushCases, sqlite_store: SqlStore, clock: FakeClock, timelines: FakeTimelines
) -> None:
    """When both halves fail it is no entry's fault: all wait for a person, with the cause."""
    file(sqlite_store, clock, *range(200))
    timelines.failure = NO_FIELD
    assert push() == PushSummary(parked=200)
    assert timelines.tries == [200, 100, 100]
    assert {found[3] for found in state(sqlite_store)} == {"salesforce.invalid_field"}


def test_an_org_without_timelines_takes_cases_and_is_told_once_it_can(
    push: PushCases, sqlite_store: SqlStore, clock: FakeClock, timelines: FakeTimelines
) -> None:
    """Before its package is brought up to date nothing waits; afterwards the whole past can follow."""
    timelines.kept = False
    file(sqlite_store, clock, 1)
    file(sqlite_store, clock, 1, CD_ETAT="ACC")
    assert push() == PushSummary(applied=1)
    assert (open_pushes(sqlite_store), timelines.tries) == (0, [])
    timelines.kept = True
    with sqlite_store.begin() as tx:
        assert tx.pushes.untold_count() == 1
        assert tx.pushes.reopen_untold(clock.now()) == 1
    assert push() == PushSummary(applied=1)
    assert len(timelines.entries) == 2
    with sqlite_store.begin() as tx:
        assert (tx.pushes.untold_count(), tx.pushes.reopen_untold(clock.now())) == (0, 0)


def test_a_case_made_anew_gets_its_whole_timeline(
    push: PushCases, sqlite_store: SqlStore, clock: FakeClock, org: FakeCases, timelines: FakeTimelines
) -> None:
    """The entries under a deleted Case went with it; after the replay the new one has them."""
    file(sqlite_store, clock, 1)
    push()
    org.lose("urbanisme:DP 1")
    file(sqlite_store, clock, 1, CD_ETAT="ACC")
    assert push() == PushSummary(parked=1)
    timelines.entries.clear()
    with sqlite_store.begin() as tx:
        tx.pushes.replay(None, clock.now())
    assert push() == PushSummary(applied=1)
    assert list(timelines.entries) == [FIRST, "urbanisme:DP 1:2"]
    assert {entry.salesforce_id for entry in timelines.entries.values()} == {org.ids["urbanisme:DP 1"]}
