"""Whoever can write to Redis can ring; they can have nothing else done."""

from __future__ import annotations

import json
import os
import pickle
from pathlib import Path
from typing import Any

import pytest
from redis import Redis
from rq import Callback, Queue
from rq.job import Job
from rq.serializers import JSONSerializer, PickleSerializer
from rq.webhook import Webhook

from jobs import functions
from jobs.bare_bell import BareBell
from jobs.lanes import Lane
from run.worker import lane_worker
from tests.jobs.redis_server import RunningRedis


class Payload:
    """Makes a folder when it is unpickled."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def __reduce__(self) -> tuple[Any, ...]:
        """Say what to call."""
        return os.mkdir, (str(self.path),)


def _raw(client: Redis, data: bytes) -> None:
    """Put a job of these bytes into the lane, as somebody with a Redis client can."""
    job_id = f"evil-{client.llen('rq:queue:push')}"
    client.hset(f"rq:job:{job_id}", mapping={"data": data, "origin": "push", "status": "queued"})
    client.rpush("rq:queue:push", job_id)


def _worked(redis: RunningRedis) -> None:
    lane_worker(redis.client, Lane.PUSH).work(burst=True, logging_level="CRITICAL")


@pytest.fixture
def mark(tmp_path: Path) -> Path:
    """Give the folder that must not come to be."""
    return tmp_path / "mark"


def test_a_pickle_is_refused(redis: RunningRedis, done: list[Lane], mark: Path) -> None:
    """A malicious pickle, bare or as RQ's own defaults write it, runs nothing, and the next bell is heard."""
    _raw(redis.client, pickle.dumps(Payload(mark)))
    Queue("push", connection=redis.client, serializer=PickleSerializer).enqueue_call(os.mkdir, (str(mark),))
    Queue("push", connection=redis.client, serializer=JSONSerializer).enqueue_call("jobs.functions.push")
    _worked(redis)
    assert not mark.exists()
    assert done == [Lane.PUSH]


def test_a_json_job_that_is_no_bell_is_refused(redis: RunningRedis, done: list[Lane], mark: Path) -> None:
    """JSON can name any function of any module; only ours are called, without arguments, and work goes on."""
    calls = [
        ["os.mkdir", None, [str(mark)], {}],
        ["os.mkdir", None, [], {"path": str(mark)}],
        ["jobs.functions.bind", None, [{}], {}],
        ["jobs.functions.push", None, [1], {}],
        ["mkdir", "os", [str(mark)], {}],
        [["jobs.functions.push"], None, [], {}],
        "jobs.functions.push",
        None,
    ]
    for call in calls:
        _raw(redis.client, json.dumps(call).encode())
    Queue("push", connection=redis.client, serializer=JSONSerializer).enqueue_call("jobs.functions.push")
    _worked(redis)
    assert not mark.exists()
    assert done == [Lane.PUSH]


@pytest.mark.parametrize("kind", ["on_success", "on_failure"])
def test_a_callback_on_a_bell_is_not_called(
    redis: RunningRedis, done: list[Lane], mark: Path, kind: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A bell brings no other function along, whether its work succeeds or fails."""
    if kind == "on_failure":
        monkeypatch.setattr(functions, "_work", {})
    monkeypatch.setenv("BRIDGE_TEST_MARK", str(mark))
    options: dict[str, Any] = {kind: Callback(f"{called_back.__module__}.{called_back.__qualname__}")}
    queue = Queue("push", connection=redis.client, serializer=JSONSerializer)
    queue.enqueue_call("jobs.functions.push", **options)
    _worked(redis)
    assert not mark.exists()


def called_back(*_: object) -> None:
    """Leave the mark."""
    Path(os.environ["BRIDGE_TEST_MARK"]).mkdir()


def test_a_webhook_on_a_bell_is_not_sent(redis: RunningRedis) -> None:
    """A bell makes the worker send nothing anywhere, though RQ would."""
    queue = Queue("push", connection=redis.client, serializer=JSONSerializer)
    sent = Webhook("http://127.0.0.1:9/", "finished")
    job = queue.enqueue_call("jobs.functions.push", webhooks=[sent])
    assert Job.fetch(job.id, redis.client, JSONSerializer).webhooks == [sent]
    assert BareBell.fetch(job.id, redis.client, JSONSerializer).webhooks == []
