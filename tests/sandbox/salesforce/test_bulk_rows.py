"""Bulk ingest jobs: what becomes of each row."""

from __future__ import annotations

from tests.sandbox.salesforce.bulk_wire import load, results
from tests.sandbox.salesforce.wire import Wire

KEY = "FranceConnect_Sub__c"


def test_an_upsert_makes_and_changes(wire: Wire) -> None:
    """The results say which, by id, before the columns as they were sent."""
    known = wire.create("Contact", LastName="Old", **{KEY: "k1"})
    told = load(wire, "upsert", f"{KEY},LastName\nk1,New\nk2,Other\n", externalIdFieldName=KEY)
    done = {row[KEY]: row for row in results(wire, told["id"], "successfulResults")}
    assert done["k1"] == {"sf__Id": known, "sf__Created": "false", KEY: "k1", "LastName": "New"}
    assert done["k2"]["sf__Created"] == "true"
    assert wire.read("Contact", known)["LastName"] == "New"


def test_an_empty_cell_leaves_a_field_alone_and_a_mark_empties_it(wire: Wire) -> None:
    """Unlike null in JSON, nothing is said by an empty cell."""
    known = wire.create("Contact", LastName="A", FirstName="F", Phone="1", **{KEY: "k1"})
    load(wire, "upsert", f"{KEY},FirstName,Phone\nk1,,#N/A\n", externalIdFieldName=KEY)
    record = wire.read("Contact", known)
    assert (record["FirstName"], record["Phone"]) == ("F", None)


def test_a_refused_row_says_why(wire: Wire) -> None:
    """Code, message and fields, with no id; the other rows are written."""
    told = load(wire, "insert", "LastName,Email\n,a@example.org\nB,nonsense\nC,c@example.org\n")
    assert (told["state"], told["numberRecordsFailed"]) == ("JobComplete", 2)
    refused = {row["Email"]: row for row in results(wire, told["id"], "failedResults")}
    assert refused["a@example.org"]["sf__Id"] == ""
    assert refused["a@example.org"]["sf__Error"] == (
        "REQUIRED_FIELD_MISSING:Required fields are missing: [LastName]:LastName--"
    )
    assert refused["nonsense"]["sf__Error"].startswith("INVALID_EMAIL_ADDRESS:")


def test_a_parent_is_named_by_its_key(wire: Wire) -> None:
    """`Contact.Key`; a parent that is not there refuses the row alone."""
    parent = wire.create("Contact", LastName="A", **{KEY: "k1"})
    told = load(wire, "insert", f"Subject,Contact.{KEY}\nOne,k1\nTwo,gone\n", "Case")
    assert wire.rows("SELECT Subject, ContactId FROM Case")[0]["ContactId"] == parent
    (refused,) = results(wire, told["id"], "failedResults")
    assert refused["sf__Error"] == (
        f"INVALID_FIELD:Foreign key external ID: gone not found for field {KEY} in entity Contact:--"
    )


def test_a_parent_of_one_of_several_objects_is_named_with_its_object(wire: Wire) -> None:
    """`User:Owner.Username`; an object the lookup does not point to is no column."""
    told = load(wire, "insert", "Subject,User:Owner.Username\nOne,agent@ville.example\n", "Case")
    assert told["numberRecordsFailed"] == 0
    assert wire.rows("SELECT OwnerId FROM Case")[0]["OwnerId"] == wire.org.agent_id
    told = load(wire, "insert", "Subject,Contact:Owner.Email\nOne,a@example.org\n", "Case")
    assert told["errorMessage"] == "InvalidBatch : Field name not found : Contact:Owner.Email"


def test_an_upsert_by_id_makes_what_has_none(wire: Wire) -> None:
    """A row with an id is an update, one without makes a record."""
    known = wire.create("Contact", LastName="A")
    told = load(wire, "upsert", f"Id,LastName\n{known},B\n,C\n", externalIdFieldName="Id")
    assert (told["state"], told["numberRecordsFailed"]) == ("JobComplete", 0)
    assert wire.column("SELECT LastName FROM Contact ORDER BY LastName") == ["B", "C"]


def test_cells_become_what_the_field_holds(wire: Wire) -> None:
    """Booleans in their many spellings, numbers, dates; a wrong one refuses its row."""
    header = "Subject,Tacit__c,Fee__c,Due_On__c,Observed_At__c"
    rows = [
        "a,True,12.5,2026-11-24,2026-11-24T10:00:00Z",
        "b,0,,,",
        "c,maybe,,,",
        "d,,x,,",
        "e,,,24/11/2026,",
    ]
    told = load(wire, "insert", "\n".join([header, *rows]), "Case")
    made = {row["Subject"]: row for row in wire.rows(f"SELECT {header} FROM Case")}
    assert made["a"]["Tacit__c"] is True
    assert (made["a"]["Fee__c"], made["a"]["Due_On__c"]) == (12.5, "2026-11-24")
    assert made["b"]["Tacit__c"] is False
    codes = {row["Subject"]: row["sf__Error"] for row in results(wire, told["id"], "failedResults")}
    assert set(codes) == {"c", "d", "e"}
    assert codes["c"] == (
        "INVALID_TYPE_ON_FIELD_IN_RECORD:Tacit: value not of required type: maybe:Tacit__c--"
    )


