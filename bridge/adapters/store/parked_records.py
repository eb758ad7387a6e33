"""Records no rule could read, their bodies sealed."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Collection, Sequence
from typing import Any

from sqlalchemy import Column, Connection, RowMapping, delete, insert, select

from bridge.adapters.store.rowsets import in_pieces
from bridge.adapters.store.tables import parked_records as table
from bridge.domain.synchronisation import ParkedRecord
from bridge.usecases.ports import Vault

PURPOSE = "parked"


class SqlParkedRecords:
    """The part of the `Intake` port that keeps records for a person to look at."""

    def __init__(self, connection: Connection, vault: Vault) -> None:
        self._connection = connection
        self._vault = vault

    def park(self, records: Sequence[ParkedRecord]) -> None:
        """Keep one record for each case, or for each position where no case id could be read."""
        latest = {(r.source, r.source_case_id, r.source_case_id or r.position): r for r in records}
        self._forget(list(latest.values()))
        if latest:
            self._connection.execute(insert(table), [self._row(record) for record in latest.values()])

    def parked(self, source: str | None) -> tuple[ParkedRecord, ...]:
        """Give the parked records, of all sources with None, oldest first."""
        query = select(table).order_by(table.c.parked_at, table.c.id)
        if source is not None:
            query = query.where(table.c.source == source)
        return tuple(map(self._record, self._connection.execute(query).mappings()))

    def unpark(self, source: str, source_case_ids: Collection[str]) -> None:
        """Forget the records of these cases."""
        self._delete(source, table.c.source_case_id, source_case_ids)

    def _forget(self, records: Sequence[ParkedRecord]) -> None:
        ids: defaultdict[str, set[str]] = defaultdict(set)
        positions: defaultdict[str, set[str]] = defaultdict(set)
        for record in records:
            if record.source_case_id is None:
                positions[record.source].add(record.position)
            else:
                ids[record.source].add(record.source_case_id)
        for source, found in ids.items():
            self._delete(source, table.c.source_case_id, found)
        for source, found in positions.items():
            self._delete(source, table.c.position, found, unnamed=True)

    def _delete(
        self, source: str, column: Column[Any], values: Collection[str], *, unnamed: bool = False
    ) -> None:
        statement = delete(table).where(table.c.source == source)
        if unnamed:
            statement = statement.where(table.c.source_case_id.is_(None))
        for piece in in_pieces(values):
            self._connection.execute(statement.where(column.in_(piece)))

    def _row(self, record: ParkedRecord) -> dict[str, Any]:
        body = json.dumps(dict(record.body), ensure_ascii=False, default=str)
        return {
            "id": record.id,
            "source": record.source,
            "source_case_id": record.source_case_id,
            "position": record.position,
            "cause_code": record.cause_code,
            "mapping_key": record.mapping_key,
            "explanation": record.explanation,
            "parked_at": record.parked_at,
            "sealed_body": self._vault.seal(PURPOSE, body),
        }

    def _record(self, row: RowMapping) -> ParkedRecord:
        return ParkedRecord(
            id=row["id"],
            source=row["source"],
            source_case_id=row["source_case_id"],
            position=row["position"],
            cause_code=row["cause_code"],
            mapping_key=row["mapping_key"],
            explanation=row["explanation"],
            parked_at=row["parked_at"],
            body=json.loads(self._vault.open(PURPOSE, row["sealed_body"])),
        )
