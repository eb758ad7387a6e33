"""The requests of a Bulk API 2.0 ingest job, through the fence every call goes through.

Source: Salesforce, Bulk API 2.0 Developer Guide, "Bulk API 2.0 Ingest".
"""

from __future__ import annotations

import codecs
import csv
import re
from collections.abc import Iterator
from typing import IO

import requests

from bridge.adapters.salesforce.bulk_sheet import LINE_ENDING
from bridge.adapters.salesforce.config import SYSTEM
from bridge.adapters.salesforce.connection import SalesforceConnection
from bridge.domain.bulk import BulkProgress
from bridge.domain.record_ids import record_id
from bridge.errors import PermanentError, TransientError
from mappings.salesforce import SalesforceMapping

_JOBS = "jobs/ingest"
_REFUSAL = re.compile(r"[A-Za-z]{3,40}")
_WAITING = frozenset({"UploadComplete", "InProgress"})
_OVER = frozenset({"JobComplete", "Failed", "Aborted"})


def open_job(connection: SalesforceConnection, mapping: SalesforceMapping) -> str:
    """Open a job; give its id."""
    order = {
        "object": mapping.object_name,
        "operation": "upsert",
        "externalIdFieldName": mapping.external_id,
        "contentType": "CSV",
        "columnDelimiter": "COMMA",
        "lineEnding": LINE_ENDING,
    }
    found = connection.write("POST", _JOBS, order, mapping.object_name)
    job_id = record_id(str(found.get("id"))) if isinstance(found, dict) else None
    if job_id is None:
        raise TransientError("A job without an id", system=SYSTEM, code="remote.unreadable")
    return job_id


def upload(connection: SalesforceConnection, job_id: str, rows: IO[bytes]) -> None:
    """Send the rows and have the org begin."""
    connection.send_csv(f"{_JOBS}/{job_id}/batches", rows)
    connection.write("PATCH", f"{_JOBS}/{job_id}", {"state": "UploadComplete"}, "job")


def abort(connection: SalesforceConnection, job_id: str) -> None:
    """Have the org drop a job."""
    connection.write("PATCH", f"{_JOBS}/{job_id}", {"state": "Aborted"}, "job")


def look(connection: SalesforceConnection, job_id: str) -> BulkProgress:
    """Ask how far a job is. Raises: GoneError when the org knows it no more."""
    found = connection.read(f"{_JOBS}/{job_id}", "job")
    state = found.get("state") if isinstance(found, dict) else None
    if state not in _OVER | _WAITING | {"Open"}:
        raise TransientError("A job in no known state", system=SYSTEM, code="remote.unreadable")
    refusal = _REFUSAL.match(str(found.get("errorMessage") or "")) if state == "Failed" else None
    return BulkProgress(
        is_open=state == "Open",
        is_over=state in _OVER,
        processed=int(found.get("numberRecordsProcessed") or 0),
        failed=int(found.get("numberRecordsFailed") or 0),
        took_s=(found.get("totalProcessingTime") or 0) / 1000 or None,
        refusal=refusal[0] if refusal else ("Failed" if state == "Failed" else None),
    )


def result_rows(connection: SalesforceConnection, job_id: str, which: str) -> Iterator[dict[str, str]]:
    """Give the rows of `successfulResults` or `failedResults` as they arrive, by the names of their columns.

    Raises: TransientError, BudgetError, PermanentError.
    """
    with connection.stream(f"{_JOBS}/{job_id}/{which}", "job") as chunks:
        reader = csv.reader(_lines(chunks), strict=True)
        try:
            header = next(reader, None)
            for row in reader:
                if header is None or len(row) != len(header):
                    raise _unreadable()
                yield dict(zip(header, row, strict=True))
        except (csv.Error, UnicodeDecodeError):
            raise _unreadable() from None
        except requests.RequestException:
            raise TransientError("The answer broke off", system=SYSTEM, code="remote.interrupted") from None


def _lines(chunks: Iterator[bytes]) -> Iterator[str]:
    """Give the text line by line with its line ends, so that the reader keeps those inside quotes."""
    decoder, rest = codecs.getincrementaldecoder("utf-8-sig")(), ""
    for chunk in chunks:
        *lines, rest = (rest + decoder.decode(chunk)).split("\n")
        yield from (f"{line}\n" for line in lines)
    rest += decoder.decode(b"", final=True)
    if rest:
        yield rest


def _unreadable() -> PermanentError | TransientError:
    return TransientError("The results cannot be read", system=SYSTEM, code="remote.unreadable")
