"""Up to 200 records in a call, each settled on its own."""

from __future__ import annotations

from tests.sandbox.salesforce.wire import Wire, refusal

KEY = "External_Key__c"


def case(**values: object) -> dict[str, object]:
    """A Case as a collection wants it."""
    return {"attributes": {"type": "Case"}, **values}


def test_results_keep_the_order(wire: Wire) -> None:
    """Good and bad records are answered in the order sent, with `statusCode` in errors."""
    wire.upsert("Case", KEY, "2", {})
    results = wire.upsert_many(
        "Case",
        KEY,
        [{KEY: "1"}, {KEY: "2", "Subject": "x" * 256}, {KEY: "2b", "Nope": 1}, {KEY: "2", "Subject": "ok"}],
    )
    assert [item["success"] for item in results] == [True, False, False, False]
    wire.upsert_many("Case", KEY, [{KEY: "3"}, {KEY: "2", "Subject": "ok"}])
    assert results[0]["created"] is True
    assert results[2]["errors"] == [
        {
            "statusCode": "INVALID_FIELD",
            "message": "No such column 'Nope' on sobject of type Case",
            "fields": [],
        }
    ]
    assert wire.column(f"SELECT Subject FROM Case WHERE {KEY} = '2'") == ["ok"]


def test_same_key_twice_in_a_call(wire: Wire) -> None:
    """A key that occurs twice in one call fails on both, also when it differs by case alone."""
    results = wire.upsert_many("Case", KEY, [{KEY: "a"}, {KEY: "A"}, {KEY: "b"}])
    assert [item["success"] for item in results] == [False, False, True]
    assert results[0]["errors"] == [
        {"statusCode": "DUPLICATE_VALUE", "message": "Duplicate external id specified: a", "fields": [KEY]}
    ]


def test_all_or_none(wire: Wire) -> None:
    """With allOrNone one refusal undoes the call, and the innocents are told so."""
    results = wire.upsert_many("Case", KEY, [{KEY: "1"}, {KEY: "2", "Phase__c": "lost"}], allOrNone=True)
    assert [item["errors"][0]["statusCode"] for item in results] == [
        "ALL_OR_NONE_OPERATION_ROLLED_BACK",
        "INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST",
    ]
    assert wire.rows("SELECT Id FROM Case") == []
    assert wire.stats()["writes"] == {}


def test_key_held_by_two(wire: Wire) -> None:
    """A key that fits two records is refused for its record alone."""
    for name in ("A", "B"):
        wire.create("Contact", LastName=name, Legacy_Key__c="K")
    results = wire.upsert_many(
        "Contact", "Legacy_Key__c", [{"Legacy_Key__c": "K"}, {"Legacy_Key__c": "L", "LastName": "C"}]
    )
    assert results[0]["errors"][0]["statusCode"] == "DUPLICATE_EXTERNAL_ID"
    assert results[1]["success"] is True


def test_create_update_read_delete(wire: Wire) -> None:
    """Mixed objects are created in a call, changed by id, read and deleted in order."""
    body = {
        "allOrNone": None,
        "records": [case(Subject="a"), {"attributes": {"type": "Contact"}, "LastName": "B"}],
    }
    made = wire.post("composite/sobjects", body).json()
    assert [item["id"][:3] for item in made] == ["500", "003"]
    case_id, contact_id = (item["id"] for item in made)
    changes = {
        "records": [case(id=case_id, Subject="b"), case(id="001000000000000000"), case(Id="500Qk0000000zzz")]
    }
    changed = wire.patch("composite/sobjects", changes).json()
    assert [item["success"] for item in changed] == [True, False, False]
    assert changed[1]["errors"][0]["statusCode"] == "MALFORMED_ID"
    assert changed[2]["errors"][0]["statusCode"] == "INVALID_CROSS_REFERENCE_KEY"
    read = wire.post(
        "composite/sobjects/Case", {"ids": ["500Qk0000000zzz", case_id], "fields": ["Subject"]}
    ).json()
    assert (read[0], read[1]["Subject"]) == (None, "b")
    gone = wire.delete("composite/sobjects", params={"ids": f"{contact_id},{case_id},{contact_id}"}).json()
    assert [item["success"] for item in gone] == [True, True, False]
    assert gone[2]["errors"][0]["statusCode"] == "ENTITY_IS_DELETED"


def test_all_or_none_stops_at_a_bad_id(wire: Wire) -> None:
    """An id of another object fails alone, and fails everything with allOrNone."""
    made = wire.create("Case")
    records = [case(id=made, Subject="b"), case(id="001000000000000000")]
    together = wire.patch("composite/sobjects", {"allOrNone": True, "records": records}).json()
    assert [item["errors"][0]["statusCode"] for item in together] == [
        "ALL_OR_NONE_OPERATION_ROLLED_BACK",
        "MALFORMED_ID",
    ]
    assert wire.read("Case", made)["Subject"] is None


def test_more_than_200_records(wire: Wire) -> None:
    """The 201st record refuses the call."""
    answer = wire.post("composite/sobjects", {"records": [case()] * 201})
    assert refusal(answer) == (400, "EXCEEDED_ID_LIMIT")
    assert wire.stats()["writes"] == {}


def test_malformed_calls(wire: Wire) -> None:
    """A call that is wrong as a whole is refused as a whole."""
    path = f"composite/sobjects/Case/{KEY}"
    assert refusal(wire.patch(path, {"records": [{KEY: "1"}]})) == (400, "INVALID_TYPE")
    assert refusal(wire.patch(path, {"records": "x"})) == (400, "JSON_PARSER_ERROR")
    assert refusal(wire.patch(path, {"records": [{"attributes": {"type": "Contact"}}]})) == (
        400,
        "INVALID_TYPE",
    )
    assert refusal(wire.patch("composite/sobjects/Case/Subject", {"records": []})) == (404, "NOT_FOUND")
    poison = {"records": [case(**{KEY: "1"}), case(**{KEY: "2", "Due_On__c": "soon"})]}
    assert refusal(wire.patch(path, poison)) == (400, "JSON_PARSER_ERROR")
    assert wire.rows("SELECT Id FROM Case") == []


def test_records_without_a_key(wire: Wire) -> None:
    """A record without its key, or with an id, is refused alone."""
    results = wire.upsert_many("Case", KEY, [{}, {KEY: "1", "Id": "500Qk0000000001IAA"}, {KEY: "2"}])
    assert [item["errors"][0]["statusCode"] for item in results[:2]] == ["MISSING_ARGUMENT", "INVALID_FIELD"]
    assert results[2]["success"] is True


def test_upsert_by_record_id(wire: Wire) -> None:
    """The Id field as key changes records that have one and creates the others."""
    made = wire.create("Case")
    results = wire.upsert_many("Case", "Id", [{"Id": made, "Subject": "a"}, {"Subject": "b"}])
    assert [item["created"] for item in results] == [False, True]


def test_two_hundred_cases_are_one_call(wire: Wire) -> None:
    """A full collection, stored or new."""
    records = [{KEY: f"TS/{i}", "Subject": "Demande", "Phase__c": "received"} for i in range(200)]
    for expected in (True, False):
        results = wire.upsert_many("Case", KEY, records)
        assert {(item["success"], item["created"]) for item in results} == {(True, expected)}
    assert wire.stats()["api_usage"]["used"] == 2
