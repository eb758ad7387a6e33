"""Hands out what sources pushed: each source its share, and the deliveries of one case in order."""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection, RowMapping, case, func, literal_column, select, update

from bridge.adapters.store.locks import one_claim_at_a_time
from bridge.adapters.store.tables import inbox as table
from bridge.adapters.store.tables import inbox_cases
from bridge.domain.inbox import PushedDelivery

_WAITING = table.c.state == literal_column("'waiting'")
_PAGE = 500
# Not the body: a page of them may weigh a hundred megabytes.
_NEEDED = [column for column in table.columns if column.name != "sealed_body"]


def claim_deliveries(
    connection: Connection, limit: int, lease: timedelta, now: datetime
) -> tuple[PushedDelivery, ...]:
    """Lease due deliveries, the oldest of each source first; one a worker died of is given alone."""
    # What another claimer has locked must be seen, for it may bar a younger one; so they take turns.
    one_claim_at_a_time(connection, "inbox")
    desk = _Desk(connection, now)
    sources = desk.sources()
    random.shuffle(sources)
    taken: list[_Claimed] = []
    for index, source in enumerate(sources):
        share = max(1, (limit - len(taken)) // (len(sources) - index))
        taken += desk.ready(source, min(share, limit - len(taken)), alone=not taken)
        if len(taken) >= limit or (taken and taken[0].is_suspect):
            break
    _lease(connection, [one.row["number"] for one in taken], now + lease)
    return tuple(map(_pushed, taken))


@dataclass(frozen=True, slots=True)
class _Claimed:
    row: RowMapping
    cases: frozenset[str]

    @property
    def died(self) -> bool:
        """Whether the last worker that had it never answered."""
        return self.row["lease_until"] is not None

    @property
    def is_suspect(self) -> bool:
        """Whether it may be what a worker died of."""
        return self.died or self.row["deaths"] > 0


@dataclass(frozen=True, slots=True)
class _Desk:
    """Where one worker is served."""

    connection: Connection
    now: datetime

    def sources(self) -> list[str]:
        """Give the sources with something waiting, one step in the index each."""
        found: list[str] = []
        first = select(func.min(table.c.source)).where(_WAITING)
        after = first
        while (source := self.connection.execute(after).scalar()) is not None:
            found.append(source)
            after = first.where(table.c.source > source)
        return found

    def ready(self, source: str, limit: int, *, alone: bool) -> list[_Claimed]:
        """Give the oldest due deliveries that no older one of the same case bars.

        A suspect is given by itself where it comes first and `alone` allows, else it waits.
        """
        taken: list[_Claimed] = []
        barred: set[str] = set()
        for page in self._pages(source):
            named = self._named([row["number"] for row in page])
            for row in page:
                one = _Claimed(row, frozenset(named[row["number"]]))
                free = row["due_at"] <= self.now and not one.cases & barred
                if free and one.is_suspect and alone and not taken:
                    return [one]
                if free and not one.is_suspect and len(taken) < limit:
                    taken.append(one)
                else:
                    barred |= one.cases
            if taken:
                return taken
        return taken

    def _pages(self, source: str) -> Iterator[Sequence[RowMapping]]:
        after = 0
        query = select(*_NEEDED).where(_WAITING, table.c.source == source).order_by(table.c.number)
        while (
            page := self.connection.execute(query.where(table.c.number > after).limit(_PAGE)).mappings().all()
        ):
            yield page
            after = page[-1]["number"]

    def _named(self, numbers: Sequence[int]) -> defaultdict[int, set[str]]:
        found: defaultdict[int, set[str]] = defaultdict(set)
        query = select(inbox_cases.c.number, inbox_cases.c.source_case_id)
        for number, named in self.connection.execute(query.where(inbox_cases.c.number.in_(numbers))):
            found[number].add(named)
        return found


def _lease(connection: Connection, numbers: Collection[int], until: datetime) -> None:
    if numbers:
        died = case((table.c.lease_until.is_not(None), 1), else_=0)
        leased = {
            "lease_until": until,
            "due_at": until,
            "fence": table.c.fence + 1,
            "attempts": table.c.attempts + 1,
            "deaths": table.c.deaths + died,
        }
        connection.execute(update(table).where(table.c.number.in_(numbers)).values(leased))


def _pushed(one: _Claimed) -> PushedDelivery:
    row = one.row
    return PushedDelivery(
        id=row["id"],
        number=row["number"],
        source=row["source"],
        cases=one.cases,
        received_at=row["received_at"],
        attempts=row["attempts"] + 1,
        deaths=row["deaths"] + one.died,
        fence=row["fence"] + 1,
        parked_at=row["parked_at"],
    )
