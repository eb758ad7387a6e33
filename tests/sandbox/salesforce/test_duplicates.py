"""The duplicate rule on Contacts."""

from __future__ import annotations

from tests.sandbox.salesforce.wire import Wire, refusal

ADA = {"FirstName": "Élodie", "LastName": "Du Pont", "Email": "Elodie@example.org"}
TWIN = {"FirstName": "elodie", "LastName": "DUPONT", "Email": "elodie@EXAMPLE.org"}


def test_twin_is_refused_with_the_misspelt_key(wire: Wire) -> None:
    """Same name and address, whatever accents and case: refused, with the candidate's id."""
    first = wire.create("Contact", **ADA)
    answer = wire.post("sobjects/Contact", TWIN)
    assert refusal(answer) == (400, "DUPLICATES_DETECTED")
    body = answer.json()[0]
    assert set(body) == {"duplicateResut", "errorCode", "message"}
    found = body["duplicateResut"]
    assert (found["allowSave"], found["duplicateRuleEntityType"]) == (True, "Contact")
    assert found["matchResults"][0]["matchRecords"][0]["record"]["Id"] == first
    assert wire.query("SELECT COUNT() FROM Contact").json()["totalSize"] == 1


def test_override(wire: Wire) -> None:
    """The header lets an alert pass from version 52.0 on, not before."""
    wire.create("Contact", **ADA)
    header = {
        "Sforce-Duplicate-Rule-Header": "allowSave=true; includeRecordDetails=true; runAsCurrentUser=true"
    }
    wire.version = 51
    assert refusal(wire.post("sobjects/Contact", TWIN, headers=header)) == (400, "DUPLICATES_DETECTED")
    wire.version = 52
    assert (
        wire.post(
            "sobjects/Contact", TWIN, headers={"Sforce-Duplicate-Rule-Header": "allowSave=false"}
        ).status_code
        == 400
    )
    assert wire.post("sobjects/Contact", TWIN, headers=header).status_code == 201


def test_what_is_no_twin(wire: Wire) -> None:
    """Another first name, another address or none is another person; a record is not its own twin."""
    first = wire.create("Contact", **ADA)
    wire.create("Contact", **{**TWIN, "FirstName": "Ève"})
    wire.create("Contact", **{**TWIN, "Email": "other@example.org"})
    wire.create("Contact", FirstName="Élodie", LastName="Dupont")
    assert wire.patch(f"sobjects/Contact/{first}", {**ADA, "Title": "x"}).status_code == 204


def test_update_that_makes_a_twin(wire: Wire) -> None:
    """The rule holds for changes too, and leaves other changes of old twins alone."""
    wire.create("Contact", **ADA)
    other = wire.create("Contact", **{**TWIN, "Email": "other@example.org"})
    change = {"Email": "ELODIE@example.org"}
    assert refusal(wire.patch(f"sobjects/Contact/{other}", change)) == (400, "DUPLICATES_DETECTED")
    header = {"Sforce-Duplicate-Rule-Header": "allowSave=true"}
    assert wire.patch(f"sobjects/Contact/{other}", change, headers=header).status_code == 204
    assert wire.patch(f"sobjects/Contact/{other}", {"Title": "x"}).status_code == 204


def test_in_a_collection(wire: Wire) -> None:
    """In a collection the twin alone is refused."""
    wire.create("Contact", **ADA)
    key = "FranceConnect_Sub__c"
    results = wire.upsert_many("Contact", key, [{key: "1", **TWIN}, {key: "2", "LastName": "Autre"}])
    assert results[0]["errors"][0]["statusCode"] == "DUPLICATES_DETECTED"
    assert "duplicateResut" in results[0]["errors"][0]
    assert results[1]["success"] is True
