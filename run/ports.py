"""Ports of this machine that a server of ours may be told of before it starts."""

from __future__ import annotations

import random
import socket
from collections.abc import Iterable

from bridge.errors import ConfigurationError

_OURS = range(20_000, 32_000)
"""Below those a system gives to outgoing connections: one of them could be faster than the server."""
_TRIES = 100


def free_port(port: int = 0) -> int:
    """Give the port asked for, or a free one for 0. Raises: ConfigurationError when it is taken."""
    wanted: Iterable[int] = [port] if port else random.SystemRandom().sample(_OURS, _TRIES)
    for one in wanted:
        try:
            with socket.create_server(("127.0.0.1", one)):
                return one
        except OSError:
            continue
    raise ConfigurationError(f"port {port} is taken on this machine; choose another with --port")
