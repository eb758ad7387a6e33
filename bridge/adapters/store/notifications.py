"""What the org's outbound messages said: each heard once, and those that led nowhere."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta

from sqlalchemy import Connection, delete, select

from bridge.adapters.store.rowsets import in_pieces, insert_into
from bridge.adapters.store.tables import org_notifications, parked_notifications

REPEATED_FOR = timedelta(hours=48)
"""The org repeats a message for a day; its ids are kept for two."""


class SqlNotifications:
    """The `Notifications` port."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def heard(self, ids: Collection[str], now: datetime) -> frozenset[str]:
        """Note notifications; give those heard for the first time."""
        known: set[str] = set()
        for piece in in_pieces(ids):
            query = select(org_notifications.c.id).where(org_notifications.c.id.in_(piece))
            known |= set(self._connection.execute(query).scalars())
        new = sorted(set(ids) - known)
        if new:
            insert = insert_into(self._connection, org_notifications).on_conflict_do_nothing()
            self._connection.execute(insert, [{"id": each, "received_at": now} for each in new])
        return frozenset(new)

    def park(self, parked_id: str, cause_code: str, kind: str, now: datetime) -> None:
        """Keep one that led nowhere; again under the same id it is counted, and stays as old as it was."""
        row = {"id": parked_id, "cause_code": cause_code, "kind": kind, "seen": 1, "parked_at": now}
        insert = insert_into(self._connection, parked_notifications).values(row)
        more = {"seen": parked_notifications.c.seen + 1}
        self._connection.execute(insert.on_conflict_do_update(index_elements=["id"], set_=more))

    def forget(self, ids: Collection[str]) -> int:
        """Drop parked ones; give how many there were."""
        gone = delete(parked_notifications)
        pieces = in_pieces(ids)
        return sum(
            self._connection.execute(gone.where(parked_notifications.c.id.in_(piece))).rowcount
            for piece in pieces
        )

    def prune(self, now: datetime) -> None:
        """Forget the ids the org cannot repeat any more."""
        old = org_notifications.c.received_at < now - REPEATED_FOR
        self._connection.execute(delete(org_notifications).where(old))
