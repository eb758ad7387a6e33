"""Bulk ingest jobs: their life, from creation to deletion."""

from __future__ import annotations

import json

import pytest

from tests.sandbox.salesforce.bulk_wire import close, create, finished, info, load, put, results
from tests.sandbox.salesforce.wire import Wire, refusal
from tests.servers.patience import wait_for

KEY = "FranceConnect_Sub__c"
THREE = "LastName\nA\nB\nC\n"


def test_a_job_goes_through_its_states(wire: Wire) -> None:
    """Open, an upload answered 201, UploadComplete while it waits, JobComplete with its figures."""
    wire.fault(bulk_delay_s=30.0)
    job_id = create(wire, "insert")
    assert info(wire, job_id)["state"] == "Open"
    uploaded = put(wire, job_id, THREE)
    assert (uploaded.status_code, uploaded.content) == (201, b"")
    assert close(wire, job_id).json()["state"] == "UploadComplete"
    assert info(wire, job_id)["state"] == "UploadComplete"
    wire.fault(bulk_delay_s=0.0)
    told = finished(wire, job_id)
    assert (told["state"], told["numberRecordsProcessed"], told["numberRecordsFailed"]) == (
        "JobComplete",
        3,
        0,
    )
    assert wire.column("SELECT LastName FROM Contact ORDER BY LastName") == ["A", "B", "C"]


def test_a_job_tells_of_itself_as_the_real_one(wire: Wire) -> None:
    """Field names, types and the content URL are what clients read."""
    job_id = create(
        wire, "upsert", externalIdFieldName=KEY.lower(), lineEnding="CRLF", columnDelimiter="PIPE"
    )
    told = info(wire, job_id)
    assert job_id.startswith("750")
    assert told == {
        **told,
        "apiVersion": 60.0,
        "concurrencyMode": "Parallel",
        "contentType": "CSV",
        "contentUrl": f"services/data/v60.0/jobs/ingest/{job_id}/batches",
        "columnDelimiter": "PIPE",
        "lineEnding": "CRLF",
        "createdById": wire.org.user_id,
        "externalIdFieldName": KEY,
        "jobType": "V2Ingest",
        "object": "Contact",
        "operation": "upsert",
        "retries": 0,
        "totalProcessingTime": 0,
    }


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({"object": "Contact", "operation": "upsert"}, "INVALIDJOB"),
        ({"object": "Contact", "operation": "upsert", "externalIdFieldName": "LastName"}, "INVALIDJOB"),
        ({"object": "Contact", "operation": "merge"}, "INVALIDJOB"),
        ({"object": "Contact", "operation": "insert", "lineEnding": "CR"}, "INVALIDJOB"),
        ({"object": "Contact", "operation": "insert", "contentType": "XML"}, "INVALIDJOB"),
        ({"object": "Nothing__c", "operation": "insert"}, "INVALIDENTITY"),
    ],
)
def test_a_job_that_cannot_be_is_refused(wire: Wire, body: dict[str, str], code: str) -> None:
    """Nothing of it is kept."""
    assert refusal(wire.post("jobs/ingest", body)) == (400, code)
    assert wire.get("jobs/ingest").json()["records"] == []


def multipart(content: str) -> dict[str, tuple[str | None, str, str]]:
    """The two parts of a job that comes with its CSV."""
    body = json.dumps({"object": "Contact", "operation": "insert"})
    return {"job": (None, body, "application/json"), "content": ("content", content, "text/csv")}


def test_the_csv_may_come_with_the_job(wire: Wire) -> None:
    """A multipart creation is complete at once; it may have 100,000 characters."""
    answer = wire.call("POST", "jobs/ingest", files=multipart(THREE))
    assert answer.json()["state"] == "UploadComplete"
    assert finished(wire, answer.json()["id"])["numberRecordsProcessed"] == 3
    long = wire.call("POST", "jobs/ingest", files=multipart("LastName\n" + "A\n" * 50_000))
    assert refusal(long) == (413, "REQUEST_ENTITY_TOO_LARGE")
    assert len(wire.get("jobs/ingest").json()["records"]) == 1


def test_a_job_takes_one_upload(wire: Wire) -> None:
    """A second PUT, or one after the end of the upload, is refused."""
    job_id = create(wire, "insert")
    put(wire, job_id, THREE)
    assert refusal(put(wire, job_id, THREE)) == (400, "INVALIDJOBSTATE")
    close(wire, job_id)
    assert refusal(put(wire, job_id, THREE)) == (400, "INVALIDJOBSTATE")
    assert refusal(close(wire, job_id)) == (400, "INVALIDJOBSTATE")


