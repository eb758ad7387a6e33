"""Bulk query jobs: rows by the million, as CSV, read in stretches."""

from __future__ import annotations

import csv
import io

import pytest

from tests.sandbox.salesforce.bulk_wire import finished, info
from tests.sandbox.salesforce.wire import Json, Wire, refusal


def ask(wire: Wire, soql: str, operation: str = "query", **more: Json) -> str:
    """A query job that is expected to be accepted, once it is done."""
    answer = wire.post("jobs/query", {"operation": operation, "query": soql, **more})
    assert answer.status_code == 200, answer.text
    assert answer.json()["state"] == "UploadComplete"
    told = finished(wire, answer.json()["id"], "query")
    assert told["state"] == "JobComplete"
    job_id: str = told["id"]
    return job_id


def rows(text: str) -> list[list[str]]:
    """The cells of an answer."""
    return list(csv.reader(io.StringIO(text, newline="")))


def test_results_come_in_stretches(wire: Wire) -> None:
    """Each with the header, its size, and the place of the next; the word null at the end."""
    for name in "ABCDE":
        wire.create("Contact", LastName=name)
    job_id = ask(wire, "SELECT LastName FROM Contact ORDER BY LastName")
    told, locator = [], ""
    while locator != "null":
        answer = wire.get(f"jobs/query/{job_id}/results", params={"maxRecords": 2, "locator": locator})
        assert answer.headers["Content-Type"] == "text/csv; charset=UTF-8"
        header, *found = rows(answer.text)
        assert header == ["LastName"]
        assert answer.headers["Sforce-NumberOfRecords"] == str(len(found))
        told += found
        locator = answer.headers["Sforce-Locator"]
    assert told == [["A"], ["B"], ["C"], ["D"], ["E"]]


def test_values_as_bulk_shows_them(wire: Wire) -> None:
    """All quoted, nothing for null, Z for UTC, parents by their path."""
    parent = wire.create("Contact", LastName='Ro"ux\nà')
    wire.create("Case", Subject="S", ContactId=parent, Fee__c=3)
    job_id = ask(
        wire, "SELECT Subject, Fee__c, IsClosed, CreatedDate, Description, Contact.LastName FROM Case"
    )
    text = wire.get(f"jobs/query/{job_id}/results").content.decode()
    assert text == (
        '"Subject","Fee__c","IsClosed","CreatedDate","Description","Contact.LastName"\n'
        '"S","3.0","false","2026-11-24T12:00:00.000Z","","Ro""ux\nà"\n'
    )


def test_deleted_records_are_in_query_all(wire: Wire) -> None:
    """And in no other."""
    wire.delete(f"sobjects/Contact/{wire.create('Contact', LastName='A')}")
    assert info(wire, ask(wire, "SELECT Id FROM Contact"), "query")["numberRecordsProcessed"] == 0
    assert info(wire, ask(wire, "SELECT Id FROM Contact", "queryAll"), "query")["numberRecordsProcessed"] == 1


def test_no_rows_is_a_header_alone(wire: Wire) -> None:
    """With a size of nought and no more to come."""
    answer = wire.get(f"jobs/query/{ask(wire, 'SELECT Id FROM Contact')}/results")
    assert answer.text == '"Id"\n'
    assert (answer.headers["Sforce-NumberOfRecords"], answer.headers["Sforce-Locator"]) == ("0", "null")


@pytest.mark.parametrize(
    ("soql", "code"),
    [
        ("SELECT Status, COUNT(Id) FROM Case GROUP BY Status", "FEATURENOTENABLED"),
        ("SELECT COUNT() FROM Case", "FEATURENOTENABLED"),
        ("SELECT Id FROM Case LIMIT 1 OFFSET 1", "FEATURENOTENABLED"),
        ("SELECT Id, (SELECT Id FROM Cases) FROM Contact", "FEATURENOTENABLED"),
        ("SELECT Nonsense FROM Contact", "INVALID_FIELD"),
        ("SELECT Id FROM Nonsense", "INVALIDENTITY"),
        ("SELECT FROM Contact", "MALFORMED_QUERY"),
    ],
)
def test_queries_that_bulk_refuses(wire: Wire, soql: str, code: str) -> None:
    """Before there is a job."""
    assert refusal(wire.post("jobs/query", {"operation": "query", "query": soql})) == (400, code)
    assert wire.get("jobs/query").json()["records"] == []


def test_a_query_job_can_be_given_up_and_deleted(wire: Wire) -> None:
    """Aborted while it waits; its results are not to be had; then gone."""
    wire.fault(bulk_delay_s=30.0)
    job_id = wire.post("jobs/query", {"operation": "query", "query": "SELECT Id FROM Contact"}).json()["id"]
    assert refusal(wire.get(f"jobs/query/{job_id}/results")) == (400, "INVALIDJOBSTATE")
    assert wire.patch(f"jobs/query/{job_id}", {"state": "Aborted"}).json()["state"] == "Aborted"
    assert refusal(wire.patch(f"jobs/query/{job_id}", {"state": "Aborted"})) == (400, "INVALIDJOBSTATE")
    assert wire.delete(f"jobs/query/{job_id}").status_code == 204
    assert refusal(wire.get(f"jobs/query/{job_id}")) == (404, "NOT_FOUND")


def test_results_are_read_with_the_version_and_locators_of_the_job(wire: Wire) -> None:
    """Another version is a conflict, an unknown locator an error."""
    job_id = ask(wire, "SELECT Id FROM Contact")
    assert refusal(wire.get(f"jobs/query/{job_id}/results?locator=nonsense!"))[1] == "INVALID_QUERY_LOCATOR"
    assert refusal(wire.get(f"jobs/query/{job_id}/results?locator=MTA"))[1] == "INVALID_QUERY_LOCATOR"
    wire.version = 61
    assert refusal(wire.get(f"jobs/query/{job_id}/results"))[0] == 409
