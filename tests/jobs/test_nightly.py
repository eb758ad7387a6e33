"""The comparison of every night: at its hour of the town's clock, once, beside the sweeps."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest

from bridge.adapters.store.store import SqlStore
from jobs.nightly import Nightly
from tests.servers.org import StandInOrg
from tests.servers.org_hall import OrgHall, org_hall
from tests.servers.patience import wait_for

HOUR = timedelta(hours=1)


@pytest.fixture
def hall(sqlite_store: SqlStore, served_org: StandInOrg) -> Iterator[OrgHall]:
    """Give a town hall before an org."""
    with org_hall(sqlite_store, served_org) as hall:
        yield hall


def nightly(hall: OrgHall) -> Nightly:
    """Give the watch that compares at three in the town."""
    return Nightly(hall.store, hall.clock, hall.reconcile, 3)


@pytest.mark.parametrize(
    ("moment", "due"),
    [
        (datetime(2025, 3, 4, 1, 59, tzinfo=UTC), False),
        (datetime(2025, 3, 4, 2, 0, tzinfo=UTC), True),
        (datetime(2025, 3, 4, 7, 59, tzinfo=UTC), True),
        (datetime(2025, 3, 4, 8, 0, tzinfo=UTC), False),
        (datetime(2025, 7, 4, 0, 59, tzinfo=UTC), False),
        (datetime(2025, 7, 4, 1, 0, tzinfo=UTC), True),
    ],
)
def test_it_is_three_in_paris_in_winter_and_in_summer(hall: OrgHall, moment: datetime, due: bool) -> None:
    """And no comparison begins in the middle of a working day."""
    hall.clock.set(moment)
    assert nightly(hall).is_due() is due


def test_once_a_night_and_nothing_is_healed(hall: OrgHall) -> None:
    """What differs is in the report of the night; sending again is a person's decision."""
    hall.sent(1)
    hall.org.write("Case", hall.theirs()["Id"], Phase__c="closed")
    hall.clock.set(datetime(2025, 3, 4, 2, 30, tzinfo=UTC))
    watch = nightly(hall)
    watch.start_if_due()
    watch.start_if_due()
    wait_for(lambda: finished(hall))
    assert watch.is_due() is False
    assert hall.push().applied == 0
    hall.clock.move(24 * HOUR)
    assert watch.is_due() is True


def test_a_night_in_which_the_org_is_away_is_tried_again_after_an_hour(hall: OrgHall) -> None:
    """And the failure ends neither the thread nor the watch."""
    hall.clock.set(datetime(2025, 3, 4, 2, 30, tzinfo=UTC))
    hall.org.switch(status=503, calls=1)
    watch = nightly(hall)
    watch.run()
    assert watch.is_due() is False
    hall.clock.move(HOUR)
    assert watch.is_due() is True
    watch.run()
    assert watch.is_due() is False


def finished(hall: OrgHall) -> bool:
    """Tell whether the latest comparison ended."""
    with hall.store.read() as tx:
        last = tx.reconciliations.last()
    return last is not None and last.ended_at is not None
