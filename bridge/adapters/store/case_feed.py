"""How far the org's Cases were followed, and which are to be looked at."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import Connection, delete, func, select, update

from bridge.adapters.store.rowsets import in_pieces, insert_into
from bridge.adapters.store.tables import case_feeds, case_notices
from bridge.usecases.ports import NEVER, CaseFeedState, CaseMark

_FEED = "cases"


class SqlCaseFeed:
    """The `CaseFeed` port."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def state(self) -> CaseFeedState | None:
        """Give how far Cases were followed; None before the first look."""
        query = select(case_feeds).where(case_feeds.c.feed == _FEED)
        row = self._connection.execute(query).mappings().first()
        if row is None:
            return None
        mark = CaseMark(row["covered_until"], row["after_id"]) if row["covered_until"] != NEVER else None
        return CaseFeedState(mark, row["due_at"], row["failing_since"])

    def covered(self, mark: CaseMark, due_at: datetime) -> None:
        """Note how far they were followed, and when to look again."""
        place = {"covered_until": mark.covered_until, "after_id": mark.after_id}
        values = {**place, "due_at": due_at, "failing_since": None}
        insert = insert_into(self._connection, case_feeds).values({"feed": _FEED, **values})
        self._connection.execute(insert.on_conflict_do_update(index_elements=["feed"], set_=values))

    def failed(self, now: datetime, due_at: datetime) -> None:
        """Note that the org could not be asked; how far we were stays."""
        nowhere = {"covered_until": NEVER, "after_id": "", "due_at": due_at, "failing_since": now}
        insert = insert_into(self._connection, case_feeds).values({"feed": _FEED, **nowhere})
        since = func.coalesce(case_feeds.c.failing_since, insert.excluded.failing_since)
        later = {"due_at": due_at, "failing_since": since}
        self._connection.execute(insert.on_conflict_do_update(index_elements=["feed"], set_=later))

    def make_due(self, now: datetime) -> None:
        """Have everything that changed looked at, at the next turn; a first look is due already."""
        self._connection.execute(update(case_feeds).where(case_feeds.c.feed == _FEED).values(due_at=now))

    def notice(self, salesforce_ids: Collection[str], now: datetime) -> None:
        """Note Cases to look at; the same one twice is one look, at the later moment."""
        for salesforce_id in sorted(salesforce_ids):
            insert = insert_into(self._connection, case_notices)
            row = insert.values({"salesforce_id": salesforce_id, "noticed_at": now})
            again = row.on_conflict_do_update(index_elements=["salesforce_id"], set_={"noticed_at": now})
            self._connection.execute(again)

    def noticed(self, limit: int) -> tuple[str, ...]:
        """Give Cases to look at, those noted first first."""
        query = select(case_notices.c.salesforce_id)
        ordered = query.order_by(case_notices.c.noticed_at, case_notices.c.salesforce_id)
        return tuple(self._connection.execute(ordered.limit(limit)).scalars())

    def looked_at(self, salesforce_ids: Collection[str], until: datetime) -> None:
        """Forget notices made up to a moment; a later one stays."""
        old = delete(case_notices).where(case_notices.c.noticed_at <= until)
        for piece in in_pieces(salesforce_ids):
            self._connection.execute(old.where(case_notices.c.salesforce_id.in_(piece)))
