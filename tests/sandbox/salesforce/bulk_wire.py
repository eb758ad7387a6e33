"""Bulk jobs over the wire: what a client of Bulk API 2.0 does, step by step."""

from __future__ import annotations

import csv
import io

import requests

from tests.sandbox.salesforce.wire import Json, Wire
from tests.servers.patience import wait_for

FINAL = {"JobComplete", "Failed", "Aborted"}


def create(wire: Wire, operation: str, sobject: str = "Contact", **more: Json) -> str:
    """A job that is expected to be accepted; gives its id."""
    answer = wire.post("jobs/ingest", {"object": sobject, "operation": operation, **more})
    assert answer.status_code == 200, answer.text
    job_id: str = answer.json()["id"]
    return job_id


def put(wire: Wire, job_id: str, content: str | bytes) -> requests.Response:
    """The upload."""
    data = content.encode() if isinstance(content, str) else content
    return wire.call(
        "PUT", f"jobs/ingest/{job_id}/batches", data=data, headers={"Content-Type": "text/csv; charset=UTF-8"}
    )


def close(wire: Wire, job_id: str) -> requests.Response:
    """The end of the upload."""
    return wire.patch(f"jobs/ingest/{job_id}", {"state": "UploadComplete"})


def info(wire: Wire, job_id: str, kind: str = "ingest") -> dict[str, Json]:
    """How far a job is."""
    told: dict[str, Json] = wire.get(f"jobs/{kind}/{job_id}").json()
    return told


def finished(wire: Wire, job_id: str, kind: str = "ingest") -> dict[str, Json]:
    """The job once it is in a final state."""
    wait_for(lambda: info(wire, job_id, kind)["state"] in FINAL)
    return info(wire, job_id, kind)


def load(wire: Wire, operation: str, content: str, sobject: str = "Contact", **more: Json) -> dict[str, Json]:
    """A whole job, from its creation to its end."""
    job_id = create(wire, operation, sobject, **more)
    assert put(wire, job_id, content).status_code == 201
    assert close(wire, job_id).json()["state"] == "UploadComplete"
    return finished(wire, job_id)


def results(wire: Wire, job_id: str, which: str) -> list[dict[str, str]]:
    """The rows of one of the result files."""
    answer = wire.get(f"jobs/ingest/{job_id}/{which}")
    assert answer.status_code == 200, answer.text
    assert answer.headers["Content-Type"] == "text/csv; charset=UTF-8"
    return list(csv.DictReader(io.StringIO(answer.text, newline="")))
