"""One count of the org's calls for all processes: in Redis, in SQL, and in SQL while Redis is away."""

from __future__ import annotations

import time
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from bridge.adapters.store.call_ledger import SqlCallCounter
from bridge.adapters.store.store import SqlStore
from bridge.domain.call_budget import LOOK_AGAIN, CallFigures, CallUsage
from bridge.domain.synchronisation import CallLane
from bridge.usecases.ports import CallCounter
from jobs.call_counter import RedisCallCounter
from tests.fakes.clock import START
from tests.jobs.redis_server import RunningRedis, redis_server

MINUTE = timedelta(minutes=1)


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningRedis]:
    """Give the one Redis of these tests."""
    with redis_server(tmp_path_factory.mktemp("redis")) as redis:
        yield redis


@pytest.fixture
def redis(running: RunningRedis) -> RunningRedis:
    """Give it empty."""
    running.client.flushall()
    return running


@pytest.fixture(params=["sql", "redis"])
def counter(request: pytest.FixtureRequest, sqlite_store: SqlStore) -> CallCounter:
    """Give a counter of each kind."""
    in_sql = SqlCallCounter(sqlite_store)
    if request.param == "sql":
        return in_sql
    running: RunningRedis = request.getfixturevalue("redis")
    return RedisCallCounter(running.url, in_sql)


def test_what_two_processes_spend_is_one_sum(counter: CallCounter) -> None:
    """By lane, for the day; the next day begins at nothing."""
    counter.exchange({CallLane.CITIZEN: 2, CallLane.BACKFILL: 5}, None, START)
    found = counter.exchange({CallLane.CITIZEN: 1}, None, START)
    assert found == CallFigures(None, {CallLane.CITIZEN: 3, CallLane.BACKFILL: 5})
    assert counter.exchange({}, None, START + timedelta(days=1)).spent == {}


def test_the_newest_figure_stays(counter: CallCounter) -> None:
    """A process that was idle for a while does not put an old figure over a newer one."""
    newer, older = CallUsage(80, 100, START + MINUTE), CallUsage(10, 100, START)
    counter.exchange({}, newer, START + MINUTE)
    assert counter.exchange({}, older, START + MINUTE).usage == newer


def test_one_process_has_the_look(counter: CallCounter) -> None:
    """All others go by what it learns."""
    assert [counter.take_look(START) for _ in range(3)] == [True, False, False]


def test_another_look_comes_a_quarter_of_an_hour_later(sqlite_store: SqlStore) -> None:
    """Whoever had the last one may have died over it."""
    counter = SqlCallCounter(sqlite_store)
    assert counter.take_look(START)
    assert not counter.take_look(START + LOOK_AGAIN - MINUTE)
    assert counter.take_look(START + LOOK_AGAIN)


def test_without_redis_the_count_goes_on_in_sql(redis: RunningRedis, sqlite_store: SqlStore) -> None:
    """Frozen, it costs one second once in half a minute; nobody is refused for it."""
    in_sql, ticks = SqlCallCounter(sqlite_store), [0.0]
    counter = RedisCallCounter(redis.url, in_sql, monotonic=lambda: ticks[0])
    counter.exchange({CallLane.CITIZEN: 1}, None, START)
    with redis.frozen():
        began = time.monotonic()
        assert counter.exchange({CallLane.WEBHOOK: 1}, None, START).spent == {CallLane.WEBHOOK: 1}
        for _ in range(50):
            counter.exchange({CallLane.WEBHOOK: 1}, None, START)
        # Fifty waits of a second each would be more, on a machine however busy.
        assert time.monotonic() - began < 40
        assert counter.take_look(START)
    ticks[0] = 31.0
    assert counter.exchange({}, None, START).spent[CallLane.CITIZEN] == 1


def test_an_emptied_redis_learns_the_figure_anew(redis: RunningRedis, sqlite_store: SqlStore) -> None:
    """Every process tells the newest it knows."""
    counter = RedisCallCounter(redis.url, SqlCallCounter(sqlite_store))
    usage = CallUsage(42, 100, START)
    counter.exchange({}, usage, START)
    redis.client.flushall()
    assert counter.exchange({}, None, START).usage is None
    assert counter.exchange({}, usage, START).usage == usage


def test_a_redis_that_never_was_costs_nothing_but_the_try(tmp_path: Path, sqlite_store: SqlStore) -> None:
    """An address nobody answers at is as good as no Redis."""
    counter = RedisCallCounter(f"unix://{tmp_path}/none.sock", SqlCallCounter(sqlite_store))
    assert counter.exchange({CallLane.SCHEDULED: 4}, None, START).spent == {CallLane.SCHEDULED: 4}
