"""What an administrator does to a job in the org's setup pages."""

from __future__ import annotations

from flask import Blueprint, Response

from sandbox.salesforce.bulk.job import INGEST
from sandbox.salesforce.errors import SalesforceError
from sandbox.salesforce.org import current_org
from sandbox.salesforce.replies import error_reply, json_reply

bulk_control = Blueprint("bulk-control", __name__, url_prefix="/sandbox/bulk-jobs")


@bulk_control.post("/<job_id>/abort")
def abort(job_id: str) -> Response:
    """Abort a job, whoever made it; what is committed stays."""
    org = current_org()
    try:
        job = org.bulk.find(job_id, INGEST)
    except SalesforceError as error:
        return error_reply(error)
    org.bulk.abort(job)
    return json_reply(job.info())
