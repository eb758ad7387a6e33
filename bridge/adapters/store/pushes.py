"""What Salesforce still has to learn: one row a case, leased to one worker at a time."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, timedelta
from functools import cache
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Integer,
    bindparam,
    func,
    literal,
    null,
    select,
    true,
    update,
)
from sqlalchemy import case as sql_case

from bridge.adapters.store.columns import UtcTime
from bridge.adapters.store.push_claims import claim_for_job, claim_pushes, for_jobs, in_calls, is_free
from bridge.adapters.store.push_lanes import lane_for
from bridge.adapters.store.push_pace import note_ended, pace
from bridge.adapters.store.rowsets import Insert, in_pieces, insert_in
from bridge.adapters.store.tables import cases
from bridge.adapters.store.tables import pushes as table
from bridge.adapters.store.timelines import untold
from bridge.domain.case import CaseKey
from bridge.domain.causes import FOR_A_PERSON, MADE_ANEW
from bridge.domain.pace import Pace
from bridge.domain.synchronisation import CallLane, ParkedPush, Push, PushResult, PushState

AFRESH: Mapping[str, Any] = {
    "state": PushState.DUE,
    "attempts": 0,
    "unanswered": 0,
    "org_version": None,
    "cause_code": None,
    "cause_text": None,
    "parked_at": None,
}
"""What a push that is due again begins with."""
_COUNTED = ("attempts", "unanswered", "fence", "told_version", "bulk_tries")
_FREED: Mapping[str, Any] = {"lease_until": None, "batch_id": None, "parent_id": None}


def open_pushes(connection: Connection, case_ids: Collection[str], now: datetime, lane: CallLane) -> None:
    """Make the present version of these cases the one Salesforce must have.

    A lease under way goes on, so that two versions of a case are never on the wire together. What is open
    already keeps the more urgent lane; a case that has a citizen never waits behind a flood.
    """
    opening = _opening(connection.dialect.name, lane)
    for piece in in_pieces(case_ids):
        connection.execute(opening, {"_now": now, "_ids": piece})


@cache
def _opening(dialect: str, lane: CallLane) -> Insert:
    """Give that statement for `_ids` at `_now`, built once: building it takes longer than one case's row."""
    now = bindparam("_now", type_=UtcTime())
    wanted = select(
        cases.c.id,
        cases.c.source,
        lane_for(cases.c.link_id, lane),
        cases.c.version,
        literal(PushState.DUE.value),
        now,
        *[literal(0)] * len(_COUNTED),
    )
    rows = wanted.where(cases.c.id.in_(bindparam("_ids", expanding=True))).order_by(cases.c.id)
    columns = ["case_id", "source", "lane", "desired_version", "state", "due_at", *_COUNTED]
    insert = insert_in(dialect, table).from_select(columns, rows)
    is_open = (table.c.state == PushState.DUE) & (table.c.lane < insert.excluded.lane)
    newer = {
        "desired_version": insert.excluded.desired_version,
        "due_at": sql_case((table.c.lease_until > now, table.c.lease_until), else_=now),
        "lane": sql_case((is_open, table.c.lane), else_=insert.excluded.lane),
        **_unless_held(AFRESH),
    }
    return insert.on_conflict_do_update(index_elements=["case_id"], set_=newer)


def _unless_held(values: Mapping[str, Any]) -> dict[str, Any]:
    """Give the values, but for a push a person has to decide about: that one stays as it is."""
    held = (table.c.state == PushState.PARKED) & table.c.cause_code.in_(sorted(FOR_A_PERSON))
    return {name: sql_case((held, table.c[name]), else_=value) for name, value in values.items()}


