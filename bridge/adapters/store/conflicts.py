"""What agents changed in the org against the town's own data."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection, func, select

from bridge.adapters.store.ids import new_id
from bridge.adapters.store.rowsets import insert_into
from bridge.adapters.store.tables import case_conflicts
from bridge.domain.org_case import CaseConflict, Outcome


class SqlConflicts:
    """The `Conflicts` port."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, conflict: CaseConflict) -> bool:
        """Note one; False when this change was noted before."""
        row = {
            "id": new_id("x_"),
            "case_id": conflict.case_id,
            "changed_at": conflict.changed_at,
            "changed_by": conflict.changed_by,
            "fields": list(conflict.fields),
            "outcome": conflict.outcome.value,
            "seen_at": conflict.seen_at,
        }
        insert = insert_into(self._connection, case_conflicts).values(row)
        new = insert.on_conflict_do_nothing(index_elements=["case_id", "changed_at"])
        return self._connection.execute(new.returning(case_conflicts.c.id)).first() is not None

    def count_since(self, case_id: str, since: datetime) -> int:
        """Give how many a case has seen since a moment."""
        table = case_conflicts.c
        query = select(func.count()).where(table.case_id == case_id, table.seen_at > since)
        return self._connection.execute(query).scalar_one()

    def of_case(self, case_id: str) -> tuple[CaseConflict, ...]:
        """Give those of a case, oldest first."""
        table = case_conflicts.c
        query = select(case_conflicts).where(table.case_id == case_id).order_by(table.changed_at)
        return tuple(
            CaseConflict(
                case_id=row["case_id"],
                changed_at=row["changed_at"],
                changed_by=row["changed_by"],
                fields=tuple(row["fields"]),
                outcome=Outcome(row["outcome"]),
                seen_at=row["seen_at"],
            )
            for row in self._connection.execute(query).mappings()
        )
