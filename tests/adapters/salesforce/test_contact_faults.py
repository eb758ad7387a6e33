"""Finding and making Contacts when the org, or the road to it, goes wrong."""

from __future__ import annotations

import json
from dataclasses import replace
from urllib.parse import quote_plus, unquote_plus

import pytest

from bridge.adapters.salesforce.connection import SalesforceConnection
from bridge.adapters.salesforce.contact_queries import candidates
from bridge.adapters.salesforce.contacts import SalesforceContacts
from bridge.domain.identity import BirthDate, Gender, PivotIdentity, Precision
from bridge.errors import AmbiguousContactError, PermanentError, TransientError
from mappings.loader import load_salesforce
from tests.adapters.salesforce.scripted_org import Answer, ScriptedOrg
from tests.contracts.people import ANGELA, certified
from tests.servers.org import StandInOrg

NONE_FOUND = Answer(200, {"totalSize": 0, "done": True, "records": []})
TAKEN = Answer(400, [{"errorCode": "DUPLICATE_VALUE", "message": "x", "fields": []}])
MADE = "003000000000001AAA"
NAMES = {rule.source: rule.target for rule in load_salesforce("contact").fields if rule.source}


def test_a_duplicate_rule_is_never_overridden(org: StandInOrg, contacts: SalesforceContacts) -> None:
    """A Contact the org takes for the same person is an agent's decision, and nothing is made."""
    org.add("Contact", LastName="Martin", FirstName="Angela", Email="angela@example.fr")

    with pytest.raises(AmbiguousContactError) as caught:
        contacts.create("hash", certified())

    assert caught.value.code == "contact.duplicate_rule"
    assert len(org.records("SELECT Id FROM Contact")) == 1


@pytest.mark.parametrize("fault", [{"after_write": "drop"}, {"after_write": "hold", "hold_s": 5.0}])
def test_an_answer_lost_after_the_write_leaves_one_contact(
    org: StandInOrg, contacts: SalesforceContacts, fault: dict[str, object]
) -> None:
    """The citizen who tries again gets the Contact the first try made."""
    org.switch(**fault, write_calls=1)
    with pytest.raises(TransientError):
        contacts.create("hash", certified())

    contact_id = contacts.create("hash", certified())

    assert [record["Id"] for record in org.records("SELECT Id FROM Contact")] == [contact_id]


def test_a_lost_race_is_run_again_once(scripted: ScriptedOrg) -> None:
    """Another sign-in inserted first: the same upsert now finds that Contact."""
    scripted.answers = [NONE_FOUND, TAKEN, Answer(200, {"id": MADE, "success": True, "created": False})]

    with scripted.connection() as connection:
        assert _directory(connection).create("hash", certified()) == MADE


def test_a_lasting_clash_is_for_a_person(scripted: ScriptedOrg) -> None:
    """A clash that survives the second run is with a Contact nobody can find: an agent looks into the bin."""
    scripted.answers = [NONE_FOUND, TAKEN, TAKEN]

    with scripted.connection() as connection, pytest.raises(AmbiguousContactError) as caught:
        _directory(connection).create("hash", certified())

    assert caught.value.code == "contact.subject_in_bin"


def test_an_update_without_a_body_gives_the_id_too(scripted: ScriptedOrg) -> None:
    """An org that answers 204 is asked for the id."""
    found = {"totalSize": 1, "done": True, "records": [{"Id": MADE, "FC_Subject__c": "hash"}]}
    scripted.answers = [NONE_FOUND, Answer(204), Answer(200, found)]

    with scripted.connection() as connection:
        assert _directory(connection).create("hash", certified()) == MADE


def test_the_hash_stands_in_the_address_alone(scripted: ScriptedOrg) -> None:
    """An external id is one segment of the address, whatever it holds, and is not repeated in the body."""
    scripted.answers = [NONE_FOUND, Answer(201, {"id": MADE, "success": True})]
    with scripted.connection() as connection:
        _directory(connection).create("a/b?c#d ../e", certified())

    asked = scripted.asked[-1]
    assert asked.path.endswith("/sobjects/Contact/FC_Subject__c/a/b?c#d ../e")
    assert "FC_Subject__c" not in json.loads(asked.body)


def test_two_contacts_under_one_hash_need_a_person(scripted: ScriptedOrg) -> None:
    """Without uniqueness in the org the answer names several: nothing is chosen."""
    scripted.answers = [NONE_FOUND, Answer(300, ["/a", "/b"])]
    with scripted.connection() as connection, pytest.raises(PermanentError) as caught:
        _directory(connection).create("hash", certified())

    assert caught.value.code == "salesforce.duplicate_external_id"


@pytest.mark.parametrize("contact_id", ["//evil.example/a", "003/../Account/001", "", "003000000000001#x"])
def test_only_a_record_id_is_written_to(connection: SalesforceConnection, contact_id: str) -> None:
    """An id from elsewhere cannot lead to another record or host."""
    with pytest.raises(PermanentError) as caught:
        _directory(connection).attach(contact_id, "hash", certified())

    assert (caught.value.code, connection.calls_made) == ("salesforce.malformed_id", 0)


