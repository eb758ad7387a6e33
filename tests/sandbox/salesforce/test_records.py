"""Single records: created, read, changed, deleted, and refused with the org's own texts."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.sandbox.salesforce.wire import Wire, refusal

NOT_WRITABLE = (
    "Unable to create/update fields: Name. Please check the security settings of this field and verify that"
    " it is read/write for your profile or permission set."
)
WRONG_JSON = (
    "Cannot deserialize instance of {} from {} value {} or request may be missing a required field"
    " at [line:1, column:1]"
)
CONTACT = {"LastName": "Dupont", "FirstName": "Élodie", "Email": "elodie@example.org"}


def test_create_answers_201_with_the_id(wire: Wire) -> None:
    """A client learns the 18-character id of what it made."""
    answer = wire.post("sobjects/Contact/", CONTACT)
    assert answer.status_code == 201
    assert answer.headers["Content-Type"] == "application/json;charset=UTF-8"
    assert answer.json() == {"id": answer.json()["id"], "success": True, "errors": []}
    assert len(answer.json()["id"]) == 18
    assert answer.json()["id"].startswith("003")


def test_read_shows_stored_and_derived_fields(wire: Wire) -> None:
    """A record comes back with attributes, canonical names, UTC datetimes and its computed name."""
    made = wire.create("contact", lastname="Dupont", FIRSTNAME="Élodie")
    record = wire.read("Contact", made[:15])
    assert record["attributes"] == {
        "type": "Contact",
        "url": f"/services/data/v60.0/sobjects/Contact/{made}",
    }
    assert (record["Id"], record["Name"], record["LastName"]) == (made, "Élodie Dupont", "Dupont")
    assert record["CreatedDate"] == "2026-11-24T12:00:00.000+0000"
    assert record["IsDeleted"] is False
    assert record["HasOptedOutOfEmail"] is False


def test_read_of_chosen_fields(wire: Wire) -> None:
    """Only the fields asked for come back, with the id; an unknown one is refused."""
    made = wire.create("Contact", **CONTACT)
    shown = wire.get(f"sobjects/Contact/{made}", params={"fields": "email,LastName"}).json()
    assert list(shown) == ["attributes", "Email", "LastName", "Id"]
    refused = wire.get(f"sobjects/Contact/{made}", params={"fields": "Nope"})
    assert refusal(refused) == (400, "INVALID_FIELD")
    assert refused.json()[0]["message"] == "No such column 'Nope' on sobject of type Contact"


def test_update_answers_204_without_a_body(wire: Wire) -> None:
    """A change leaves other fields alone and moves the stamps."""
    made = wire.create("Contact", **CONTACT)
    wire.clock.advance(minutes=5)
    answer = wire.patch(f"sobjects/Contact/{made}", {"LastName": "Martin", "Email": None})
    assert (answer.status_code, answer.content) == (204, b"")
    record = wire.read("Contact", made)
    assert (record["Name"], record["FirstName"], record["Email"]) == ("Élodie Martin", "Élodie", None)
    assert record["CreatedDate"] == "2026-11-24T12:00:00.000+0000"
    assert record["LastModifiedDate"] == record["SystemModstamp"] == "2026-11-24T12:05:00.000+0000"


def test_delete_moves_to_the_bin(wire: Wire) -> None:
    """A deleted record is refused by id and only queryAll still sees it."""
    made = wire.create("Contact", **CONTACT)
    assert wire.delete(f"sobjects/Contact/{made}").status_code == 204
    for answer in (
        wire.get(f"sobjects/Contact/{made}"),
        wire.patch(f"sobjects/Contact/{made}", {"LastName": "x"}),
        wire.delete(f"sobjects/Contact/{made}"),
    ):
        assert refusal(answer) == (404, "ENTITY_IS_DELETED")
    assert wire.rows("SELECT Id FROM Contact") == []
    assert wire.query("SELECT Id FROM Contact WHERE IsDeleted = true", "queryAll").json()["totalSize"] == 1


def test_contact_with_cases_is_not_deleted(wire: Wire) -> None:
    """A Contact that has Cases stays, as the org insists."""
    contact = wire.create("Contact", **CONTACT)
    case = wire.create("Case", ContactId=contact)
    assert refusal(wire.delete(f"sobjects/Contact/{contact}")) == (400, "DELETE_FAILED")
    assert wire.delete(f"sobjects/Case/{case}").status_code == 204
    assert wire.delete(f"sobjects/Contact/{contact}").status_code == 204


def test_deleting_clears_lookups_and_takes_details_along(wire: Wire) -> None:
    """An optional lookup to a deleted record is emptied, a comment goes with its Case."""
    contact = wire.create("Contact", **CONTACT)
    case = wire.create("Case", Applicant__c=contact)
    wire.create("CaseComment", ParentId=case, CommentBody="Bonjour")
    assert wire.delete(f"sobjects/Contact/{contact}").status_code == 204
    assert wire.read("Case", case)["Applicant__c"] is None
    assert wire.delete(f"sobjects/Case/{case}").status_code == 204
    assert wire.rows("SELECT Id FROM CaseComment") == []


@pytest.mark.parametrize(
    ("body", "code", "message", "fields"),
    [
        (
            {"FirstName": "A"},
            "REQUIRED_FIELD_MISSING",
            "Required fields are missing: [LastName]",
            ["LastName"],
        ),
        (
            {"LastName": " "},
            "REQUIRED_FIELD_MISSING",
            "Required fields are missing: [LastName]",
            ["LastName"],
        ),
        (
            {"LastName": "x" * 81},
            "STRING_TOO_LONG",
            f"Last Name: data value too large: {'x' * 81} (max length=80)",
            ["LastName"],
        ),
        (
            {"LastName": "A", "Nope": 1},
            "INVALID_FIELD",
            "No such column 'Nope' on sobject of type Contact",
            None,
        ),
        (
            {"LastName": "A", "Name": "B"},
            "INVALID_FIELD_FOR_INSERT_UPDATE",
            NOT_WRITABLE,
            ["Name"],
        ),
        (
            {"LastName": "A", "Email": "a@b"},
            "INVALID_EMAIL_ADDRESS",
            "Email: invalid email address: a@b",
            ["Email"],
        ),
        (
            {"LastName": "A", "AccountId": "500Qk0000000001IAA"},
            "MALFORMED_ID",
            "Account ID: id value of incorrect type: 500Qk0000000001IAA",
            ["AccountId"],
        ),
        (
            {"LastName": "A", "AccountId": "not an id"},
            "MALFORMED_ID",
            "Account ID: id value of incorrect type: not an id",
            ["AccountId"],
        ),
        (
            {"LastName": "A", "AccountId": "001Qk0000000zzz"},
            "INVALID_CROSS_REFERENCE_KEY",
            "invalid cross reference id",
            [],
        ),
        (
            {"LastName": 5},
            "JSON_PARSER_ERROR",
            WRONG_JSON.format("string", "VALUE_NUMBER_INT", 5),
            None,
        ),
        (
            {"LastName": "A", "Birthdate": "31/12/1999"},
            "JSON_PARSER_ERROR",
            WRONG_JSON.format("date", "VALUE_STRING", "31/12/1999"),
            None,
        ),
        (
            {"LastName": "A", "DoNotCall": None},
            "INVALID_TYPE_ON_FIELD_IN_RECORD",
            "Do Not Call: value not of required type: null",
            ["DoNotCall"],
        ),
    ],
)
def test_refused_contacts(
    wire: Wire, body: dict[str, Any], code: str, message: str, fields: list[str] | None
) -> None:
    """A Contact that breaks a rule is refused with the exact body of the org, and not stored."""
    answer = wire.post("sobjects/Contact", body)
    expected: dict[str, Any] = {"message": message, "errorCode": code}
    if fields is not None:
        expected["fields"] = fields
    assert (answer.status_code, answer.json()) == (400, [expected])
    assert wire.rows("SELECT Id FROM Contact") == []


@pytest.mark.parametrize(
    ("body", "code", "message"),
    [
        (
            {"Phase__c": "lost"},
            "INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST",
            "Phase: bad value for restricted picklist field: lost",
        ),
        (
            {"Status": "Perdu"},
            "INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST",
            "Status: bad value for restricted picklist field: Perdu",
        ),
        (
            {"Subject": "x" * 256},
            "STRING_TOO_LONG",
            f"Subject: data value too large: {'x' * 256} (max length=255)",
        ),
        (
            {"Fee__c": 1e7},
            "NUMBER_OUTSIDE_VALID_RANGE",
            "Fee: value outside of valid range on numeric field: 10000000.0",
        ),
        ({"CaseNumber": "1"}, "INVALID_FIELD_FOR_INSERT_UPDATE", None),
        ({"IsClosed": True}, "INVALID_FIELD_FOR_INSERT_UPDATE", None),
        (
            {"Contact": {"FranceConnect_Sub__c": "nobody"}},
            "INVALID_FIELD",
            "Foreign key external ID: nobody not found for field FranceConnect_Sub__c in entity Contact",
        ),
        ({"Contact": {"Title": "x"}}, "INVALID_FIELD", None),
    ],
)
def test_refused_cases(wire: Wire, body: dict[str, Any], code: str, message: str | None) -> None:
    """A Case that breaks a rule is refused with its code and text."""
    answer = wire.post("sobjects/Case", body)
    assert refusal(answer) == (400, code)
    assert message in {None, answer.json()[0]["message"]}


def test_unknown_things_are_404(wire: Wire) -> None:
    """An object, record, path or method that is not there is refused as JSON."""
    missing = [{"message": "The requested resource does not exist", "errorCode": "NOT_FOUND"}]
    for path in (
        "sobjects/Nope/",
        "sobjects/Contact/003Qk0000000zzz",
        "search",
        "sobjects/Contact/500Qk0000000zzz",
    ):
        answer = wire.get(path)
        assert (answer.status_code, answer.json()) == (404, missing)
    malformed = wire.get("sobjects/Contact/12")
    assert refusal(malformed) == (404, "NOT_FOUND")
    assert "external ID field does not exist" in malformed.json()[0]["message"]
    assert refusal(wire.call("PUT", "sobjects/Contact")) == (405, "METHOD_NOT_ALLOWED")


@pytest.mark.parametrize(
    "content", [b"{", b"[]", b"", b'"x"', b"[" * 50_000, b'{"LastName": "\\ud800"}', b"\xff"]
)
def test_body_that_is_no_object(wire: Wire, content: bytes) -> None:
    """A body the resource cannot read is a parser error, never a crash."""
    answer = wire.call("POST", "sobjects/Contact", data=content, headers={"Content-Type": "application/json"})
    assert refusal(answer) == (400, "JSON_PARSER_ERROR")


def test_body_of_another_type(wire: Wire) -> None:
    """A form sent to a data resource is refused by its type."""
    assert refusal(wire.call("POST", "sobjects/Contact", data={"LastName": "x"})) == (
        415,
        "UNSUPPORTED_MEDIA_TYPE",
    )


def test_chunked_body(wire: Wire) -> None:
    """A body sent in chunks, as two known clients do, is read."""
    chunks = (part for part in (b'{"LastName":', b'"Chunk"}'))
    answer = wire.call("POST", "sobjects/Contact", data=chunks, headers={"Content-Type": "application/json"})
    assert answer.status_code == 201


def test_read_only_objects(wire: Wire) -> None:
    """The org itself and its users cannot be written."""
    assert refusal(wire.post("sobjects/User", {"Username": "x"})) == (
        400,
        "CANNOT_INSERT_UPDATE_ACTIVATE_ENTITY",
    )
    user = wire.column("SELECT Id FROM User")[0]
    assert wire.delete(f"sobjects/User/{user}").status_code == 400


def test_id_in_the_body_of_an_update(wire: Wire) -> None:
    """The id belongs in the path alone."""
    made = wire.create("Contact", **CONTACT)
    answer = wire.patch(f"sobjects/Contact/{made}", {"Id": made, "LastName": "A"})
    assert answer.json()[0]["message"] == "The Id field should not be specified in the sobject data."


def test_numbers_and_moments_at_the_edge(wire: Wire) -> None:
    """Values no column can hold are refused, never a crash."""
    for body in ({"Source_Version__c": 10**18}, {"Fee__c": float("inf")}, {"Fee__c": float("nan")}):
        content = json.dumps(body)
        answer = wire.call(
            "POST", "sobjects/Case", data=content, headers={"Content-Type": "application/json"}
        )
        assert refusal(answer) == (400, "NUMBER_OUTSIDE_VALID_RANGE")
    early = {"Observed_At__c": "0001-01-01T00:00:00+14:00"}
    assert refusal(wire.post("sobjects/Case", early)) == (400, "JSON_PARSER_ERROR")
