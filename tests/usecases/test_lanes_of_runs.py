"""A first load, and a flood, give way to the day's news on the way to the org."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from bridge.adapters.store.store import SqlStore
from bridge.domain.synchronisation import CallLane, Delivery
from bridge.usecases import picture_run
from bridge.usecases.absorb_delivery import AbsorbDelivery
from bridge.usecases.synchronise import Synchronise
from tests.adapters.store.samples import LEASE
from tests.fakes.clock import FakeClock
from tests.usecases.people import PSEUDONYMS
from tests.usecases.town import URBANISME, FakeBell, FakeReader, delivery, row


def run(store: SqlStore, clock: FakeClock, *gives: Delivery) -> Iterator[CallLane]:
    """Read these deliveries in one run; give the lanes of what is due then, and settle nothing."""
    absorb = AbsorbDelivery(store, PSEUDONYMS, clock)
    Synchronise(store, {"urbanisme": URBANISME}, {"urbanisme": FakeReader(gives)}, absorb, clock, FakeBell())(
        "urbanisme"
    )
    with store.begin() as tx:
        yield from (push.lane for push in tx.pushes.claim(99, LEASE, clock.now()))


def test_a_first_load_is_a_backfill_and_what_follows_is_not(sqlite_store: SqlStore, clock: FakeClock) -> None:
    """Only a source that never said anything is loaded."""
    first = run(sqlite_store, clock, delivery(row(1), row(2), key="d1", cursor="1"))
    assert set(first) == {CallLane.BACKFILL}
    assert list(run(sqlite_store, clock, delivery(row(3), key="d2", cursor="2"))) == [CallLane.SCHEDULED]


def test_what_follows_a_flood_waits_behind(
    sqlite_store: SqlStore, clock: FakeClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The first changes of a run are news; past a certain number they are a flood."""
    monkeypatch.setattr(picture_run, "MANY_CHANGES", 2)
    list(run(sqlite_store, clock, delivery(row(0), key="d0", cursor="0")))
    gives = [delivery(row(n), key=f"d{n}", cursor=str(n)) for n in range(1, 5)]
    assert list(run(sqlite_store, clock, *gives)) == [CallLane.SCHEDULED] * 2 + [CallLane.BACKFILL] * 2
