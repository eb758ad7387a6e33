"""The count of what ended lately stays a few rows, whatever went through; lanes heed who has a citizen."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from sqlalchemy import Engine, func, select, update

from bridge.adapters.store.cases_in_org import SqlCasesInOrg
from bridge.adapters.store.pushes import open_pushes
from bridge.adapters.store.store import SqlStore
from bridge.adapters.store.tables import cases, push_pace, pushes
from bridge.domain.pace import PACE_OVER, Pace
from bridge.domain.synchronisation import CallLane, PushResult, PushState
from tests.adapters.store.samples import LEASE, add_link, change, content, link, save
from tests.fakes.clock import START

MINUTE = timedelta(minutes=1)


def settle(store: SqlStore, count: int, now: datetime, state: PushState = PushState.APPLIED) -> None:
    """Have the org answer for so many cases in the same way."""
    with store.begin() as tx:
        claimed = tx.pushes.claim(count, LEASE, now)
        tx.pushes.settle(
            [PushResult(push, state, salesforce_id=f"500{push.case_id}") for push in claimed], now
        )


def pace(store: SqlStore, now: datetime) -> Pace:
    """Give the pace of a moment."""
    with store.read() as tx:
        return tx.pushes.pace(now)


def test_what_ended_is_counted_by_the_minute(store: SqlStore) -> None:
    """Taken or refused for good; one that must be tried again has not ended."""
    save(store, *(change(content(f"PC-{n}")) for n in range(7)))
    assert pace(store, START) == Pace(0, PACE_OVER)
    settle(store, 2, START)
    settle(store, 1, START, PushState.PARKED)
    settle(store, 1, START, PushState.DUE)
    settle(store, 2, START + 2 * MINUTE)
    assert pace(store, START + 3 * MINUTE) == Pace(5, 3 * MINUTE)
    assert pace(store, START + 11 * MINUTE) == Pace(2, 9 * MINUTE)
    assert pace(store, START + 20 * MINUTE) == Pace(0, PACE_OVER)


def test_the_count_of_an_hour_is_ten_rows(store: SqlStore, store_engine: Engine) -> None:
    """A minute takes the row of the one ten minutes before it."""
    save(store, *(change(content(f"PC-{n}")) for n in range(60)))
    for minute in range(60):
        settle(store, 1, START + minute * MINUTE)
    assert pace(store, START + 59 * MINUTE) == Pace(10, 9 * MINUTE)
    with store_engine.connect() as connection:
        assert connection.execute(select(func.count()).select_from(push_pace)).scalar_one() == 10


@pytest.mark.parametrize("way", ["opened", "opened again", "sent again", "sent as new", "raised", "told"])
def test_a_case_that_has_a_citizen_never_waits_behind_a_flood(
    store: SqlStore, store_engine: Engine, way: str
) -> None:
    """Whatever sends many at once: those somebody follows go with the regular news, before the rest."""
    saved = save(store, change(content("PC-1")), change(content("PC-2")))
    followed, other = (case.id for case in saved)
    watched = add_link(store, link()).id
    with store_engine.begin() as connection:
        connection.execute(update(cases).where(cases.c.id == followed).values(link_id=watched))
        if way != "opened again":
            gone = {"state": PushState.APPLIED, "applied_version": 1, "lane": CallLane.CITIZEN.value}
            connection.execute(update(pushes).values(gone))
        in_org, both, lane = SqlCasesInOrg(connection), [followed, other], CallLane.BACKFILL
        match way:
            case "opened" | "opened again":
                open_pushes(connection, both, START, lane)
            case "sent again":
                in_org.reopen(both, START, lane)
            case "sent as new":
                in_org.reopen_new(both, START, lane)
            case "raised":
                in_org.raise_above(dict.fromkeys(both, 4), START, lane)
            case _:
                connection.execute(update(pushes).values(salesforce_id="500A", told_version=0))
    if way == "told":
        with store.begin() as tx:
            assert tx.pushes.reopen_untold(START) == 2
    with store.begin() as tx:
        lanes = {push.case_id: push.lane for push in tx.pushes.claim(9, LEASE, START)}
    # What was open already keeps the more urgent lane.
    rest = CallLane.SCHEDULED if way == "opened again" else CallLane.BACKFILL
    assert lanes == {followed: CallLane.SCHEDULED, other: rest}
