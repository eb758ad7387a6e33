"""Raw records, one a case, sealed row by row."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Select, delete, func, select

from bridge.adapters.store.rowsets import in_pieces, insert_into
from bridge.adapters.store.tables import raw_records as table
from bridge.usecases.ports import RawRecord, Vault

PURPOSE = "raw"


class SqlRawRecords:
    """The `RawRecords` port."""

    def __init__(self, connection: Connection, vault: Vault) -> None:
        self._connection = connection
        self._vault = vault

    def keep(self, source: str, records: Sequence[RawRecord], now: datetime) -> None:
        """Keep these records, each in the place of the one its case had."""
        latest = {record.source_case_id: record for record in records}
        if not latest:
            return
        ordered = [latest[case_id] for case_id in sorted(latest)]
        texts = [(_place(source, record.source_case_id), _text(record)) for record in ordered]
        seals = self._vault.seal_rows(PURPOSE, texts)
        rows: list[dict[str, Any]] = [
            {"source": source, "source_case_id": r.source_case_id, "kept_at": now, "sealed_body": seal}
            for r, seal in zip(ordered, seals, strict=True)
        ]
        insert = insert_into(self._connection, table)
        newer = {"kept_at": insert.excluded.kept_at, "sealed_body": insert.excluded.sealed_body}
        keys = ["source", "source_case_id"]
        self._connection.execute(insert.on_conflict_do_update(index_elements=keys, set_=newer), rows)

    def page(self, source: str, after: str, limit: int) -> tuple[RawRecord, ...]:
        """Give the records of the cases after this id, in the order of the ids."""
        query = (
            select(table.c.source_case_id, table.c.sealed_body)
            .where(table.c.source == source, table.c.source_case_id > after)
            .order_by(table.c.source_case_id)
            .limit(limit)
        )
        rows = [(case_id, sealed) for case_id, sealed in self._connection.execute(query)]
        texts = self._vault.open_rows(PURPOSE, [(_place(source, i), sealed) for i, sealed in rows])
        return tuple(_record(case_id, text) for (case_id, _sealed), text in zip(rows, texts, strict=True))

    def count(self, source: str) -> int:
        """Give how many records of the source are kept."""
        query = select(func.count()).select_from(table).where(table.c.source == source)
        return int(self._connection.execute(query).scalar_one())

    def sources(self) -> frozenset[str]:
        """Give the sources of which a record is kept, those without a mapping any more included."""
        found: list[str] = []
        # One step into the index a source, where DISTINCT would read a million rows at every sweep.
        while (name := self._connection.execute(_next_source(found[-1:])).scalar_one()) is not None:
            found.append(name)
        return frozenset(found)

    def drop(self, source: str, before: datetime, limit: int) -> int:
        """Drop at most so many records of the source kept until a moment, the oldest first; give how many."""
        old = (table.c.source == source) & (table.c.kept_at <= before)
        query = select(table.c.source_case_id).where(old).order_by(table.c.kept_at).limit(limit)
        ids = list(self._connection.execute(query).scalars())
        for piece in in_pieces(ids):
            # Still old: a record kept anew meanwhile stays.
            self._connection.execute(delete(table).where(old, table.c.source_case_id.in_(piece)))
        return len(ids)


def _next_source(after: Sequence[str]) -> Select[Any]:
    query = select(func.min(table.c.source))
    return query.where(table.c.source > after[0]) if after else query


def _place(source: str, source_case_id: str) -> str:
    return f"{source}:{source_case_id}"


def _text(record: RawRecord) -> str:
    # ASCII only: half of a surrogate pair in a record must not keep it from being sealed.
    body = {
        "position": record.position,
        "values": dict(record.values),
        "print": record.bare_print.hex(),
        "hides_secret": record.hides_secret,
    }
    return json.dumps(body, ensure_ascii=True, default=str)


def _record(source_case_id: str, text: str) -> RawRecord:
    body = json.loads(text)
    return RawRecord(
        source_case_id,
        body["position"],
        body["values"],
        bytes.fromhex(body["print"]),
        hides_secret=body["hides_secret"],
    )
