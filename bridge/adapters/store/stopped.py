"""What stopped, by cause and on one footing: records, deliveries, cases the org refused, notifications."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, String, cast, func, literal, select, union_all
from sqlalchemy.sql import Subquery

from bridge.adapters.store.columns import UtcTime
from bridge.adapters.store.tables import cases, inbox, parked_notifications, parked_records, pushes
from bridge.domain.inbox import InboxState
from bridge.domain.synchronisation import PushState
from bridge.usecases.ports import StoppedCause, StoppedItem, StoppedKind


class SqlStopped:
    """The `Stopped` port; sealed bodies are not opened here."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def causes(self) -> tuple[StoppedCause, ...]:
        """Give each cause with its count, the most frequent first."""
        rows = _everything()
        by_cause = (rows.c.kind, rows.c.source, rows.c.cause_code)
        counted = select(*by_cause, func.count().label("count"), func.min(rows.c.stopped_at, type_=UtcTime()))
        query = counted.group_by(*by_cause).order_by(func.count().desc(), *by_cause)
        return tuple(StoppedCause(*row) for row in self._connection.execute(query))

    def items(
        self, kind: StoppedKind, source: str, cause_code: str, *, skip: int, limit: int
    ) -> tuple[StoppedItem, ...]:
        """Give a page of what one cause stopped, oldest first."""
        rows = _everything()
        of_cause = (rows.c.kind == kind, rows.c.source == source, rows.c.cause_code == cause_code)
        query = select(rows).where(*of_cause).order_by(rows.c.stopped_at, rows.c.id)
        found = self._connection.execute(query.offset(skip).limit(limit))
        return tuple(StoppedItem(*row) for row in found)

    def ids(self, kind: StoppedKind, source: str, cause_code: str, limit: int) -> tuple[str, ...]:
        """Give the oldest ids of what one cause stopped."""
        return tuple(item.id for item in self.items(kind, source, cause_code, skip=0, limit=limit))

    def item(self, kind: StoppedKind, item_id: str) -> StoppedItem | None:
        """Give one of them."""
        rows = _everything()
        query = select(rows).where(rows.c.kind == kind, rows.c.id == item_id)
        row = self._connection.execute(query).first()
        return None if row is None else StoppedItem(*row)

    def named(self, item_id: str) -> tuple[StoppedItem, ...]:
        """Give those under this id, or of the case with this id at its source, of whatever kind."""
        rows = _everything()
        query = select(rows).where((rows.c.id == item_id) | (rows.c.label == item_id))
        return tuple(StoppedItem(*row) for row in self._connection.execute(query.order_by(rows.c.kind)))


def _everything() -> Subquery[Any]:
    """Give every kind as rows of one shape, in the order of `StoppedItem`."""
    record = parked_records.c
    records = select(
        literal("record").label("kind"),
        record.id.label("id"),
        record.source.label("source"),
        record.cause_code.label("cause_code"),
        func.coalesce(record.source_case_id, record.position).label("label"),
        record.explanation.label("explanation"),
        record.parked_at.label("stopped_at"),
    )
    push = pushes.c
    refused = (
        select(
            literal("push"),
            push.case_id,
            cases.c.source,
            func.coalesce(push.cause_code, ""),
            cases.c.source_case_id,
            func.coalesce(push.cause_text, ""),
            push.parked_at,
        )
        .join_from(pushes, cases)
        .where(push.state == PushState.PARKED)
    )
    pushed = inbox.c
    deliveries = select(
        literal("delivery"),
        pushed.id,
        pushed.source,
        func.coalesce(pushed.cause_code, ""),
        pushed.delivery_key,
        literal(""),
        pushed.parked_at,
    ).where(pushed.state == InboxState.PARKED)
    notice = parked_notifications.c
    notifications = select(
        literal("notification"),
        notice.id,
        literal("salesforce"),
        notice.cause_code,
        notice.kind,
        cast(notice.seen, String) + literal(" ×"),
        notice.parked_at,
    )
    return union_all(records, deliveries, refused, notifications).subquery()
