"""Reads one source to its end, delivery by delivery, and says what came of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import timedelta

from bridge.domain.synchronisation import Delivery, SyncSummary
from bridge.errors import ConfigurationError, PermanentError, RemoteError, TransientError
from bridge.usecases.absorb_delivery import AbsorbDelivery
from bridge.usecases.ports import Bell, Clock, SourceReader, Store
from mappings.model import SourceMapping

RETRY_FAILED_SOURCE = timedelta(minutes=5)

Progress = Callable[[int, int | None], None]
"""Told after each delivery: records of this delivery, records expected in all when the source says so."""


@dataclass(frozen=True, slots=True)
class Synchronise:
    """One run over one source at a time."""

    store: Store
    mappings: Mapping[str, SourceMapping]
    readers: Mapping[str, SourceReader]
    absorb: AbsorbDelivery
    clock: Clock
    bell: Bell

    def __call__(self, source: str, progress: Progress = lambda _read, _total: None) -> SyncSummary:
        """Give the counts of a run. A failing source is noted, told in `error_code`, and tried again later.

        Raises: ConfigurationError for an unknown source; TransientError when it is being read already.
        """
        if source not in self.mappings:
            raise ConfigurationError(f"unknown source {source!r}; known: {', '.join(sorted(self.mappings))}")
        with self.store.sole(f"sync-{source}") as alone:
            if not alone:
                raise TransientError(
                    f"the source {source} is being read already", system=source, code="sync.busy"
                )
            return self._run(self.mappings[source], self.readers[source], progress)

    def due(self) -> tuple[str, ...]:
        """Give the sources whose time has come."""
        with self.store.begin() as tx:
            health = tx.intake.health()
        now = self.clock.now()
        dates = {name: health[name].next_due_at if name in health else None for name in self.mappings}
        return tuple(name for name, due in dates.items() if due is None or due <= now)

    def _run(self, mapping: SourceMapping, reader: SourceReader, progress: Progress) -> SyncSummary:
        with self.store.begin() as tx:
            run_id = tx.intake.start_run(mapping.source, self.clock.now())
            cursor = tx.intake.cursor(mapping.source)
        run = _Run(self, mapping)
        try:
            for delivery in reader.read(cursor):
                run.take(delivery)
                progress(len(delivery.records), delivery.total_records)
        except RemoteError as error:
            run.summary = replace(run.summary, error_code=error.code)
        self._close(run_id, mapping, run.summary)
        return run.summary

    def _close(self, run_id: str, mapping: SourceMapping, summary: SyncSummary) -> None:
        now = self.clock.now()
        with self.store.begin() as tx:
            if summary.error_code is None:
                due = now + timedelta(minutes=mapping.every_minutes)
                tx.intake.source_answered(mapping.source, now, due)
            else:
                tx.intake.source_failed(mapping.source, summary.error_code, now, now + RETRY_FAILED_SOURCE)
            tx.intake.end_run(run_id, summary, now)
        if summary.changed or summary.no_longer_reported:
            self.bell.ring("push")


class _Run:
    """The counts so far, and the ids the full picture under way has named."""

    def __init__(self, synchronise: Synchronise, mapping: SourceMapping) -> None:
        self.summary = SyncSummary(mapping.source)
        self._synchronise = synchronise
        self._mapping = mapping
        self._picture: str | None = None
        self._reported: set[str] = set()
        self._read_of_picture = 0

    def take(self, delivery: Delivery) -> None:
        """Absorb a delivery, and close the full picture it ends."""
        if delivery.picture != self._picture:
            self._picture, self._reported, self._read_of_picture = delivery.picture, set(), 0
        done = self._synchronise.absorb(self._mapping, delivery, self._reported)
        self._reported |= done.ids
        self._read_of_picture += done.read
        self.summary = replace(
            self.summary,
            read=self.summary.read + done.read,
            changed=self.summary.changed + done.changed,
            unchanged=self.summary.unchanged + done.unchanged,
            parked=self.summary.parked + done.parked,
        )
        if delivery.last_of_picture and delivery.total_records in {None, self._read_of_picture}:
            self._flag_vanished()

    def _flag_vanished(self) -> None:
        """Flag what the picture no longer names, unless so much is missing that the picture is in doubt.

        Raises: PermanentError with code `source.volume`; nothing is flagged then.
        """
        mapping = self._mapping
        if mapping.absence == "unchanged":
            return
        with self._synchronise.store.begin() as tx:
            expected = tx.cases.reported_count(mapping.source)
            if len(self._reported) < expected * mapping.minimum_share:
                raise PermanentError(
                    f"{mapping.source}: {len(self._reported)} records where {expected} were expected",
                    system=mapping.source,
                    code="source.volume",
                )
            gone = tx.cases.mark_unreported(mapping.source, self._reported, self._synchronise.clock.now())
        self.summary = replace(self.summary, no_longer_reported=self.summary.no_longer_reported + gone)
