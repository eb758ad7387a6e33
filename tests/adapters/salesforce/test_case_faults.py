"""Writing cases when the org, or the road to it, goes wrong."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest

from bridge.adapters.salesforce.cases import SalesforceCases
from bridge.adapters.salesforce.connection import SalesforceConnection
from bridge.errors import PermanentError, TransientError
from mappings.loader import load_salesforce
from mappings.salesforce import FieldRule
from tests.adapters.salesforce.scripted_org import Answer, ScriptedOrg
from tests.contracts.people import ANGELA
from tests.contracts.requests_made import a_case
from tests.servers.org import StandInOrg

WRITTEN = {"id": "500000000000001AAA", "success": True, "created": True, "errors": []}


def _refused(code: str, *fields: str) -> dict[str, Any]:
    return {"success": False, "errors": [{"statusCode": code, "message": "x", "fields": list(fields)}]}


def test_every_field_of_the_mapping_reaches_the_org(org: StandInOrg, cases: SalesforceCases) -> None:
    """What a source says of a case is what an agent reads in Salesforce."""
    cases.upsert([a_case("1")], first=["c_1"])

    (record,) = org.records(
        "SELECT Source_Key__c, Source__c, Reference__c, Procedure__c, Phase__c, Outcome__c, Waiting_For__c,"
        " Tacit__c, Status_Since__c, Legacy_Code__c, Legacy_Label__c, Public_Note__c, Next_Due_On__c,"
        " Mapping_Version__c, Observed_At__c, No_Longer_Reported_At__c, Status, Origin FROM Case"
    )
    del record["attributes"]
    assert record == {
        "Source_Key__c": "contract:1",
        "Source__c": "contract",
        "Reference__c": "PC 075 107 25 00012",
        "Procedure__c": "permis-de-construire",
        "Phase__c": "decided",
        "Outcome__c": "accepted",
        "Waiting_For__c": "nobody",
        "Tacit__c": True,
        "Status_Since__c": "2025-02-28T23:00:00.000+0000",
        "Legacy_Code__c": "ACC-T",
        "Legacy_Label__c": "Accordé tacitement",
        "Public_Note__c": "Votre permis est accordé.",
        "Next_Due_On__c": "2025-04-01",
        "Mapping_Version__c": "urbanisme@3",
        "Observed_At__c": "2025-03-03T08:30:00.000+0000",
        "No_Longer_Reported_At__c": None,
        "Status": "Closed",
        "Origin": "Web",
    }


def test_what_is_no_longer_true_is_emptied(org: StandInOrg, cases: SalesforceCases) -> None:
    """A date or note that went away in the source goes away in the org."""
    cases.upsert([a_case("1")])
    cases.upsert([a_case("1", version=2, public_note=None, next_step=None)])

    (record,) = org.records("SELECT Public_Note__c, Next_Due_On__c FROM Case")
    assert (record["Public_Note__c"], record["Next_Due_On__c"]) == (None, None)


def test_what_an_agent_chose_stays(org: StandInOrg, cases: SalesforceCases) -> None:
    """The origin is written when the Case is made, whatever its version, and is the agents' from then on."""
    (answer,) = cases.upsert([a_case("1", version=3)], first=["c_1"])
    assert org.records("SELECT Origin FROM Case")[0]["Origin"] == "Web"
    with org.connection() as agent:
        agent.write("PATCH", f"sobjects/Case/{answer.salesforce_id}", {"Origin": "Phone"}, "Case")

    cases.upsert([a_case("1", version=4)])

    assert org.records("SELECT Origin FROM Case")[0]["Origin"] == "Phone"


def test_a_timeout_after_the_write_leaves_one_case(org: StandInOrg, cases: SalesforceCases) -> None:
    """The answer came too late, the case was written: the repeat finds it."""
    org.switch(after_write="hold", hold_s=5.0, write_calls=1)
    with pytest.raises(TransientError) as caught:
        cases.upsert([a_case("1")])

    (answer,) = cases.upsert([a_case("1")])

    assert caught.value.code == "remote.timeout"
    assert [record["Id"] for record in org.records("SELECT Id FROM Case")] == [answer.salesforce_id]


