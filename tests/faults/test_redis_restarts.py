"""A Redis that restarts under a worker, or drops what it holds: a delay, no case (F23, F26)."""

from __future__ import annotations

import shutil
import sys
import tempfile
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from bridge.settings import load_settings
from bridge.wiring import Services, build_services
from jobs.bell import RqBell
from jobs.lanes import Lane
from run.children import Child, Children
from run.town_hall import StandIns, plain_environment, sandbox_environment
from tests.faults.running_service import TOWN
from tests.faults.test_redis_faults import CASES, Hall, hall
from tests.jobs.redis_server import RunningRedis
from tests.run.test_cli import bridge
from tests.servers.org import StandInOrg, serving_org
from tests.servers.patience import wait_for
from tests.soak.servers import Server
from tests.soak.servers import redis as redis_of
from tests.test_settings import GOOD
from tests.usecases.town import URBANISME, delivery, row

__all__ = ["hall"]
NOBODY = {"issuer": "http://127.0.0.1:9", "client_id": "none", "client_secret": "none"}


@dataclass
class Workshop:
    """A worker process of the lane to the org, whom its supervisor starts again, and its Redis."""

    redis: Server
    org: StandInOrg
    services: Services
    children: Children
    environment: dict[str, str] = field(repr=False)
    worker: Child | None = None

    def supervise(self) -> None:
        """Start the worker, unless it runs."""
        if self.worker is None or self.worker.process.poll() is not None:
            command = [sys.executable, "-m", "run", "worker", "push"]
            self.worker = self.children.start("worker", command, self.environment)

    def accept(self, number: int) -> bool:
        """Take a file in and ring; give whether Redis was told."""
        self.services.absorb(URBANISME, delivery(row(number), key=f"d{number}"))
        return self.services.bell.ring(Lane.PUSH)

    def cases(self) -> int:
        """Give how many Cases the org has."""
        return len(self.org.records("SELECT Id FROM Case"))

    def is_done(self) -> bool:
        """Whether nothing is left to send."""
        with self.services.store.read() as tx:
            return tx.pushes.open_count() == 0


@pytest.fixture
def workshop(tmp_path: Path) -> Iterator[Workshop]:
    """Give the workshop at work; the path of a socket must be short."""
    short = Path(tempfile.mkdtemp(prefix="r-"))
    redis, redis_url = redis_of(short)
    plain = plain_environment()
    with serving_org() as org, Children(tmp_path / "log") as children:
        stand_ins = StandIns(NOBODY, org.ready, TOWN)
        environment = plain | sandbox_environment("http://127.0.0.1:9", tmp_path, stand_ins)
        environment["BRIDGE_REDIS_URL"] = redis_url
        redis.start()
        services = build_services(load_settings(environment), RqBell(redis_url))
        with closing(services.salesforce):
            workshop = Workshop(redis, org, services, children, environment)
            workshop.supervise()
            yield workshop
        services.store._engine.dispose()  # type: ignore[attr-defined]  # the adapter has one
        redis.stop()
    shutil.rmtree(short)


def test_f23_a_redis_that_restarts_while_a_job_ends_costs_nothing(workshop: Workshop) -> None:
    """The worker cannot say that its job is over: the result is kept all the same, once, and work goes on."""
    workshop.org.switch(after_write="hold", hold_s=1.0, write_calls=1)
    assert workshop.accept(1)
    wait_for(lambda: workshop.cases() == 1)
    workshop.redis.stop()
    assert not workshop.is_done()
    wait_for(workshop.is_done)
    workshop.redis.start()

    def second_is_there() -> bool:
        workshop.supervise()
        return workshop.cases() == 2 and workshop.is_done()

    assert workshop.accept(2)
    wait_for(second_is_there)
    assert workshop.org.stats()["writes"]["Case"] == {"created": 2}
    assert workshop.org.stats()["writes"]["Case_Event__c"] == {"created": 2}


def test_f26_a_redis_that_may_evict_refuses_the_start(redis: RunningRedis, tmp_path: Path) -> None:
    """Outside the sandbox a process does not begin, and the operator reads what to set."""
    redis.client.config_set("maxmemory-policy", "allkeys-lru")
    own = {"BRIDGE_REDIS_URL": redis.url, "BRIDGE_DATABASE_URL": f"sqlite:///{tmp_path}/bridge.db"}
    done = bridge(tmp_path, "worker", "push", **(GOOD | own))
    assert done.returncode == 2
    assert "BRIDGE_REDIS_URL: this Redis has maxmemory-policy allkeys-lru" in done.stderr
    assert "set it to noeviction" in done.stderr


def test_f26_a_redis_set_to_evict_later_loses_no_case(hall: Hall) -> None:
    """Every bell it dropped is rung again at the next turn of the sweeper."""
    hall.redis.client.config_set("maxmemory-policy", "allkeys-lru")
    for number in range(CASES):
        assert hall.accept(number)
        if number == CASES // 2:
            hall.work()
    hall.redis.client.config_set("maxmemory", 1)
    assert hall.redis.client.dbsize() == 0
    hall.redis.client.config_set("maxmemory", 0)
    assert hall.sweeper.sweep()
    hall.work()
    hall.nothing_is_lost()
