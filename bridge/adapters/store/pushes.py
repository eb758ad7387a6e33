"""What Salesforce still has to learn: one row a case, leased to one worker at a time."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Integer,
    RowMapping,
    bindparam,
    func,
    literal,
    null,
    or_,
    select,
    true,
    update,
)
from sqlalchemy import case as sql_case
from sqlalchemy.sql import Select

from bridge.adapters.store.columns import UtcTime
from bridge.adapters.store.rowsets import in_pieces, insert_into
from bridge.adapters.store.tables import cases
from bridge.adapters.store.tables import pushes as table
from bridge.adapters.store.timelines import untold
from bridge.domain.case import CaseKey
from bridge.domain.causes import FOR_A_PERSON, MADE_ANEW
from bridge.domain.synchronisation import ParkedPush, Push, PushResult, PushState

_AFRESH: Mapping[str, Any] = {
    "state": PushState.DUE,
    "attempts": 0,
    "unanswered": 0,
    "org_version": None,
    "cause_code": None,
    "cause_text": None,
    "parked_at": None,
}
_COUNTED = ("attempts", "unanswered", "fence", "told_version")
# What a worker died of goes alone from then on, so that it takes no neighbour with it.
_ALONE_AFTER = 3


def open_pushes(connection: Connection, case_ids: Collection[str], now: datetime) -> None:
    """Make the present version of these cases the one Salesforce must have.

    A lease under way goes on, so that two versions of a case are never on the wire together.
    """
    for piece in in_pieces(case_ids):
        wanted = select(
            cases.c.id,
            cases.c.version,
            literal(PushState.DUE.value),
            literal(now, UtcTime()),
            *[literal(0)] * len(_COUNTED),
        )
        rows = wanted.where(cases.c.id.in_(piece)).order_by(cases.c.id)
        columns = ["case_id", "desired_version", "state", "due_at", *_COUNTED]
        insert = insert_into(connection, table).from_select(columns, rows)
        newer = {"desired_version": insert.excluded.desired_version, "due_at": now, **_unless_held(_AFRESH)}
        connection.execute(insert.on_conflict_do_update(index_elements=["case_id"], set_=newer))


def _unless_held(values: Mapping[str, Any]) -> dict[str, Any]:
    """Give the values, but for a push a person has to decide about: that one stays as it is."""
    held = (table.c.state == PushState.PARKED) & table.c.cause_code.in_(sorted(FOR_A_PERSON))
    return {name: sql_case((held, table.c[name]), else_=value) for name, value in values.items()}


class SqlPushes:
    """The `Pushes` port."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def claim(self, limit: int, lease: timedelta, now: datetime) -> tuple[Push, ...]:
        """Lease due pushes, those due longest first; the attempt counts from here, so a crash counts.

        One claimed three times without an answer is given alone.
        """
        rows = _together(self._connection.execute(_claimable(limit, now)).mappings().all())
        if not rows:
            return ()
        self._connection.execute(
            update(table)
            .where(table.c.case_id.in_([row["case_id"] for row in rows]))
            .values(
                lease_until=now + lease,
                fence=table.c.fence + 1,
                attempts=table.c.attempts + 1,
                unanswered=table.c.unanswered + 1,
            )
        )
        return tuple(
            Push(
                case_id=row["case_id"],
                key=CaseKey(row["source"], row["source_case_id"]),
                version=row["desired_version"],
                attempts=row["attempts"] + 1,
                fence=row["fence"] + 1,
                unanswered=row["unanswered"] + 1,
                is_first=row["applied_version"] is None,
                salesforce_id=row["salesforce_id"],
            )
            for row in rows
        )

    def settle(self, results: Sequence[PushResult], now: datetime) -> int:
        """Record results; one whose fence has moved on counts for nothing. Give how many counted."""
        held = self._held([result.push for result in results])
        counted = [
            {"_case_id": row["case_id"], **_settled(result, row, now)}
            for result in results
            if (row := held.get(result.push.case_id)) is not None and row["fence"] == result.push.fence
        ]
        self._write(counted)
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
                    "lease_until": None,
                }
                for push in pushes
                if (row := held.get(push.case_id)) is not None and row["fence"] == push.fence
            ]
        )

    def due_count(self, now: datetime) -> int:
        """Give how many could be claimed now."""
        return self._count(_free(now))

    def open_count(self) -> int:
        """Give how many are due, now or later, leased ones included."""
        return self._count(table.c.state == PushState.DUE)

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
        again = update(table).where(untold()).values({"due_at": now, **_AFRESH})
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
        again |= _AFRESH
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


def _free(now: datetime) -> ColumnElement[bool]:
    """Give the condition of a push nobody is at work on and whose time has come."""
    unleased = or_(table.c.lease_until.is_(None), table.c.lease_until <= now)
    return (table.c.state == PushState.DUE) & (table.c.due_at <= now) & unleased


def _claimable(limit: int, now: datetime) -> Select[Any]:
    return (
        select(table, cases.c.source, cases.c.source_case_id)
        .join_from(table, cases)
        .where(_free(now))
        .order_by(table.c.due_at, table.c.case_id)
        .limit(limit)
        .with_for_update(of=table, skip_locked=True, key_share=True)
    )


def _together(rows: Sequence[RowMapping]) -> Sequence[RowMapping]:
    """Give those that may share a call; the one under suspicion, when it is its turn, by itself."""
    if rows and rows[0]["unanswered"] >= _ALONE_AFTER:
        return rows[:1]
    return [row for row in rows if row["unanswered"] < _ALONE_AFTER]


def _settled(result: PushResult, row: Mapping[str, Any], now: datetime) -> dict[str, Any]:
    """Give the row after its answer; all answers write the same columns, for one bulk statement."""
    kept = ("applied_version", "told_version", "salesforce_id", "state", "due_at")
    after = {name: row[name] for name in kept} | {"lease_until": None, "unanswered": 0, "parked_at": None}
    after |= {"cause_code": result.cause_code, "cause_text": result.cause_text}
    after |= {"org_version": result.org_version}
    if result.salesforce_id:
        after |= {"applied_version": result.push.version, "salesforce_id": result.salesforce_id}
    if result.is_told:
        after["told_version"] = result.push.version
    superseded = row["desired_version"] > result.push.version
    match result.state:
        case PushState.APPLIED:
            after |= {"applied_version": result.push.version, "cause_code": None, "cause_text": None}
            if not superseded:
                after["state"] = PushState.APPLIED
        case PushState.DUE:
            after["due_at"] = result.retry_at or now
        case PushState.PARKED if superseded:
            # The org refused what is no longer wanted; the newer version deserves its own try.
            after |= {"cause_code": None, "cause_text": None, "org_version": None}
        case PushState.PARKED:
            after |= {"state": PushState.PARKED, "parked_at": now}
    return after
