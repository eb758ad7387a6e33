"""What the org does to a Case by itself."""

from __future__ import annotations

import pytest

from tests.sandbox.salesforce.wire import Wire, refusal


def test_defaults_and_number(wire: Wire) -> None:
    """A bare Case gets a number, a status, an owner and the defaults of its custom fields."""
    first, second = (wire.read("Case", wire.create("Case", Subject="s")) for _ in range(2))
    assert [first["CaseNumber"], second["CaseNumber"]] == ["00000001", "00000002"]
    assert (first["Status"], first["Priority"], first["Phase__c"]) == ("New", "Medium", "received")
    assert first["Tacit__c"] is True
    assert first["OwnerId"].startswith("005")


def test_closing_and_reopening(wire: Wire) -> None:
    """IsClosed and ClosedDate follow the status, also a status the package adds."""
    case = wire.create("Case", Status="Waiting")
    assert wire.read("Case", case)["IsClosed"] is False
    wire.patch(f"sobjects/Case/{case}", {"Status": "closed"})
    closed = wire.read("Case", case)
    assert (closed["Status"], closed["IsClosed"]) == ("Closed", True)
    assert closed["ClosedDate"] == "2026-11-24T12:00:00.000+0000"
    wire.clock.advance(hours=1)
    wire.patch(f"sobjects/Case/{case}", {"Subject": "still closed"})
    assert wire.read("Case", case)["ClosedDate"] == "2026-11-24T12:00:00.000+0000"
    wire.patch(f"sobjects/Case/{case}", {"Status": "Working"})
    assert wire.read("Case", case)["ClosedDate"] is None


def test_contact_brings_its_account(wire: Wire) -> None:
    """A Case takes the Account of its Contact, unless told another, and mirrors the Contact's address."""
    account, other = wire.create("Account", Name="Foyer A"), wire.create("Account", Name="Foyer B")
    contact = wire.create("Contact", LastName="A", AccountId=account, Email="a@example.org", Phone="01")
    case = wire.read("Case", wire.create("Case", ContactId=contact))
    assert (case["AccountId"], case["ContactEmail"], case["ContactPhone"]) == (account, "a@example.org", "01")
    told = wire.read("Case", wire.create("Case", ContactId=contact, AccountId=other))
    assert told["AccountId"] == other


def test_comments_become_a_comment(wire: Wire) -> None:
    """The write-only field makes an internal CaseComment."""
    case = wire.create("Case", Comments="Pièce reçue")
    assert wire.read("Case", case)["Comments"] is None
    assert (
        wire.rows("SELECT ParentId, CommentBody, IsPublished FROM CaseComment")[0].items()
        >= {
            "ParentId": case,
            "CommentBody": "Pièce reçue",
            "IsPublished": False,
        }.items()
    )


def test_comment_length_counts_bytes(wire: Wire) -> None:
    """Accents cost two in the body of a comment."""
    case = wire.create("Case")
    body = {"ParentId": case, "CommentBody": "é" * 2001}
    assert refusal(wire.post("sobjects/CaseComment", body)) == (400, "STRING_TOO_LONG")
    assert wire.post("sobjects/CaseComment", {**body, "CommentBody": "é" * 2000}).status_code == 201


def test_older_version_is_refused(wire: Wire) -> None:
    """A delayed write cannot undo a newer one: the rule the package ships, mirrored."""
    case = wire.create("Case", Source_Version__c=7)
    refused = wire.patch(f"sobjects/Case/{case}", {"Source_Version__c": 6, "Status": "Closed"})
    assert refusal(refused) == (400, "FIELD_CUSTOM_VALIDATION_EXCEPTION")
    assert wire.read("Case", case)["Status"] == "New"
    assert wire.patch(f"sobjects/Case/{case}", {"Source_Version__c": 7}).status_code == 204
    assert wire.read("Case", case)["Source_Version__c"] == pytest.approx(7.0)


def test_custom_types_come_back_in_form(wire: Wire) -> None:
    """Dates, moments in any zone and numbers come back as the org writes them."""
    case = wire.create(
        "Case", Due_On__c="2026-12-01", Observed_At__c="2026-11-24T13:00:00+01:00", Fee__c=12.345
    )
    record = wire.read("Case", case)
    assert record["Due_On__c"] == "2026-12-01"
    assert record["Observed_At__c"] == "2026-11-24T12:00:00.000+0000"
    assert record["Fee__c"] == pytest.approx(12.35, abs=0.006)


def test_custom_object_of_the_package(wire: Wire) -> None:
    """An object the package creates works like any other: numbered, related, upserted."""
    case = wire.create("Case")
    answer = wire.upsert("Case_Step__c", "Step_Key__c", "1/a", {"Case__c": case})
    assert answer.status_code == 201
    assert wire.read("Case_Step__c", answer.json()["id"])["Name"] == "S-0001"
    steps = wire.rows("SELECT Id, (SELECT Step_Key__c, Case__r.CaseNumber FROM Steps__r) FROM Case")[0][
        "Steps__r"
    ]
    assert (steps["totalSize"], steps["records"][0]["Case__r"]["CaseNumber"]) == (1, "00000001")
