"""The query resources of Bulk API 2.0."""

from __future__ import annotations

from flask import Blueprint, Response, request

from sandbox.salesforce.bulk.job import DELIMITERS, LINE_ENDINGS, QUERY, Job, Request
from sandbox.salesforce.bulk.jobs import wrong_state
from sandbox.salesforce.bulk.listing import list_jobs
from sandbox.salesforce.bulk.query_refusals import readable_query
from sandbox.salesforce.bulk.query_results import position_of, read_page
from sandbox.salesforce.bulk.query_run import QueryRun
from sandbox.salesforce.errors import SalesforceError, malformed_json
from sandbox.salesforce.org import current_org
from sandbox.salesforce.replies import empty_reply, json_object, json_reply
from sandbox.salesforce.versions import api_version, data_route

bulk_query = Blueprint("bulk-query", __name__)
_OPERATIONS = frozenset({"query", "queryAll"})
_MOST = 50_000


@data_route(bulk_query, "/jobs/query", ["POST"])
def create() -> Response:
    """A job that starts at once."""
    org, asked = current_org(), _request(json_object())
    job = org.bulk.add(asked)
    told = {**job.summary(), "state": "UploadComplete"}
    org.bulk.start(job, lambda started: QueryRun(org, started).run())
    return json_reply(told)


@data_route(bulk_query, "/jobs/query")
def all_jobs() -> Response:
    """The jobs, a thousand a page."""
    return json_reply(list_jobs(current_org().bulk.all(QUERY), QUERY))


@data_route(bulk_query, "/jobs/query/<job_id>")
def info(job_id: str) -> Response:
    """How far it is."""
    return json_reply(_find(job_id).info())


@data_route(bulk_query, "/jobs/query/<job_id>", ["PATCH"])
def change(job_id: str) -> Response:
    """Give the job up."""
    job, wanted = _find(job_id), json_object().get("state")
    if wanted != "Aborted":
        raise malformed_json(f"Invalid value for state: {wanted}")
    if job.is_final:
        raise wrong_state("Aborting already Completed Job not allowed")
    current_org().bulk.abort(job)
    return json_reply(job.summary())


@data_route(bulk_query, "/jobs/query/<job_id>", ["DELETE"])
def remove(job_id: str) -> Response:
    """204."""
    current_org().bulk.drop(_find(job_id))
    return empty_reply()


@data_route(bulk_query, "/jobs/query/<job_id>/results")
def results(job_id: str) -> Response:
    """A stretch of the rows; `Sforce-Locator` names the next, or is the word null."""
    job = _find(job_id)
    if job.state != "JobComplete":
        raise wrong_state(f"The results of a job in state {job.state} are not available")
    if job.request.version != api_version():
        text = f"The job was created with API version {job.request.version}.0"
        raise SalesforceError("API_VERSION_MISMATCH", text, status=409)
    return read_page(job, position_of(request.args.get("locator")), _asked_size())


def _request(body: dict[str, object]) -> Request:
    operation = str(body.get("operation"))
    if operation not in _OPERATIONS:
        raise SalesforceError("INVALIDJOB", f"Unknown operation: {operation}")
    text = str(body.get("query") or "")
    parsed = readable_query(current_org(), text)
    delimiter, ending = str(body.get("columnDelimiter") or "COMMA"), str(body.get("lineEnding") or "LF")
    if delimiter not in DELIMITERS or ending not in LINE_ENDINGS:
        raise SalesforceError("INVALIDJOB", f"Unknown columnDelimiter or lineEnding: {delimiter}, {ending}")
    found = current_org().schema.find(parsed.sobject)
    name = found.name if found else parsed.sobject
    return Request(QUERY, operation, name, api_version(), delimiter, ending, query=text)


def _asked_size() -> int:
    given = request.args.get("maxRecords")
    if given is None:
        return _MOST
    if not given.isdigit() or int(given) < 1:
        raise SalesforceError("INVALID_ARGUMENT", f"maxRecords must be a positive number: {given}")
    return int(given)


def _find(job_id: str) -> Job:
    return current_org().bulk.find(job_id, QUERY)
