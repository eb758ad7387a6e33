"""A real Redis for one test, that may be frozen, stopped or emptied."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from pathlib import Path

from redis import Redis

from run.children import Children
from run.embedded_redis import start_redis
from tests.servers.held import held


@dataclass(frozen=True, slots=True)
class RunningRedis:
    """Its address, a client of the test's own, and its process."""

    url: str
    client: Redis
    process: subprocess.Popen[str]

    def frozen(self) -> AbstractContextManager[None]:
        """Stop its process in mid-breath: connections open, nothing is answered."""
        return held(self.process.pid)

    def stop(self) -> None:
        """End it for good."""
        self.process.terminate()
        self.process.wait()


@contextmanager
def redis_server(folder: Path) -> Iterator[RunningRedis]:
    """Give a Redis that ends with the block."""
    with Children(folder) as children:
        url = start_redis(children)
        with Redis.from_url(url) as client:
            yield RunningRedis(url, client, children._running[0].process)
