"""The ingest resources of Bulk API 2.0."""

from __future__ import annotations

import json
from io import SEEK_END
from pathlib import Path
from typing import IO

from flask import Blueprint, Response, request

from sandbox.salesforce.bulk.ingest_request import asked_job
from sandbox.salesforce.bulk.ingest_run import IngestRun
from sandbox.salesforce.bulk.job import INGEST, Job
from sandbox.salesforce.bulk.jobs import wrong_state
from sandbox.salesforce.bulk.listing import list_jobs
from sandbox.salesforce.bulk.results import FAILED, SUCCESSFUL, UNPROCESSED, empty_results
from sandbox.salesforce.errors import SalesforceError, malformed_json
from sandbox.salesforce.org import current_org
from sandbox.salesforce.replies import csv_reply, empty_reply, json_object, json_reply
from sandbox.salesforce.versions import data_route

ingest = Blueprint("bulk-ingest", __name__)
MOST_BASE64 = 150_000_000
MOST_RAW = MOST_BASE64 * 2 // 3
MOST_INLINE = 100_000
_BLOCK = 1 << 20


@data_route(ingest, "/jobs/ingest", ["POST"])
def create() -> Response:
    """A job; with the CSV in a second part it is complete at once."""
    if request.mimetype == "multipart/form-data":
        return _create_with_content()
    return json_reply(current_org().bulk.add(asked_job(json_object())).summary())


@data_route(ingest, "/jobs/ingest")
def all_jobs() -> Response:
    """The jobs, a thousand a page."""
    return json_reply(list_jobs(current_org().bulk.all(INGEST), INGEST))


@data_route(ingest, "/jobs/ingest/<job_id>/batches", ["PUT"])
def upload(job_id: str) -> Response:
    """201 without a body; once a job."""
    job = _find(job_id)
    if request.mimetype != "text/csv":
        raise SalesforceError(
            "UNSUPPORTED_MEDIA_TYPE",
            f"Content-Type header specified in HTTP request is not supported: {request.content_type}",
            status=415,
        )
    with job.lock:
        if job.state != "Open":
            raise wrong_state(f"Uploading data to a job in state {job.state} is not allowed")
        if job.uploaded:
            raise SalesforceError(
                "INVALIDJOBSTATE",
                f"Found multiple contents for job: <{job.id}>, please 'Close' / 'Abort' / 'Delete' the"
                " current Job then create a new Job and make sure you only do 'PUT' once on a given Job.",
            )
        _keep(job.upload, request.stream)
        job.uploaded = True
    return empty_reply(201)


@data_route(ingest, "/jobs/ingest/<job_id>", ["PATCH"])
def change(job_id: str) -> Response:
    """Close the upload, or give the job up."""
    job, wanted = _find(job_id), json_object().get("state")
    if wanted == "Aborted":
        if job.state in {"JobComplete", "Failed"}:
            raise wrong_state("Aborting already Completed Job not allowed")
        current_org().bulk.abort(job)
    elif wanted == "UploadComplete":
        with job.lock:
            if job.state != "Open":
                ended = "aborted" if job.state == "Aborted" else "Completed"
                raise wrong_state(f"Closing already {ended} Job not allowed")
            return _started(job)
    else:
        raise malformed_json(f"Invalid value for state: {wanted}")
    return json_reply(job.summary())


@data_route(ingest, "/jobs/ingest/<job_id>")
def info(job_id: str) -> Response:
    """How far it is."""
    return json_reply(_find(job_id).info())


@data_route(ingest, "/jobs/ingest/<job_id>", ["DELETE"])
def remove(job_id: str) -> Response:
    """204."""
    current_org().bulk.drop(_find(job_id))
    return empty_reply()


@data_route(ingest, "/jobs/ingest/<job_id>/successfulResults")
def successful(job_id: str) -> Response:
    """What was written."""
    return _results(job_id, SUCCESSFUL)


@data_route(ingest, "/jobs/ingest/<job_id>/failedResults")
def failed(job_id: str) -> Response:
    """What was refused."""
    return _results(job_id, FAILED)


@data_route(ingest, "/jobs/ingest/<job_id>/unprocessedrecords")
@data_route(ingest, "/jobs/ingest/<job_id>/unprocessedRecords")
def unprocessed(job_id: str) -> Response:
    """What was never tried."""
    return _results(job_id, UNPROCESSED)


def _create_with_content() -> Response:
    described, content = request.files.get("job"), request.files.get("content")
    text = request.form.get("job") if described is None else described.read()
    if text is None or content is None:
        raise malformed_json("A multipart job needs the parts job and content")
    try:
        body = json.loads(text)
    except ValueError:
        raise malformed_json("The part job is not JSON") from None
    if content.stream.seek(0, SEEK_END) > MOST_INLINE:
        raise _too_large()
    content.stream.seek(0)
    job = current_org().bulk.add(asked_job(body if isinstance(body, dict) else {}))
    _keep(job.upload, content.stream)
    job.uploaded = True
    with job.lock:
        return _started(job)


def _started(job: Job) -> Response:
    """Set a job to work; the caller holds it, so that the answer tells of it as it was before."""
    org = current_org()
    org.bulk.start(job, lambda started: IngestRun(org, started).run())
    return json_reply(job.summary())


def _keep(path: Path, stream: IO[bytes]) -> None:
    """Store the upload.

    Raises: SalesforceError for one that is too large.
    """
    size = 0
    with path.open("wb") as file:
        while block := stream.read(_BLOCK):
            size += len(block)
            if size > MOST_RAW:
                path.unlink()
                raise _too_large()
            file.write(block)


def _too_large() -> SalesforceError:
    return SalesforceError("REQUEST_ENTITY_TOO_LARGE", "Request entity is too large", status=413)


def _results(job_id: str, name: str) -> Response:
    job = _find(job_id)
    if not job.is_final:
        raise wrong_state(f"The results of a job in state {job.state} are not available")
    path = job.folder / name
    return csv_reply(path if path.exists() else empty_results(job))


def _find(job_id: str) -> Job:
    return current_org().bulk.find(job_id, INGEST)
