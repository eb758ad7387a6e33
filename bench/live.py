"""From a town's webhook to the citizen's page and to the org, while a backfill of 100,000 requests runs."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from statistics import median
from typing import Any

import psycopg
import requests
from sqlalchemy import URL

from bench.citizens import contact_in, signed_in
from bench.progress import stage
from bench.town import CITIZEN, planning_rows, write_extract
from bench.trial import plain_environment, trial
from bench.workers import wait_until_listening
from jobs.lanes import Lane
from run.children import Children
from run.embedded_redis import start_redis
from run.town_hall import free_port
from sandbox.town.pusher import Pusher
from tests.servers.postgresql import database, postgresql_server

BACKFILL = 100_000
DELIVERIES = 60
LATENCY_S = 0.3
_EVERY_S = 1.0
_DESK = "guichet"
_SECRET = bytes(range(32))
_TIMEOUT_S = 30
_GIVEN_UP_S = 60.0


@dataclass(frozen=True, slots=True)
class Place:
    """What runs, and how a reader gets in."""

    url: str
    org: Mapping[str, Any]
    cookie: Mapping[str, str]
    database_url: str


def measure(folder: Path, backfill: int = BACKFILL, deliveries: int = DELIVERIES) -> dict[str, object]:
    """Give how long a delivery takes to be shown and to reach the org: alone, then beside the backfill."""
    with postgresql_server() as server, database(server) as url, _running(folder, url) as place:
        with stage(f"live: {deliveries // 3} deliveries, nothing else"):
            alone = _deliver(place, range(deliveries // 3))
        write_extract(folder / "urbanisme" / "URBA_20300101.csv", backfill)
        Pusher(f"{place.url}/webhooks/sources/urbanisme", _SECRET).push("backfill", []).raise_for_status()
        _wait_for_cases(place)
        with stage(f"live: {deliveries} deliveries beside a backfill of {backfill}"):
            beside = _deliver(place, range(1000, 1000 + deliveries))
        return {
            "org_latency_ms": LATENCY_S * 1000,
            "alone": alone,
            "beside_backfill": beside | {"backfill": backfill, **_state_of_backfill(place)},
        }


def _deliver(place: Place, numbers: range) -> dict[str, object]:
    """Send one delivery a second, and look for each until it is there."""
    pusher = Pusher(f"{place.url}/webhooks/sources/{_DESK}", _SECRET)
    template = next(planning_rows(1)) | CITIZEN
    shown: list[float] = []
    carried: list[float] = []
    for number in numbers:
        key = f"DP 092040 30 {number:05}"
        began = time.perf_counter()
        pusher.push(f"live-{number}", [template | {"NUM_DOSSIER": key}]).raise_for_status()
        shown.append(_until(lambda key=key: _is_shown(place, key), began))
        carried.append(_until(lambda key=key: _is_in_org(place, key), began))
        time.sleep(max(0.0, _EVERY_S - (time.perf_counter() - began)))
    return {"deliveries": len(shown), "to_api_s": _summary(shown), "to_org_s": _summary(carried)}


def _until(is_so: Any, began: float) -> float:
    while not is_so():
        if time.perf_counter() - began > _GIVEN_UP_S:
            break
        time.sleep(0.02)
    return time.perf_counter() - began


def _is_shown(place: Place, number: str) -> bool:
    answer = requests.get(
        f"{place.url}/api/v1/cases?limit=20", headers=dict(place.cookie), timeout=_TIMEOUT_S
    )
    return answer.status_code == 200 and number in answer.text


def _is_in_org(place: Place, number: str) -> bool:
    query = f"SELECT Id FROM Case WHERE Source_Key__c = '{_DESK}:{number}'"
    answer = requests.get(
        f"{place.org['url']}/services/data/v62.0/query",
        params={"q": query},
        headers={"Authorization": f"Bearer {place.org['access_token']}"},
        timeout=_TIMEOUT_S,
    )
    return answer.status_code == 200 and answer.json()["totalSize"] == 1


def _summary(times_s: list[float]) -> dict[str, float]:
    ordered = sorted(times_s)
    return {
        "p50": round(median(ordered), 3),
        "p95": round(ordered[min(len(ordered) - 1, len(ordered) * 95 // 100)], 3),
        "worst": round(ordered[-1], 3),
    }


@contextmanager
def _running(folder: Path, url: URL) -> Iterator[Place]:
    """Start what an installation runs: web, a worker for each lane, two for pushes, the sweeper."""
    port = free_port(0)
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
    desk = written.replace("source: urbanisme", f"source: {_DESK}", 1)
    desk = desk.replace("BRIDGE_URBANISME_DIRECTORY", "BRIDGE_GUICHET_DIRECTORY")
    (sources / f"{_DESK}.yaml").write_text(f"{desk}\nwebhook: records\n")
    return {
        "BRIDGE_SOURCES_DIR": str(sources),
        "BRIDGE_GUICHET_DIRECTORY": str(folder / "guichet"),
        "BRIDGE_WEBHOOK_SECRETS": f"{_DESK}:{_SECRET.hex()} urbanisme:{_SECRET.hex()}",
    }


def _wait_for_cases(place: Place) -> None:
    """Wait until the backfill is under way, from the file to the org."""
    until = time.monotonic() + 120
    while _state_of_backfill(place)["in_store"] < 2_000:
        assert time.monotonic() < until, "the backfill does not begin"
        time.sleep(0.5)


def _state_of_backfill(place: Place) -> dict[str, int]:
    with psycopg.connect(place.database_url.replace("+psycopg", "")) as rows:
        query = (
            "SELECT count(*), count(p.applied_version) FROM cases c LEFT JOIN pushes p ON p.case_id = c.id "
            "WHERE c.source = 'urbanisme'"
        )
        in_store, in_org = rows.execute(query).fetchone() or (0, 0)
    return {"in_store": in_store, "in_org": in_org}
