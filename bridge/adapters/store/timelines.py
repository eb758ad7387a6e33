"""Which entries of the timelines the org was not told of."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection

from sqlalchemy import ColumnElement, Connection, exists, select

from bridge.adapters.store.case_rows import event_of
from bridge.adapters.store.rowsets import in_pieces
from bridge.adapters.store.tables import case_events, pushes
from bridge.domain.case import CaseEvent
from bridge.domain.synchronisation import PushState

_NOT_TOLD = (case_events.c.case_id == pushes.c.case_id) & (case_events.c.version > pushes.c.told_version)


def untold() -> ColumnElement[bool]:
    """Give the condition of a push whose case the org has, without its whole timeline."""
    return (pushes.c.state == PushState.APPLIED) & exists().where(_NOT_TOLD)


def untold_entries(connection: Connection, case_ids: Collection[str]) -> dict[str, tuple[CaseEvent, ...]]:
    """Give the entries of these cases the org was not told of, oldest first."""
    found: defaultdict[str, list[CaseEvent]] = defaultdict(list)
    for piece in in_pieces(case_ids):
        query = select(case_events).join(pushes, _NOT_TOLD).where(pushes.c.case_id.in_(piece))
        for row in connection.execute(query.order_by(case_events.c.version)).mappings():
            found[row["case_id"]].append(event_of(row))
    return {case_id: tuple(events) for case_id, events in found.items()}
