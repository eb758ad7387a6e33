"""Our cases by their place in the org, and what the org's state means for their pushes."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Integer, bindparam, null, or_, select, update

from bridge.adapters.store.case_reading import cases_of
from bridge.adapters.store.push_lanes import lane_for
from bridge.adapters.store.pushes import AFRESH
from bridge.adapters.store.rowsets import in_pieces
from bridge.adapters.store.tables import cases, pushes
from bridge.domain.case import CaseKey
from bridge.domain.org_case import HeldCase
from bridge.domain.reconciliation import OurRow
from bridge.domain.synchronisation import CallLane, PushState

_ROW = (
    cases.c.id,
    cases.c.source,
    cases.c.source_case_id,
    cases.c.version,
    cases.c.phase,
    cases.c.outcome,
    cases.c.waiting_for,
    cases.c.tacit,
    pushes.c.state,
    pushes.c.applied_version,
    pushes.c.salesforce_id,
    pushes.c.cause_code,
)


class SqlCasesInOrg:
    """The `CasesInOrg` port. A lease under way goes on: a push sends the newest state there is."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def by_ids(self, salesforce_ids: Collection[str]) -> dict[str, HeldCase]:
        """Give our cases that went into these Cases."""
        found: dict[str, HeldCase] = {}
        for piece in in_pieces(salesforce_ids):
            held = self._held(pushes.c.salesforce_id.in_(piece))
            found |= {each.salesforce_id: each for each in held if each.salesforce_id}
        return found

    def by_keys(self, keys: Collection[CaseKey]) -> dict[str, HeldCase]:
        """Give our cases under these keys, by external id."""
        found: dict[str, HeldCase] = {}
        for source in sorted({key.source for key in keys}):
            ids = {key.source_case_id for key in keys if key.source == source}
            for piece in in_pieces(ids):
                held = self._held((cases.c.source == source) & cases.c.source_case_id.in_(piece))
                found |= {each.case.content.key.external_id: each for each in held}
        return found

    def by_case_ids(self, case_ids: Collection[str]) -> dict[str, HeldCase]:
        """Give our cases by their own ids."""
        pieces = in_pieces(case_ids)
        return {each.case.id: each for piece in pieces for each in self._held(cases.c.id.in_(piece))}

    def page(self, after: str, limit: int, source: str | None) -> tuple[OurRow, ...]:
        """Give a page of every case, of one source or of all, in order of their ids."""
        query = select(*_ROW).join_from(cases, pushes).where(cases.c.id > after)
        if source is not None:
            query = query.where(cases.c.source == source)
        rows = self._connection.execute(query.order_by(cases.c.id).limit(limit))
        return tuple(map(OurRow._make, rows))

    def rows(self, case_ids: Collection[str]) -> dict[str, OurRow]:
        """Give the same of these cases alone."""
        query = select(*_ROW).join_from(cases, pushes)
        pieces = in_pieces(case_ids)
        found = (self._connection.execute(query.where(cases.c.id.in_(piece))) for piece in pieces)
        return {row[0]: OurRow._make(row) for rows in found for row in rows}

    def reopen(self, case_ids: Collection[str], now: datetime, lane: CallLane) -> int:
        """Send these again as they are; give how many were not on their way already."""
        return self._update(case_ids, _again(now, lane))

    def reopen_new(self, case_ids: Collection[str], now: datetime, lane: CallLane) -> int:
        """Send these again as if the org had never had them, timelines and agents' fields included."""
        fresh = {"salesforce_id": null(), "applied_version": null(), "told_version": 0}
        return self._update(case_ids, _again(now, lane) | fresh)

    def raise_above(self, versions: dict[str, int], now: datetime, lane: CallLane) -> int:
        """Give cases a version above the one the org holds, and send them; give how many."""
        above = bindparam("_held", type_=Integer) + 1
        behind = (cases.c.id == bindparam("_id")) & (cases.c.version <= bindparam("_held", type_=Integer))
        rows = [{"_id": case_id, "_held": held} for case_id, held in sorted(versions.items())]
        if rows:
            self._connection.execute(update(cases).where(behind).values(version=above), rows)
        return self.reopen(versions, now, lane)

    def hold(self, case_id: str, cause_code: str, cause_text: str, now: datetime) -> bool:
        """Send nothing of a case until a person decides; False when it is held for that already."""
        held = {"state": PushState.PARKED, "cause_code": cause_code, "cause_text": cause_text}
        other = or_(pushes.c.state != PushState.PARKED, pushes.c.cause_code.is_distinct_from(cause_code))
        hold = update(pushes).where(pushes.c.case_id == case_id, other)
        moved = hold.values(**held, parked_at=now)
        return self._connection.execute(moved).rowcount == 1

    def _held(self, chosen: ColumnElement[bool]) -> Iterator[HeldCase]:
        columns = (pushes.c.case_id, pushes.c.state, pushes.c.applied_version, pushes.c.salesforce_id)
        query = select(*columns, pushes.c.cause_code).join_from(pushes, cases).where(chosen)
        found = {row[0]: row[1:] for row in self._connection.execute(query)}
        for piece in in_pieces(found):
            for case in cases_of(self._connection, select(cases).where(cases.c.id.in_(piece))):
                state, *rest = found[case.id]
                yield HeldCase(case, PushState(state), *rest)

    def _update(self, case_ids: Collection[str], values: Mapping[str, Any]) -> int:
        settled = update(pushes).where(pushes.c.state != PushState.DUE).values(values)
        pieces = in_pieces(case_ids)
        return sum(
            self._connection.execute(settled.where(pushes.c.case_id.in_(piece))).rowcount for piece in pieces
        )


def _again(now: datetime, lane: CallLane) -> dict[str, Any]:
    """Give a push that starts anew with the present version, in a lane of which no citizen waits for it."""
    version = select(cases.c.version).where(cases.c.id == pushes.c.case_id).scalar_subquery()
    link = select(cases.c.link_id).where(cases.c.id == pushes.c.case_id).scalar_subquery()
    return {**AFRESH, "due_at": now, "desired_version": version, "lane": lane_for(link, lane)}
