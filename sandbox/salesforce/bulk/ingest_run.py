"""Works on an ingest job: batches of 10,000 rows, each row settled on its own, as the real service does.

Source: Salesforce, Bulk API 2.0, How Requests Are Processed.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import chain, islice
from typing import TYPE_CHECKING

from sandbox.salesforce.bulk.csv_rows import CsvError, Row, read_rows, read_texts
from sandbox.salesforce.bulk.header import Header
from sandbox.salesforce.bulk.job import Job
from sandbox.salesforce.bulk.results import Results
from sandbox.salesforce.bulk.stops import Stops
from sandbox.salesforce.errors import SalesforceError
from sandbox.salesforce.records.deletion import delete
from sandbox.salesforce.records.drafts import Outcome
from sandbox.salesforce.records.writer import Options, write_drafts

if TYPE_CHECKING:
    from sandbox.salesforce.org import Org

CHUNK = 200


class IngestRun:
    """One job at work; a chunk of 200 rows is one transaction, as it is for the triggers of the real org."""

    def __init__(self, org: Org, job: Job) -> None:
        self._org = org
        self._job = job
        self._stops = Stops(org.faults, job)
        self._switches = org.faults.switches

    def run(self) -> None:
        """Process the upload to one of the three final states."""
        try:
            state = self._process()
        except CsvError as error:
            self._job.error = str(error)
            state = "Failed"
        except Exception as error:  # whatever breaks, the job must not look as if it went on
            self._job.error = f"InternalServerError : {type(error).__name__}"
            self._org.bulk.enter(self._job, "Failed")
            raise
        self._org.bulk.enter(self._job, state)
        self._org.storage.close()

    def _process(self) -> str:
        check(self._job)
        rows = read_rows(self._job.upload, self._job.request)
        sent, names = next(rows)
        header = Header(names, self._job.request, self._org.schema)
        switches = self._switches
        with Results(self._job, sent, shuffled=switches.bulk_shuffle, seed=switches.seed) as results:
            state = self._batches(rows, header, results)
            for text, _cells in rows:
                results.untried(text)
        return state

    def _batches(self, rows: Iterator[Row], header: Header, results: Results) -> str:
        done = 0
        while batch := list(islice(rows, self._switches.bulk_batch_size)):
            stopped = self._stops.before_batch(done)
            if stopped:
                for text, _cells in batch:
                    results.untried(text)
                return stopped
            self._batch(batch, header, results)
            self._org.limits.spend_batch()
            done += 1
        return self._stops.before_batch(done) or "JobComplete"

    def _batch(self, batch: Sequence[Row], header: Header, results: Results) -> None:
        unit = object()
        outcomes = chain.from_iterable(
            self._chunk(batch[start : start + CHUNK], header, unit, first=start == 0)
            for start in range(0, len(batch), CHUNK)
        )
        results.settled(zip((text for text, _cells in batch), outcomes, strict=True))

    def _chunk(self, rows: Sequence[Row], header: Header, unit: object, *, first: bool) -> list[Outcome]:
        operation = self._job.request.operation
        if operation in {"delete", "hardDelete"}:
            outcomes = self._delete(rows, header, hard=operation == "hardDelete")
        else:
            # Duplicate rules let Bulk pass no header; collections' faults strike once a batch.
            options = Options(self._job.request.version, collection=first, unit=unit)
            drafts = [header.draft(cells) for _, cells in rows]
            outcomes = [
                _named(outcome, item.write.record_id)
                for item, outcome in zip(drafts, write_drafts(self._org, drafts, options), strict=True)
            ]
        self._job.processed += len(rows)
        self._job.failed += sum(outcome.error is not None for outcome in outcomes)
        return outcomes

    def _delete(self, rows: Sequence[Row], header: Header, *, hard: bool) -> list[Outcome]:
        named: list[str | SalesforceError] = []
        for _, cells in rows:
            try:
                named.append(header.record_id(cells))
            except SalesforceError as error:
                named.append(error)
        done = iter(delete(self._org, [item for item in named if isinstance(item, str)], hard=hard))
        return [_named(next(done), item) if isinstance(item, str) else Outcome(error=item) for item in named]


def _named(outcome: Outcome, record_id: str | None) -> Outcome:
    """The outcome; one that failed bears the id its row named."""
    return replace(outcome, id=record_id) if outcome.error is not None else outcome


def check(job: Job) -> None:
    """Read the whole upload once: what cannot be read, or holds no record, writes nothing.

    Raises: CsvError.
    """
    rows = read_texts(job.upload, job.request) if job.uploaded else iter(())
    if len(list(islice(rows, 2))) < 2:
        raise CsvError("InvalidBatch : Records not found")
    for _ in rows:
        pass