class SqlPushes:
    """The `Pushes` port."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def claim(
        self, limit: int, lease: timedelta, now: datetime, lanes: Collection[CallLane] | None = None
    ) -> tuple[Push, ...]:
        """Lease due pushes, of these lanes when given; the attempt counts from here, so a crash counts.

        The most urgent lane goes first; within a lane each source has its share, and its longest due go
        first. One claimed twice without an answer is given alone.
        """
        return claim_pushes(self._connection, limit, lease, now, tuple(CallLane) if lanes is None else lanes)

    def claim_for_job(
        self, job_id: str, limit: int, lease: timedelta, now: datetime, lanes: Collection[CallLane]
    ) -> tuple[Push, ...]:
        """Lease due pushes of these lanes for a job; none that two jobs left unprocessed."""
        return claim_for_job(self._connection, job_id, limit, lease, now, lanes)

    def are_due(self, least: int, lanes: Collection[CallLane], now: datetime) -> bool:
        """Whether at least so many could be claimed for a job; counts no further."""
        some = select(table.c.case_id).where(is_free(now), for_jobs(lanes)).limit(least).subquery()
        return self._connection.execute(select(func.count()).select_from(some)).scalar_one() >= least

    def under_way(self, now: datetime) -> int:
        """Give how many calls are under way."""
        query = select(func.count(table.c.batch_id.distinct())).where(in_calls(now))
        return self._connection.execute(query).scalar_one()

    def unprocessed(self, pushes: Sequence[Push], now: datetime) -> None:
        """Give back what a job of the org left untouched; it goes into one more job, then by call."""
        held = self._held(pushes)
        again = [push for push in pushes if (row := held.get(push.case_id)) and row["fence"] == push.fence]
        self.postpone(again, now)
        self._write([{"_case_id": p.case_id, "bulk_tries": held[p.case_id]["bulk_tries"] + 1} for p in again])

    def settle(self, results: Sequence[PushResult], now: datetime) -> int:
        """Record results; one whose fence has moved on counts for nothing. Give how many counted."""
        held = self._held([result.push for result in results])
        counted = [
            {"_case_id": row["case_id"], **_settled(result, row, now)}
            for result in results
            if (row := held.get(result.push.case_id)) is not None and row["fence"] == result.push.fence
        ]
        self._write(counted)
        note_ended(self._connection, sum(row["state"] != PushState.DUE for row in counted), now)
        return len(counted)

    def postpone(self, pushes: Sequence[Push], until: datetime) -> None:
        """Give claimed pushes back, due at `until`, as if they had not been tried."""
        held = self._held(pushes)
        self._write(
            [
                {
                    "_case_id": push.case_id,
                    "due_at": until,
                    "attempts": max(row["attempts"] - 1, 0),
                    "unanswered": max(row["unanswered"] - 1, 0),
                    **_FREED,
                }
                for push in pushes
                if (row := held.get(push.case_id)) is not None and row["fence"] == push.fence
            ]
        )

    def due_count(self, now: datetime) -> int:
        """Give how many could be claimed now."""
        return self._count(is_free(now))

    def open_count(self) -> int:
        """Give how many are due, now or later, leased ones included."""
        return self._count(table.c.state == PushState.DUE)

    def pace(self, now: datetime) -> Pace:
        """Give how many ended in the last minutes, whichever way."""
        return pace(self._connection, now)

    def parked(self) -> tuple[ParkedPush, ...]:
        """Give the parked ones, oldest first."""
        query = (
            select(table, cases.c.source, cases.c.source_case_id)
            .join_from(table, cases)
            .where(table.c.state == PushState.PARKED)
            .order_by(table.c.parked_at, table.c.case_id)
        )
        return tuple(
            ParkedPush(
                case_id=row["case_id"],
                external_id=CaseKey(row["source"], row["source_case_id"]).external_id,
                cause_code=row["cause_code"] or "",
                cause_text=row["cause_text"] or "",
                parked_at=row["parked_at"],
            )
            for row in self._connection.execute(query).mappings()
        )

    def replay(self, case_ids: Collection[str] | None, now: datetime) -> int:
        """Make parked pushes due again, all of them with None; give how many.

        A case of which the org holds a newer version goes above it; one made anew in the org is accepted.
        """
        if case_ids is None:
            return self._replay(true(), now)
        return sum(self._replay(table.c.case_id.in_(piece), now) for piece in in_pieces(case_ids))

    def untold_count(self) -> int:
        """Give how many cases the org has without their whole timeline."""
        return self._count(untold())

    def reopen_untold(self, now: datetime) -> int:
        """Make those cases due again, so that their timelines follow; give how many."""
        link = select(cases.c.link_id).where(cases.c.id == table.c.case_id).scalar_subquery()
        lane = lane_for(link, CallLane.BACKFILL)
        again = update(table).where(untold()).values({"due_at": now, "lane": lane, **AFRESH})
        return self._connection.execute(again).rowcount

    def _replay(self, chosen: ColumnElement[bool], now: datetime) -> int:
        parked = chosen & (table.c.state == PushState.PARKED)
        self._raise_above_the_org(parked)
        version = select(cases.c.version).where(cases.c.id == table.c.case_id).scalar_subquery()
        recreated = table.c.cause_code.in_(sorted(MADE_ANEW))
        known_id = sql_case((recreated, null()), else_=table.c.salesforce_id)
        # A record made anew has no timeline yet.
        told = sql_case((recreated, 0), else_=table.c.told_version)
        again = {"due_at": now, "desired_version": version, "salesforce_id": known_id, "told_version": told}
        again |= AFRESH
        return self._connection.execute(update(table).where(parked).values(again)).rowcount

    def _raise_above_the_org(self, parked: ColumnElement[bool]) -> None:
        """Give the cases a version the org does not have yet; in order of id, as every writer locks them."""
        stale = select(table.c.case_id, table.c.org_version).where(parked, table.c.org_version.is_not(None))
        rows = [
            {"_id": row[0], "_held": row[1]}
            for row in self._connection.execute(stale.order_by(table.c.case_id))
        ]
        if rows:
            held = bindparam("_held", type_=Integer)
            behind = (cases.c.id == bindparam("_id")) & (cases.c.version <= held)
            self._connection.execute(update(cases).where(behind).values(version=held + 1), rows)

    def _count(self, condition: ColumnElement[bool]) -> int:
        query = select(func.count()).select_from(table).where(condition)
        return self._connection.execute(query).scalar_one()

    def _held(self, pushes: Sequence[Push]) -> dict[str, Mapping[str, Any]]:
        """Give the rows of these pushes, locked until the end of the transaction."""
        rows: dict[str, Mapping[str, Any]] = {}
        for piece in in_pieces({push.case_id for push in pushes}):
            query = select(table).where(table.c.case_id.in_(piece)).order_by(table.c.case_id)
            found = self._connection.execute(query.with_for_update(key_share=True)).mappings()
            rows |= {row["case_id"]: dict(row) for row in found}
        return rows

    def _write(self, rows: list[dict[str, Any]]) -> None:
        if rows:
            statement = update(table).where(table.c.case_id == bindparam("_case_id"))
            self._connection.execute(statement, rows)


def _settled(result: PushResult, row: Mapping[str, Any], now: datetime) -> dict[str, Any]:
    """Give the row after its answer; all answers write the same columns, for one bulk statement."""
    kept = ("applied_version", "told_version", "salesforce_id", "state", "due_at")
    after = {name: row[name] for name in kept} | {**_FREED, "unanswered": 0, "parked_at": None}
    after |= {"cause_code": result.cause_code, "cause_text": result.cause_text}
    after |= {"org_version": result.org_version, "bulk_tries": 0}
    if result.salesforce_id:
        after |= {"applied_version": result.push.version, "salesforce_id": result.salesforce_id}
    if result.is_told:
        after["told_version"] = result.push.version
    superseded = row["desired_version"] > result.push.version
    if superseded:
        # It stood at the end of the lease that ends here.
        after["due_at"] = now
    match result.state:
        case PushState.APPLIED:
            after |= {"applied_version": result.push.version, "cause_code": None, "cause_text": None}
            after["state"] = PushState.DUE if superseded else PushState.APPLIED
        case PushState.DUE:
            after["due_at"] = result.retry_at or now
        case PushState.PARKED if superseded:
            # The org refused what is no longer wanted; the newer version deserves its own try.
            after |= {"cause_code": None, "cause_text": None, "org_version": None}
        case PushState.PARKED:
            after |= {"state": PushState.PARKED, "parked_at": now}
    return after
