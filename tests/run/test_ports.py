"""The port a process is told of is one it gets."""

from __future__ import annotations

import socket
from pathlib import Path

import pytest

from bridge.errors import ConfigurationError
from run.ports import free_port

_OUTGOING = Path("/proc/sys/net/ipv4/ip_local_port_range")


def test_a_free_port_is_one_no_outgoing_connection_is_given() -> None:
    """Else a connection of anybody's could have it by the time its server starts."""
    port = free_port()
    with socket.create_server(("127.0.0.1", port)):
        assert free_port() != port
    assert port < int((_OUTGOING.read_text() if _OUTGOING.exists() else "32768").split()[0])


def test_a_taken_port_is_refused_with_the_way_out() -> None:
    """The one asked for or none: a town's proxy knows where to look."""
    with socket.create_server(("127.0.0.1", free_port())) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(ConfigurationError) as refused:
            free_port(port)
    assert refused.value.explanation == f"port {port} is taken on this machine; choose another with --port"
    assert free_port(port) == port
