"""Upsert of one record by an external id."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest
import requests

from tests.sandbox.salesforce.wire import Wire, refusal

SUB = "FranceConnect_Sub__c"


def test_created_then_updated(wire: Wire) -> None:
    """The first call creates (201), the second changes the same record (200)."""
    first = wire.upsert("Contact", SUB, "abc", {"LastName": "A"})
    assert (first.status_code, first.json()["created"]) == (201, True)
    again = wire.upsert("Contact", SUB, "abc", {"LastName": "B"})
    assert again.status_code == 200
    assert again.json() == {"id": first.json()["id"], "success": True, "errors": [], "created": False}
    assert wire.read("Contact", first.json()["id"])[SUB] == "abc"


def test_older_versions_answer_an_update_without_a_body(wire: Wire) -> None:
    """Before 46.0 a change answers 204 and a creation says nothing of `created`."""
    wire.version = 45
    assert "created" not in wire.upsert("Contact", SUB, "abc", {"LastName": "A"}).json()
    answer = wire.upsert("Contact", SUB, "abc", {"LastName": "B"})
    assert (answer.status_code, answer.content) == (204, b"")


@pytest.mark.parametrize("value", ["a/b?c#d", "é à", "100%25", "a+b", "a%2Fb", "ö" * 50, "../../Account/001"])
def test_value_is_one_encoded_segment(wire: Wire, value: str) -> None:
    """Any text survives as a key when it is percent-encoded, and stays within its object."""
    made = wire.upsert("Contact", SUB, value, {"LastName": "A"}).json()["id"]
    assert wire.read("Contact", made)[SUB] == value
    assert wire.upsert("Contact", SUB, value, {"LastName": "B"}).json()["created"] is False


def test_unencoded_slash_is_another_path(wire: Wire) -> None:
    """A slash sent as it is makes a path that does not exist."""
    assert refusal(wire.patch(f"sobjects/Contact/{SUB}/a/b", {"LastName": "A"})) == (404, "NOT_FOUND")


def test_case_of_the_key(wire: Wire) -> None:
    """A case-sensitive key tells `a` from `A`; another key does not."""
    wire.upsert("Contact", SUB, "key", {"LastName": "A"})
    assert wire.upsert("Contact", SUB, "KEY", {"LastName": "B"}).status_code == 201
    wire.upsert("Case", "External_Key__c", "ts/É1", {})
    assert wire.upsert("Case", "External_Key__c", "TS/é1", {}).status_code == 200


def test_field_that_is_no_key(wire: Wire) -> None:
    """A field without the external id box answers 404 in the org's words."""
    answer = wire.upsert("Contact", "Title", "x", {"LastName": "A"})
    assert refusal(answer) == (404, "NOT_FOUND")
    expected = "Provided external ID field does not exist or is not accessible: Title"
    assert answer.json()[0]["message"] == expected


def test_several_matches(wire: Wire) -> None:
    """A key held by two records answers 300 with their addresses and writes nothing."""
    ids = [wire.create("Contact", LastName=name, Legacy_Key__c="K1") for name in ("A", "B")]
    for answer in (
        wire.upsert("Contact", "Legacy_Key__c", "k1", {"Title": "x"}),
        wire.get("sobjects/Contact/Legacy_Key__c/K1"),
    ):
        assert answer.status_code == 300
        assert answer.json() == [f"/services/data/v60.0/sobjects/Contact/{i}" for i in ids]
    assert wire.rows("SELECT Id FROM Contact WHERE Title = 'x'") == []


def test_update_only(wire: Wire) -> None:
    """With `updateOnly` nothing is created."""
    answer = wire.upsert("Contact", SUB, "new", {"LastName": "A"}, params={"updateOnly": "true"})
    assert refusal(answer) == (404, "NOT_FOUND")


def test_key_repeated_in_the_body(wire: Wire) -> None:
    """The key may be repeated unchanged in the body, not contradicted."""
    assert wire.upsert("Contact", SUB, "abc", {"LastName": "A", SUB: "abc"}).status_code == 201
    assert refusal(wire.upsert("Contact", SUB, "abc", {SUB: "other"})) == (400, "INVALID_FIELD")


def test_read_and_delete_by_key(wire: Wire) -> None:
    """A record is read and deleted by its key; then the key is free again."""
    made = wire.upsert("Contact", SUB, "abc", {"LastName": "A"}).json()["id"]
    assert wire.get(f"sobjects/Contact/{SUB}/abc").json()["Id"] == made
    assert wire.delete(f"sobjects/Contact/{SUB}/abc").status_code == 204
    assert refusal(wire.get(f"sobjects/Contact/{SUB}/abc")) == (404, "NOT_FOUND")
    assert wire.upsert("Contact", SUB, "abc", {"LastName": "A"}).status_code == 201


def test_unique_value_taken(wire: Wire) -> None:
    """A unique value held by another record is refused with that record's 15-character id."""
    made = wire.create("Case", External_Key__c="TS/1")
    answer = wire.post("sobjects/Case", {"External_Key__c": "ts/1"})
    text = f"duplicate value found: External_Key__c duplicates value on record with id: {made[:15]}"
    assert answer.status_code == 400
    assert answer.json() == [
        {
            "message": text,
            "errorCode": "DUPLICATE_VALUE",
            "fields": [],
        }
    ]


def test_parent_by_external_id(wire: Wire) -> None:
    """A Case names its Contact by the Contact's own key."""
    contact = wire.upsert("Contact", SUB, "abc", {"LastName": "A"}).json()["id"]
    case = wire.upsert("Case", "External_Key__c", "1", {"Contact": {SUB: "abc"}}).json()["id"]
    assert wire.read("Case", case)["ContactId"] == contact
    custom = wire.create("Case", Applicant__r={"attributes": {"type": "Contact"}, SUB: "abc"})
    assert wire.read("Case", custom)["Applicant__c"] == contact


def test_race_for_a_new_key(wire: Wire) -> None:
    """Eight callers that bring the same new key make one record."""

    def one_call(number: int) -> requests.Response:
        return requests.patch(
            f"{wire.url}/services/data/v60.0/sobjects/Contact/{SUB}/same",
            json={"LastName": f"N{number}"},
            headers={"Authorization": f"Bearer {wire.token}"},
            timeout=10,
        )

    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(one_call, range(8)))
    assert sorted(answer.status_code for answer in answers) == [200] * 7 + [201]
    assert len({answer.json()["id"] for answer in answers}) == 1
