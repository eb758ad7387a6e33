"""The record of who looked at or changed a person's data: written, never rewritten."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import Connection, insert

from bridge.adapters.store.person_keys import Owner
from bridge.adapters.store.tables import audit_entries
from bridge.usecases.ports import AuditEntry


def note_owners(connection: Connection, owners: Mapping[str, Owner | None], now: datetime) -> None:
    """Note who may read a case from now on, or that nobody may: one row a case."""
    rows = [
        {
            "at": now,
            "actor": "rule",
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
