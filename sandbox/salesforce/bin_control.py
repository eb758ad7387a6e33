"""What a test does with the recycle bin: merge into it, bring back from it, empty it."""

from __future__ import annotations

from flask import Blueprint, Response, request

from sandbox.salesforce.errors import SalesforceError
from sandbox.salesforce.org import current_org
from sandbox.salesforce.records.merging import merge, undelete
from sandbox.salesforce.replies import error_reply, json_reply

bin_control = Blueprint("bin-control", __name__, url_prefix="/sandbox")


@bin_control.post("/merge")
def merge_records() -> Response:
    """Merge `{winner, losers}` as an agent does; give the children that moved."""
    body = request.get_json()
    try:
        moved = merge(current_org(), body["winner"], body["losers"])
    except SalesforceError as error:
        return error_reply(error)
    return json_reply({"id": body["winner"], "moved": moved})


@bin_control.post("/undelete")
def bring_back() -> Response:
    """Bring the records `{ids}` back from the bin."""
    try:
        for record_id in request.get_json()["ids"]:
            undelete(current_org(), record_id)
    except SalesforceError as error:
        return error_reply(error)
    return json_reply({"undeleted": True})


@bin_control.post("/purge")
def purge() -> Response:
    """Empty the bin: its records are gone for good, and the log of deletions begins now."""
    org = current_org()
    with org.storage.transaction() as connection:
        for sobject in org.schema.objects.values():
            connection.execute(f'DELETE FROM "{sobject.name}" WHERE "IsDeleted" = 1')  # noqa: S608 - a name from the schema
    org.bin.emptied_at = org.clock().replace(second=0, microsecond=0)
    return json_reply({"purged": True})
