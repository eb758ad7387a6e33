"""One stand-in org behind a real server for all tests of this room, emptied before each."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from waitress import wasyncore
from waitress.server import create_server

from sandbox.salesforce.app import build
from tests.sandbox.salesforce.wire import NOON, Clock, Wire

PACKAGE = Path(__file__).parent / "package"


@pytest.fixture(scope="session")
def private_key() -> rsa.RSAPrivateKey:
    """The key the registered public key belongs to."""
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


@pytest.fixture(scope="session")
def served(private_key: rsa.RSAPrivateKey) -> Iterator[Wire]:
    """The org on a loopback port."""
    public = private_key.public_key().public_bytes(
        serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
    )
    listener = socket.create_server(("127.0.0.1", 0))
    url = f"http://127.0.0.1:{listener.getsockname()[1]}"
    clock = Clock()
    app, ready = build(url, packages=[PACKAGE], public_key_pem=public.decode(), clock=clock)
    server = create_server(app, sockets=[listener], threads=6, clear_untrusted_proxy_headers=True)
    thread = threading.Thread(target=server.run)
    thread.start()
    yield Wire(url, str(ready["access_token"]), ready, app.extensions["salesforce_org"], clock)
    server.trigger.pull_trigger(lambda: wasyncore.close_all(server._map))
    thread.join()
    server.task_dispatcher.shutdown()


@pytest.fixture
def wire(served: Wire) -> Wire:
    """The org as on the first day, at noon."""
    served.clock.now = NOON
    served.version = 60
    served.headers = {}
    assert served.post("/sandbox/reset").status_code == 200
    return served
