"""Reads very many records by a Bulk API 2.0 query job: a handful of calls, one page in memory at a time.

Source: Salesforce, Bulk API 2.0, query jobs.
"""

from __future__ import annotations

import csv
import io
import time
from collections.abc import Callable, Iterator
from itertools import chain, repeat
from urllib.parse import quote

from bridge.adapters.salesforce.config import SYSTEM
from bridge.adapters.salesforce.connection import SalesforceConnection
from bridge.errors import GoneError, PermanentError, TransientError

PAGE_ROWS = 50_000
LONGEST_WAIT_S = 7_200.0
_WAITS_S = (1.0, 2.0, 4.0, 8.0, 15.0, 30.0)
_JOBS = "jobs/query"
_LAST = {"", "null"}
_UNDONE = {"UploadComplete", "InProgress", "Open"}


class BulkQuery:
    """Query jobs of one org. Leaves the last tenth of the daily API allowance to sign-ins."""

    def __init__(
        self, connection: SalesforceConnection, subject: str, *, sleep: Callable[[float], None] = time.sleep
    ) -> None:
        self._connection = connection
        self._subject = subject
        self._sleep = sleep

    def open(self, soql: str) -> str:
        """Create a job and give its id, to be kept before anything is waited for.

        Raises: TransientError, BudgetError, PermanentError.
        """
        self._connection.spare_reserve()
        made = self._connection.write("POST", _JOBS, {"operation": "query", "query": soql}, self._subject)
        job_id = made.get("id") if isinstance(made, dict) else None
        if not isinstance(job_id, str) or not job_id.isalnum():
            raise self._unreadable()
        return job_id

    def rows(self, job_id: str, *, page_rows: int = PAGE_ROWS) -> Iterator[dict[str, str]]:
        """Wait for a job and give its rows as texts by field, an empty one for a null.

        Raises: TransientError, BudgetError, PermanentError `salesforce.bulk_failed` when the org gave up.
        """
        self._wait(job_id)
        locator: str | None = None
        while True:
            self._connection.spare_reserve()
            at = f"{_JOBS}/{job_id}/results?maxRecords={page_rows}"
            following = f"&locator={quote(locator, safe='')}" if locator else ""
            text, headers = self._connection.read_text(at + following, self._subject)
            yield from csv.DictReader(io.StringIO(text, newline=""))
            locator = headers.get("Sforce-Locator", "")
            if locator in _LAST:
                return

    def close(self, job_id: str) -> None:
        """Delete a job, stopping it first when it still runs; one that is gone is closed.

        Raises: TransientError, BudgetError, PermanentError.
        """
        path = f"{_JOBS}/{job_id}"
        try:
            if self._state(job_id) in _UNDONE:
                self._connection.write("PATCH", path, {"state": "Aborted"}, self._subject)
            self._connection.write("DELETE", path, {}, self._subject)
        except GoneError:
            return

    def _wait(self, job_id: str) -> None:
        waited = 0.0
        for wait_s in chain(_WAITS_S, repeat(_WAITS_S[-1])):
            state = self._state(job_id)
            if state == "JobComplete":
                return
            if state not in _UNDONE:
                told = f"{self._subject}: the org gave the query up"
                raise PermanentError(told, system=SYSTEM, code="salesforce.bulk_failed")
            if waited >= LONGEST_WAIT_S:
                told = f"{self._subject}: the query takes too long"
                raise TransientError(told, system=SYSTEM, code="salesforce.bulk_late")
            self._sleep(wait_s)
            waited += wait_s

    def _state(self, job_id: str) -> str:
        found = self._connection.read(f"{_JOBS}/{job_id}", self._subject)
        state = found.get("state") if isinstance(found, dict) else None
        if not isinstance(state, str):
            raise self._unreadable()
        return state

    def _unreadable(self) -> TransientError:
        return TransientError(
            f"{self._subject}: the answer cannot be read", system=SYSTEM, code="remote.unreadable"
        )
