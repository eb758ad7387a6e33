"""From a town's webhook to the citizen's page and to the org, while a backfill of 100,000 requests runs."""

from __future__ import annotations

import time
from pathlib import Path
from statistics import median
from typing import Any

import requests

from bench.installation import DESK, LATENCY_S, Place, installation
from bench.progress import stage
from bench.town import CITIZEN, planning_rows, write_extract
from tests.servers.postgresql import database, postgresql_server

BACKFILL = 100_000
DELIVERIES = 60
_EVERY_S = 1.0
_TIMEOUT_S = 30
_GIVEN_UP_S = 60.0


def measure(folder: Path, backfill: int = BACKFILL, deliveries: int = DELIVERIES) -> dict[str, object]:
    """Give how long a delivery takes to be shown and to reach the org: alone, then beside the backfill."""
    with postgresql_server() as server, database(server) as url, installation(folder, url) as place:
        with stage(f"live: {deliveries // 3} deliveries, nothing else"):
            alone = _deliver(place, range(deliveries // 3))
        write_extract(folder / "urbanisme" / "URBA_20300101.csv", backfill)
        place.pusher("urbanisme").push("backfill", []).raise_for_status()
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
    pusher = place.pusher()
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
    query = f"SELECT Id FROM Case WHERE Source_Key__c = '{DESK}:{number}'"
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


def _wait_for_cases(place: Place) -> None:
    """Wait until the backfill is under way, from the file to the org."""
    until = time.monotonic() + 120
    while _state_of_backfill(place)["in_store"] < 2_000:
        assert time.monotonic() < until, "the backfill does not begin"
        time.sleep(0.5)


def _state_of_backfill(place: Place) -> dict[str, int]:
    [(in_store, in_org)] = place.rows(
        "SELECT count(*), count(p.applied_version) FROM cases c LEFT JOIN pushes p ON p.case_id = c.id "
        "WHERE c.source = 'urbanisme'"
    )
    return {"in_store": in_store, "in_org": in_org}