def test_a_deleted_contact_is_told_apart(org: StandInOrg, contacts: SalesforceContacts) -> None:
    """A Contact in the bin is refused under its own code."""
    contact_id = org.add("Contact", LastName="Martin")
    with org.connection() as agent:
        agent.write("DELETE", f"sobjects/Contact/{contact_id}", {}, "Contact")

    with pytest.raises(PermanentError) as caught:
        contacts.attach(contact_id, "hash", certified())

    assert caught.value.code == "salesforce.entity_is_deleted"


def test_a_person_without_a_name_is_refused_without_a_call(connection: SalesforceConnection) -> None:
    """Salesforce needs a last name; the refusal names the field and nobody."""
    nameless = certified(replace(ANGELA, family_name=None), usage_name=None)

    with pytest.raises(PermanentError) as caught:
        _directory(connection).create("hash", nameless)

    assert caught.value.code == "mapping.refused"
    assert "LastName" in caught.value.explanation


def test_a_search_costs_three_calls_and_fifty_rows(
    org: StandInOrg, connection: SalesforceConnection, contacts: SalesforceContacts
) -> None:
    """However many Contacts share a name and a date, the search stays small."""
    for number in range(60):
        email = f"angela{number}@example.fr"
        org.add(
            "Contact", LastName=ANGELA.family_name, FirstName="Angela", Birthdate="1962-08-24", Email=email
        )

    assert len(contacts.candidates(ANGELA)) == 50
    assert connection.calls_made <= 3


@pytest.mark.parametrize(
    "identity",
    [
        ANGELA,
        replace(ANGELA, birth_date=None),
        replace(ANGELA, given_names=()),
        replace(ANGELA, birth_date=BirthDate("1962-99-99")),
        replace(ANGELA, birth_date=BirthDate("1962-01-01")),
        replace(ANGELA, birth_date=BirthDate("1962-01-01", Precision.YEAR)),
        replace(ANGELA, birth_date=BirthDate("1962-08-01", Precision.MONTH)),
        replace(ANGELA, family_name="d'" * 100, given_names=("Élé-o'" * 30,) * 4),
    ],
)
def test_every_question_is_selective_and_short(identity: PivotIdentity) -> None:
    """Each query demands a name and, with it, a date or a first name; none scans or grows too long."""
    queries = list(candidates(identity, NAMES))

    assert len(queries) <= 3
    for query in queries:
        assert " LIMIT 50" in query
        condition = query.partition(" WHERE ")[2]
        assert "LastName LIKE '" in condition
        assert "Birthdate" in condition or "FirstName LIKE '" in condition
        assert " AND (" in condition
        assert len(quote_plus(query)) < 14_000


@pytest.mark.parametrize(
    "identity",
    [
        replace(ANGELA, birth_date=None, given_names=()),
        replace(ANGELA, birth_date=None, given_names=(" ",)),
        replace(ANGELA, family_name=" "),
    ],
)
def test_too_little_known_is_no_question(identity: PivotIdentity) -> None:
    """A family name alone, or none, is not enough to look through the town's Contacts."""
    assert list(candidates(identity, NAMES)) == []


def test_a_contact_with_fields_nobody_foresaw_is_read_with_care(scripted: ScriptedOrg) -> None:
    """A value outside our words counts as not known, so that it can never make two people certain."""
    row = {
        "Id": MADE,
        "LastName": " Dubois ",
        "FirstName": "Angela  Claire",
        "Birthdate": "1962-08-24",
        "FC_Birth_Date__c": "1962-08-24",
        "FC_Birth_Date_Precision__c": "about",
        "FC_Gender__c": "F",
        "FC_Birth_Place__c": "",
    }
    scripted.answers = [
        Answer(200, {"totalSize": 1, "done": True, "records": [{**row, "FC_Subject__c": "h"}]})
    ]
    with scripted.connection() as connection:
        found = _directory(connection).by_subject(["h"])

    assert found is not None
    assert found.identity == PivotIdentity("Dubois", ("Angela", "Claire"), None, None, None, None)


def test_the_precision_of_a_date_is_kept(scripted: ScriptedOrg) -> None:
    """A date completed by the registry stays known as such."""
    row = {"Id": MADE, "FC_Birth_Date__c": "1962-01-01", "FC_Birth_Date_Precision__c": "year"}
    full = {**row, "FC_Gender__c": Gender.FEMALE.value, "FC_Subject__c": "h"}
    scripted.answers = [Answer(200, {"totalSize": 1, "done": True, "records": [full]})]
    with scripted.connection() as connection:
        found = _directory(connection).by_subject(["h"])

    assert found is not None
    assert found.identity.birth_date == BirthDate("1962-01-01", Precision.YEAR)


def test_a_name_stays_in_its_query(scripted: ScriptedOrg) -> None:
    """What the org receives holds the name between quotes it cannot leave."""
    scripted.answers = [NONE_FOUND] * 3
    with scripted.connection() as connection:
        _directory(connection).candidates(replace(ANGELA, family_name="x' OR LastName != '"))

    for asked in scripted.asked:
        assert "' OR LastName != ''" not in unquote_plus(asked.query)


def _directory(connection: SalesforceConnection) -> SalesforceContacts:
    return SalesforceContacts(connection, load_salesforce("contact"))
