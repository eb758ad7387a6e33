"""Reads one source to its end, delivery by delivery, and says what came of it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

import structlog

from bridge.domain.synchronisation import Delivery, SyncSummary
from bridge.errors import BridgeError, ConfigurationError, PermanentError, TransientError
from bridge.usecases.absorb_delivery import AbsorbDelivery
from bridge.usecases.acknowledge import Receipt
from bridge.usecases.picture_run import PictureRun
from bridge.usecases.ports import Bell, Clock, PictureReader, SourceReader, Store, Transaction
from mappings.model import SourceMapping

log = structlog.get_logger("bridge.sync")

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

    def __call__(
        self,
        source: str,
        progress: Progress = lambda _read, _total: None,
        *,
        accepted_volume: int | None = None,
    ) -> SyncSummary:
        """Give the counts of a run. A failing source is noted, told in `error_code`, and tried again later.

        A full picture of at least `accepted_volume` records is believed, however many are missing in it.

        Raises: ConfigurationError for an unknown source; TransientError when it is being read already.
        """
        if source not in self.mappings:
            raise ConfigurationError(f"unknown source {source!r}; known: {', '.join(sorted(self.mappings))}")
        with self.store.sole(f"sync-{source}") as alone:
            if not alone:
                raise TransientError(
                    f"the source {source} is being read already", system=source, code="sync.busy"
                )
            return self._run(self.mappings[source], self.readers[source], progress, accepted_volume)

    def due(self) -> tuple[str, ...]:
        """Give the sources whose time has come."""
        with self.store.read() as tx:
            health = tx.intake.health()
        now = self.clock.now()
        dates = {name: health[name].next_due_at if name in health else None for name in self.mappings}
        return tuple(name for name, due in dates.items() if due is None or due <= now)

    def _run(
        self, mapping: SourceMapping, reader: SourceReader, progress: Progress, accepted: int | None
    ) -> SyncSummary:
        began = self.clock.now()
        with self.store.begin() as tx:
            run_id = tx.intake.start_run(mapping.source, began)
            cursor = tx.intake.cursor(mapping.source)
        run = PictureRun(mapping, self.store, self.absorb, self.clock, cursor, accepted=accepted)
        receipt = Receipt(reader)
        fault: BridgeError | None = None
        try:
            for delivery in _read(reader, cursor, run):
                run.take(delivery)
                receipt.give(delivery)
                progress(len(delivery.records) + delivery.unchanged, delivery.total_records)
        except BridgeError as error:
            fault = error
        except Exception as error:  # noqa: BLE001 - a fault we did not foresee must not stop the other sources
            log.error(  # noqa: TRY400 - a traceback may hold a name
                "source fault", source=mapping.source, error_type=type(error).__qualname__
            )
            fault = PermanentError("unforeseen", system=mapping.source, code="source.fault")
        finally:
            run.close()
        fault = fault or run.doubt or receipt.fault
        summary = replace(run.summary, error_code=fault.code if fault else None)
        self._close(run_id, mapping, summary, fault, began=began, heard=run.heard)
        return summary

    def _close(
        self,
        run_id: str,
        mapping: SourceMapping,
        summary: SyncSummary,
        fault: BridgeError | None,
        *,
        began: datetime,
        heard: bool,
    ) -> None:
        now = self.clock.now()
        with self.store.begin() as tx:
            if fault is None:
                due = self._hinted(tx, mapping, began) or now + timedelta(minutes=mapping.poll_minutes)
                tx.intake.source_answered(mapping.source, now, due, heard=heard)
            else:
                due = now + _wait(mapping, fault)
                tx.intake.source_failed(mapping.source, fault.code, now, due, fault.explanation)
            tx.intake.end_run(run_id, summary, now)
        if summary.changed or summary.no_longer_reported:
            self.bell.ring("push")

    def _hinted(self, tx: Transaction, mapping: SourceMapping, began: datetime) -> datetime | None:
        """Give the date somebody set while we read: what they told of may have come too late for this run."""
        health = tx.intake.health().get(mapping.source)
        due = health.next_due_at if health else None
        return due if due and began <= due <= self.clock.now() else None


def _read(reader: SourceReader, cursor: str | None, run: PictureRun) -> Iterator[Delivery]:
    """A picture that can be gone through twice is compared before records are made of it."""
    if isinstance(reader, PictureReader):
        return reader.read_compared(cursor, run.begin)
    return reader.read(cursor)


def _wait(mapping: SourceMapping, fault: BridgeError) -> timedelta:
    """A refusal lasts until somebody mends it; anything else is tried again soon, or when the source says."""
    if isinstance(fault, PermanentError):
        return max(RETRY_FAILED_SOURCE, timedelta(minutes=min(mapping.poll_minutes, 60)))
    asked = fault.retry_after_s if isinstance(fault, TransientError) else None
    return max(RETRY_FAILED_SOURCE, timedelta(seconds=asked or 0))