def test_rules_uniqueness_and_duplicates_hold_as_over_rest(wire: Wire) -> None:
    """One writer serves both; the header that allows duplicates has no place here."""
    wire.create("Contact", FirstName="Ana", LastName="Roux", Email="a@example.org", **{KEY: "k1"})
    told = load(wire, "insert", f"FirstName,LastName,Email,{KEY}\nAna,Roux,a@example.org,k2\n,X,,k1\n")
    codes = {row[KEY]: row["sf__Error"].split(":")[0] for row in results(wire, told["id"], "failedResults")}
    assert codes == {"k2": "DUPLICATES_DETECTED", "k1": "DUPLICATE_VALUE"}


def test_the_same_key_twice_in_a_chunk_fails_on_both(wire: Wire) -> None:
    """As in a collection; in another chunk of 200 the later row is an update."""
    rows = ["k1,A", "k1,B", *(f"p{n},P" for n in range(198)), "p0,Late"]
    told = load(wire, "upsert", f"{KEY},LastName\n" + "\n".join(rows), externalIdFieldName=KEY)
    assert [row["sf__Error"].split(":")[0] for row in results(wire, told["id"], "failedResults")] == [
        "DUPLICATE_VALUE"
    ] * 2
    assert wire.column(f"SELECT LastName FROM Contact WHERE {KEY} = 'p0'") == ["Late"]


def test_updates_go_by_id(wire: Wire) -> None:
    """15 characters will do; a missing, a foreign and a deleted id refuse their rows."""
    known, gone = wire.create("Contact", LastName="A"), wire.create("Contact", LastName="B")
    wire.delete(f"sobjects/Contact/{gone}")
    told = load(wire, "update", f"Id,LastName\n{known[:15]},New\n{gone},X\n,Y\n500000000000001,Z\n")
    assert wire.read("Contact", known)["LastName"] == "New"
    codes = {
        row["LastName"]: row["sf__Error"].split(":")[0] for row in results(wire, told["id"], "failedResults")
    }
    assert codes == {"X": "ENTITY_IS_DELETED", "Y": "MISSING_ARGUMENT", "Z": "MALFORMED_ID"}
    named = {row["LastName"]: row["sf__Id"] for row in results(wire, told["id"], "failedResults")}
    assert named == {"X": gone, "Y": "", "Z": ""}


def test_records_are_deleted_softly_or_for_good(wire: Wire) -> None:
    """The bin keeps what `delete` takes, and nothing of what `hardDelete` does."""
    soft, hard = wire.create("Contact", LastName="A"), wire.create("Contact", LastName="B")
    load(wire, "delete", f"Id\n{soft}\n")
    told = load(wire, "hardDelete", f"Id\n{hard}\n003000000000999AAA\n")
    assert told["numberRecordsFailed"] == 1
    answer = wire.query("SELECT Id FROM Contact", path="queryAll").json()
    assert [row["Id"] for row in answer["records"]] == [soft]


def test_rows_that_cannot_be_locked_come_back(wire: Wire) -> None:
    """Switched on, `UNABLE_TO_LOCK_ROW` strikes some rows and the job completes all the same."""
    wire.fault(lock_rate=0.5, seed=3)
    told = load(wire, "insert", "LastName\n" + "\n".join(f"P{n}" for n in range(40)))
    refused = results(wire, told["id"], "failedResults")
    assert 0 < len(refused) == told["numberRecordsFailed"] < 40
    assert {row["sf__Error"] for row in refused} == {
        "UNABLE_TO_LOCK_ROW:unable to obtain exclusive access to this record:--"
    }


def test_a_busy_parent_refuses_rows_of_another_batch(wire: Wire) -> None:
    """Batches run as if side by side: children of one parent belong into one of them."""
    parent = wire.create("Contact", LastName="A", **{KEY: "k1"})
    wire.fault(parent_lock_s=60.0, bulk_batch_size=2)
    told = load(wire, "insert", f"Subject,ContactId\n1,{parent}\n2,{parent}\n3,{parent}\n", "Case")
    (refused,) = results(wire, told["id"], "failedResults")
    assert (refused["Subject"], refused["sf__Error"].split(":")[0]) == ("3", "UNABLE_TO_LOCK_ROW")


def test_results_may_come_in_another_order(wire: Wire) -> None:
    """Clients must join on a column of their own."""
    wire.fault(bulk_shuffle=True, seed=1)
    names = [f"P{n:02}" for n in range(30)]
    told = load(wire, "insert", "LastName\n" + "\n".join(names))
    given = [row["LastName"] for row in results(wire, told["id"], "successfulResults")]
    assert sorted(given) == names != given


def test_an_id_column_may_be_there_and_empty(wire: Wire) -> None:
    """One client always sends it first in an upsert by another key."""
    told = load(wire, "upsert", f"Id,{KEY},LastName\n,k1,A\n", externalIdFieldName=KEY)
    assert (told["state"], told["numberRecordsFailed"]) == ("JobComplete", 0)
