"""A load generator on bare sockets, in a process of its own: it must cost less than what it measures.

Each connection asks again as soon as it is answered; a run says how many answers there were and how long
each took.
"""

from __future__ import annotations

import json
import socket
import subprocess
import sys
import threading
import time
from dataclasses import asdict, dataclass, field
from urllib.parse import urlsplit

_TIMEOUT_S = 30.0
_END_OF_HEAD = b"\r\n\r\n"


@dataclass(frozen=True, slots=True)
class Plan:
    """What to ask, over how many connections, for how long; `status` is the right answer."""

    url: str
    headers: dict[str, str] = field(default_factory=dict)
    connections: int = 8
    seconds: float = 3.0
    status: int = 200


@dataclass(frozen=True, slots=True)
class Shot:
    """How a run went; times in milliseconds."""

    requests_per_s: float
    p50_ms: float
    p99_ms: float


def fire(plan: Plan) -> Shot:
    """Run a plan in another process, so that this one's lock does not slow it."""
    done = subprocess.run(
        [sys.executable, "-m", "bench.load", json.dumps(asdict(plan))],
        stdout=subprocess.PIPE,
        timeout=plan.seconds + _TIMEOUT_S,
        check=True,
    )
    return Shot(**json.loads(done.stdout))


def run(plan: Plan) -> Shot:
    """Ask until the time is over. Raises: AssertionError when one answer has another status."""
    times_s: list[float] = []
    wrong: list[str] = []
    until = time.perf_counter() + plan.seconds

    def ask() -> None:
        try:
            _ask(plan, until, times_s)
        except (OSError, AssertionError, ValueError) as error:
            wrong.append(f"{type(error).__name__}: {error}")

    threads = [threading.Thread(target=ask) for _ in range(plan.connections)]
    began = time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    took_s = time.perf_counter() - began
    assert not wrong, wrong[0]
    times_s.sort()
    count = len(times_s)
    p50, p99 = times_s[count // 2], times_s[min(count - 1, count * 99 // 100)]
    return Shot(round(count / took_s, 1), round(p50 * 1000, 2), round(p99 * 1000, 2))


def _ask(plan: Plan, until: float, times_s: list[float]) -> None:
    parts = urlsplit(plan.url)
    assert parts.hostname
    lines = [f"GET {parts.path} HTTP/1.1", f"Host: {parts.netloc}"]
    lines += [f"{name}: {value}" for name, value in plan.headers.items()]
    request = ("\r\n".join(lines)).encode() + _END_OF_HEAD
    with socket.create_connection((parts.hostname, parts.port or 80), _TIMEOUT_S) as connection:
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        while (began := time.perf_counter()) < until:
            connection.sendall(request)
            status = _answer(connection)
            times_s.append(time.perf_counter() - began)
            assert status == plan.status, f"HTTP {status}"


def _answer(connection: socket.socket) -> int:
    """Read one answer to its end; give its status."""
    read = b""
    while _END_OF_HEAD not in read:
        read += _more(connection)
    head, _, body = read.partition(_END_OF_HEAD)
    status = int(head[9:12])
    missing = _length(head, status) - len(body)
    while missing > 0:
        missing -= len(_more(connection))
    return status


def _length(head: bytes, status: int) -> int:
    if status == 304:
        return 0
    _, _, rest = head.lower().partition(b"\r\ncontent-length:")
    return int(rest.partition(b"\r\n")[0])


def _more(connection: socket.socket) -> bytes:
    chunk = connection.recv(1 << 16)
    assert chunk, "the server hung up"
    return chunk


if __name__ == "__main__":
    print(json.dumps(asdict(run(Plan(**json.loads(sys.argv[1]))))))
