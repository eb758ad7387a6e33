"""What is done to the product while it works."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.jobs.redis_server import RunningRedis, redis_server


@pytest.fixture
def redis(tmp_path: Path) -> Iterator[RunningRedis]:
    """Give a Redis of this test's own."""
    with redis_server(tmp_path / "log") as running:
        yield running


@pytest.fixture
def signals() -> Iterator[None]:
    """A worker takes SIGINT and SIGTERM for itself; give them back."""
    before = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)}
    yield
    for number, handler in before.items():
        signal.signal(number, handler)
