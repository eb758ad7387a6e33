"""The stand-in Salesforce org, served for a test, and what a test asks of it."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import requests
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from waitress import wasyncore
from waitress.server import create_server

from bridge.adapters.outbound import OutboundLimits
from bridge.adapters.salesforce.budget import ApiBudget
from bridge.adapters.salesforce.connection import SalesforceConfig, SalesforceConnection
from bridge.domain.synchronisation import CallLane
from sandbox.salesforce.app import build
from tests.fakes.clock import FakeClock

PACKAGE = Path(__file__).parents[2] / "salesforce" / "force-app" / "main" / "default"
TIMEOUT_S = 10


@dataclass(frozen=True, slots=True)
class StandInOrg:
    """A running stand-in. Its clock is the one the adapters under test should use."""

    url: str
    ready: dict[str, Any]
    private_key_pem: str = field(repr=False)
    clock: FakeClock

    def config(self, **changes: Any) -> SalesforceConfig:
        """Give the registration of a client, by client credentials unless changed."""
        values = {
            "login_url": self.ready["login_url"],
            "consumer_key": self.ready["consumer_key"],
            "consumer_secret": self.ready["consumer_secret"],
        }
        return SalesforceConfig(**{**values, **changes})

    @contextmanager
    def connection(
        self,
        *,
        limits: OutboundLimits | None = None,
        budget: ApiBudget | None = None,
        lane: CallLane = CallLane.SCHEDULED,
        **changes: Any,
    ) -> Iterator[SalesforceConnection]:
        """Give a client that never really sleeps."""
        config = self.config(**changes)
        connection = SalesforceConnection(
            config, self.clock, limits=limits, sleep=lambda _: None, budget=budget, lane=lane
        )
        yield connection
        connection.close()

    def switch(self, **faults: object) -> None:
        """Switch faults on."""
        requests.post(f"{self.url}/sandbox/faults", json=faults, timeout=TIMEOUT_S).raise_for_status()

    def stats(self) -> dict[str, Any]:
        """Give the counters: calls by kind, statuses, writes by object."""
        found: dict[str, Any] = requests.get(f"{self.url}/sandbox/stats", timeout=TIMEOUT_S).json()
        return found

    def reset(self) -> None:
        """Make it an org as on the first day."""
        requests.post(f"{self.url}/sandbox/reset", timeout=TIMEOUT_S).raise_for_status()

    def merge(self, winner: str, loser: str) -> None:
        """Merge a Contact into another, as an agent would."""
        self.control("merge", winner=winner, losers=[loser])

    def control(self, what: str, **order: object) -> None:
        """Order something of the stand-in itself."""
        requests.post(f"{self.url}/sandbox/{what}", json=order, timeout=TIMEOUT_S).raise_for_status()

    def records(self, soql: str) -> list[dict[str, Any]]:
        """Give what a query finds, asked by another client than the one under test."""
        found = requests.get(
            f"{self.url}/services/data/v62.0/query",
            params={"q": soql},
            headers={"Authorization": f"Bearer {self.ready['access_token']}"},
            timeout=TIMEOUT_S,
        )
        found.raise_for_status()
        records: list[dict[str, Any]] = found.json()["records"]
        return records

    def add(self, sobject: str, **fields: object) -> str:
        """Add a record as an agent would, and give its id."""
        made = requests.post(
            f"{self.url}/services/data/v62.0/sobjects/{sobject}",
            json=fields,
            headers={"Authorization": f"Bearer {self.ready['access_token']}"},
            timeout=TIMEOUT_S,
        )
        made.raise_for_status()
        return str(made.json()["id"])

    def edit(self, sobject: str, record_id: str, **fields: object) -> None:
        """Change a record as an agent of the town does, in the agent's own name."""
        self._send(self._agent(), "PATCH", f"{sobject}/{record_id}", fields)

    def write(self, sobject: str, record_id: str, **fields: object) -> None:
        """Change a record in the integration's name, as an automatism of the org does behind its writes."""
        self._send(self.ready["access_token"], "PATCH", f"{sobject}/{record_id}", fields)

    def delete(self, sobject: str, record_id: str) -> None:
        """Put a record into the bin, as an agent of the town does."""
        self._send(self._agent(), "DELETE", f"{sobject}/{record_id}", None)

    def _agent(self) -> str:
        """Give a session of an agent's own."""
        opened = requests.post(f"{self.url}/sandbox/agent-session", timeout=TIMEOUT_S)
        opened.raise_for_status()
        return str(opened.json()["access_token"])

    def _send(self, token: str, method: str, path: str, fields: dict[str, object] | None) -> None:
        requests.request(
            method,
            f"{self.url}/services/data/v62.0/sobjects/{path}",
            json=fields,
            headers={"Authorization": f"Bearer {token}"},
            timeout=TIMEOUT_S,
        ).raise_for_status()


@contextmanager
def serving_org() -> Iterator[StandInOrg]:
    """Serve an org with our package deployed, over real HTTP, until the end of the block."""
    private_key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    clock = FakeClock()
    listener = socket.create_server(("127.0.0.1", 0))
    url = f"http://127.0.0.1:{listener.getsockname()[1]}"
    public = private_key.public_key().public_bytes(
        serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
    )
    application, ready = build(url, packages=[PACKAGE], public_key_pem=public.decode(), clock=clock.now)
    private = private_key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    with _serving(application, listener):
        yield StandInOrg(url, ready, private.decode(), clock)


@contextmanager
def _serving(application: Any, listener: socket.socket) -> Iterator[None]:
    # The stand-in cuts connections through waitress, so it must be the server here too.
    server = create_server(application, sockets=[listener], threads=8, clear_untrusted_proxy_headers=True)
    over = threading.Event()

    def run() -> None:
        while not over.is_set():
            wasyncore.loop(timeout=0.5, use_poll=True, map=server._map, count=1)

    thread = threading.Thread(target=run)
    thread.start()
    try:
        yield
    finally:
        over.set()
        server.pull_trigger()
        thread.join()
        server.task_dispatcher.shutdown()
        wasyncore.close_all(server._map)
