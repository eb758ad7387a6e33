"""The bell rings through a real Redis, and its absence costs a second at most."""

from __future__ import annotations

import json
import time
import zlib
from typing import cast

import pytest
from rq import Queue
from rq.serializers import JSONSerializer

from jobs.bell import JOB_TIMEOUT_S, RqBell, SilentBell
from jobs.lanes import Lane
from run.worker import lane_worker
from tests.jobs.redis_server import RunningRedis

LONGEST_S = 15.0


def waiting(redis: RunningRedis, lane: str) -> int:
    """Give how many bells wait in a lane."""
    return Queue(lane, connection=redis.client, serializer=JSONSerializer).count


def answered(redis: RunningRedis, lane: Lane) -> None:
    """Let a worker of the lane take what waits."""
    lane_worker(redis.client, lane).work(burst=True, logging_level="CRITICAL")


@pytest.mark.parametrize("lane", list(Lane))
def test_each_lane_has_a_worker_that_does_its_work(redis: RunningRedis, done: list[Lane], lane: Lane) -> None:
    """A ring is heard by the worker of that lane, which does that lane's work and leaves nothing behind."""
    assert RqBell(redis.url).ring(lane) is True
    answered(redis, lane)
    assert done == [lane]
    assert waiting(redis, lane) == 0


def test_a_worker_listens_to_its_lane_alone(redis: RunningRedis, done: list[Lane]) -> None:
    """A bell of one lane is not taken by the worker of another."""
    RqBell(redis.url).ring(Lane.SYNC)
    answered(redis, Lane.PUSH)
    assert done == []
    assert waiting(redis, Lane.SYNC) == 1


def test_a_bell_carries_nothing(redis: RunningRedis) -> None:
    """What travels is the name of a function: no argument, no id, no person."""
    RqBell(redis.url).ring(Lane.PUSH)
    (job_id,) = Queue("push", connection=redis.client, serializer=JSONSerializer).job_ids
    job = cast("dict[bytes, bytes]", redis.client.hgetall(f"rq:job:{job_id}"))
    assert json.loads(zlib.decompress(job[b"data"])) == ["jobs.functions.push", None, [], {}]
    assert (job[b"description"], job[b"timeout"]) == (b"jobs.functions.push()", str(JOB_TIMEOUT_S).encode())
    assert (job[b"ttl"], job[b"result_ttl"], job[b"failure_ttl"]) == (b"300", b"0", b"3600")
    assert b"retries_left" not in job


def test_many_rings_leave_few_bells(redis: RunningRedis, done: list[Lane]) -> None:
    """A burst of changes does not fill the queue: a waiting bell sees whatever is due by then."""
    bell = RqBell(redis.url)
    assert all(bell.ring(Lane.PUSH) for _ in range(50))
    assert waiting(redis, Lane.PUSH) == 2
    answered(redis, Lane.PUSH)
    assert len(done) == 2


@pytest.mark.parametrize("has_rung", [False, True])
def test_a_frozen_redis_costs_a_second(redis: RunningRedis, has_rung: bool) -> None:
    """Redis that hangs is given up after one second, on a new connection and on an old one, and heals."""
    bell = RqBell(redis.url)
    if has_rung:
        assert bell.ring(Lane.PUSH)
    with redis.frozen():
        began = time.monotonic()
        assert bell.ring(Lane.PUSH) is False
        assert time.monotonic() - began < LONGEST_S
    assert bell.ring(Lane.PUSH) is True


@pytest.mark.parametrize("has_rung", [False, True])
def test_a_stopped_redis_is_told_at_once(redis: RunningRedis, has_rung: bool) -> None:
    """Redis that is gone is an answer, not an error."""
    bell = RqBell(redis.url)
    if has_rung:
        bell.ring(Lane.PUSH)
    redis.stop()
    began = time.monotonic()
    assert bell.ring(Lane.PUSH) is False
    assert time.monotonic() - began < LONGEST_S


def test_a_full_redis_is_told(redis: RunningRedis) -> None:
    """Redis that takes nothing more is like no Redis."""
    redis.client.config_set("maxmemory", 1)
    assert RqBell(redis.url).ring(Lane.PUSH) is False


def test_without_redis_nobody_can_be_told() -> None:
    """The silent bell says so for every lane."""
    assert not any(SilentBell().ring(lane) for lane in Lane)