@pytest.mark.parametrize("moment", ["before_write", "after_write"])
def test_a_broken_connection_leaves_one_case(org: StandInOrg, cases: SalesforceCases, moment: str) -> None:
    """Whether the write was made or not before the line broke, the repeat leaves one case."""
    org.switch(**{moment: "drop", "write_calls": 1})
    with pytest.raises(TransientError) as caught:
        cases.upsert([a_case("1")])

    (answer,) = cases.upsert([a_case("1")])

    assert caught.value.code == "remote.interrupted"
    assert [record["Id"] for record in org.records("SELECT Id FROM Case")] == [answer.salesforce_id]


@pytest.mark.parametrize(
    ("code", "transient"),
    [("FIELD_CUSTOM_VALIDATION_EXCEPTION", False), ("UNABLE_TO_LOCK_ROW", True)],
)
def test_thirty_seven_of_two_hundred_fail_alone(
    org: StandInOrg, cases: SalesforceCases, code: str, transient: bool
) -> None:
    """Each record is settled on its own: 163 written, 37 refused under their cause."""
    org.switch(fail_first=37, fail_code=code)

    answers = cases.upsert([a_case(str(number)) for number in range(200)])

    assert {(a.error_code, a.transient) for a in answers[:37]} == {(code, transient)}
    assert all(answer.salesforce_id for answer in answers[37:])
    assert len(org.records("SELECT Id FROM Case")) == 163


def test_locked_rows_are_written_by_repeating(org: StandInOrg, cases: SalesforceCases) -> None:
    """Cases that share a Contact may meet a lock; repeating those alone writes them all."""
    contact_id = org.add("Contact", LastName=ANGELA.family_name)
    waiting = [a_case(str(number), contact_id=contact_id) for number in range(40)]
    org.switch(lock_rate=0.4, seed=7)
    rounds = 0

    while waiting and rounds < 30:
        answers = cases.upsert(waiting)
        assert {a.error_code for a in answers} <= {None, "UNABLE_TO_LOCK_ROW"}
        waiting = [case for case, answer in zip(waiting, answers, strict=True) if answer.transient]
        rounds += 1

    assert rounds > 1
    assert len(org.records("SELECT Id FROM Case")) == 40


def test_a_lost_race_is_run_again_once(scripted: ScriptedOrg) -> None:
    """Another writer inserted the same key first: the record alone is sent again, and found."""
    scripted.answers = [Answer(200, [WRITTEN, _refused("DUPLICATE_VALUE")]), Answer(200, [WRITTEN])]
    with scripted.connection() as connection:
        answers = _directory(connection).upsert([a_case("1"), a_case("2")])

    keys = [
        [record["Source_Key__c"] for record in json.loads(asked.body)["records"]] for asked in scripted.asked
    ]
    assert keys == [["contract:1", "contract:2"], ["contract:2"]]
    assert [answer.error_code for answer in answers] == [None, None]


def test_a_lasting_clash_is_for_a_person(org: StandInOrg, cases: SalesforceCases) -> None:
    """A clash that survives the second run is not tried for ever."""
    org.switch(fail_first=1, fail_code="DUPLICATE_VALUE")

    answers = cases.upsert([a_case("1"), a_case("2")])

    assert [(a.error_code, a.transient) for a in answers] == [("DUPLICATE_VALUE", False), (None, False)]


@pytest.mark.parametrize("code", ["INSUFFICIENT_ACCESS_OR_READONLY", "INVALID_FIELD_FOR_INSERT_UPDATE"])
def test_a_missing_right_blames_no_record(scripted: ScriptedOrg, code: str) -> None:
    """When every record wants the same right, the connector stops, naming object and field."""
    scripted.answers = [Answer(200, [_refused(code, "Phase__c"), _refused(code, "Phase__c")])]
    with scripted.connection() as connection, pytest.raises(PermanentError) as caught:
        _directory(connection).upsert([a_case("1"), a_case("2")])

    assert caught.value.explanation == f"Case (Phase__c): {code}"


def test_one_record_without_a_right_does_not_hide_the_fault_of_another(scripted: ScriptedOrg) -> None:
    """When nothing was written for reasons that differ, each record is settled under its own."""
    answer = [_refused("INSUFFICIENT_ACCESS_OR_READONLY"), _refused("STRING_TOO_LONG")]
    scripted.answers = [Answer(200, answer)]
    with scripted.connection() as connection:
        answers = _directory(connection).upsert([a_case("1"), a_case("2")])

    assert [a.error_code for a in answers] == ["INSUFFICIENT_ACCESS_OR_READONLY", "STRING_TOO_LONG"]


