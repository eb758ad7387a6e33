"""Workers that die, freeze or meet: each row of work is done, once (F05, F07, F11, F27, F32)."""

from __future__ import annotations

import json
import os
import pickle
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from rq import Queue
from rq.serializers import JSONSerializer, PickleSerializer
from sqlalchemy import Engine

from bridge.adapters.salesforce.case_events import SalesforceCaseEvents
from bridge.adapters.salesforce.cases import SalesforceCases
from bridge.adapters.salesforce.connection import SalesforceConnection
from bridge.adapters.store.store import SqlStore
from bridge.domain.synchronisation import CallLane
from bridge.errors import TransientError
from bridge.usecases.absorb_delivery import AbsorbDelivery
from bridge.usecases.absorb_inbox import LEASE as INBOX_LEASE
from bridge.usecases.push_cases import LEASE, PushCases, PushSummary
from bridge.usecases.tell_timelines import TellTimelines
from jobs import functions
from jobs.lanes import Lane
from mappings.loader import load_salesforce
from run.worker import lane_worker
from tests.adapters.store.samples import change, content, save
from tests.fakes.clock import START, FakeClock
from tests.faults.forked import dies, in_processes, store_at, url_of
from tests.jobs.redis_server import RunningRedis
from tests.jobs.test_foreign_jobs import Payload
from tests.servers.held import stop
from tests.servers.org import StandInOrg, serving_org
from tests.servers.patience import PATIENCE_S, wait_for
from tests.usecases.people import PSEUDONYMS
from tests.usecases.pushing import Hall, news
from tests.usecases.town import URBANISME, case, delivery, open_pushes, row

two_writers = pytest.mark.parametrize("store_engine", ["postgresql"], indirect=True)
_PUSH = """
import json, sys
from datetime import datetime
from bridge.adapters.salesforce.connection import SalesforceConfig, SalesforceConnection
from tests.fakes.clock import FakeClock
from tests.faults.forked import store_at
from tests.faults.test_queue_faults import pushing
clock = FakeClock(datetime.fromisoformat(sys.argv[2]))
config = SalesforceConfig(**json.loads(sys.argv[3]))
push = pushing(store_at(sys.argv[1]), SalesforceConnection(config, clock), clock)
print("ready", flush=True)
print(push().applied, flush=True)
"""


def pushing(store: SqlStore, connection: SalesforceConnection, clock: FakeClock) -> PushCases:
    """Give the lane to an org, timelines and all."""
    tell = TellTimelines(store, SalesforceCaseEvents(connection, load_salesforce("case_event"), clock))
    return PushCases(store, SalesforceCases(connection, load_salesforce("case")), clock, tell=tell)


@pytest.fixture(scope="module")
def served_org() -> Iterator[StandInOrg]:
    """One stand-in org for the module."""
    with serving_org() as served:
        yield served


@pytest.fixture
def org(served_org: StandInOrg) -> StandInOrg:
    """The org as on its first day."""
    served_org.reset()
    served_org.clock.set(START)
    return served_org


