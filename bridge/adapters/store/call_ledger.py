"""The count of API calls every process shares, in SQL."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection, or_, select, update

from bridge.adapters.store.rowsets import insert_into
from bridge.adapters.store.tables import call_budget as table
from bridge.adapters.store.tables import call_counts
from bridge.domain.call_budget import LOOK_AGAIN, CallFigures, CallUsage
from bridge.domain.synchronisation import CallLane
from bridge.usecases.ports import Store

_ORG = "salesforce"
_MINE = table.c.org == _ORG


class SqlCallLedger:
    """The `CallLedger` port."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def exchange(self, spent: Mapping[CallLane, int], usage: CallUsage | None, now: datetime) -> CallFigures:
        """Add what was spent, keep the newest figure, and give what all know."""
        for lane, calls in sorted(spent.items()):
            self._add(lane, calls, now)
        if usage is not None:
            self._keep(usage)
        return CallFigures(self._usage(), self._spent(now))

    def take_look(self, now: datetime) -> bool:
        """Whether nobody asked the org for a quarter of an hour; then it is the caller's turn."""
        self._be_there()
        long_ago = or_(table.c.looked_at.is_(None), table.c.looked_at <= now - LOOK_AGAIN)
        return (
            self._connection.execute(update(table).where(_MINE, long_ago).values(looked_at=now)).rowcount > 0
        )

    def at_once(self, now: datetime) -> int | None:
        """Give how many batches may be under way; None while the org complains of none."""
        query = select(table.c.at_once).where(_MINE, table.c.narrow_until > now)
        return self._connection.execute(query).scalar_one_or_none()

    def narrow(self, at_once: int, until: datetime) -> None:
        """Let no more batches than this be under way for a while."""
        self._be_there()
        self._connection.execute(update(table).where(_MINE).values(at_once=at_once, narrow_until=until))

    def _add(self, lane: CallLane, calls: int, now: datetime) -> None:
        day = now.astimezone(UTC).date()
        insert = insert_into(self._connection, call_counts).values(day=day, lane=lane.value, calls=calls)
        more = {"calls": call_counts.c.calls + insert.excluded.calls}
        self._connection.execute(insert.on_conflict_do_update(index_elements=["day", "lane"], set_=more))

    def _keep(self, usage: CallUsage) -> None:
        values: dict[str, Any] = {"used": usage.used, "allowed": usage.allowed, "seen_at": usage.seen_at}
        insert = insert_into(self._connection, table).values(org=_ORG, **values)
        older = or_(table.c.seen_at.is_(None), table.c.seen_at <= usage.seen_at)
        self._connection.execute(
            insert.on_conflict_do_update(index_elements=["org"], set_=values, where=older)
        )

    def _be_there(self) -> None:
        insert = insert_into(self._connection, table).values(org=_ORG)
        self._connection.execute(insert.on_conflict_do_nothing(index_elements=["org"]))

    def _usage(self) -> CallUsage | None:
        row = self._connection.execute(select(table).where(_MINE)).mappings().first()
        if row is None or row["seen_at"] is None:
            return None
        return CallUsage(row["used"], row["allowed"], row["seen_at"])

    def _spent(self, now: datetime) -> dict[CallLane, int]:
        today = call_counts.c.day == now.astimezone(UTC).date()
        rows = self._connection.execute(select(call_counts.c.lane, call_counts.c.calls).where(today))
        return {CallLane(lane): calls for lane, calls in rows}


class SqlCallCounter:
    """The `CallCounter` port over the store, for installations without Redis and for when it is gone."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def exchange(self, spent: Mapping[CallLane, int], usage: CallUsage | None, now: datetime) -> CallFigures:
        """Add and read in one transaction. Raises: TransientError."""
        with self._store.begin() as tx:
            return tx.calls.exchange(spent, usage, now)

    def take_look(self, now: datetime) -> bool:
        """Give the turn to ask the org. Raises: TransientError."""
        with self._store.begin() as tx:
            return tx.calls.take_look(now)
