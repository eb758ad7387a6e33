"""The daily allowance of API calls is never spent to the end by work that can wait."""

from __future__ import annotations

import threading
from datetime import timedelta

import pytest
from structlog.testing import capture_logs

from bridge.adapters.salesforce.budget import ApiBudget
from bridge.adapters.salesforce.cases import SalesforceCases
from bridge.adapters.salesforce.connection import SalesforceConnection
from bridge.adapters.salesforce.contacts import SalesforceContacts
from bridge.adapters.store.call_ledger import SqlCallCounter
from bridge.adapters.store.store import SqlStore
from bridge.domain.call_budget import CallFigures
from bridge.domain.synchronisation import CallLane
from bridge.errors import BudgetError
from tests.contracts.people import certified
from tests.contracts.requests_made import a_case
from tests.fakes.clock import START
from tests.servers.org import StandInOrg

PAUSE = timedelta(minutes=15)


def test_calls_are_counted(connection: SalesforceConnection, cases: SalesforceCases) -> None:
    """Two hundred cases are one call, and a run can say how many it made."""
    cases.upsert([a_case(str(number)) for number in range(200)])

    assert connection.calls_made == 1


@pytest.mark.parametrize("segments", [False, True])
def test_the_usage_is_read_from_every_answer(
    org: StandInOrg, connection: SalesforceConnection, contacts: SalesforceContacts, segments: bool
) -> None:
    """The figure the org tells is known, whatever else stands in the header."""
    org.switch(daily_limit_max=1000, daily_limit_used=40, limit_segments=segments)

    contacts.by_subject(["nobody"])

    usage = connection.budget.usage
    assert usage is not None
    assert (usage.used, usage.allowed, usage.seen_at) == (41, 1000, org.clock.now())


def test_a_spent_allowance_stops_the_lane(
    org: StandInOrg, connection: SalesforceConnection, cases: SalesforceCases
) -> None:
    """The org refuses once; nothing more is sent for a quarter of an hour, then work resumes by itself."""
    org.switch(daily_limit_max=100, daily_limit_used=100)

    for _ in range(3):
        with pytest.raises(BudgetError) as caught:
            cases.upsert([a_case("1")])
        assert caught.value.resume_at == org.clock.now() + PAUSE
    assert connection.calls_made == 1

    org.switch(daily_limit_max=100, daily_limit_used=10)
    org.clock.move(PAUSE)
    assert cases.upsert([a_case("1")])[0].error_code is None


@pytest.mark.parametrize(
    ("used", "closed"),
    [
        (69, set()),
        (70, {CallLane.BACKFILL}),
        (84, {CallLane.BACKFILL}),
        (85, {CallLane.BACKFILL, CallLane.SCHEDULED}),
        (95, {CallLane.BACKFILL, CallLane.SCHEDULED, CallLane.WEBHOOK}),
        (100, {CallLane.BACKFILL, CallLane.SCHEDULED, CallLane.WEBHOOK}),
    ],
)
def test_each_lane_stops_at_its_share(used: int, closed: set[CallLane]) -> None:
    """What can wait longest stops first; a citizen is stopped by the org alone."""
    budget = ApiBudget(lambda: START)
    budget.record(f"api-usage={used}/100")

    assert set(CallLane) - budget.open_lanes() == closed


def test_a_lane_that_pauses_and_resumes_says_so() -> None:
    """Once each, with the share that is used."""
    budget = ApiBudget(lambda: START)
    with capture_logs() as logs:
        for used in (60, 75, 76, 50):
            budget.record(f"api-usage={used}/100")
            budget.open_lanes()

    told = [(log["event"], log["lane"], log["used_share"]) for log in logs]
    assert told == [("lane paused", "backfill", 0.75), ("lane resumed", "backfill", 0.5)]


def test_what_one_process_is_told_stops_the_others(org: StandInOrg, sqlite_store: SqlStore) -> None:
    """They ask nothing of the org to know it; and when it went stale, one of them asks for all, once."""
    counter = SqlCallCounter(sqlite_store)
    org.switch(daily_limit_max=100, daily_limit_used=80)
    first, second = (ApiBudget(org.clock.now, counter) for _ in range(2))
    with (
        org.connection(budget=first) as told,
        org.connection(budget=second) as untold,
        org.connection(budget=ApiBudget(org.clock.now, counter)) as third,
    ):
        told.read("limits", "limits")
        first.figures()
        assert CallLane.BACKFILL not in second.open_lanes()
        assert CallLane.BACKFILL not in third.budget.open_lanes()
        assert (untold.calls_made, third.calls_made) == (0, 0)
        org.switch(daily_limit_max=100, daily_limit_used=5)
        org.clock.move(PAUSE)
        assert CallLane.BACKFILL in second.open_lanes()
        assert CallLane.BACKFILL in third.budget.open_lanes()
        assert untold.calls_made + third.calls_made == 1


def test_a_citizen_never_waits_for_the_count(org: StandInOrg) -> None:
    """A counter that hangs holds nobody up: what a citizen's call cost is handed over behind their back."""
    handed, let_go = threading.Event(), threading.Event()

    class Hangs:
        def exchange(self, spent: object, usage: object, now: object) -> CallFigures:
            handed.set()
            let_go.wait(10)
            return CallFigures()

        def take_look(self, now: object) -> bool:
            return False

    budget = ApiBudget(org.clock.now, Hangs())
    with org.connection(budget=budget, lane=CallLane.CITIZEN) as connection:
        assert connection.read("limits", "limits")
        assert handed.wait(5)
        assert connection.read("limits", "limits")
    let_go.set()


def test_calls_are_counted_under_the_lane_that_made_them(org: StandInOrg, sqlite_store: SqlStore) -> None:
    """The connection's own, unless the work at hand says otherwise."""
    budget = ApiBudget(org.clock.now, SqlCallCounter(sqlite_store))
    with org.connection(budget=budget) as connection:
        connection.read("limits", "limits")
        with budget.on(CallLane.CITIZEN):
            connection.read("limits", "limits")

    assert budget.figures().spent == {CallLane.SCHEDULED: 1, CallLane.CITIZEN: 1}


def test_what_is_kept_is_for_people_who_sign_in(
    org: StandInOrg, connection: SalesforceConnection, cases: SalesforceCases, contacts: SalesforceContacts
) -> None:
    """Below the reserve cases wait before anything is sent, while a citizen still gets a Contact."""
    org.switch(daily_limit_max=100, daily_limit_used=91)
    cases.upsert([a_case("1")])
    sent = connection.calls_made

    with pytest.raises(BudgetError) as caught:
        cases.upsert([a_case("2")])

    assert caught.value.resume_at == org.clock.now() + PAUSE
    assert connection.calls_made == sent
    assert contacts.create("hash", certified())


def test_an_old_figure_does_not_stop_the_lane_for_ever(org: StandInOrg, cases: SalesforceCases) -> None:
    """The window rolls: a quarter of an hour later one call goes out and learns the new figure."""
    org.switch(daily_limit_max=100, daily_limit_used=95)
    cases.upsert([a_case("1")])
    org.switch(daily_limit_max=100, daily_limit_used=20)
    org.clock.move(PAUSE)

    assert cases.upsert([a_case("2")])[0].error_code is None
    assert cases.upsert([a_case("3")])[0].error_code is None
