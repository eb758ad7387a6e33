"""A Redis, the lanes' work noted instead of done, and workers that stop when the queue is empty."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest

from jobs import functions
from jobs.lanes import Lane
from tests.jobs.redis_server import RunningRedis, redis_server


@pytest.fixture
def redis(tmp_path: Path) -> Iterator[RunningRedis]:
    """Give a Redis of this test's own."""
    with redis_server(tmp_path / "log") as running:
        yield running


@pytest.fixture
def done(monkeypatch: pytest.MonkeyPatch) -> list[Lane]:
    """Give the lanes whose work was done, in order."""
    noted: list[Lane] = []
    monkeypatch.setattr(functions, "_work", {})
    functions.bind({lane: partial(noted.append, lane) for lane in Lane})
    return noted


@pytest.fixture(autouse=True)
def signals() -> Iterator[None]:
    """A worker takes SIGINT and SIGTERM for itself; give them back."""
    before = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)}
    yield
    for number, handler in before.items():
        signal.signal(number, handler)
