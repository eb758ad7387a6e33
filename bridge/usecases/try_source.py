"""Reads the first records of a source over its own transport, and leaves everything as it was."""

from __future__ import annotations

import time
from collections.abc import Generator, Iterator
from dataclasses import dataclass
from itertools import islice

from bridge.domain.synchronisation import Delivery, SourceRecord
from bridge.usecases.ports import AuditEntry, Clock, SourceReader, Store


@dataclass(frozen=True, slots=True)
class FirstRecords:
    """What a source gave first, and how long it took, in seconds."""

    records: tuple[SourceRecord, ...]
    took_s: float


@dataclass(frozen=True, slots=True)
class TrySource:
    """No cursor moves and nothing is written, save the audit row: somebody looks at people's records."""

    store: Store
    clock: Clock

    def __call__(self, source: str, reader: SourceReader, most: int = 1) -> FirstRecords:
        """Give the first records, none when the source has none.

        Raises: TransientError, PermanentError, as its reader does.
        """
        self.store.note(AuditEntry("operator", "source.tried", source), self.clock.now())
        began = time.monotonic()
        deliveries = reader.read(None)
        records = tuple(islice(_records(deliveries), most))
        # Stopped before its end, so that a reader acknowledges nothing and lets go of what it holds.
        if isinstance(deliveries, Generator):
            deliveries.close()
        return FirstRecords(records, time.monotonic() - began)


def _records(deliveries: Iterator[Delivery]) -> Iterator[SourceRecord]:
    for delivery in deliveries:
        yield from delivery.records
