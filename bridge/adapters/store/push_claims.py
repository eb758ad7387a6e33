"""Hands due pushes out: the most urgent lane first, and within a lane every source its share."""

from __future__ import annotations

import random
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Connection, RowMapping, literal_column, or_, select, true, update

from bridge.adapters.store.ids import new_id
from bridge.adapters.store.locks import one_claim_at_a_time
from bridge.adapters.store.rowsets import in_pieces
from bridge.adapters.store.tables import cases
from bridge.adapters.store.tables import pushes as table
from bridge.domain.case import CaseKey
from bridge.domain.synchronisation import CallLane, Push

# What a worker died of goes alone from then on, so that it takes no neighbour with it.
_ALONE_AFTER = 2
# Sent as part of a job, and once more as part of another; whoever was processed in neither goes by call.
_MOST_JOBS = 2
_CALL = "k_"
# Spelled out, for a database plans once with values it does not know, and the index holds open rows only.
_DUE = table.c.state == literal_column("'due'")


def is_free(now: datetime) -> ColumnElement[bool]:
    """Give the condition of a push that may be claimed; a leased one is due at the end of its lease."""
    return _DUE & (table.c.due_at <= now)


def claim_pushes(
    connection: Connection, limit: int, lease: timedelta, now: datetime, lanes: Collection[CallLane]
) -> tuple[Push, ...]:
    """Lease due pushes. Never reads more of a backlog than it hands out."""
    one_claim_at_a_time(connection, "pushes")
    counter = _Counter(connection, lease, now, new_id(_CALL), true())
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


def claim_for_job(  # noqa: PLR0917 - as the port has them, with the connection
    connection: Connection,
    job_id: str,
    limit: int,
    lease: timedelta,
    now: datetime,
    lanes: Collection[CallLane],
) -> tuple[Push, ...]:
    """Lease due pushes for a job of the org; what worker after worker died of is none of them."""
    one_claim_at_a_time(connection, "pushes")
    counter = _Counter(connection, lease, now, job_id, table.c.bulk_tries < _MOST_JOBS)
    taken: list[Push] = []
    for lane in sorted(lanes):
        sources = [head["source"] for head in counter.heads(lane)]
        taken += counter.share_out(lane, sources, limit - len(taken))
    return tuple(taken)


def for_jobs(lanes: Collection[CallLane]) -> ColumnElement[bool]:
    """Give the condition of a push that a job may carry."""
    fit = (table.c.unanswered < _ALONE_AFTER) & (table.c.bulk_tries < _MOST_JOBS)
    return fit & table.c.lane.in_([lane.value for lane in lanes])


def in_calls(now: datetime) -> ColumnElement[bool]:
    """Give the condition of a push that is part of a call under way, not of a job."""
    return (table.c.lease_until > now) & table.c.batch_id.startswith(_CALL)


@dataclass(frozen=True, slots=True)
class _Counter:
    """Where one worker is served. All it hands out is one batch: `fit` says what may be part of it."""

    connection: Connection
    lease: timedelta
    now: datetime
    batch_id: str
    fit: ColumnElement[bool]

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
        """Lease free pushes, longest due first; those of a parent in another batch wait for it."""
        query = select(table, cases.c.source_case_id, cases.c.contact_id).join_from(table, cases)
        query = query.where(is_free(self.now), chosen, self.fit, self._parent_is_free())
        query = query.order_by(table.c.due_at).limit(limit)
        locked = query.with_for_update(of=table, skip_locked=True, key_share=True)
        rows = self.connection.execute(locked).mappings().all()
        self._lease([row["case_id"] for row in rows])
        return tuple(map(_claimed, rows))

    def _parent_is_free(self) -> ColumnElement[bool]:
        held = table.alias()
        busy = select(held.c.parent_id).where(
            held.c.parent_id.is_not(None), held.c.lease_until > self.now, held.c.batch_id != self.batch_id
        )
        return or_(cases.c.contact_id.is_(None), cases.c.contact_id.not_in(busy))

    def _lease(self, case_ids: Sequence[str]) -> None:
        until = self.now + self.lease
        parent = select(cases.c.contact_id).where(cases.c.id == table.c.case_id).scalar_subquery()
        for piece in in_pieces(case_ids):
            claimed = update(table).where(table.c.case_id.in_(piece))
            self.connection.execute(
                claimed.values(
                    due_at=until,
                    lease_until=until,
                    fence=table.c.fence + 1,
                    attempts=table.c.attempts + 1,
                    unanswered=table.c.unanswered + 1,
                    batch_id=self.batch_id,
                    parent_id=parent,
                )
            )


def push_of(row: RowMapping, **changes: Any) -> Push:
    """Give the push a row holds, with its case's id in the source, some of it as it was earlier."""
    values: dict[str, Any] = {
        "case_id": row["case_id"],
        "key": CaseKey(row["source"], row["source_case_id"]),
        "version": row["desired_version"],
        "attempts": row["attempts"],
        "fence": row["fence"],
        "unanswered": row["unanswered"],
        "is_first": row["applied_version"] is None,
        "salesforce_id": row["salesforce_id"],
        "lane": CallLane(row["lane"]),
        "parent_id": row["parent_id"],
    }
    return Push(**(values | changes))


def _claimed(row: RowMapping) -> Push:
    """Give the push as the lease that was just written left it."""
    counted = {name: row[name] + 1 for name in ("attempts", "fence", "unanswered")}
    return push_of(row, **counted, parent_id=row["contact_id"])
