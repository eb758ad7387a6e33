"""The record of who looked at or changed a person's data: written, never rewritten."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import Connection, func, insert, select

from bridge.adapters.store.person_keys import Owner
from bridge.adapters.store.tables import audit_entries
from bridge.domain.agent import READING_EXPLAINED, READINGS
from bridge.usecases.ports import AuditEntry, AuditFilter, AuditLine


def note_owners(
    connection: Connection, owners: Mapping[str, Owner | None], now: datetime, author: str = "rule"
) -> None:
    """Note who may read a case from now on, or that nobody may: one row a case."""
    rows = [
        {
            "at": now,
            "actor": author,
            "action": "case.attached" if owner else "case.withdrawn",
            "subject": owner.link_id if owner else "",
            "detail": case_id,
        }
        for case_id, owner in owners.items()
    ]
    if rows:
        connection.execute(insert(audit_entries), rows)


class SqlAudit:
    """The `Audit` port."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, entry: AuditEntry, now: datetime) -> None:
        """Write an entry."""
        row = {
            "at": now,
            "actor": entry.actor,
            "action": entry.action,
            "subject": entry.subject,
            "detail": entry.detail,
            "reason": entry.reason,
        }
        self._connection.execute(insert(audit_entries).values(row))

    def page(self, wanted: AuditFilter) -> tuple[AuditLine, ...]:
        """Give a page of the journal, the latest first."""
        column = audit_entries.c
        query = select(*(column[name] for name in AuditLine.__slots__)).order_by(column.id.desc())
        for name in ("actor", "action", "subject"):
            if value := getattr(wanted, name):
                query = query.where(column[name] == value)
        if wanted.before is not None:
            query = query.where(column.id < wanted.before)
        return tuple(AuditLine(*row) for row in self._connection.execute(query.limit(wanted.limit)))

    def people_read(self, actor: str, since: datetime) -> int:
        """Give how many people's data an agent looked at since then, or since they last said why."""
        column = audit_entries.c
        lately = (column.actor == actor, column.at > since)
        explained = select(func.max(column.id)).where(*lately, column.action == READING_EXPLAINED)
        after = self._connection.execute(explained).scalar() or 0
        people = select(func.count(column.subject.distinct())).where(
            *lately, column.action.in_(READINGS), column.id > after
        )
        return self._connection.execute(people).scalar_one()
