"""Clocks that are wrong, that jump, or that the law changes (F19)."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from sqlalchemy import Engine

from bridge.adapters.store.database_clock import DatabaseClock
from bridge.adapters.store.store import SqlStore
from bridge.errors import ConfigurationError
from bridge.usecases.absorb_delivery import AbsorbDelivery
from bridge.usecases.push_cases import LEASE, PushCases, PushSummary
from bridge.usecases.synchronise import Synchronise
from jobs.nightly import Nightly
from run.commands.doctor import _database
from tests.fakes.cases import FakeCases
from tests.fakes.clock import FakeClock
from tests.http.answers import body_of
from tests.http.site import Site
from tests.servers.org import serving_org
from tests.servers.org_hall import org_hall
from tests.usecases.people import PSEUDONYMS
from tests.usecases.town import URBANISME, FakeBell, FakeReader, delivery, row

on_postgresql = pytest.mark.parametrize("store_engine", ["postgresql"], indirect=True)
LOOK, EVERY = timedelta(seconds=40), timedelta(minutes=URBANISME.poll_minutes)
NIGHTS = [
    pytest.param(datetime(2025, 10, 25, 22, 0, tzinfo=UTC), id="the hour that comes twice"),
    pytest.param(datetime(2025, 3, 29, 22, 0, tzinfo=UTC), id="the hour that is missing"),
]


@on_postgresql
@pytest.mark.parametrize("wrong_by", [timedelta(seconds=90), timedelta(seconds=-90), timedelta(hours=-1)])
def test_f19_a_worker_whose_clock_is_wrong_does_nothing_early_and_nothing_late(
    store: SqlStore, store_engine: Engine, wrong_by: timedelta
) -> None:
    """Ahead, behind, or set back an hour while it works: it leaves a lease alone and brings what is new."""
    machine = FakeClock(datetime.now(UTC))
    right, wrong = DatabaseClock(store_engine, machine), DatabaseClock(store_engine, machine)
    wrong.now()
    machine.move(wrong_by)
    org = FakeCases()
    AbsorbDelivery(store, PSEUDONYMS, right)(URBANISME, delivery(row(1), key="d1"))
    with store.begin() as tx:
        assert len(tx.pushes.claim(1, LEASE, right.now())) == 1
    assert PushCases(store, org, wrong)() == PushSummary()

    AbsorbDelivery(store, PSEUDONYMS, wrong)(URBANISME, delivery(row(2), key="d2"))
    assert PushCases(store, org, right)() == PushSummary(applied=1)
    assert len(org.ids) == 1


@on_postgresql
@pytest.mark.parametrize(("behind_s", "word"), [(90, "ahead of"), (-90, "behind")])
def test_f19_a_clock_that_drifts_from_the_database_s_is_told(
    store: SqlStore, behind_s: int, word: str
) -> None:
    """Over five seconds the doctor says what to mend and the health page by how much; under that, nothing."""
    clock = FakeClock(datetime.now(UTC) - timedelta(seconds=behind_s))
    site = Site.over(store, clock)
    with pytest.raises(ConfigurationError, match=f"{word} this machine's") as told:
        _database(site.services)
    assert told.value.code == "clock.skew"
    assert abs(body_of(site.visitor().get("/health/ready"))["database_clock_skew_s"] - behind_s) < 5

    clock.set(datetime.now(UTC))
    assert "database_clock_skew_s" not in body_of(site.visitor().get("/health/ready"))
    assert _database(site.services).startswith("answers")


@pytest.mark.parametrize("evening", NIGHTS)
def test_f19_a_change_of_the_law_s_hour_reads_no_source_twice_and_skips_none(
    sqlite_store: SqlStore, evening: datetime
) -> None:
    """Every so many minutes of real time, through the night in which the clocks are changed."""
    clock = FakeClock(evening)
    reader = FakeReader([delivery(row(1))])
    absorb = AbsorbDelivery(sqlite_store, PSEUDONYMS, clock)
    synchronise = Synchronise(
        sqlite_store, {"urbanisme": URBANISME}, {"urbanisme": reader}, absorb, clock, FakeBell()
    )
    read_at = []
    while clock.now() < evening + timedelta(hours=8):
        if synchronise.due():
            read_at.append(clock.now())
            synchronise("urbanisme")
        clock.move(LOOK)
    between = [later - before for before, later in pairwise(read_at)]
    assert timedelta(0) <= min(between) - EVERY <= max(between) - EVERY < LOOK
    assert len(read_at) > 8 * 3


@pytest.mark.parametrize("evening", NIGHTS)
def test_f19_the_comparison_of_the_night_is_made_once_when_the_hour_changes(
    sqlite_store: SqlStore, evening: datetime
) -> None:
    """Set to two o'clock, the very hour that comes twice in October and never in March."""
    with serving_org() as org, org_hall(sqlite_store, org) as hall:
        hall.clock.set(evening)
        watch, made_at = Nightly(sqlite_store, hall.clock, hall.reconcile, 2), []
        while hall.clock.now() < evening + timedelta(hours=12):
            if watch.is_due():
                made_at.append(hall.clock.now())
                watch.run()
            hall.clock.move(timedelta(minutes=15))
    assert len(made_at) == 1
