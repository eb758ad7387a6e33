"""What is sent again to mend the org takes the lane of its size."""

from __future__ import annotations

from sqlalchemy import select

from bridge.adapters.store.tables import pushes
from bridge.domain.synchronisation import CallLane, PushState
from tests.servers.org_hall import OrgHall


def open_lanes(hall: OrgHall) -> set[CallLane]:
    """Give the lanes of what waits for the org."""
    with hall.store._engine.connect() as connection:
        found = connection.execute(select(pushes.c.lane).where(pushes.c.state == PushState.DUE))
        return {CallLane(lane) for lane in found.scalars()}


def test_a_heal_waits_behind_the_day_s_news(hall: OrgHall) -> None:
    """It may be every case there is: those missing and those that differ alike."""
    hall.sent(1, 2)
    hall.org.delete("Case", hall.theirs(1)["Id"])
    hall.org.control("purge")
    hall.org.write("Case", hall.theirs(2)["Id"], Phase__c="closed")
    hall.compare(heal=True)
    assert open_lanes(hall) == {CallLane.BACKFILL}
    assert hall.push().applied == 2


def test_one_case_settled_goes_with_the_day_s_news(hall: OrgHall) -> None:
    """An agent who changed our field sees ours again soon."""
    hall.sent(1)
    hall.edit(Subject="Portail")
    assert hall.look().rewritten == 1
    assert open_lanes(hall) == {CallLane.SCHEDULED}
