"""An installation as an operator runs it, with a desk that pushes its records, for a measurement."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import Any

import psycopg
import requests
from sqlalchemy import URL

from bench.citizens import contact_in, signed_in
from bench.trial import trial
from bench.workers import wait_until_listening
from jobs.lanes import Lane
from run.children import Children
from run.embedded_redis import start_redis
from run.ports import free_port
from run.town_hall import plain_environment
from sandbox.town.pusher import Pusher

LATENCY_S = 0.3
DESK = "guichet"
_SECRET = bytes(range(32))
_TIMEOUT_S = 30


@dataclass(frozen=True, slots=True)
class Place:
    """What runs, and how a reader gets in."""

    url: str
    org: Mapping[str, Any]
    cookie: Mapping[str, str]
    database_url: str

    def pusher(self, source: str = DESK) -> Pusher:
        """Give who pushes for a source."""
        return Pusher(f"{self.url}/webhooks/sources/{source}", _SECRET)

    def rows(self, query: str) -> list[tuple[Any, ...]]:
        """Ask the store's database itself."""
        with psycopg.connect(self.database_url.replace("+psycopg", "")) as store:
            return store.execute(query).fetchall()


@contextmanager
def installation(folder: Path, url: URL) -> Iterator[Place]:
    """Start what an installation runs: web, a worker for each lane, two for pushes, the sweeper."""
    port = free_port()
    address = f"http://127.0.0.1:{port}"
    database_url = url.render_as_string(hide_password=False)
    with Children(folder / "log") as children:
        command = [sys.executable, "-m", "run"]
        org = children.start_ready("salesforce", [*command, "sandbox", "salesforce"], plain_environment())
        redis_url = start_redis(children)
        place = trial(folder, url=address, org=org, database_url=database_url)
        environment = dict(place.environment) | _desk(folder) | {"BRIDGE_REDIS_URL": redis_url}
        with place.services() as services:
            token = signed_in(services, 0, contact_id=contact_in(org))
        children.start_ready("web", [*command, "web", "--port", str(port)], environment)
        for number, lane in enumerate([*Lane, Lane.PUSH]):
            children.start(f"worker-{number}", [*command, "worker", lane], environment)
        children.start("sweeper", [*command, "sweeper"], environment)
        wait_until_listening(redis_url, len(Lane) + 1)
        requests.post(
            f"{org['url']}/sandbox/faults", json={"latency_s": LATENCY_S}, timeout=_TIMEOUT_S
        ).raise_for_status()
        yield Place(address, org, {"Cookie": f"session={token}"}, database_url)


def _desk(folder: Path) -> dict[str, str]:
    """Give the sources: the planning office that drops files, and a desk like it that pushes its records."""
    sources = folder / "sources"
    sources.mkdir()
    (folder / "guichet").mkdir()
    written = (files("mappings") / "municipal" / "urbanisme.yaml").read_text()
    (sources / "urbanisme.yaml").write_text(written)
    desk = written.replace("source: urbanisme", f"source: {DESK}", 1)
    desk = desk.replace("BRIDGE_URBANISME_DIRECTORY", "BRIDGE_GUICHET_DIRECTORY")
    (sources / f"{DESK}.yaml").write_text(f"{desk}\nwebhook: records\n")
    return {
        "BRIDGE_SOURCES_DIR": str(sources),
        "BRIDGE_GUICHET_DIRECTORY": str(folder / "guichet"),
        "BRIDGE_WEBHOOK_SECRETS": f"{DESK}:{_SECRET.hex()} urbanisme:{_SECRET.hex()}",
        # What is measured is the door, not the limit a town sets.
        "BRIDGE_WEBHOOK_QUOTA": "1000000",
    }
