"""The rows of a finished query job, read by position."""

from __future__ import annotations

import base64
from array import array
from pathlib import Path

from flask import Response

from sandbox.salesforce.bulk.job import Job
from sandbox.salesforce.errors import SalesforceError
from sandbox.salesforce.replies import csv_reply

ROWS, OFFSETS = "rows.csv", "rows.offsets"
_WIDTH = 8


def read_page(job: Job, start: int, most: int) -> Response:
    """At most that many rows from a position on, behind the header.

    Raises: SalesforceError for a position behind the last row.
    """
    path = job.folder / ROWS
    count = (job.folder / OFFSETS).stat().st_size // _WIDTH - 1
    if start and start >= count:
        raise _no_such_locator()
    stop = min(start + most, count)
    begins, ends = (_offset(job.folder / OFFSETS, at) for at in (start, stop))
    reply = csv_reply(path, begins, ends, head=_header(path, _offset(job.folder / OFFSETS, 0)))
    reply.headers["Sforce-NumberOfRecords"] = str(stop - start)
    reply.headers["Sforce-Locator"] = _locator(stop) if stop < count else "null"
    return reply


def position_of(locator: str | None) -> int:
    """The row a locator stands for, from 0.

    Raises: SalesforceError for one this org has not given.
    """
    if locator is None or locator == "":
        return 0
    try:
        return int(base64.b64decode(locator + "=" * (-len(locator) % 4), validate=True))
    except ValueError:
        raise _no_such_locator() from None


def _locator(position: int) -> str:
    return base64.b64encode(str(position).encode()).decode().rstrip("=")


def _no_such_locator() -> SalesforceError:
    return SalesforceError("INVALID_QUERY_LOCATOR", "invalid query locator")


def _offset(path: Path, at: int) -> int:
    with path.open("rb") as file:
        file.seek(at * _WIDTH)
        return array("q", file.read(_WIDTH))[0]


def _header(path: Path, size: int) -> bytes:
    with path.open("rb") as file:
        return file.read(size)
