"""Records no rule could read, their bodies sealed."""

from __future__ import annotations

import json
from collections.abc import Collection, Container, Iterator, Sequence
from typing import Any

from sqlalchemy import Connection, RowMapping, delete, insert, literal, select, tuple_

from bridge.adapters.store.columns import UtcTime
from bridge.adapters.store.rowsets import in_pieces
from bridge.adapters.store.tables import parked_records as table
from bridge.domain.case import CaseKey
from bridge.domain.synchronisation import ParkedRecord
from bridge.usecases.ports import Vault

PURPOSE = "parked"
_Place = tuple[str, str | None, str]


class SqlParkedRecords:
    """The part of the `Intake` port that keeps records for a person to look at."""

    def __init__(self, connection: Connection, vault: Vault) -> None:
        self._connection = connection
        self._vault = vault

    def park(self, records: Sequence[ParkedRecord]) -> None:
        """Keep one record for each case, or for each position where no case id could be read.

        A record that still stops keeps its id, and the date on which it first did.
        """
        latest = {_place(r.source, r.source_case_id, r.position): r for r in records}
        if not latest:
            return
        former = self._replaced(latest.values())
        rows = [self._row(record) | former.get(place, {}) for place, record in latest.items()]
        self._connection.execute(insert(table), rows)

    def parked(self, source: str | None, after: ParkedRecord | None, limit: int) -> tuple[ParkedRecord, ...]:
        """Give a page of the parked records, of all sources with None, oldest first."""
        query = select(table).order_by(table.c.parked_at, table.c.id).limit(limit)
        if source is not None:
            query = query.where(table.c.source == source)
        if after is not None:
            place = tuple_(table.c.parked_at, table.c.id)
            query = query.where(place > tuple_(literal(after.parked_at, UtcTime()), after.id))
        return tuple(map(self._record, self._connection.execute(query).mappings()))

    def among(self, keys: Collection[CaseKey]) -> set[CaseKey]:
        """Give which of these cases have a parked record."""
        found: set[CaseKey] = set()
        for piece in in_pieces({key.source_case_id for key in keys}):
            query = select(table.c.source, table.c.source_case_id).where(table.c.source_case_id.in_(piece))
            found |= {CaseKey(*row) for row in self._connection.execute(query)}
        return found & set(keys)

    def unpark(self, source: str, source_case_ids: Collection[str]) -> None:
        """Forget the records of these cases."""
        for piece in in_pieces(source_case_ids):
            gone = table.c.source_case_id.in_(piece)
            self._connection.execute(delete(table).where(table.c.source == source, gone))

    def forget(self, ids: Collection[str]) -> None:
        """Drop records by their own ids."""
        for piece in in_pieces(ids):
            self._connection.execute(delete(table).where(table.c.id.in_(piece)))

    def ids(self, source: str) -> Iterator[str]:
        """Give the case ids of a source's records."""
        query = select(table.c.source_case_id)
        query = query.where(table.c.source == source, table.c.source_case_id.is_not(None))
        yield from self._connection.execute(query).scalars()

    def forget_absent(self, source: str, ids: Container[str], positions: Container[str]) -> None:
        """Drop the records of a source that bear none of these case ids nor, nameless, these positions."""
        query = select(table.c.id, table.c.source_case_id, table.c.position).where(table.c.source == source)
        self.forget(
            [
                record_id
                for record_id, case_id, position in self._connection.execute(query)
                if (case_id not in ids if case_id is not None else position not in positions)
            ]
        )

    def _replaced(self, records: Collection[ParkedRecord]) -> dict[_Place, dict[str, Any]]:
        """Take out what stands where these records go; give its id and since when it stood there."""
        standing: dict[_Place, dict[str, Any]] = {}
        for source in {record.source for record in records}:
            query = select(table.c.source_case_id, table.c.position, table.c.id, table.c.parked_at)
            for case_id, position, record_id, at in self._connection.execute(
                query.where(table.c.source == source)
            ):
                standing[_place(source, case_id, position)] = {"id": record_id, "parked_at": at}
        places = {_place(r.source, r.source_case_id, r.position) for r in records} & standing.keys()
        self.forget([standing[place]["id"] for place in places])
        return {place: standing[place] for place in places}

    def _row(self, record: ParkedRecord) -> dict[str, Any]:
        # ASCII only: half of a surrogate pair in a record must not keep it from being sealed.
        body = json.dumps(dict(record.body), ensure_ascii=True, default=str)
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


def _place(source: str, source_case_id: str | None, position: str) -> _Place:
    """Give what two reports of one stopped record share: its case id, or its position without one."""
    return (source, source_case_id, "" if source_case_id is not None else position)
