"""Cases and their timelines carried by Bulk API 2.0, under the same write policy as any other call."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace

from bridge.adapters.salesforce import bulk_ingest
from bridge.adapters.salesforce.bulk_sheet import CsvSheet, columns_of, empty_file
from bridge.adapters.salesforce.case_events import answer_of, event_values
from bridge.adapters.salesforce.cases import SalesforceCases
from bridge.adapters.salesforce.collections import Settled
from bridge.adapters.salesforce.connection import SalesforceConnection
from bridge.adapters.salesforce.errors import Reaction, Refusal, as_error, read_refusal
from bridge.domain.bulk import BulkKind, BulkProgress
from bridge.domain.case import Case
from bridge.usecases.ports import BulkSheet, CaseAnswer, TimelineEntry
from mappings.errors import PayloadError
from mappings.salesforce import SalesforceMapping, payload

_ROW_ERROR = re.compile(r"([A-Z][A-Z0-9_]{2,79}):(.*):([^:]*?)-*\Z", re.DOTALL)


class SalesforceBulk:
    """The `BulkLoader` of an org."""

    def __init__(
        self, connection: SalesforceConnection, cases: SalesforceCases, events: SalesforceMapping
    ) -> None:
        self._connection = connection
        self._cases = cases
        self._mappings: Mapping[BulkKind, SalesforceMapping] = {
            BulkKind.CASES: cases.mapping,
            BulkKind.TIMELINES: events,
        }

    @contextmanager
    def sheet(self, kind: BulkKind, *, creating: bool) -> Iterator[MappedSheet]:
        """Give an empty sheet, with the columns of new records when some are `creating`."""
        mapping = self._mappings[kind]
        with empty_file() as file:
            yield MappedSheet(CsvSheet(file, columns_of(mapping, creating=creating)), self._cases, mapping)

    def open(self, kind: BulkKind) -> str:
        """Have the org open a job; give its id. Leaves the calls that are kept for more urgent work."""
        self._connection.spare_reserve()
        return bulk_ingest.open_job(self._connection, self._mappings[kind])

    def upload(self, job_id: str, sheet: BulkSheet) -> None:
        """Give the org the rows, and have it begin."""
        assert isinstance(sheet, MappedSheet)
        bulk_ingest.upload(self._connection, job_id, sheet.csv.file)

    def look(self, job_id: str) -> BulkProgress:
        """Ask how far a job is. Raises: GoneError when the org knows it no more."""
        return bulk_ingest.look(self._connection, job_id)

    def abort(self, job_id: str) -> None:
        """Have the org drop a job that was never begun."""
        bulk_ingest.abort(self._connection, job_id)

    def answers(
        self, kind: BulkKind, job_id: str, progress: BulkProgress
    ) -> Iterator[tuple[str, CaseAnswer]]:
        """Give the answer of each row the org worked on, by its key.

        Raises: PermanentError when every row was refused for want of a right or a field.
        """
        mapping = self._mappings[kind]
        refused = self._refused(mapping, job_id) if progress.failed else {}
        blamed = [one for one in refused.values() if one.reaction is Reaction.CONNECTOR]
        if blamed and len(blamed) == progress.processed:
            raise as_error(blamed[0], mapping.object_name)
        yield from self._answered(kind, refused)
        if progress.processed > progress.failed:
            for row in bulk_ingest.result_rows(self._connection, job_id, "successfulResults"):
                yield row.get(mapping.external_id, ""), CaseAnswer(row.get("sf__Id") or None)

    def _refused(self, mapping: SalesforceMapping, job_id: str) -> dict[str, Refusal]:
        rows = bulk_ingest.result_rows(self._connection, job_id, "failedResults")
        return {row.get(mapping.external_id, ""): refusal_of_row(row.get("sf__Error", "")) for row in rows}

    def _answered(self, kind: BulkKind, refused: Mapping[str, Refusal]) -> Iterator[tuple[str, CaseAnswer]]:
        if kind is BulkKind.TIMELINES:
            yield from ((key, answer_of(refusal)) for key, refusal in refused.items())
            return
        results: dict[str, Settled] = dict(refused)
        for key, answer in self._cases.answers(results).items():
            # Another writer inserted first: the same upsert, sent once more, finds that record.
            yield key, replace(answer, transient=answer.transient or answer.error_code == "DUPLICATE_VALUE")


class MappedSheet:
    """The `BulkSheet` of one object."""

    def __init__(self, csv: CsvSheet, cases: SalesforceCases, mapping: SalesforceMapping) -> None:
        self.csv = csv
        self._cases = cases
        self._mapping = mapping

    @property
    def rows(self) -> int:
        """How many rows it holds."""
        return self.csv.rows

    def add_cases(self, cases: Sequence[Case], first: Collection[str]) -> dict[str, CaseAnswer | None]:
        """Add cases; by id, None for one that no longer fits, else the answer of one the mapping refuses."""
        left: dict[str, CaseAnswer | None] = {}
        for case in cases:
            try:
                body = self._cases.body(case, is_first=case.id in first)
            except PayloadError as error:
                left[case.id] = CaseAnswer(None, "MAPPING_REFUSED", (error.target,))
            else:
                if not self.csv.add(body):
                    left[case.id] = None
        return left

    def add_entries(self, entries: Sequence[TimelineEntry]) -> dict[str, CaseAnswer]:
        """Add entries; give the answers, by key, of those the mapping refuses."""
        refused: dict[str, CaseAnswer] = {}
        for entry in entries:
            try:
                self.csv.add(payload(self._mapping, event_values(entry)))
            except PayloadError as error:
                refused[entry.key] = CaseAnswer(None, "MAPPING_REFUSED", (error.target,))
        return refused


def refusal_of_row(text: str) -> Refusal:
    """Read `CODE:message:Field,Field--`, as a row of failed results tells it; its words are not kept."""
    found = _ROW_ERROR.match(text)
    code, message, fields = found.groups() if found else (text.split(":", 1)[0], "", "")
    named = [name.strip() for name in fields.split(",") if name.strip()]
    return read_refusal({"statusCode": code, "message": message, "fields": named})