def test_one_record_without_a_right_does_not_stop_the_others(scripted: ScriptedOrg) -> None:
    """A single Case the integration user may not touch is parked alone."""
    scripted.answers = [Answer(200, [_refused("INSUFFICIENT_ACCESS_OR_READONLY"), WRITTEN])]
    with scripted.connection() as connection:
        refused, written = _directory(connection).upsert([a_case("1"), a_case("2")])

    assert (refused.error_code, refused.transient) == ("INSUFFICIENT_ACCESS_OR_READONLY", False)
    assert written.salesforce_id == WRITTEN["id"]


def test_a_field_the_org_has_not_stops_the_connector(
    org: StandInOrg, connection: SalesforceConnection
) -> None:
    """A mapping ahead of the org's package is told with object and field, and parks no case."""
    mapping = load_salesforce("case")
    ahead = replace(mapping, fields=(*mapping.fields, FieldRule("Fee__c", "source", source="title")))

    with pytest.raises(PermanentError) as caught:
        SalesforceCases(connection, ahead).upsert([a_case("1"), a_case("2")])

    assert caught.value.explanation == "Case (Fee__c): INVALID_FIELD"
    assert org.records("SELECT Id FROM Case") == []


def test_an_upsert_key_the_org_has_not_stops_the_connector(connection: SalesforceConnection) -> None:
    """An external id that is not deployed is told by name."""
    mapping = load_salesforce("case")
    renamed = replace(mapping, external_id="Legacy_Key__c")

    with pytest.raises(PermanentError) as caught:
        SalesforceCases(connection, renamed).upsert([a_case("1")])

    assert caught.value.explanation == "Case (Legacy_Key__c): NOT_FOUND"


def test_a_deleted_contact_is_not_tried_again(scripted: ScriptedOrg) -> None:
    """A case that points to a Contact in the bin is for an agent."""
    scripted.answers = [Answer(200, [_refused("ENTITY_IS_DELETED", "ContactId")])]
    with scripted.connection() as connection:
        (answer,) = _directory(connection).upsert([a_case("1", contact_id="003000000000001AAA")])

    assert (answer.error_code, answer.error_fields, answer.transient) == (
        "ENTITY_IS_DELETED",
        ("ContactId",),
        False,
    )


def test_a_state_that_was_mended_is_sent(cases: SalesforceCases) -> None:
    """An older state the mapping refuses does not keep the newer one back."""
    broken = a_case("1", contact_id=object())  # type: ignore[arg-type]  # what no mapping can write

    answers = cases.upsert([broken, a_case("1", version=2)])

    assert [answer.error_code for answer in answers] == [None, None]


def test_a_case_the_mapping_refuses_is_settled_alone(org: StandInOrg, cases: SalesforceCases) -> None:
    """A number too long to be a key is never cut, and keeps no other case back."""
    refused, written = cases.upsert([a_case("9" * 130), a_case("1")])

    assert (refused.error_code, refused.error_fields) == ("MAPPING_REFUSED", ("Source_Key__c",))
    assert written.salesforce_id is not None
    assert len(org.records("SELECT Id FROM Case")) == 1


@pytest.mark.parametrize("body", [[], [WRITTEN], {}, None, "x"])
def test_an_answer_of_the_wrong_length_is_not_trusted(scripted: ScriptedOrg, body: object) -> None:
    """Without one answer a record nobody knows what was written: all are sent again."""
    scripted.answers = [Answer(200, body)]
    with scripted.connection() as connection, pytest.raises(TransientError) as caught:
        _directory(connection).upsert([a_case("1"), a_case("2")])

    assert caught.value.code == "remote.unreadable"


def test_an_element_nobody_can_read_is_refused_alone(scripted: ScriptedOrg) -> None:
    """A success without an id is no success."""
    scripted.answers = [Answer(200, [WRITTEN, {"success": True}])]
    with scripted.connection() as connection:
        answers = _directory(connection).upsert([a_case("1"), a_case("2")])

    assert [answer.error_code for answer in answers] == [None, "HTTP_400"]


def _directory(connection: SalesforceConnection) -> SalesforceCases:
    return SalesforceCases(connection, load_salesforce("case"))
