"""The record of who looked at or changed a person's data: written, never rewritten."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection, insert

from bridge.adapters.store.tables import audit_entries
from bridge.usecases.ports import AuditEntry


class SqlAudit:
    """The `Audit` port."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, entry: AuditEntry, now: datetime) -> None:
        """Write an entry."""
        row = {"actor": entry.actor, "action": entry.action, "subject": entry.subject, "detail": entry.detail}
        self._connection.execute(insert(audit_entries).values(at=now, **row))
