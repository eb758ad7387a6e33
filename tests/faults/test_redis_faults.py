"""Redis is a door-bell: emptied, gone or frozen, it costs a delay and no case (F08, F21, F22, F24, F25)."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass

import pytest

from bridge.adapters.store.store import SqlStore
from bridge.usecases.absorb_delivery import AbsorbDelivery
from bridge.usecases.push_cases import PushCases
from bridge.usecases.send_codes import SendCodes
from bridge.usecases.synchronise import Synchronise
from jobs import functions
from jobs.bell import RqBell
from jobs.lanes import Lane
from jobs.sweeper import Sweeper
from run.worker import lane_worker
from tests.fakes.cases import FakeCases
from tests.fakes.clock import FakeClock
from tests.fakes.contacts import FakeContacts
from tests.jobs.redis_server import RunningRedis
from tests.usecases.people import PSEUDONYMS
from tests.usecases.town import URBANISME, delivery, open_pushes, row

SEED = 20250303
CASES = 20


@dataclass(frozen=True, slots=True)
class Hall:
    """A town hall whose workers are run by hand."""

    store: SqlStore
    org: FakeCases
    absorb: AbsorbDelivery
    sweeper: Sweeper
    redis: RunningRedis

    def accept(self, number: int) -> bool:
        """Take a file in, then ring; give whether anybody was told."""
        self.absorb(URBANISME, delivery(row(number), key=f"d{number}"))
        return self.sweeper.bell.ring(Lane.PUSH)

    def work(self) -> None:
        """Let the worker of the lane take what waits."""
        lane_worker(self.redis.client, Lane.PUSH).work(burst=True, logging_level="CRITICAL")

    def nothing_is_lost(self) -> None:
        """Check that each file became one Case, sent once, and that none is left."""
        assert len(self.org.ids) == CASES
        assert sum(len(call) for call in self.org.calls) == CASES
        assert open_pushes(self.store) == 0


@pytest.fixture
def hall(
    sqlite_store: SqlStore,
    clock: FakeClock,
    redis: RunningRedis,
    signals: None,
    monkeypatch: pytest.MonkeyPatch,
) -> Hall:
    """A town hall with no source to read."""
    bell, org = RqBell(redis.url), FakeCases()
    absorb = AbsorbDelivery(sqlite_store, PSEUDONYMS, clock)
    push = PushCases(sqlite_store, org, clock)
    codes = SendCodes(sqlite_store, FakeContacts(), PSEUDONYMS, clock, {}, "Villeneuve")
    synchronise = Synchronise(sqlite_store, {}, {}, absorb, clock, bell)
    sweeper = Sweeper(sqlite_store, bell, clock, push, synchronise, codes)
    monkeypatch.setattr(functions, "_work", {})
    functions.bind({Lane.PUSH: push, Lane.SYNC: sweeper.read_due_sources})
    return Hall(sqlite_store, org, absorb, sweeper, redis)


def test_f21_a_redis_emptied_at_random_loses_nothing(hall: Hall) -> None:
    """Bells that vanish are rung again by the sweeper, and what was sent is not sent again."""
    moments = random.Random(SEED)
    emptied = 0
    for number in range(CASES):
        assert hall.accept(number)
        if moments.random() < 0.3:
            hall.redis.client.flushall()
            emptied += 1
        if number == CASES // 2:
            hall.work()
    assert emptied > 2, f"seed {SEED} emptied nothing"
    hall.redis.client.flushall()
    assert hall.sweeper.sweep()
    hall.work()
    hall.nothing_is_lost()


def test_f08_a_bell_lost_between_pop_and_start_is_rung_again(hall: Hall) -> None:
    """A worker killed with the bell in its hand leaves the work due; the sweeper finds it."""
    for number in range(CASES):
        hall.accept(number)
    while hall.redis.client.lpop("rq:queue:push"):
        pass
    assert hall.sweeper.sweep()
    hall.work()
    hall.nothing_is_lost()


@pytest.mark.parametrize("fault", ["stopped", "full"])
def test_f22_f25_without_redis_the_sweeper_drains(hall: Hall, fault: str) -> None:
    """Accepting goes on, nobody can be told, and one turn of the sweeper sends everything."""
    faults: dict[str, Callable[[], object]] = {
        "stopped": hall.redis.stop,
        "full": lambda: hall.redis.client.config_set("maxmemory", 1),
    }
    faults[fault]()
    assert not any(hall.accept(number) for number in range(CASES))
    assert hall.sweeper.sweep()
    hall.nothing_is_lost()


def test_f24_a_frozen_redis_holds_the_sweeper_up_a_second(hall: Hall) -> None:
    """A Redis that hangs is one that is away: the sweeper does the work itself."""
    for number in range(CASES):
        hall.accept(number)
    with hall.redis.frozen():
        assert hall.sweeper.sweep()
    hall.nothing_is_lost()
