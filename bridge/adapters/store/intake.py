"""Deliveries accepted, how far each source was read, and its runs."""

from __future__ import annotations

from collections.abc import Collection, Container, Iterator, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, func, select, update

from bridge.adapters.store.ids import new_id
from bridge.adapters.store.parked_records import SqlParkedRecords
from bridge.adapters.store.rowsets import insert_into
from bridge.adapters.store.tables import deliveries, runs, sources
from bridge.domain.case import CaseKey
from bridge.domain.synchronisation import Delivery, ParkedRecord, SourceHealth, SyncSummary
from bridge.usecases.ports import Vault

_TEXT_LENGTH = 500


class SqlIntake:
    """The `Intake` port."""

    def __init__(self, connection: Connection, vault: Vault) -> None:
        self._connection = connection
        self._parked = SqlParkedRecords(connection, vault)

    def record_delivery(self, source: str, delivery: Delivery, changed: int, now: datetime) -> bool:
        """Note a delivery; False when the same one was absorbed before."""
        row = {
            "source": source,
            "delivery_key": delivery.key,
            "picture": delivery.picture,
            "records": len(delivery.records),
            "changed": changed,
            "received_at": now,
        }
        insert = insert_into(self._connection, deliveries).values(row).on_conflict_do_nothing()
        return self._connection.execute(insert.execution_options(preserve_rowcount=True)).rowcount == 1

    def cursor(self, source: str) -> str | None:
        """Give where to go on reading."""
        query = select(sources.c.cursor).where(sources.c.source == source)
        return self._connection.execute(query).scalar_one_or_none()

    def advance(self, source: str, cursor: str | None) -> None:
        """Move the cursor, if it changed."""
        if cursor != self.cursor(source):
            self._note(source, {"cursor": cursor})

    def source_answered(
        self, source: str, now: datetime, next_due_at: datetime, *, heard: bool = True
    ) -> None:
        """Note that the source was read to the end; its news are of now only when it was `heard`."""
        well: dict[str, Any] = {"last_success_at": now} if heard else {}
        well |= {"failing_since": None, "error_code": None, "error_text": None}
        self._note(source, well | {"last_attempt_at": now, "next_due_at": next_due_at})

    def source_failed(self, source: str, code: str, now: datetime, due_at: datetime, why: str = "") -> None:
        """Note that the source could not be read, and why; it fails since the first time."""
        ill: dict[str, Any] = {"error_code": code, "error_text": why[:_TEXT_LENGTH] or None}
        ill |= {"last_attempt_at": now, "next_due_at": due_at}
        self._note(source, ill | {"failing_since": now}, keep="failing_since")

    def make_due(self, source: str, now: datetime) -> None:
        """Have the source read at the next look; one never read is due already."""
        known = update(sources).where(sources.c.source == source)
        self._connection.execute(known.values(next_due_at=now))

    def health(self) -> dict[str, SourceHealth]:
        """Give each source's health."""
        rows = self._connection.execute(select(sources)).mappings()
        return {
            row["source"]: SourceHealth(
                source=row["source"],
                last_success_at=row["last_success_at"],
                last_attempt_at=row["last_attempt_at"],
                failing_since=row["failing_since"],
                error_code=row["error_code"],
                next_due_at=row["next_due_at"],
                error_text=row["error_text"],
            )
            for row in rows
        }

    def start_run(self, source: str, now: datetime) -> str:
        """Open a run; give its id."""
        run_id = new_id("r_")
        row = {"id": run_id, "source": source, "started_at": now}
        self._connection.execute(runs.insert().values(row))
        return run_id

    def end_run(self, run_id: str, summary: SyncSummary, now: datetime) -> None:
        """Close a run with its counts."""
        counts = {
            "read": summary.read,
            "changed": summary.changed,
            "unchanged": summary.unchanged,
            "parked": summary.parked,
            "no_longer_reported": summary.no_longer_reported,
            "error_code": summary.error_code,
            "reported": summary.reported,
            "expected": summary.expected,
        }
        self._connection.execute(update(runs).where(runs.c.id == run_id).values(ended_at=now, **counts))

    def park(self, records: Sequence[ParkedRecord]) -> None:
        """Keep records that no rule could read; a newer one of the same case replaces the older."""
        self._parked.park(records)

    def parked(
        self, source: str | None = None, after: ParkedRecord | None = None, limit: int = 500
    ) -> tuple[ParkedRecord, ...]:
        """Give a page of the parked records with their bodies, oldest first."""
        return self._parked.parked(source, after, limit)

    def parked_among(self, keys: Collection[CaseKey]) -> set[CaseKey]:
        """Give which of these cases have a record that no rule could read."""
        return self._parked.among(keys)

    def forget_parked(self, ids: Collection[str]) -> None:
        """Drop parked records by their own ids."""
        self._parked.forget(ids)

    def parked_ids(self, source: str) -> Iterator[str]:
        """Give the case ids of the source's parked records."""
        return self._parked.ids(source)

    def forget_absent(self, source: str, ids: Container[str], positions: Container[str]) -> None:
        """Drop the parked records a complete picture names no more, by case id or, nameless, by place."""
        self._parked.forget_absent(source, ids, positions)

    def unpark(self, source: str, source_case_ids: Collection[str]) -> None:
        """Forget parked records that were read since."""
        self._parked.unpark(source, source_case_ids)

    def _note(self, source: str, values: dict[str, Any], *, keep: str | None = None) -> None:
        """Write what is known of a source; the column `keep` only while it is empty."""
        insert = insert_into(self._connection, sources).values(source=source, **values)
        newer = dict(values)
        if keep is not None:
            newer[keep] = func.coalesce(sources.c[keep], insert.excluded[keep])
        self._connection.execute(insert.on_conflict_do_update(index_elements=["source"], set_=newer))
