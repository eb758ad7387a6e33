"""Compares every case of ours with every Case of the org, in two passes over files: by key, then by id."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from bridge.domain.reconciliation import Counted, Finding, Found, OurRow, Tally, compared, source_of
from bridge.usecases.partitions import Partitions
from bridge.usecases.ports import CaseCensus, Store

PAGE = 5_000
_EVERY = 10_000
Progress = Callable[[str, int], None]


@dataclass(slots=True)
class CompareSides:
    """One comparison. The org is read first, so that what arrives meanwhile looks late, never lost."""

    store: Store
    census: CaseCensus
    folder: Path
    progress: Progress
    tally: Tally = field(default_factory=Tally)

    def __call__(self, job_id: str, source: str | None) -> Iterator[Found]:
        """Give the differences as they are found; the tally is whole at the end."""
        theirs, ours = Partitions(self.folder / "theirs"), Partitions(self.folder / "ours")
        orphans, missing = Partitions(self.folder / "orphans"), Partitions(self.folder / "missing")
        with orphans, missing:
            with theirs:
                self._read_org(job_id, theirs, orphans)
            with ours:
                self._read_store(source, ours)
            for part in range(len(ours)):
                yield from self._by_key(ours.part(part), theirs.part(part), orphans, missing)
        for part in range(len(missing)):
            yield from _by_id(missing.part(part), orphans.part(part))

    def _read_org(self, job_id: str, theirs: Partitions, orphans: Partitions) -> None:
        number = 0
        for number, row in enumerate(self.census.read(job_id), 1):
            if row.external_id is None:
                orphans.add(row.salesforce_id, ("", row.salesforce_id))
            else:
                self.tally.count_theirs(row)
                theirs.add(row.external_id, row[1:])
            if number % _EVERY == 0:
                self.progress("org", number)
        self.progress("org", number)

    def _read_store(self, source: str | None, ours: Partitions) -> None:
        after, number = "", 0
        while True:
            with self.store.read() as tx:
                page = tx.in_org.page(after, PAGE, source)
            for row in page:
                self.tally.count_ours(row, self.census.told(row))
                ours.add(row.external_id, row)
            number += len(page)
            self.progress("store", number)
            if len(page) < PAGE:
                return
            after = page[-1].case_id

    def _by_key(
        self,
        ours: Iterator[tuple[str, list[Any]]],
        theirs: Iterator[tuple[str, list[Any]]],
        orphans: Partitions,
        missing: Partitions,
    ) -> Iterator[Found]:
        found: defaultdict[str, list[Counted]] = defaultdict(list)
        for key, values in theirs:
            found[key].append(Counted(key, *values))
        for key, values in ours:
            row = OurRow._make(values)
            rows = found.pop(key, None)
            if rows is None:
                missing.add(row.salesforce_id or row.case_id, (row.source, row.case_id, row.is_waiting))
            elif difference := settled(row, tuple(rows), self.census.told(row)):
                yield difference
        for key, rows in found.items():
            for each in rows:
                orphans.add(each.salesforce_id, (source_of(key), each.salesforce_id))


def settled(ours: OurRow, theirs: tuple[Counted, ...], told: str) -> Found | None:
    """Give how a case of ours differs from the Cases that bear its key, None when there is nothing to say."""
    if not theirs:
        absent = Finding.WAITING if ours.is_waiting else Finding.MISSING
        return Found(absent, ours.source, ours.case_id, ours.salesforce_id)
    first = theirs[0]
    if len(theirs) > 1 or ours.salesforce_id not in {None, first.salesforce_id}:
        return Found(Finding.DUPLICATED, ours.source, ours.case_id, first.salesforce_id)
    finding = compared(ours, first, told)
    if finding is None:
        return None
    return Found(finding, ours.source, ours.case_id, first.salesforce_id, first.version)


def _by_id(
    missing: Iterator[tuple[str, list[Any]]], orphans: Iterator[tuple[str, list[Any]]]
) -> Iterator[Found]:
    """Give what is missing under its key and there under its id, what is missing, and what is left over."""
    lost = dict(missing)
    for salesforce_id, (source, _) in orphans:
        if ours := lost.pop(salesforce_id, None):
            yield Found(Finding.UNKEYED, ours[0], ours[1], salesforce_id)
        else:
            yield Found(Finding.EXTRA, source, None, salesforce_id)
    for salesforce_id, (source, case_id, is_waiting) in lost.items():
        known = None if salesforce_id == case_id else salesforce_id
        yield Found(Finding.WAITING if is_waiting else Finding.MISSING, source, case_id, known)
