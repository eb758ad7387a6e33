"""What changed, and what was deleted, between two moments: the resources that keep a copy in step.

Source: Salesforce, REST API, sObject Get Updated and sObject Get Deleted.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from flask import Blueprint, Response, request

from sandbox.salesforce.errors import SalesforceError
from sandbox.salesforce.org import Org, current_org
from sandbox.salesforce.records.coercion import format_datetime, parse_datetime
from sandbox.salesforce.replies import json_reply
from sandbox.salesforce.resources import known_object
from sandbox.salesforce.schema.model import SObject
from sandbox.salesforce.versions import data_route

replication = Blueprint("replication", __name__)
_SHORTEST = timedelta(minutes=1)
_UPDATES_KEPT = timedelta(days=30)
_DELETIONS_KEPT = timedelta(days=15)


@data_route(replication, "/sobjects/<name>/updated")
def updated(name: str) -> Response:
    """`{ids, latestDateCovered}`: records made, changed or brought back, not those in the bin."""
    org, sobject = current_org(), known_object(name)
    start, end = _window(org, _UPDATES_KEPT)
    ids = [record_id for record_id, _stamp in _moved(org, sobject, start, end, deleted=False)]
    return json_reply({"ids": ids, "latestDateCovered": format_datetime(end)})


@data_route(replication, "/sobjects/<name>/deleted")
def deleted(name: str) -> Response:
    """`{deletedRecords: [{id, deletedDate}], earliestDateAvailable, latestDateCovered}`, losers included."""
    org, sobject = current_org(), known_object(name)
    start, end = _window(org, None)
    moved = _moved(org, sobject, start, end, deleted=True)
    return json_reply(
        {
            "deletedRecords": [{"deletedDate": stamp, "id": record_id} for record_id, stamp in moved],
            "earliestDateAvailable": format_datetime(_log_begins(org)),
            "latestDateCovered": format_datetime(end),
        }
    )


def _window(org: Org, kept: timedelta | None) -> tuple[datetime, datetime]:
    """Give the window asked for, in whole minutes, cut where the org's own log ends for now."""
    start, end = _moment("start"), _moment("end")
    if kept is not None and start < org.clock() - kept:
        raise _refused("startDate: the start is too long ago")
    if start >= end:
        raise _refused("endDate must be after startDate")
    if end - start <= _SHORTEST:
        raise _refused("startDate must be more than one minute before endDate")
    covered = org.clock() - timedelta(seconds=org.faults.switches.replication_lag_s)
    return start, max(start, min(end, covered.replace(second=0, microsecond=0)))


def _moment(name: str) -> datetime:
    text = request.args.get(name, "")
    if not text:
        raise SalesforceError("MISSING_ARGUMENT", f"Required field is missing: {name}")
    try:
        # A plus that was not encoded arrives as a space.
        return parse_datetime(text.replace(" ", "+")).replace(second=0, microsecond=0)
    except ValueError:
        raise _refused(f"{name}: not a date and time") from None


def _refused(message: str) -> SalesforceError:
    return SalesforceError("INVALID_REPLICATION_DATE", message)


def _moved(
    org: Org, sobject: SObject, start: datetime, end: datetime, *, deleted: bool
) -> list[tuple[str, str]]:
    sql = (
        f'SELECT "Id", "SystemModstamp" FROM "{sobject.name}" WHERE "IsDeleted" = ?'  # noqa: S608 - a name from the schema
        ' AND "SystemModstamp" >= ? AND "SystemModstamp" < ? ORDER BY "SystemModstamp", "Id"'
    )
    begins = max(start, _log_begins(org)) if deleted else start
    found = org.storage.connection().execute(
        sql, (int(deleted), format_datetime(begins), format_datetime(end))
    )
    return [(row[0], row[1]) for row in found]


def _log_begins(org: Org) -> datetime:
    oldest = (org.clock() - _DELETIONS_KEPT).replace(second=0, microsecond=0)
    return max(oldest, org.bin.emptied_at) if org.bin.emptied_at else oldest
