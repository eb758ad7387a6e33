"""The database and the Redis of a trial: frozen, killed, and started again under the same address."""

from __future__ import annotations

import signal
import subprocess
import time
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from pathlib import Path

from redis import Redis
from redis.exceptions import RedisError

from run.embedded_redis import redis_binary
from tests.servers.held import family, held, send
from tests.servers.postgresql import _as_somebody, _binaries, _initialise, die_with_parent

_READY_S = 30.0


@dataclass(slots=True)
class Server:
    """A process that listens on a socket in a folder of its own."""

    command: Sequence[str]
    log: Path
    answers: Callable[[], bool]
    stop_signal: int
    process: subprocess.Popen[bytes] | None = field(default=None)

    def start(self) -> None:
        """Start it and wait until it answers. Raises: AssertionError with its log."""
        with self.log.open("ab") as output:
            self.process = subprocess.Popen(
                self.command,
                stdout=output,
                stderr=subprocess.STDOUT,
                preexec_fn=die_with_parent,  # noqa: PLW1509 - one system call, which takes no lock
            )
        until = time.monotonic() + _READY_S
        while not self.answers():
            assert time.monotonic() < until, self.log.read_text(errors="replace")[-2000:]
            time.sleep(0.05)

    def stop(self, *, at_once: bool = False) -> None:
        """End it, as an operator does or as a power cut does."""
        assert self.process is not None
        for number in family(self.process.pid) if at_once else ():
            send(number, signal.SIGKILL)
        self.process.send_signal(signal.SIGKILL if at_once else self.stop_signal)
        self.process.wait(_READY_S)

    def frozen(self) -> AbstractContextManager[None]:
        """Hold it and all its children: connections stay open, nothing is answered."""
        assert self.process is not None
        return held(self.process.pid)


def postgresql(folder: Path) -> tuple[Server, str]:
    """Give a PostgreSQL that keeps what it commits, and the address of its database."""
    binaries, data = _binaries(), folder / "data"
    _initialise(binaries, data)
    command = [*_as_somebody(), str(binaries / "postgres"), "-D", str(data), "-k", str(folder), "-h", ""]
    # A kill of the processes leaves what the kernel has; only a power cut would ask for more than this.
    command += ["-c", "fsync=off", "-c", "max_connections=60"]
    asked = [str(binaries / "pg_isready"), "-q", "-h", str(folder)]

    def answers() -> bool:
        return subprocess.run(asked, check=False).returncode == 0

    url = f"postgresql+psycopg://postgres@/postgres?host={folder}"
    return Server(command, folder / "server.log", answers, signal.SIGINT), url


def redis(folder: Path) -> tuple[Server, str]:
    """Give a Redis without persistence: whatever it forgets must cost nothing."""
    socket = folder / "r.sock"
    command = [redis_binary(), "--port", "0", "--unixsocket", str(socket), "--save", "", "--appendonly", "no"]
    url = f"unix://{socket}"

    def answers() -> bool:
        try:
            with Redis.from_url(url, socket_timeout=1) as client:
                return bool(client.ping())
        except RedisError:
            return False

    return Server(command, folder / "redis.log", answers, signal.SIGTERM), url
