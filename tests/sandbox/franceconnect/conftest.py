"""One stand-in served over real HTTP, put back to its start before each test."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator

import pytest
import requests
from waitress.server import create_server

from sandbox.franceconnect.app import build
from tests.sandbox.franceconnect.driving import TIMEOUT_S, StandIn


@pytest.fixture(scope="session")
def served() -> Iterator[StandIn]:
    listener = socket.create_server(("127.0.0.1", 0))
    app, ready = build(f"http://127.0.0.1:{listener.getsockname()[1]}")
    server = create_server(app, sockets=[listener], threads=8)
    thread = threading.Thread(target=server.run)
    thread.start()
    with requests.Session() as session:
        yield StandIn(session=session, **{name: str(value) for name, value in ready.items()})
    server.close()
    thread.join(TIMEOUT_S)


@pytest.fixture
def fc(served: StandIn) -> StandIn:
    served.order("reset")
    served.session.cookies.clear()
    return served
