"""Very many records read page by page, in a handful of calls, and what may go wrong on the way."""

from __future__ import annotations

import pytest

from bridge.adapters.salesforce import bulk_query
from bridge.adapters.salesforce.bulk_query import BulkQuery
from bridge.adapters.salesforce.case_census import SalesforceCaseCensus
from bridge.adapters.salesforce.connection import SalesforceConnection
from bridge.adapters.salesforce.field_texts import field_text
from bridge.errors import BudgetError, PermanentError, TransientError
from mappings.loader import load_salesforce
from tests.servers.org import StandInOrg

SOQL = "SELECT Id, Subject, Tacit__c FROM Case WHERE Subject != null"


@pytest.fixture
def slept() -> list[float]:
    """Give the waits asked for."""
    return []


@pytest.fixture
def bulk(connection: SalesforceConnection, slept: list[float]) -> BulkQuery:
    """Give the client."""
    return BulkQuery(connection, "Case", sleep=slept.append)


def test_pages_follow_each_other_by_locator(org: StandInOrg, bulk: BulkQuery) -> None:
    """Every row once, a null as an empty text, a quoted text whole."""
    for number in range(5):
        org.add("Case", Subject=f'Clôture "{number}", rue\nde la Paix')
    job_id = bulk.open(SOQL)
    rows = list(bulk.rows(job_id, page_rows=2))
    assert sorted(row["Subject"][9:10] for row in rows) == list("01234")
    assert {row["Tacit__c"] for row in rows} == {"false"}
    assert "\nde la Paix" in rows[0]["Subject"]
    bulk.close(job_id)
    bulk.close(job_id)


def test_waits_grow_while_the_org_prepares(
    org: StandInOrg, bulk: BulkQuery, slept: list[float], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A short job is known soon, a long one is not asked for each second; and not for ever."""
    org.switch(bulk_delay_s=3_600.0)
    monkeypatch.setattr(bulk_query, "LONGEST_WAIT_S", 100.0)
    job_id = bulk.open(SOQL)
    with pytest.raises(TransientError) as caught:
        list(bulk.rows(job_id))
    assert caught.value.code == "salesforce.bulk_late"
    assert slept == [1.0, 2.0, 4.0, 8.0, 15.0, 30.0, 30.0, 30.0]
    bulk.close(job_id)
    assert org.stats()["calls"]["bulk-query"] >= 10


def test_a_job_the_org_gave_up_is_an_error_of_its_own(org: StandInOrg, bulk: BulkQuery) -> None:
    """Nothing is concluded from half a list."""
    org.switch(bulk_stop="fail")
    job_id = bulk.open(SOQL)
    with pytest.raises(PermanentError) as caught:
        list(bulk.rows(job_id))
    assert caught.value.code == "salesforce.bulk_failed"


def test_a_page_that_breaks_off_is_read_again(org: StandInOrg, bulk: BulkQuery) -> None:
    """The org is away for one call in the middle: no row is lost, none comes twice."""
    for number in range(4):
        org.add("Case", Subject=f"{number}")
    job_id = bulk.open(SOQL)
    rows = bulk.rows(job_id, page_rows=2)
    first = next(rows)
    org.switch(status=500, calls=1)
    assert sorted(row["Subject"] for row in (first, *rows)) == list("0123")


def test_a_wrong_query_is_refused_with_the_platform_s_code(bulk: BulkQuery) -> None:
    """The configuration is at fault, not a record."""
    with pytest.raises(PermanentError) as caught:
        bulk.open("SELECT Nothing__c FROM Case")
    assert caught.value.code == "salesforce.invalid_field"


def test_a_spent_allowance_stops_it_before_a_call(org: StandInOrg, connection: SalesforceConnection) -> None:
    """A comparison can wait; sign-ins cannot."""
    org.switch(daily_limit_max=1_000, daily_limit_used=990)
    connection.query("SELECT Id FROM Case LIMIT 1", "Case")
    census = SalesforceCaseCensus(connection, load_salesforce("case"))
    with pytest.raises(BudgetError):
        census.open(None)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (None, ""),
        (True, "true"),
        (3.0, "3"),
        (3, "3.0"),
        ("2025-03-03T09:00:00Z", "2025-03-03T10:00:00.000+0100"),
        ("2025-03-03", "2025-03-03"),
        ("a\r\nb ", "a\nb"),
    ],
)
def test_one_value_has_one_text_in_every_format(one: object, other: object) -> None:
    """As we write it, as JSON gives it, as a bulk result spells it."""
    assert field_text(one) == field_text(other)


@pytest.mark.parametrize(("one", "other"), [("1.5", "1"), (False, None), ("2025-03-03", "2025-03-04")])
def test_two_values_have_two_texts(one: object, other: object) -> None:
    """What differs stays different."""
    assert field_text(one) != field_text(other)
