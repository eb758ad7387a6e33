"""A case the org holds in a newer version: which one it is, so that a person can decide."""

from __future__ import annotations

from typing import Any
from urllib.parse import parse_qs

from bridge.adapters.salesforce.cases import SalesforceCases
from bridge.adapters.salesforce.connection import SalesforceConnection
from mappings.loader import load_salesforce
from tests.adapters.salesforce.scripted_org import Answer, ScriptedOrg
from tests.contracts.requests_made import a_case
from tests.servers.org import StandInOrg

STALE: dict[str, Any] = {
    "success": False,
    "errors": [
        {
            "statusCode": "FIELD_CUSTOM_VALIDATION_EXCEPTION",
            "message": "x",
            "fields": ["Source_Version__c"],
        }
    ],
}


def test_each_stale_case_gets_the_version_of_its_own(org: StandInOrg, cases: SalesforceCases) -> None:
    """One question tells the versions of all, whatever their keys are made of."""
    numbers = ["O'Brien \\ %_", "é/1?", "3"]
    cases.upsert([a_case(number, version=7 + place) for place, number in enumerate(numbers)])
    made = cases.upsert([a_case(number) for number in (*numbers, "4")])

    assert [answer.held_version for answer in made] == [7, 8, 9, None]
    assert [answer.error_code for answer in made] == ["STALE_VERSION"] * 3 + [None]


def test_two_hundred_stale_cases_fit_in_addresses_the_org_takes(
    org: StandInOrg, cases: SalesforceCases
) -> None:
    """Long keys with accents are asked for in pieces, for an address has its longest."""
    numbers = [f"{'é' * 100}{number}" for number in range(200)]
    cases.upsert([a_case(number, version=9) for number in numbers])

    answers = cases.upsert([a_case(number) for number in numbers])

    assert {answer.held_version for answer in answers} == {9}


def test_nothing_is_asked_when_nothing_is_stale(scripted: ScriptedOrg) -> None:
    """The question costs a call of the daily allowance."""
    written = {"id": "500000000000001AAA", "success": True, "created": True, "errors": []}
    scripted.answers = [Answer(200, [written])]
    with scripted.connection() as connection:
        _directory(connection).upsert([a_case("1")])

    assert [asked.method for asked in scripted.asked] == ["PATCH"]


def test_the_answers_stand_when_the_versions_cannot_be_read(scripted: ScriptedOrg) -> None:
    """What was written is not sent again for a question that failed."""
    scripted.answers = [Answer(200, [STALE]), Answer(400, [{"errorCode": "INVALID_FIELD", "message": "x"}])]
    with scripted.connection() as connection:
        (answer,) = _directory(connection).upsert([a_case("1", version=2)])

    assert (answer.error_code, answer.held_version) == ("STALE_VERSION", None)


def test_a_version_nobody_can_read_is_none(scripted: ScriptedOrg) -> None:
    """An emptied field, or a row for another key, is no version."""
    rows = [{"Source_Key__c": "contract:1", "Source_Version__c": None}, {"Source_Key__c": "other"}]
    scripted.answers = [Answer(200, [STALE]), Answer(200, {"records": rows, "done": True, "totalSize": 2})]
    with scripted.connection() as connection:
        (answer,) = _directory(connection).upsert([a_case("1")])

    assert answer.held_version is None
    (soql,) = parse_qs(scripted.asked[1].query)["q"]
    assert soql == (
        "SELECT Source_Key__c, Source_Version__c FROM Case WHERE Source_Key__c IN ('contract:1') LIMIT 1"
    )


def _directory(connection: SalesforceConnection) -> SalesforceCases:
    return SalesforceCases(connection, load_salesforce("case"))
