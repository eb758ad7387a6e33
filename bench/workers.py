"""How the lane to Salesforce grows with its workers: 1, 2, 4, 8 processes on PostgreSQL, an org in 300 ms."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import requests
from redis import Redis
from rq import Worker
from sqlalchemy import URL

from bench.progress import stage
from bench.town import planning_rows
from bench.trial import trial
from bridge.domain.synchronisation import Delivery, SourceRecord
from bridge.wiring import Services
from jobs.bell import RqBell
from jobs.lanes import Lane
from run.children import Children
from run.embedded_redis import start_redis
from run.town_hall import plain_environment
from tests.servers.postgresql import database, postgresql_server

CASES = 20_000
WORKERS = (1, 2, 4, 8)
LATENCY_S = 0.3
_BATCH = 1_000
_TIMEOUT_S = 20
_SOURCE = "urbanisme"
# In bulk one worker would carry everything in a single job.
_BY_COLLECTIONS = {"BRIDGE_SALESFORCE_BULK_FROM": "1000000"}


def measure(folder: Path, cases: int = CASES, workers: tuple[int, ...] = WORKERS) -> dict[str, object]:
    """Give cases a second for each number of workers, by collections of 200, and what the org wrote twice."""
    with postgresql_server() as server, database(server) as filled:
        with stage(f"workers: {cases} cases due"), _services(folder / "fill", filled, None) as services:
            _fill(services, cases)
        runs = {str(n): _one(folder / str(n), server, filled, cases, n) for n in workers}
    alone = runs[str(workers[0])]["cases_per_s"]
    for run in runs.values():
        run["times_the_first"] = round(run["cases_per_s"] / alone, 2)
    return {"cases": cases, "latency_ms": LATENCY_S * 1000, "workers": runs}


def _one(folder: Path, server: URL, filled: URL, cases: int, workers: int) -> dict[str, Any]:
    with (
        stage(f"workers: {workers}"),
        database(server, template=filled.database or "") as url,
        Children(folder / "log") as children,
    ):
        org = children.start_ready(
            "salesforce", [sys.executable, "-m", "run", "sandbox", "salesforce"], plain_environment()
        )
        redis_url = start_redis(children)
        place = trial(folder, org=org, database_url=url.render_as_string(hide_password=False))
        environment = dict(place.environment) | {"BRIDGE_REDIS_URL": redis_url} | _BY_COLLECTIONS
        for number in range(workers):
            command = [sys.executable, "-m", "run", "worker", Lane.PUSH]
            children.start(f"worker-{number}", command, environment)
        wait_until_listening(redis_url, workers)
        requests.post(
            f"{org['url']}/sandbox/faults", json={"latency_s": LATENCY_S}, timeout=_TIMEOUT_S
        ).raise_for_status()
        with place.services() as services:
            seconds = _drain(services, RqBell(redis_url))
        stats = requests.get(f"{org['url']}/sandbox/stats", timeout=_TIMEOUT_S).json()
        return {
            "seconds": round(seconds, 1),
            "cases_per_s": round(cases / seconds, 1),
            **_written(stats, cases),
        }


def _drain(services: Services, bell: RqBell) -> float:
    """Ring as a sweep does, and wait until nothing is due; gives seconds."""
    began = time.perf_counter()
    while True:
        bell.ring(Lane.PUSH)
        with services.store.read() as tx:
            if tx.pushes.open_count() == 0:
                return time.perf_counter() - began
        time.sleep(0.1)


def _written(stats: Mapping[str, Any], cases: int) -> dict[str, int]:
    written = sum(stats["writes"].get("Case", {}).values())
    return {"written": written, "written_twice": written - cases}


def _fill(services: Services, cases: int) -> None:
    records = [SourceRecord(f"row {n}", row) for n, row in enumerate(planning_rows(cases))]
    for start in range(0, cases, _BATCH):
        delivery = Delivery(f"fill:{start}", tuple(records[start : start + _BATCH]), f"fill:{start}")
        services.absorb(services.mappings[_SOURCE], delivery)


@contextmanager
def _services(folder: Path, url: URL, org: Mapping[str, Any] | None) -> Iterator[Services]:
    place = trial(folder, org=org, database_url=url.render_as_string(hide_password=False))
    with place.services() as services:
        yield services
        services.store._engine.dispose()  # type: ignore[attr-defined]  # noqa: SLF001 - a template may have no connection


def wait_until_listening(redis_url: str, workers: int) -> None:
    """Wait until so many workers are ready for a bell."""
    with Redis.from_url(redis_url) as client:
        while len(Worker.all(connection=client)) < workers:
            time.sleep(0.1)