@contextmanager
def worker_waiting_for_the_org(engine: Engine, org: StandInOrg) -> Iterator[subprocess.Popen[str]]:
    """Give a worker process whose case the org has taken, and whose answer is still on its way."""
    org.switch(after_write="hold", hold_s=3.0, write_calls=1)
    known = {name: org.ready[name] for name in ("login_url", "consumer_key", "consumer_secret")}
    command = [sys.executable, "-c", _PUSH, url_of(engine), START.isoformat(), json.dumps(known)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as worker:
        try:
            assert worker.stdout is not None
            assert worker.stdout.readline() == "ready\n"
            wait_for(lambda: len(org.records("SELECT Id FROM Case")) == 1)
            yield worker
        finally:
            worker.kill()


def one_case_and_one_entry(org: StandInOrg, store: SqlStore) -> None:
    """Check that the org has one Case and one entry, and nothing is left to send."""
    assert len(org.records("SELECT Id FROM Case")) == 1
    assert len(org.records("SELECT Id FROM Case_Event__c")) == 1
    assert open_pushes(store) == 0


def test_f05_a_worker_that_froze_comes_back_to_nothing(
    sqlite_store: SqlStore, clock: FakeClock, org: StandInOrg
) -> None:
    """The second worker starts after the lease alone; the first one's late answer is fenced off."""
    AbsorbDelivery(sqlite_store, PSEUDONYMS, clock)(URBANISME, delivery(row(1)))
    engine = sqlite_store._engine
    with org.connection() as connection, worker_waiting_for_the_org(engine, org) as zombie:
        stop(zombie.pid)
        push = pushing(sqlite_store, connection, clock)
        assert push() == PushSummary()
        clock.move(LEASE)
        assert push() == PushSummary(applied=1)
        AbsorbDelivery(sqlite_store, PSEUDONYMS, clock)(URBANISME, delivery(row(1, CD_ETAT="ACC"), key="d2"))
        before = row_of_push(engine)
        os.kill(zombie.pid, signal.SIGCONT)
        zombie.wait(PATIENCE_S)
        assert row_of_push(engine) == before
        assert push() == PushSummary(applied=1)
    assert len(org.records("SELECT Id FROM Case")) == 1
    assert len(org.records("SELECT Id FROM Case_Event__c")) == 2


def row_of_push(engine: Engine) -> tuple[Any, ...]:
    """Give what the store knows of the one push."""
    with engine.connect() as connection:
        query = "SELECT state, fence, desired_version, applied_version, lease_until FROM pushes"
        return tuple(connection.exec_driver_sql(query).one())


def test_f07_a_worker_killed_after_the_org_took_the_case_makes_no_second(
    sqlite_store: SqlStore, clock: FakeClock, org: StandInOrg
) -> None:
    """The second upsert says "not created": one Case, one entry."""
    AbsorbDelivery(sqlite_store, PSEUDONYMS, clock)(URBANISME, delivery(row(1)))
    with org.connection() as connection:
        with worker_waiting_for_the_org(sqlite_store._engine, org) as worker:
            os.kill(worker.pid, signal.SIGKILL)
        clock.move(LEASE)
        assert pushing(sqlite_store, connection, clock)() == PushSummary(applied=1)
    one_case_and_one_entry(org, sqlite_store)


class Poisoned(AbsorbDelivery):
    """Its process is killed over file 13, as for want of memory."""

    def within(self, tx: Any, mapping: Any, delivery: Any, lane: CallLane) -> Any:
        """Die, or work."""
        if any(record.values["NUM_DOSSIER"] == "DP 13" for record in delivery.records):
            os.kill(os.getpid(), signal.SIGKILL)
        return super().within(tx, mapping, delivery, lane)


def absorb_poisoned(deaths: int, url: str, _index: int) -> None:
    """Absorb what is due, when this many workers have died before."""
    clock = FakeClock(START + deaths * INBOX_LEASE)
    hall = Hall(store_at(url), clock)
    object.__setattr__(hall.work, "absorb", Poisoned(hall.store, PSEUDONYMS, clock))
    hall.work()


def test_f11_a_delivery_that_kills_its_workers_is_parked_and_its_neighbours_go(store: SqlStore) -> None:
    """Three deaths by signal 9, then a person looks; what stood around it is absorbed."""
    clock = FakeClock()
    hall = Hall(store, clock)
    for number in range(10, 16):
        hall.push(f"d-{number}", news(number))
    url, deaths = url_of(store._engine), 0
    while dies(partial(absorb_poisoned, deaths), url):
        deaths += 1
    assert deaths == 3
    assert [one.cause_code for one in hall.parked()] == ["delivery.workers_died"]
    assert hall.waiting() == 0
    assert {hall.case(number).version for number in (10, 11, 12, 14, 15)} == {1}


def test_f27_a_pickle_in_the_queue_runs_nothing(
    redis: RunningRedis, signals: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The worker of the inbox reads JSON and knows bells; the bell behind the pickle is heard."""
    mark, done = tmp_path / "mark", []
    monkeypatch.setattr(functions, "_work", {Lane.INBOX: lambda: done.append(Lane.INBOX)})
    redis.client.hset(
        "rq:job:evil",
        mapping={"data": pickle.dumps(Payload(mark)), "origin": "inbox", "status": "queued"},
    )
    redis.client.rpush("rq:queue:inbox", "evil")
    pickled = Queue("inbox", connection=redis.client, serializer=PickleSerializer)
    pickled.enqueue_call(os.mkdir, (str(mark),))
    Queue("inbox", connection=redis.client, serializer=JSONSerializer).enqueue_call("jobs.functions.inbox")
    lane_worker(redis.client, Lane.INBOX).work(burst=True, logging_level="CRITICAL")
    assert not mark.exists()
    assert done == [Lane.INBOX]


def absorb_the_same(url: str, index: int) -> int:
    """Absorb the same new cases as the others; the one who comes second looks again."""
    store = store_at(url)
    absorb = AbsorbDelivery(store, PSEUDONYMS, FakeClock())
    for number in range(20):
        for _ in range(4):
            try:
                absorb(URBANISME, delivery(row(number), key=f"d{number}-{index}"))
            except TransientError:
                continue
            break
    return index


def test_f32_two_processes_that_bring_the_same_case_make_one(store: SqlStore) -> None:
    """A webhook and a file at the same moment: one wins, the other takes the duplicate's path."""
    assert list(in_processes(absorb_the_same, url_of(store._engine), 2)) == [0, 1]
    assert open_pushes(store) == 20
    assert {case(store, number).version for number in range(20)} == {1}


def claim_all(url: str, _index: int) -> list[str]:
    """Claim until nothing is due; give what was claimed."""
    store = store_at(url)
    mine: list[str] = []
    while True:
        with store.begin() as tx:
            claimed = tx.pushes.claim(23, LEASE, START)
        if not claimed:
            return mine
        mine += [push.case_id for push in claimed]


@two_writers
def test_eight_worker_processes_never_claim_a_push_twice(store: SqlStore) -> None:
    """On PostgreSQL each passes over what another has in its hands; together they leave nothing."""
    for source in ("flood", "other"):
        save(store, *(change(content(f"{source}-{n}", source=source)) for n in range(600)))
    found = in_processes(claim_all, url_of(store._engine), 8)
    claimed = [case_id for mine in found for case_id in mine]
    assert len(claimed) == len(set(claimed)) == 1200


def absorb_all(url: str, _index: int) -> int:
    """Absorb what is due; give how many deliveries this worker ended."""
    return Hall(store_at(url), FakeClock()).work().total()


@two_writers
def test_four_worker_processes_absorb_each_delivery_once_and_in_order(store: SqlStore) -> None:
    """Moves of one case never overtake each other, however many workers share them."""
    hall = Hall(store, FakeClock())
    moves = ("DEP", "INST", "INCNOT", "ACC")
    for move in moves:
        for number in range(10):
            hall.push(f"d-{number}-{move}", news(number, move))
    assert sum(in_processes(absorb_all, url_of(store._engine), 4)) == 40
    assert hall.waiting() == 0
    assert {tuple(hall.codes(number)) for number in range(10)} == {moves}
