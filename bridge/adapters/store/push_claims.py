"""Hands due pushes out: the most urgent lane first, and within a lane every source its share."""

from __future__ import annotations

import random
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, Connection, RowMapping, literal_column, select, update

from bridge.adapters.store.rowsets import in_pieces
from bridge.adapters.store.tables import cases
from bridge.adapters.store.tables import pushes as table
from bridge.domain.case import CaseKey
from bridge.domain.synchronisation import CallLane, Push

# What a worker died of goes alone from then on, so that it takes no neighbour with it.
_ALONE_AFTER = 3
# Spelled out, for a database plans once with values it does not know, and the index holds open rows only.
_DUE = table.c.state == literal_column("'due'")


def is_free(now: datetime) -> ColumnElement[bool]:
    """Give the condition of a push that may be claimed; a leased one is due at the end of its lease."""
    return _DUE & (table.c.due_at <= now)


def claim_pushes(
    connection: Connection, limit: int, lease: timedelta, now: datetime, lanes: Collection[CallLane]
) -> tuple[Push, ...]:
    """Lease due pushes. Never reads more of a backlog than it hands out."""
    counter = _Counter(connection, lease, now)
    taken: list[Push] = []
    for lane in sorted(lanes):
        heads = counter.heads(lane)
        if heads and not taken and heads[0]["unanswered"] >= _ALONE_AFTER:
            suspect = counter.take(table.c.case_id == heads[0]["case_id"], 1)
            if suspect:
                return suspect
        taken += counter.share_out(lane, [head["source"] for head in heads], limit - len(taken))
        if len(taken) >= limit:
            break
    return tuple(taken)


@dataclass(frozen=True, slots=True)
class _Counter:
    """Where one worker is served."""

    connection: Connection
    lease: timedelta
    now: datetime

    def heads(self, lane: CallLane) -> list[RowMapping]:
        """Give the longest due push of each source in a lane, the longest due of all first.

        One step in the index a source: where one source ends the next begins.
        """
        found: list[RowMapping] = []
        columns = (table.c.source, table.c.due_at, table.c.unanswered, table.c.case_id)
        query = select(*columns).where(_DUE, table.c.lane == lane.value)
        query = query.order_by(table.c.source, table.c.due_at).limit(1)
        after = query
        while head := self.connection.execute(after).mappings().first():
            found.append(head)
            after = query.where(table.c.source > head["source"])
        return sorted((one for one in found if one["due_at"] <= self.now), key=lambda one: one["due_at"])

    def share_out(self, lane: CallLane, sources: Sequence[str], room: int) -> list[Push]:
        """Give each source the same share of the room; what one does not need goes to the others."""
        taken: list[Push] = []
        waiting = list(sources)
        while waiting and (left := room - len(taken)) > 0:
            # With more sources than room, chance gives each its turn over time.
            waiting = waiting if len(waiting) <= left else random.sample(waiting, left)
            share = left // len(waiting)
            served = {source: self._of_source(lane, source, share) for source in waiting}
            taken += [push for pushes in served.values() for push in pushes]
            waiting = [source for source, pushes in served.items() if len(pushes) == share]
        return taken

    def _of_source(self, lane: CallLane, source: str, limit: int) -> tuple[Push, ...]:
        of_lane = (table.c.lane == lane.value) & (table.c.source == source)
        return self.take(of_lane & (table.c.unanswered < _ALONE_AFTER), limit)

    def take(self, chosen: ColumnElement[bool], limit: int) -> tuple[Push, ...]:
        """Lease free pushes, longest due first; those another worker is claiming are passed over."""
        query = select(table, cases.c.source_case_id).join_from(table, cases)
        query = query.where(is_free(self.now), chosen).order_by(table.c.due_at).limit(limit)
        locked = query.with_for_update(of=table, skip_locked=True, key_share=True)
        rows = self.connection.execute(locked).mappings().all()
        self._lease([row["case_id"] for row in rows])
        return tuple(map(_push, rows))

    def _lease(self, case_ids: Sequence[str]) -> None:
        until = self.now + self.lease
        for piece in in_pieces(case_ids):
            claimed = update(table).where(table.c.case_id.in_(piece))
            self.connection.execute(
                claimed.values(
                    due_at=until,
                    lease_until=until,
                    fence=table.c.fence + 1,
                    attempts=table.c.attempts + 1,
                    unanswered=table.c.unanswered + 1,
                )
            )


def _push(row: RowMapping) -> Push:
    return Push(
        case_id=row["case_id"],
        key=CaseKey(row["source"], row["source_case_id"]),
        version=row["desired_version"],
        attempts=row["attempts"] + 1,
        fence=row["fence"] + 1,
        unanswered=row["unanswered"] + 1,
        is_first=row["applied_version"] is None,
        salesforce_id=row["salesforce_id"],
        lane=CallLane(row["lane"]),
    )