def test_an_upload_is_csv_and_not_too_large(wire: Wire, monkeypatch: pytest.MonkeyPatch) -> None:
    """Another type is 415; what base64 would make larger than 150 MB is 413, and may be sent again."""
    job_id = create(wire, "insert")
    assert refusal(wire.call("PUT", f"jobs/ingest/{job_id}/batches", data=b"x"))[0] == 415
    monkeypatch.setattr("sandbox.salesforce.bulk.ingest.MOST_RAW", 5)
    assert refusal(put(wire, job_id, THREE)) == (413, "REQUEST_ENTITY_TOO_LARGE")
    monkeypatch.undo()
    assert put(wire, job_id, THREE).status_code == 201


def test_a_job_without_records_fails(wire: Wire) -> None:
    """Whether nothing was uploaded, or a header alone."""
    job_id = create(wire, "insert")
    close(wire, job_id)
    assert finished(wire, job_id)["errorMessage"] == "InvalidBatch : Records not found"
    assert load(wire, "insert", "LastName\n")["errorMessage"] == "InvalidBatch : Records not found"


def test_jobs_are_listed_and_deleted(wire: Wire, monkeypatch: pytest.MonkeyPatch) -> None:
    """The newest first, a page at a time; one that is open cannot be deleted."""
    monkeypatch.setattr("sandbox.salesforce.bulk.listing.PAGE", 2)
    made = [create(wire, "insert") for _ in range(3)]
    page = wire.get("jobs/ingest").json()
    assert [job["id"] for job in page["records"]] == made[:0:-1]
    following = wire.get(page["nextRecordsUrl"]).json()
    assert (following["done"], [job["id"] for job in following["records"]]) == (True, made[:1])
    assert refusal(wire.delete(f"jobs/ingest/{made[0]}")) == (400, "INVALIDJOBSTATE")
    wire.patch(f"jobs/ingest/{made[0]}", {"state": "Aborted"})
    assert wire.delete(f"jobs/ingest/{made[0][:15]}").status_code == 204
    assert refusal(wire.get(f"jobs/ingest/{made[0]}")) == (404, "NOT_FOUND")


def test_a_job_aborted_midway_keeps_what_it_wrote(wire: Wire) -> None:
    """The batch that was committed stays; the rest comes back unprocessed, under both spellings."""
    wire.fault(bulk_batch_size=2, bulk_stop="hold", bulk_stop_after=1)
    job_id = create(wire, "insert")
    put(wire, job_id, "LastName\n" + "".join(f"P{n}\n" for n in range(5)))
    close(wire, job_id)
    wait_for(lambda: info(wire, job_id)["numberRecordsProcessed"] == 2)
    assert info(wire, job_id)["state"] == "InProgress"
    assert refusal(wire.get(f"jobs/ingest/{job_id}/successfulResults")) == (400, "INVALIDJOBSTATE")
    assert wire.post(f"/sandbox/bulk-jobs/{job_id}/abort").json()["state"] == "Aborted"
    assert wire.column("SELECT LastName FROM Contact ORDER BY LastName") == ["P0", "P1"]
    left = [{"LastName": f"P{n}"} for n in (2, 3, 4)]
    assert results(wire, job_id, "unprocessedrecords") == results(wire, job_id, "unprocessedRecords") == left


def test_a_job_may_fail_midway(wire: Wire) -> None:
    """Failed with a reason; the batches before stay, the others are told as unprocessed."""
    wire.fault(bulk_batch_size=2, bulk_stop="fail", bulk_stop_after=1)
    told = load(wire, "insert", "LastName\nA\nB\nC\n")
    assert (told["state"], told["numberRecordsProcessed"]) == ("Failed", 2)
    assert told["errorMessage"].startswith("InternalServerError : ")
    assert results(wire, told["id"], "unprocessedrecords") == [{"LastName": "C"}]
    assert len(results(wire, told["id"], "successfulResults")) == 2


def test_every_call_of_a_job_is_counted(wire: Wire) -> None:
    """Create, upload, close, one look and one result: five calls; and one batch of the day's."""
    before = wire.stats()["api_usage"]["used"]
    job_id = create(wire, "insert")
    put(wire, job_id, THREE)
    close(wire, job_id)
    wait_for(lambda: wire.org.bulk.find(job_id, "V2Ingest").is_final)
    info(wire, job_id)
    results(wire, job_id, "failedResults")
    assert wire.stats()["api_usage"]["used"] - before == 5
    batches = wire.get("limits").json()["DailyBulkApiBatches"]
    assert batches["Max"] - batches["Remaining"] == 1


def test_a_day_has_so_many_batches(wire: Wire, monkeypatch: pytest.MonkeyPatch) -> None:
    """Then no job can be made."""
    monkeypatch.setattr(wire.org.limits, "batches", 15_000)
    answer = wire.post("jobs/ingest", {"object": "Contact", "operation": "insert"})
    assert refusal(answer) == (400, "EXCEEDEDQUOTA")
