"""How far the org's Contacts were followed, and which are to be looked at."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import Connection, Table, delete, func, select

from bridge.adapters.store.rowsets import in_pieces, insert_into
from bridge.adapters.store.tables import contact_feeds, contact_merges, contact_notices
from bridge.usecases.ports import NEVER, ContactMark

_FEED = "contacts"


class SqlContactLog:
    """The `ContactLog` port."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def mark(self) -> ContactMark | None:
        """Give how far Contacts were followed; None before the first look."""
        query = select(contact_feeds).where(contact_feeds.c.feed == _FEED)
        row = self._connection.execute(query).mappings().first()
        if row is None:
            return None
        return ContactMark(row["covered_until"], row["due_at"], row["failing_since"])

    def covered(self, until: datetime, due_at: datetime) -> None:
        """Note how far they were followed, and when to look again."""
        values = {"covered_until": until, "due_at": due_at, "failing_since": None}
        insert = insert_into(self._connection, contact_feeds).values({"feed": _FEED, **values})
        self._connection.execute(insert.on_conflict_do_update(index_elements=["feed"], set_=values))

    def failed(self, now: datetime, due_at: datetime) -> None:
        """Note that the org could not be asked; how far we were stays."""
        values = {"feed": _FEED, "covered_until": NEVER, "due_at": due_at, "failing_since": now}
        insert = insert_into(self._connection, contact_feeds).values(values)
        since = func.coalesce(contact_feeds.c.failing_since, insert.excluded.failing_since)
        later = {"due_at": due_at, "failing_since": since}
        self._connection.execute(insert.on_conflict_do_update(index_elements=["feed"], set_=later))

    def merged(self, merged_id: str, surviving_id: str, now: datetime) -> None:
        """Note which Contact took the place of which; once noted it stays."""
        row = {"merged_id": merged_id, "surviving_id": surviving_id, "seen_at": now}
        self._insert_new(contact_merges, "merged_id", row)

    def surviving(self, contact_id: str) -> str:
        """Give the Contact that stands where this one was, through any number of merges."""
        passed = {contact_id}
        while successor := self._successor(contact_id):
            if successor in passed:
                break
            passed.add(successor)
            contact_id = successor
        return contact_id

    def _successor(self, contact_id: str) -> str | None:
        query = select(contact_merges.c.surviving_id).where(contact_merges.c.merged_id == contact_id)
        return self._connection.execute(query).scalar()

    def notice(self, contact_ids: Collection[str], now: datetime) -> None:
        """Note Contacts to look at; the same one twice is one look, at the later moment."""
        for contact_id in sorted(contact_ids):
            values = {"contact_id": contact_id, "noticed_at": now}
            insert = insert_into(self._connection, contact_notices).values(values)
            again = insert.on_conflict_do_update(index_elements=["contact_id"], set_={"noticed_at": now})
            self._connection.execute(again)

    def noticed(self, limit: int) -> tuple[str, ...]:
        """Give Contacts to look at, those noted first first."""
        query = select(contact_notices.c.contact_id)
        ordered = query.order_by(contact_notices.c.noticed_at, contact_notices.c.contact_id)
        return tuple(self._connection.execute(ordered.limit(limit)).scalars())

    def looked_at(self, contact_ids: Collection[str], until: datetime) -> None:
        """Forget notices made up to a moment; a later one stays."""
        old = delete(contact_notices).where(contact_notices.c.noticed_at <= until)
        for piece in in_pieces(contact_ids):
            self._connection.execute(old.where(contact_notices.c.contact_id.in_(piece)))

    def _insert_new(self, table: Table, key: str, row: dict[str, object]) -> None:
        insert = insert_into(self._connection, table).values(row)
        self._connection.execute(insert.on_conflict_do_nothing(index_elements=[key]))
