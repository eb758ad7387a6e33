"""A door killed in mid-delivery, flooded, out of order, away for an hour (F01 to F04, F69)."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bridge.adapters.store.store import SqlStore
from bridge.crash_points import VARIABLE, arm, crash_point
from sandbox.town.pusher import Manners, Pusher
from tests.fakes.clock import FakeClock
from tests.faults.pushing_service import PushingService, pushing_service
from tests.servers.loopback import serving
from tests.servers.patience import wait_for
from tests.usecases.pushing import ORDERED, SOURCE, Hall, news
from tests.webhooks.test_municipal import door
from tests.webhooks.test_signatures import SECRET

INBOX = "SELECT delivery_key, state FROM inbox"
CASES = "SELECT count(*) FROM cases"
EVENTS = "SELECT count(*) FROM case_events"


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[PushingService]:
    """One service for the module."""
    with pushing_service(tmp_path_factory.mktemp("pushing")) as running:
        yield running


@pytest.fixture
def service(served: PushingService) -> PushingService:
    """The service with an empty store."""
    served.clean()
    return served


def one_case_once(service: PushingService) -> None:
    """Check that the delivery became one case with one entry, and is settled."""
    service.absorb()
    assert service.rows(INBOX) == [("d-1", "absorbed")]
    assert (service.rows(CASES), service.rows(EVENTS)) == ([(1,)], [(1,)])


def killed_at(service: PushingService, point: str) -> None:
    """Push to a service that dies at this point; the sender gets no answer."""
    service.crash_at(point)
    assert service.pusher.burst([("d-1", [news()])]) == ["d-1"]
    wait_for(lambda: service.crashed)


@pytest.mark.parametrize(
    "point",
    [
        pytest.param("inbox.before_insert", id="f01"),
        pytest.param("inbox.before_commit", id="f02"),
    ],
)
def test_f01_f02_a_door_killed_before_its_commit_keeps_nothing(service: PushingService, point: str) -> None:
    """A broken connection and no row; the sender sends again, and there is one."""
    killed_at(service, point)
    assert service.rows(INBOX) == []

    assert service.pusher.burst([("d-1", [news()])], Manners(patience_s=15)) == []
    one_case_once(service)


def test_f03_a_door_killed_after_its_commit_answers_the_repetition_alike(service: PushingService) -> None:
    """The delivery is ours though nobody said so; the repetition gets the answer the first would have had."""
    killed_at(service, "inbox.before_answer")
    assert service.rows(INBOX) == [("d-1", "waiting")]

    pusher = service.pusher
    assert pusher.burst([("d-1", [news()])], Manners(patience_s=15)) == []
    assert json.loads(pusher.received["d-1"]) == {"delivery": service.rows("SELECT id FROM inbox")[0][0]}
    one_case_once(service)


def test_f04_a_bell_that_died_with_its_door_is_not_needed(service: PushingService) -> None:
    """The sender has its 202; the sweeper finds the delivery at its next turn."""
    service.crash_at("inbox.before_bell")
    assert service.pusher.burst([("d-1", [news()])], Manners(patience_s=15)) == []
    wait_for(lambda: service.crashed)
    one_case_once(service)


def test_f69_an_outage_of_ours_loses_nothing(service: PushingService) -> None:
    """The whole service dies under a burst and comes back; each 202 given before or after is kept."""
    pusher = service.pusher
    deliveries = [(f"d-{number}", [news(number)]) for number in range(40)]
    assert pusher.burst(deliveries[:15], Manners(hands=4)) == []
    service.kill()
    assert len(pusher.burst(deliveries[15:20], Manners(hands=4))) == 5
    service.start()
    assert pusher.burst(deliveries, Manners(copies=2, shuffled=True, hands=4, patience_s=15)) == []

    service.absorb()
    assert {key for key, state in service.rows(INBOX) if state == "absorbed"} == {k for k, _ in deliveries}
    assert service.rows(CASES) == [(40,)]


def test_f69_a_burst_duplicated_and_out_of_order_ends_where_it_should(
    sqlite_store: SqlStore, clock: FakeClock
) -> None:
    """Twenty cases that move five times, each told twice in any order: the newest status, nothing twice."""
    hall = Hall(sqlite_store, clock, ORDERED)
    moves = ("DEP", "INST", "INCNOT", "INST", "ACC")
    deliveries = [
        (f"d-{number}-{step}", [news(number, state, SEQ=step)])
        for number in range(20)
        for step, state in enumerate(moves)
    ]
    app = door(sqlite_store, clock, [], {SOURCE: (SECRET,)}, hall.receive)
    with serving(lambda _address: app.wsgi_app) as address:
        pusher = Pusher(f"{address}/webhooks/sources/{SOURCE}", SECRET, seed=69)
        clock.set(datetime.now(UTC))
        assert pusher.burst(deliveries, Manners(copies=2, shuffled=True, hands=4)) == []
    hall.work()

    assert len(set(pusher.received.values())) == len(deliveries)
    assert hall.waiting() == 0
    assert {hall.case(number).content.status.legacy_code for number in range(20)} == {"ACC"}
    for number in range(20):
        assert sorted(set(hall.codes(number))) == sorted(set(moves))


def test_f69_more_than_the_quota_is_told_to_wait_and_comes_back(
    sqlite_store: SqlStore, clock: FakeClock
) -> None:
    """A burst above the agreed rate gets 429 for the rest; a minute later the rest is taken."""
    hall = Hall(sqlite_store, clock, quota=30)
    deliveries = [(f"d-{number}", [news(number)]) for number in range(50)]
    app = door(sqlite_store, clock, [], {SOURCE: (SECRET,)}, hall.receive)
    with serving(lambda _address: app.wsgi_app) as address:
        pusher = Pusher(f"{address}/webhooks/sources/{SOURCE}", SECRET)
        clock.set(datetime.now(UTC))
        refused = pusher.burst(deliveries)
        assert len(refused) == 20
        clock.move(timedelta(seconds=61))
        assert pusher.burst([one for one in deliveries if one[0] in refused]) == []
    hall.work()
    assert len({hall.case(number).id for number in range(50)}) == 50


def test_crash_points_are_inert_outside_the_sandbox(tmp_path: Path) -> None:
    """Neither a variable left behind nor a file can kill a production process."""
    mark = tmp_path / "crash"
    mark.write_text("here")
    environment = {VARIABLE: str(mark)}
    arm(environment, sandbox=False)
    crash_point("here")
    arm({}, sandbox=True)
    crash_point("here")
    arm(environment, sandbox=True)
    crash_point("elsewhere")
    arm({}, sandbox=True)
    assert mark.exists()
