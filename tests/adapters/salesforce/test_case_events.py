"""The timeline of a Case in the org."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
import requests

from bridge.adapters.salesforce.case_events import LOOK_AGAIN, SalesforceCaseEvents
from bridge.adapters.salesforce.cases import SalesforceCases
from bridge.adapters.salesforce.connection import SalesforceConnection
from bridge.domain.case import CaseEvent
from bridge.domain.status import DatePrecision, Moment
from bridge.usecases.ports import TimelineEntry
from mappings.loader import load_salesforce
from tests.contracts.requests_made import a_case
from tests.servers.org import TIMEOUT_S, StandInOrg

LEARNT = datetime(2025, 3, 3, 8, 30, tzinfo=UTC)


@pytest.fixture
def timelines(connection: SalesforceConnection, org: StandInOrg) -> SalesforceCaseEvents:
    """Give the TimelineDirectory of the stand-in."""
    return SalesforceCaseEvents(connection, load_salesforce("case_event"), org.clock)


def entry(
    cases: SalesforceCases, number: str = "1", version: int = 1, note: str | None = None
) -> TimelineEntry:
    """Give an entry of a Case that is in the org."""
    case = a_case(number, version=version)
    (answer,) = cases.upsert([case])
    event = CaseEvent(
        id=f"e_{number}_{version}",
        case_id=case.id,
        version=version,
        status=case.content.status,
        occurred=Moment(datetime(2025, 2, 27, 23, 0, tzinfo=UTC), DatePrecision.DAY),
        received_at=LEARNT,
        public_note=note,
        moved_back=True,
    )
    assert answer.salesforce_id
    return TimelineEntry(event, case.content.key, answer.salesforce_id)


def test_every_field_of_an_entry_reaches_the_org(
    org: StandInOrg, cases: SalesforceCases, timelines: SalesforceCaseEvents
) -> None:
    """What the town did, when, and since when we know it, is what agent and citizen read."""
    told = entry(cases, note="Votre permis est accordé.")
    (answer,) = timelines.upsert([told])
    (record,) = org.records(
        "SELECT Event_Key__c, Case__c, Phase__c, Outcome__c, Waiting_For__c, Tacit__c, Occurred_At__c,"
        " Occurred_Precision__c, Received_At__c, Legacy_Label__c, Public_Note__c, Moved_Back__c, Id"
        " FROM Case_Event__c"
    )
    del record["attributes"]
    assert record == {
        "Event_Key__c": "contract:1:1",
        "Case__c": told.salesforce_id,
        "Phase__c": "decided",
        "Outcome__c": "accepted",
        "Waiting_For__c": "nobody",
        "Tacit__c": True,
        "Occurred_At__c": "2025-02-27T23:00:00.000+0000",
        "Occurred_Precision__c": "day",
        "Received_At__c": "2025-03-03T08:30:00.000+0000",
        "Legacy_Label__c": "Accordé tacitement",
        "Public_Note__c": "Votre permis est accordé.",
        "Moved_Back__c": True,
        "Id": answer.salesforce_id,
    }


def test_repeating_an_entry_makes_no_second_one(
    org: StandInOrg, cases: SalesforceCases, timelines: SalesforceCaseEvents
) -> None:
    """Sent twice, as after a timeout, an entry is accepted and stands once."""
    told = entry(cases)
    first, again = timelines.upsert([told]), timelines.upsert([told])
    assert first == again
    assert len(org.records("SELECT Id FROM Case_Event__c")) == 1


def test_a_full_batch_is_one_call(
    cases: SalesforceCases, timelines: SalesforceCaseEvents, connection: SalesforceConnection
) -> None:
    """Two hundred entries cost one call of the day's allowance, one more would be a mistake of ours."""
    told = entry(cases)
    many = [replace(told, event=replace(told.event, version=version)) for version in range(200)]
    sent = connection.calls_made
    assert all(answer.error_code is None for answer in timelines.upsert(many))
    assert connection.calls_made == sent + 1
    with pytest.raises(ValueError, match="at most 200"):
        timelines.upsert([*many, told])


def test_an_entry_of_a_lost_case_is_refused_alone(
    org: StandInOrg, cases: SalesforceCases, timelines: SalesforceCaseEvents
) -> None:
    """A Case deleted meanwhile stops its own entries, not those of its neighbours."""
    lost = replace(entry(cases, "1"), salesforce_id="500000000000999AAA")
    refused, written = timelines.upsert([lost, entry(cases, "2")])
    assert (refused.salesforce_id, refused.error_code, refused.transient) == (
        None,
        "INVALID_CROSS_REFERENCE_KEY",
        False,
    )
    assert written.error_code is None


def test_an_entry_goes_with_its_case(
    org: StandInOrg, cases: SalesforceCases, timelines: SalesforceCaseEvents
) -> None:
    """Deleting a Case leaves nothing of the person's timeline behind."""
    told = entry(cases)
    timelines.upsert([told])
    requests.delete(
        f"{org.url}/services/data/v62.0/sobjects/Case/{told.salesforce_id}",
        headers={"Authorization": f"Bearer {org.ready['access_token']}"},
        timeout=TIMEOUT_S,
    ).raise_for_status()
    assert org.records("SELECT Id FROM Case_Event__c") == []


def test_the_org_is_asked_once_whether_it_keeps_timelines(
    timelines: SalesforceCaseEvents, connection: SalesforceConnection
) -> None:
    """One call says that the package is there; it is not repeated."""
    assert (timelines.is_kept(), timelines.is_kept()) == (True, True)
    assert connection.calls_made == 1


def test_an_older_package_is_asked_again_each_hour(connection: SalesforceConnection, org: StandInOrg) -> None:
    """Without the object nothing is an error, and its arrival needs no restart."""
    absent = replace(load_salesforce("case_event"), object_name="Not_Deployed__c")
    timelines = SalesforceCaseEvents(connection, absent, org.clock)
    assert (timelines.is_kept(), timelines.is_kept()) == (False, False)
    assert connection.calls_made == 1
    org.clock.move(LOOK_AGAIN - timedelta(seconds=1))
    assert (timelines.is_kept(), connection.calls_made) == (False, 1)
    org.clock.move(timedelta(seconds=1))
    assert (timelines.is_kept(), connection.calls_made) == (False, 2)
