"""Lists of jobs, a thousand a page."""

from __future__ import annotations

from collections.abc import Sequence

from flask import request

from sandbox.salesforce.bulk.job import Job
from sandbox.salesforce.errors import SalesforceError
from sandbox.salesforce.versions import api_version

PAGE = 1000


def list_jobs(jobs: Sequence[Job], kind: str) -> dict[str, object]:
    """`{done, records, nextRecordsUrl}` of the page asked for.

    Raises: SalesforceError for a locator this org has not given.
    """
    asked = request.args.get("jobType")
    kept = [job for job in jobs if asked in {None, job.request.kind}]
    start = _start()
    page, more = kept[start : start + PAGE], len(kept) > start + PAGE
    resource = "ingest" if kind == "V2Ingest" else "query"
    following = f"/services/data/v{api_version()}.0/jobs/{resource}?queryLocator={start + PAGE}"
    records = [{**job.summary(), "jobType": job.request.kind} for job in page]
    return {"done": not more, "records": records, "nextRecordsUrl": following if more else None}


def _start() -> int:
    given = request.args.get("queryLocator", "0")
    if not given.isdigit():
        raise SalesforceError("INVALID_QUERY_LOCATOR", "invalid query locator")
    return int(given)
