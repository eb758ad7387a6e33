"""The daily allowance of API calls is never spent to the end by work that can wait."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bridge.adapters.salesforce.cases import SalesforceCases
from bridge.adapters.salesforce.connection import SalesforceConnection
from bridge.adapters.salesforce.contacts import SalesforceContacts
from bridge.errors import BudgetError
from tests.contracts.people import certified
from tests.contracts.requests_made import a_case
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


def test_the_last_tenth_is_for_people_who_sign_in(
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
